import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkDocument } from '#flows/portable/check.ts'
import { dataOf, faults, n8nStep, read, ways } from '#flows/portable/testing.ts'
import { compileJson, jsonFrom } from '#flows/texts.ts'

// What was imported, played: people and services get what the other product gave them.

type Played = { later?: readonly string[]; outcomes?: object; expect: object }

/** Plays a bot to somebody who answers minute by minute. */
async function plays(bot: object, { later = [], outcomes = {}, expect }: Played) {
  const { graph, notes } = read('typebot', bot)
  assert.deepEqual(faults(graph), [])
  const { verdicts } = await checkDocument({
    cauce: 'flow/1',
    ...graph,
    cases: [
      {
        name: 'it',
        event: { type: 'encounter', subtype: 'created', encounter_id: 'e1' },
        encounter: { id: 'e1' },
        later: later.map((reply, i) => ({ after: `PT${i + 1}M`, reply })),
        outcomes,
        expect,
      },
    ],
  })
  assert.deepEqual(
    verdicts.map(({ misses }) => misses),
    [[]],
  )
  return { graph, notes }
}

const say = (id: string, plainText: string) => ({ id, type: 'text', content: { plainText } })

const choosing = (options: object, items: readonly object[]) => ({
  name: 'x',
  variables: ['Kind', 'Other'].map((name) => ({ id: name, name })),
  groups: [
    {
      id: 'ask',
      title: 'ask',
      blocks: [{ id: 'q', type: 'choice input', options: { variableId: 'Kind', ...options }, items }, say('o', 'On')],
    },
    { id: 'rent', title: 'rent', blocks: [say('r', 'You {{Kind}}')] },
  ],
  edges: [{ id: 'e', to: { groupId: 'rent' } }],
})

test('Typebot: a choice is taken whatever its letters and the space around it, and another word is asked again', async () => {
  const items = [
    { id: 'i', content: 'Sí, Buy' },
    { id: 'j', content: 'Rent ', value: 'rents', outgoingEdgeId: 'e' },
  ]
  const { graph, notes } = await plays(choosing({}, items), {
    later: ['lease', ' RENT'],
    expect: {
      status: 'completed',
      vars: { Kind: 'rents' },
      messages: [{ text: '- Sí, Buy\n- Rent' }, { text: '- Sí, Buy\n- Rent' }, { text: 'You rents' }],
    },
  })
  assert.deepEqual(ways(graph), [
    'ask-1 ask-1-answer',
    'ask-1-answer.event ask-1-fits',
    'ask-1-chosen.choice-1 rent-1',
    'ask-1-chosen.else ask-2',
    'ask-1-fits.else ask-1',
    'ask-1-fits.fits ask-1-kept',
    'ask-1-kept ask-1-chosen',
    'start ask-1',
  ])
  assert.match(notes.join(), /people answer with its words, and other words are asked again/)
  await plays(choosing({}, items), {
    later: ['SÍ, BUY'],
    expect: { status: 'completed', vars: { Kind: 'Sí, Buy' }, messages: [{}, { text: 'On' }] },
  })
})

test('Typebot: of several choices one is enough; what a variable held, and very many, are not judged', async () => {
  const items = [{ content: 'A' }, { content: 'B', outgoingEdgeId: 'e' }]
  const several = ['A', 'B'].map((content) => ({ content }))
  const bot = choosing({ isMultipleChoice: true }, several)
  await plays(
    { ...bot, groups: bot.groups.slice(0, 1) },
    {
      later: ['x', 'b and c'],
      expect: { status: 'completed', vars: { Kind: 'b and c' }, messages: [{}, {}, { text: 'On' }] },
    },
  )
  const one = await plays(choosing({ dynamicVariableId: 'Other' }, items), {
    later: ['x'],
    expect: { status: 'completed', vars: { Kind: 'x' }, messages: [{}, { text: 'On' }] },
  })
  assert.match(one.notes.join(), /any other words go on too.*its choices were what a variable held/)
  const many = Array.from({ length: 200 }, (_, i) => ({
    content: `Number ${i}`,
    ...(i === 0 ? { outgoingEdgeId: 'e' } : {}),
  }))
  const two = await plays(choosing({}, many), {
    later: ['x'],
    expect: { status: 'completed', vars: { Kind: 'x' } },
  })
  assert.match(two.notes.join(), /any other words go on too/)
  assert.deepEqual(dataOf(two.graph, 'ask-1-kept'), { vars: { Kind: 'last.data.text' } })
})

