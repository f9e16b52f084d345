import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileGraph } from '#flows/compile.ts'
import { FORMATS, readForeign } from '#flows/portable/formats.ts'
import { at, dataOf, faults, read, ways } from '#flows/portable/testing.ts'

// In the forms of the three products, as their exports have them; written for these tests.

const N8N = {
  name: 'New lead',
  nodes: [
    {
      name: 'Webhook',
      type: 'n8n-nodes-base.webhook',
      typeVersion: 2,
      position: at(0),
      parameters: { httpMethod: 'POST', path: 'new lead' },
    },
    {
      name: 'Prepare',
      type: 'n8n-nodes-base.set',
      typeVersion: 3.4,
      position: at(200),
      parameters: {
        assignments: {
          assignments: [
            { id: '1', name: 'full name', value: '={{ $json.body.first }} {{ $json.body.last }}', type: 'string' },
          ],
        },
      },
    },
    {
      name: 'Ask CRM',
      type: 'n8n-nodes-base.httpRequest',
      typeVersion: 4.2,
      position: at(400),
      credentials: { httpHeaderAuth: { id: '1', name: 'CRM' } },
      parameters: {
        url: '=https://crm.example/leads/{{ $json["full name"] }}',
        sendQuery: true,
        queryParameters: { parameters: [{ name: 'src', value: "={{ $('Webhook').item.json.body.source }}" }] },
        options: { timeout: 4000 },
      },
      retryOnFail: true,
    },
    {
      name: 'Known?',
      type: 'n8n-nodes-base.if',
      typeVersion: 2,
      position: at(600),
      parameters: {
        conditions: {
          combinator: 'and',
          conditions: [
            { leftValue: '={{ $json.score }}', rightValue: 50, operator: { type: 'number', operation: 'gt' } },
          ],
        },
      },
    },
    {
      name: 'A day',
      type: 'n8n-nodes-base.wait',
      typeVersion: 1.1,
      position: at(800),
      parameters: { amount: 1, unit: 'days' },
    },
    {
      name: 'Mail',
      type: 'n8n-nodes-base.emailSend',
      typeVersion: 2.1,
      position: at(1000),
      parameters: { toEmail: '={{ $node["Webhook"].json.body.email }}', subject: 'Hi', text: '=Hi {{ $json.name }}' },
    },
    {
      name: 'Tell team',
      type: 'n8n-nodes-base.slack',
      typeVersion: 2,
      position: at(800),
      parameters: { channel: '#leads', text: '={{ $json.score }}' },
    },
    {
      name: 'Compute',
      type: 'n8n-nodes-base.set',
      typeVersion: 1,
      position: at(900),
      parameters: { values: { number: [{ name: 'n', value: '={{ Math.round($json.score) }}' }] } },
    },
    {
      name: 'Note',
      type: 'n8n-nodes-base.stickyNote',
      typeVersion: 1,
      position: at(0),
      parameters: { content: 'ask Ana' },
    },
    { name: 'Off', type: 'n8n-nodes-base.noOp', typeVersion: 1, position: at(0), parameters: {}, disabled: true },
  ],
  connections: {
    Webhook: { main: [[{ node: 'Prepare', type: 'main', index: 0 }]] },
    Prepare: { main: [[{ node: 'Ask CRM', type: 'main', index: 0 }]] },
    'Ask CRM': { main: [[{ node: 'Known?', type: 'main', index: 0 }]] },
    'Known?': {
      main: [
        [
          { node: 'A day', type: 'main', index: 0 },
          { node: 'Tell team', type: 'main', index: 0 },
        ],
        [{ node: 'Off', type: 'main', index: 0 }],
      ],
    },
    'A day': { main: [[{ node: 'Mail', type: 'main', index: 0 }]] },
    Off: { main: [[{ node: 'Compute', type: 'main', index: 0 }]] },
  },
}

