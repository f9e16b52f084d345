import assert from 'node:assert/strict'
import { test } from 'node:test'
import { at, dataOf, faults, n8nStep, read, ways } from '#flows/portable/testing.ts'

// What another product did otherwise is carried over or told of.

test('n8n: what could not be carried over is told for what it is, in both languages', () => {
  const { graph, notes, spanish } = read('n8n', {
    nodes: [
      n8nStep('start', 'webhook', { path: 'in' }),
      n8nStep('ask', 'if', {
        conditions: {
          conditions: [{ leftValue: '={{ $json.body.a }}', rightValue: '^A', operator: { operation: 'regex' } }],
        },
      }),
      { ...n8nStep('call', 'httpRequest', { url: 'https://x.example' }), retryOnFail: true, maxTries: 5 },
      { ...n8nStep('later', 'httpRequest', { url: 'https://x.example' }), retryOnFail: true, waitBetweenTries: 4_500 },
      n8nStep('mail', 'emailSend', { toEmail: 'a@b.cl', subject: 'S', html: '<p>Hi <b>you</b></p>' }),
      n8nStep('stop', 'stopAndError', { errorMessage: '=None' }),
      n8nStep('keep', 'set', { assignments: { assignments: [{ name: 'x', value: '={{ $json.a.trim() }}' }] } }),
    ],
    connections: {},
  })
  assert.ok(notes.includes('ask: compares as nothing here does (regex); it stays as it was written'))
  assert.ok(spanish.includes('ask: compara como aquí no se puede (regex); queda como estaba'))
  assert.ok(spanish.includes('keep: un valor contiene JavaScript, que aquí nada ejecuta; queda como estaba'))
  assert.deepEqual((dataOf(graph, 'call') as { retry?: unknown }).retry, { attempts: 5, after: 'PT1S' })
  assert.deepEqual((dataOf(graph, 'later') as { retry?: unknown }).retry, { attempts: 3, after: 'PT5S' })
  assert.partialDeepStrictEqual(dataOf(graph, 'mail'), {
    content: { body: 'Hi you', html: '<p>Hi <b>you</b></p>' },
  })
  assert.deepEqual(dataOf(graph, 'stop'), { outcome: 'None' })
})

test('Novu: a whole name is said once', () => {
  const { graph } = read('novu', {
    name: 'N',
    steps: [
      {
        type: 'email',
        controlValues: { body: '{{subscriber.firstName}} {{ subscriber.lastName }}, hi' },
      },
    ],
  })
  assert.partialDeepStrictEqual(dataOf(graph, 'email'), {
    content: { body: '{{ contact.name }}, hi' },
  })
})

test('Novu: names are ours in tags, filters and literals of texts too, and what nothing here knows is told of', () => {
  const { graph, notes, spanish } = read('novu', {
    name: 'N',
    steps: [
      {
        name: 'A',
        type: 'in_app',
        controlValues: {
          subject:
            '{% if payload.express and subscriber.timezone == "payload.x" %}{{ subscriber.data.vip }}{% endif %}',
          body: '{%- for one in payload.items -%}{{ one.payload | append: payload["x"] }}{%- endfor -%} payload.x {{ subscriber.email }}',
        },
      },
      { name: 'B', type: 'push', template: { title: '{{orderId}}', content: '{{#if express}}{{payload.a}}{{/if}}' } },
    ],
  })
  assert.deepEqual(dataOf(graph, 'a')?.content, {
    title: '{% if event.data.express and contact.timeZone == "payload.x" %}{{ contact.attributes.vip }}{% endif %}',
    body: '{%- for one in event.data.items -%}{{ one.payload | append: event.data["x"] }}{%- endfor -%} payload.x {{ contact.attributes.email }}',
  })
  assert.deepEqual([...new Set(faults(graph).map((fault) => fault.split(' ')[0]))], ['b'])
  assert.equal(notes.filter((note) => note.startsWith('A: ')).length, 0)
  assert.ok(spanish.includes('B: sus textos nombran lo que aquí nada conoce (#if, /if); quedan como estaban'))
})