test('Typebot: what an answer lacks is nothing, whatever else it is, and its status is kept of any', async () => {
  const parts = { Kind: 'data.list[1].id', Other: 'data.gone.id', Status: 'statusCode' }
  const bot = {
    name: 'x',
    variables: Object.keys(parts).map((name) => ({ id: name, name })),
    groups: [
      {
        id: 'g',
        title: 'g',
        blocks: [
          {
            id: 'a',
            type: 'HTTP request',
            options: {
              webhook: { url: 'https://x.example' },
              responseVariableMapping: Object.entries(parts).map(([variableId, bodyPath]) => ({
                variableId,
                bodyPath,
              })),
            },
          },
          {
            id: 'b',
            type: 'Condition',
            items: [
              { outgoingEdgeId: 'e', content: { comparisons: [{ variableId: 'Kind', comparisonOperator: 'Is set' }] } },
            ],
          },
          say('n', 'None {{Status}}'),
        ],
      },
      { id: 'h', title: 'h', blocks: [say('s', 'Found {{Kind}}')] },
    ],
    edges: [{ id: 'e', to: { groupId: 'h' } }],
  }
  const answers = async (value: object | null, text: string, way = 'ok') => {
    const outcomes = { 'g-1': [{ way, value, ...(way === 'ok' ? {} : { cause: 'no' }) }] }
    return (await plays(bot, { outcomes, expect: { status: 'completed', messages: [{ text }] } })).notes
  }
  const headers = { 'content-type': 'application/json' }
  const json = (body: unknown, status = 200) => ({ status, headers, body: JSON.stringify(body) })
  const notes = await answers(json({ list: [{}, { id: 7 }] }), 'Found 7')
  assert.match(notes.join(), /an item of a list is kept \(Kind\)/)
  for (const body of [
    {},
    { list: [] },
    { list: null },
    { list: [1, 2] },
    { list: [{}, { id: null }], gone: 'x' },
    null,
    [1],
  ])
    await answers(json(body), 'None 200')
  await answers({ status: 200, headers: {}, body: 'a page' }, 'None 200')
  await answers(json({ list: 'x' }, 404), 'None 404', 'error')
  await answers(null, 'None', 'error')
})

test('n8n: what is wholly one value of a body keeps its type, and a dot in a name leads inside', () => {
  const written = (typeVersion: number) => {
    const parameters = {
      method: 'POST',
      url: 'https://x.example',
      bodyParameters: {
        parameters: [
          { name: 'score', value: '={{ $json.body.score }}' },
          { name: 'who.first', value: '={{ $json.body.first }}' },
          { name: 'who.all', value: '=a "{{ $json.body["full name"] }}"' },
          { name: 'n', value: 5 },
          { name: 't', value: '5' },
        ],
      },
    }
    const { graph, notes } = read('n8n', {
      nodes: [n8nStep('In', 'webhook', { path: 'in' }), { ...n8nStep('Out', 'httpRequest', parameters), typeVersion }],
      connections: { In: { main: [[{ node: 'Out' }]] } },
    })
    assert.deepEqual(faults(graph), [])
    assert.equal(notes.length, 2)
    const data = { score: 60, first: 'O"Brien', 'full name': 'O"Brien' }
    const { json } = compileJson(dataOf(graph, 'out')?.body, ['event.data'])
    const scope = { event: { data }, last: null, contact: null, encounter: null, queue: null, vars: {}, now: '' }
    return jsonFrom(json, scope)
  }
  const rest = { score: 60, n: 5, t: '5' }
  assert.deepEqual(written(4.2), { ...rest, who: { first: 'O"Brien', all: 'a "O"Brien"' } })
  assert.deepEqual(written(3), { ...rest, 'who.first': 'O"Brien', 'who.all': 'a "O"Brien"' })
})