test('n8n: what has a counterpart is drawn with its values, the rest stands there and is told of', () => {
  const { graph, notes, spanish } = read('n8n', N8N)
  assert.equal(graph.name, 'New lead')
  assert.deepEqual(dataOf(graph, 'webhook'), { event: 'webhook.new-lead' })
  assert.deepEqual(dataOf(graph, 'prepare'), {
    vars: {
      full_name:
        '(has(event.data.first) && event.data.first != null ? string(event.data.first) : "") + " " + (has(event.data.last) && event.data.last != null ? string(event.data.last) : "")',
    },
  })
  assert.deepEqual(dataOf(graph, 'ask-crm'), {
    method: 'GET',
    url: 'https://crm.example/leads/{{ vars.full_name }}?src={{ event.data.source }}',
    timeout: 'PT4S',
    retry: { attempts: 3 },
    save: 'Ask_CRM',
  })
  assert.deepEqual(dataOf(graph, 'known'), {
    cases: [{ handle: 'true', when: 'vars.Ask_CRM.body.score != null && vars.Ask_CRM.body.score > 50' }],
  })
  assert.deepEqual(dataOf(graph, 'a-day'), { for: 'P1D' })
  assert.deepEqual((dataOf(graph, 'mail') as { to: unknown }).to, { address: '{{ event.data.email }}' })
  assert.deepEqual(ways(graph), [
    'a-day mail',
    'ask-crm.ok known',
    'known-parallel a-day',
    'known-parallel tell-team',
    'known.else compute',
    'known.true known-parallel',
    'prepare ask-crm',
    'webhook prepare',
  ])
  assert.deepEqual(
    notes.map((note) => note.split(/[:;]/)[0]),
    [
      'Webhook',
      'a note on the canvas',
      'Tell team',
      'Off was switched off, and is left out',
      'Mail',
      'Compute',
      'a step of n8n runs once for each item of a list, and not at all for an empty one',
      'credentials are not in an export (Ask CRM)',
      'n8n wrote nothing where a field is missing',
    ],
    notes.join('\n'),
  )
  assert.equal(spanish.length, notes.length)
  // Publishing names what is left to do, and nothing else.
  assert.deepEqual([...new Set(faults(graph).map((fault) => fault.split(' ')[0]))].sort(), ['compute', 'tell-team'])
})

test('n8n: schedules keep their times; times that no cron can say stand there as they were', () => {
  const scheduled = (interval: object, settings = {}) =>
    read('n8n', {
      nodes: [{ name: 'S', type: 'n8n-nodes-base.scheduleTrigger', parameters: { rule: { interval: [interval] } } }],
      connections: {},
      settings,
    }).graph.nodes[0]
  assert.deepEqual(
    scheduled({ field: 'cronExpression', expression: '0 9 * * 1-5' }, { timezone: 'America/Santiago' })?.data,
    {
      schedule: { cron: '0 9 * * 1-5', zone: 'America/Santiago' },
    },
  )
  assert.deepEqual(scheduled({ triggerAtHour: 7 })?.data, { schedule: { cron: '0 7 * * *', zone: 'UTC' } })
  assert.deepEqual(scheduled({ field: 'weeks', triggerAtDay: [1, 3], triggerAtHour: 8 })?.data, {
    schedule: { cron: '0 8 * * 1,3', zone: 'UTC' },
  })
  assert.equal(scheduled({ field: 'seconds', secondsInterval: 5 })?.type, 'n8n-nodes-base.scheduleTrigger')
})