test('Novu: a picture and the words of a button are told of', () => {
  const { notes, spanish } = read('novu', {
    name: 'N',
    steps: [
      {
        type: 'in_app',
        controlValues: {
          body: 'Hi',
          avatar: 'https://x.example/a.png',
          primaryAction: { label: 'See it', redirect: { url: '/orders' } },
        },
      },
    ],
  })
  assert.deepEqual(notes.slice(1), [
    'in_app: its link (/orders) is no whole address, and is left out; write it with https:// in deepLink',
    'in_app: a notification is opened as a whole; the words of its button (See it) are left out',
    'in_app: notifications have no picture of their own; its avatar is left out',
  ])
  assert.match(spanish.join(), /su avatar se omite/)
})

test('Typebot: a bot goes on where its call was not answered', () => {
  const { graph } = read('typebot', {
    edges: [],
    variables: [{ id: 'v', name: 'v' }],
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
              responseVariableMapping: [{ variableId: 'v', bodyPath: 'data.id' }],
            },
          },
          { id: 'b', type: 'text', content: { plainText: 'On' } },
        ],
      },
    ],
  })
  assert.deepEqual(ways(graph), ['g-1 g-1-kept', 'g-1-kept g-2', 'start g-1'])
})

test('n8n: what is compared, asked and waited for in another way is told of, and how long it waits at most is kept', () => {
  const asks = (value: string, type: string) => ({
    conditions: [{ leftValue: '={{ $json.a }}', rightValue: value, operator: { type, operation: 'equals' } }],
    combinator: 'and',
  })
  const node = (name: string, type: string, parameters: object) => ({
    name,
    type: `n8n-nodes-base.${type}`,
    typeVersion: 2,
    position: at(0),
    parameters,
  })
  const { graph, notes, spanish } = read('n8n', {
    name: 'x',
    nodes: [
      node('Start', 'manualTrigger', {}),
      node('Yes?', 'if', { conditions: { ...asks('yes', 'string'), options: { caseSensitive: false } } }),
      node('More?', 'if', { conditions: { ...asks('1', 'number'), options: { caseSensitive: false } } }),
      node('Which', 'switch', {
        rules: { values: [{ conditions: asks('a', 'string') }] },
        options: { ignoreCase: true, allMatchingOutputs: true, fallbackOutput: 0 },
      }),
      node('Send', 'httpRequest', {
        method: 'POST',
        url: 'https://a.example/',
        contentType: 'form-urlencoded',
        specifyHeaders: 'json',
        jsonHeaders: '{}',
        bodyParameters: { parameters: [{ name: 'a', value: 'b' }] },
        options: { pagination: { pagination: { paginationMode: 'responseContainsNextURL' } }, timeout: 30_000 },
      }),
      node('Reply', 'wait', { resume: 'webhook', limitWaitTime: true, resumeAmount: 2, resumeUnit: 'days' }),
      node('Signed', 'wait', { resume: 'webhook', limitWaitTime: true, limitType: 'atSpecifiedTime' }),
      node('End', 'stopAndError', { errorMessage: 'over' }),
    ],
    connections: {
      Start: { main: [['Yes?', 'More?', 'Which', 'Send', 'Reply'].map((name) => ({ node: name }))] },
      Reply: { main: [[{ node: 'Signed' }]] },
      Signed: { main: [[{ node: 'End' }]] },
    },
  })
  const of = (name: string, all = notes) =>
    all.filter((note) => note.startsWith(`${name}: `)).map((note) => note.slice(name.length + 2))
  assert.deepEqual(of('Yes?'), ['n8n compared its texts whatever the case of their letters; here capitals count'])
  assert.deepEqual(of('More?'), [])
  assert.equal(of('Which').length, 2)
  assert.deepEqual(of('Send', spanish), [
    'n8n enviaba su cuerpo como form-urlencoded; aquí va como JSON',
    'sus cabeceras no se trasladan: son un solo texto JSON',
    'pregunta una vez, y no página por página',
    'esperaba la respuesta 30 s; aquí una llamada espera 15 s como máximo',
  ])
  assert.deepEqual(dataOf(graph, 'reply'), { event: 'n8n.resumed', timeout: 'P2D' })
  assert.deepEqual(
    ways(graph).filter((way) => /^(reply|signed)/.test(way)),
    ['reply signed', 'signed.event end'],
  )
  assert.equal(of('Signed').length, 2)
})