const rich = (...lines: string[]) => ({ richText: lines.map((text) => ({ type: 'p', children: [{ text }] })) })
const TYPEBOT = {
  version: '6',
  name: 'Satisfaction',
  events: [{ id: 'e', type: 'start', outgoingEdgeId: 'x1', graphCoordinates: { x: 0, y: 0 } }],
  variables: [
    { id: 'v1', name: 'Full name' },
    { id: 'v2', name: 'Score' },
  ],
  groups: [
    {
      id: 'g1',
      title: 'Hello',
      graphCoordinates: { x: 10, y: 20 },
      blocks: [
        { id: 'b1', type: 'text', content: rich('Hi!', 'Who are you?') },
        { id: 'b2', type: 'text input', options: { variableId: 'v1' } },
        { id: 'b3', type: 'text', content: rich('How was it, {{Full name}}?') },
        {
          id: 'b4',
          type: 'choice input',
          items: [
            { id: 'i1', content: 'Good', outgoingEdgeId: 'x2' },
            { id: 'i2', content: 'Bad', outgoingEdgeId: 'x3' },
          ],
        },
      ],
    },
    {
      id: 'g2',
      title: 'Good',
      graphCoordinates: { x: 300, y: 0 },
      blocks: [
        { id: 'b5', type: 'Set variable', options: { variableId: 'v2', expressionToEvaluate: '{{Score}} + 10' } },
        { id: 'b6', type: 'Jump', options: { groupId: 'g4' } },
      ],
    },
    {
      id: 'g3',
      title: 'Bad',
      graphCoordinates: { x: 300, y: 300 },
      blocks: [
        { id: 'b7', type: 'Wait', options: { secondsToWaitFor: '30' } },
        { id: 'b8', type: 'Google Sheets', options: { sheetId: '0' }, outgoingEdgeId: 'x4' },
      ],
    },
    {
      id: 'g4',
      title: 'End',
      graphCoordinates: { x: 600, y: 0 },
      blocks: [
        {
          id: 'b9',
          type: 'Condition',
          items: [
            {
              id: 'c1',
              outgoingEdgeId: 'x5',
              content: { comparisons: [{ variableId: 'v2', comparisonOperator: 'Greater than', value: '8' }] },
            },
          ],
        },
        { id: 'b10', type: 'text', content: rich('Bye') },
      ],
    },
  ],
  edges: [
    { id: 'x1', from: { eventId: 'e' }, to: { groupId: 'g1' } },
    { id: 'x2', from: { blockId: 'b4', itemId: 'i1' }, to: { groupId: 'g2' } },
    { id: 'x3', from: { blockId: 'b4', itemId: 'i2' }, to: { groupId: 'g3' } },
    { id: 'x4', from: { blockId: 'b8' }, to: { groupId: 'g4' } },
    { id: 'x5', from: { blockId: 'b9', itemId: 'c1' }, to: { groupId: 'g4', blockId: 'b10' } },
  ],
}

test('Typebot: bubbles are said, inputs are waited for and kept, choices branch, jumps lead on', () => {
  const { graph, notes, spanish } = read('typebot', TYPEBOT)
  assert.deepEqual(dataOf(graph, 'hello-1'), { text: 'Hi!\nWho are you?' })
  assert.deepEqual(dataOf(graph, 'hello-2-answer'), { event: 'encounter.message_received' })
  assert.deepEqual(dataOf(graph, 'hello-2-kept'), { vars: { Full_name: 'last.data.text' } })
  assert.deepEqual(dataOf(graph, 'hello-3'), { text: 'How was it, {{ vars.Full_name | default: "" }}?' })
  assert.deepEqual(dataOf(graph, 'hello-4'), { text: '- Good\n- Bad' })
  assert.deepEqual(dataOf(graph, 'good-1'), { vars: { Score: '(has(vars.Score) ? vars.Score : 0) + 10' } })
  assert.deepEqual(dataOf(graph, 'bad-2'), { sheetId: '0' })
  assert.deepEqual(ways(graph), [
    'bad-1 bad-2',
    'bad-2 end-1',
    'end-1.case-1 end-2',
    'end-1.else end-2',
    'good-1 end-1',
    'hello-1 hello-2-answer',
    'hello-2-answer.event hello-2-kept',
    'hello-2-kept hello-3',
    'hello-3 hello-4',
    'hello-4 hello-4-answer',
    'hello-4-answer.event hello-4-fits',
    'hello-4-chosen.choice-1 good-1',
    'hello-4-chosen.choice-2 bad-1',
    'hello-4-fits.else hello-4',
    'hello-4-fits.fits hello-4-kept',
    'hello-4-kept hello-4-chosen',
    'start hello-1',
  ])
  assert.ok(notes.some((note) => note.includes('Google Sheets')) && spanish.every((note) => note !== ''))
  assert.deepEqual([...new Set(faults(graph).map((fault) => fault.split(' ')[0]))], ['bad-2'])
})