test('Typebot: what is compared with a variable is so here; what Typebot finds out itself stands there as it was', () => {
  const compared = (comparisonOperator: string, value: string) => ({
    content: { comparisons: [{ id: 'c', variableId: 'v', comparisonOperator, value }] },
  })
  const { graph, notes } = read('typebot', {
    name: 'x',
    variables: [
      { id: 'v', name: 'Answer' },
      { id: 'w', name: 'Wanted' },
    ],
    groups: [
      {
        id: 'g',
        title: 'G',
        blocks: [
          { id: 'a', type: 'Set variable', options: { variableId: 'v', type: 'Random ID' } },
          { id: 'b', type: 'Set variable', options: { variableId: 'w', type: 'Empty' } },
          { id: 'd', type: 'Set variable', options: { variableId: 'v', expressionToEvaluate: 'yes' } },
          {
            id: 'c',
            type: 'Condition',
            items: [
              compared('Equal to', '{{Wanted}}'),
              compared('Contains', 'Yes'),
              compared('Equal to', 'I am {{Wanted}}'),
            ],
          },
        ],
      },
    ],
    edges: [],
  })
  const [random, empty, , branch] = graph.nodes.filter(({ type }) => type !== 'trigger')
  assert.equal(random?.type, 'typebot.set-variable')
  assert.deepEqual(empty?.data, { vars: { Wanted: '""' } })
  const cases = (branch?.data?.cases ?? []) as { when: string }[]
  assert.deepEqual(
    cases.slice(0, 2).map(({ when }) => when),
    [
      '(string((has(vars.Answer) ? vars.Answer : "")) == string((has(vars.Wanted) ? vars.Wanted : "")))',
      '(string((has(vars.Answer) ? vars.Answer : "")).lowerAscii().contains("Yes".lowerAscii()))',
    ],
  )
  assert.deepEqual(
    faults(graph).filter((fault) => fault.includes('data.cases') && !fault.includes('cases.2')),
    [],
  )
  assert.equal(notes.filter((note) => /stands in the draft|compared as nothing here/.test(note)).length, 2)
})

test('n8n: lists are compared as lists, and what is asked to be there by has', () => {
  const asked = [
    ['array', 'contains', 'vip'],
    ['array', 'notContains', 'vip'],
    ['array', 'empty', ''],
    ['array', 'lengthGt', 3],
    ['object', 'notEmpty', ''],
    ['string', 'contains', 'vip'],
    ['string', 'notExists', ''],
  ] as const
  const values = asked.map(([type, operation, rightValue]) => ({
    conditions: { conditions: [{ leftValue: '={{ $json.body.tags }}', rightValue, operator: { type, operation } }] },
  }))
  const { graph, notes } = read('n8n', {
    nodes: [n8nStep('start', 'webhook', { path: 'in' }), n8nStep('which', 'switch', { rules: { values } })],
    connections: { start: { main: [[{ node: 'which', type: 'main', index: 0 }]] } },
  })
  const { cases } = dataOf(graph, 'which') as { cases: { when: string }[] }
  assert.deepEqual(
    cases.map(({ when }) => when),
    [
      'event.data.tags != null && "vip" in event.data.tags',
      '!has(event.data.tags) || event.data.tags == null || !("vip" in event.data.tags)',
      '!has(event.data.tags) || event.data.tags == null || size(event.data.tags) == 0',
      '(has(event.data.tags) && event.data.tags != null ? size(event.data.tags) : 0) > 3',
      'event.data.tags != null && size(event.data.tags) > 0',
      'event.data.tags != null && event.data.tags.contains("vip")',
      '!has(event.data.tags) || event.data.tags == null',
    ],
  )
  assert.equal(
    notes.some((one) => one.includes('compares')),
    false,
  )
  assert.equal(
    faults(graph).some((one) => one.includes('/when')),
    false,
  )
})