test('Novu: steps of a workflow, as its API gives it and as older templates had it', () => {
  const { graph, notes } = read('novu', {
    workflowId: 'cita-recordatorio',
    name: 'Recordatorio',
    steps: [
      {
        name: 'Inbox',
        type: 'in_app',
        controlValues: {
          subject: 'Hola {{subscriber.firstName}}',
          body: 'Su cita es {{payload.when}}',
          primaryAction: { label: 'Ver', redirect: { url: 'https://x.example/{{payload.id}}' } },
        },
      },
      { name: 'Un día', type: 'delay', controlValues: { type: 'regular', amount: 1, unit: 'days' } },
      {
        name: 'Correo',
        type: 'email',
        controlValues: { subject: 'Cita', body: '<p>Hola <b>{{subscriber.firstName}}</b></p>', skip: { '==': [1, 1] } },
      },
      { name: 'Resumen', type: 'digest', controlValues: { amount: 1, unit: 'hours' } },
    ],
  })
  assert.deepEqual(dataOf(graph, 'start'), { event: 'cita-recordatorio' })
  assert.deepEqual(dataOf(graph, 'inbox'), {
    content: { title: 'Hola {{contact.name}}', body: 'Su cita es {{event.data.when}}' },
    channels: ['inbox'],
    deepLink: 'https://x.example/{{event.data.id}}',
  })
  assert.deepEqual(dataOf(graph, 'un-dia'), { for: 'P1D', label: 'Un día' })
  assert.deepEqual(dataOf(graph, 'correo'), {
    content: { title: 'Cita', body: 'Hola {{contact.name}}', html: '<p>Hola <b>{{contact.name}}</b></p>' },
    channels: ['email'],
  })
  assert.deepEqual(ways(graph), [
    'correo resumen',
    'correo-if correo',
    'inbox un-dia',
    'start inbox',
    'un-dia correo-if',
  ])
  assert.ok(
    notes.some((note) => note.startsWith('Correo: its conditions')) && notes.some((note) => note.startsWith('Resumen')),
  )
  assert.deepEqual([...new Set(faults(graph).map((fault) => fault.split(' ')[0]))], ['correo-if', 'resumen'])
  const old = read('novu', {
    name: 'Old',
    triggers: [{ identifier: 'old one' }],
    steps: [
      { name: 'P', template: { type: 'push', title: 'T', content: 'C' } },
      { template: { type: 'delay' }, metadata: { type: 'regular', amount: 5, unit: 'minutes' } },
    ],
  })
  assert.deepEqual(faults(old.graph), [])
  assert.deepEqual(
    old.graph.nodes.map(({ type }) => type),
    ['trigger', 'notify', 'wait'],
  )
})

test('whatever a file holds, it is read or refused, and nothing is thrown', () => {
  for (const format of FORMATS) {
    assert.equal(readForeign(format, {}).document, undefined)
    assert.match(readForeign(format, []).faults[0]?.says.es ?? '', /no es una exportación/)
  }
  const names = [
    'nodes',
    'connections',
    'groups',
    'edges',
    'blocks',
    'steps',
    'type',
    'parameters',
    'options',
    'items',
    'content',
    'template',
    'name',
    'main',
    '__proto__',
  ]
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom<unknown>('text', 'n8n-nodes-base.if', 'choice input', 'delay', 1, null, true, '={{ $json.x }}'),
      fc.array(tie('any'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom(...names), tie('any'), { maxKeys: 5 }),
    ),
  })).any
  fc.assert(
    fc.property(value, value, value, (nodes, connections, more) => {
      const made = {
        ...(more as object),
        nodes: [nodes, more],
        connections,
        groups: [nodes, connections],
        edges: [more],
        steps: [nodes, connections, more],
      }
      for (const format of FORMATS) {
        const { document } = readForeign(format, made)
        if (document !== undefined) compileGraph(document.graph)
      }
    }),
    { numRuns: 200 },
  )
})

test('a step that is called like what no step may be called comes under another id', () => {
  const { graph } = read('n8n', {
    name: 'Builders',
    nodes: ['Constructor', 'Prototype'].map((name) => ({
      name,
      type: 'n8n-nodes-base.wait',
      parameters: { amount: 1 },
    })),
    connections: { Constructor: { main: [[{ node: 'Prototype', type: 'main', index: 0 }]] } },
  })
  assert.deepEqual(
    graph.nodes.map(({ id }) => id),
    ['constructor-2', 'prototype-2'],
  )
  assert.deepEqual(ways(graph), ['constructor-2 prototype-2'])
})