test('n8n: what ran when it failed, and how long it might run, is told of', () => {
  const workflow = { nodes: [n8nStep('start', 'webhook', { path: 'in' })], connections: {} }
  const { notes, spanish } = read('n8n', { ...workflow, settings: { errorWorkflow: 'x1', executionTimeout: 3600 } })
  assert.ok(notes.some((one) => one.includes('(errorWorkflow)')) && spanish.some((one) => one.includes('onError')))
  assert.ok(notes.some((one) => one.startsWith('it ran 3600 s at most')))
  const plain = read('n8n', { ...workflow, settings: { executionTimeout: -1 } })
  assert.equal(
    plain.notes.some((one) => one.includes('executionTimeout')),
    false,
  )
})

test('Typebot: parts of an answer are kept where a path finds them, and a choice may hold a variable', () => {
  const { graph, notes, spanish } = read('typebot', {
    edges: [{ id: 'e', from: { blockId: 'b', itemId: 'i' }, to: { groupId: 'g' } }],
    variables: ['one', 'two', 'three', 'four'].map((name) => ({ id: name, name })),
    groups: [
      {
        id: 'g',
        title: 'g',
        blocks: [
          {
            id: 'a',
            type: 'Webhook',
            options: {
              webhook: { url: 'https://x.example' },
              responseVariableMapping: [
                { variableId: 'one', bodyPath: 'data.items[0].id' },
                { variableId: 'two', bodyPath: 'database.2.name' },
                { variableId: 'three', bodyPath: 'statusCode' },
                { variableId: 'four', bodyPath: 'data.flatMap(item => item.id)' },
              ],
            },
          },
          {
            id: 'b',
            type: 'choice input',
            options: { variableId: 'two' },
            items: [{ id: 'i', content: 'No, {{one}}!', outgoingEdgeId: 'e' }],
          },
        ],
      },
    ],
  })
  const body = 'vars.g_1_answer.body'
  assert.deepEqual(dataOf(graph, 'g-1-kept'), {
    vars: {
      one: `has(${body}) && has(${body}.items) && !has(vars.g_1_answer.error) && ${body}.items != null && size(${body}.items) > 0 && [${body}.items[0]].all(item, has(item.id)) && ${body}.items[0].id != null ? ${body}.items[0].id : ""`,
      two: `has(${body}) && has(${body}.database) && !has(vars.g_1_answer.error) && ${body}.database != null && size(${body}.database) > 2 && [${body}.database[2]].all(item, has(item.name)) && ${body}.database[2].name != null ? ${body}.database[2].name : ""`,
      three: 'has(vars.g_1_answer.status) && vars.g_1_answer.status != null ? vars.g_1_answer.status : ""',
    },
  })
  assert.ok(notes.some((one) => one.includes('four does not get its part of the answer')))
  assert.ok(spanish.some((one) => one.includes('four no recibe su parte de la respuesta')))
  const words = '("No, " + string((has(vars.one) ? vars.one : "")) + "!").trim().lowerAscii()'
  assert.deepEqual(dataOf(graph, 'g-2-chosen'), {
    cases: [{ handle: 'choice-1', when: `last.data.text.trim().lowerAscii() == ${words}` }],
  })
})
