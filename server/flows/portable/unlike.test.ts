import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileCel, resultOf } from '#flows/cel.ts'
import { dataOf, faults, n8nStep, read, ways } from '#flows/portable/testing.ts'
import type { Json } from '#platform/event.ts'

// What a step did beside what its counterpart does is carried over where it can be, and else told of.

/** A workflow of n8n of steps one after the other. */
const row = (nodes: readonly { name: string; notes?: string; onError?: string }[], settings = {}) => ({
  nodes,
  connections: Object.fromEntries(
    nodes.slice(1).map(({ name }, i) => [nodes[i]?.name, { main: [[{ node: name, type: 'main', index: 0 }]] }]),
  ),
  settings,
})

test('n8n: until a moment is waited by the clocks of the workflow', () => {
  const waiting = (dateTime: string, settings = {}) => {
    const { graph, notes } = read('n8n', row([n8nStep('w', 'wait', { resume: 'specificTime', dateTime })], settings))
    return [dataOf(graph, 'w')?.until, notes.length]
  }
  const here = { timezone: 'America/Santiago' }
  assert.deepEqual(waiting('2027-01-01T09:00:00', here), ['timestamp("2027-01-01T12:00:00Z")', 0])
  assert.deepEqual(waiting('2027-07-01 09:00', here), ['timestamp("2027-07-01T13:00:00Z")', 0])
  assert.deepEqual(waiting('2027-01-01T09:00:00+01:00', here), ['timestamp("2027-01-01T08:00:00Z")', 0])
  assert.deepEqual(waiting('2027-01-01T09:00:00', { timezone: 'DEFAULT' }), ['timestamp("2027-01-01T09:00:00Z")', 1])
  assert.deepEqual(waiting('2027-01-01T09:00:00', { timezone: 'Nowhere/Else' })[0], undefined)
})

test('n8n: copies, attachments and senders of an e-mail are told of', () => {
  const { notes, spanish } = read(
    'n8n',
    row([
      n8nStep('one', 'emailSend', {
        toEmail: 'a@x.com',
        fromEmail: 'we@x.com',
        text: 'Hi',
        options: { ccEmail: 'boss@x.com', attachments: 'data', appendAttribution: false },
      }),
      n8nStep('two', 'gmail', {
        sendTo: 'a@x.com, b@x.com',
        message: 'Hi',
        options: {
          bccList: 'c@x.com',
          attachmentsUi: { attachmentsBinary: [{ property: 'data' }] },
          replyTo: 'r@x.com',
        },
      }),
      n8nStep('three', 'emailSend', { toEmail: '={{ $json.a, 1 }}', text: 'Hi', options: { attachments: '' } }),
    ]),
  )
  const of = (name: string, all = notes) => all.filter((note) => note.startsWith(`${name}: `)).slice(1)
  assert.deepEqual(of('one'), [
    'one: its copies are not carried over (Cc: boss@x.com): each needs a step of its own',
    'one: its attachments are not carried over: e-mails have none here',
    'one: its sender (we@x.com) is left out: the mail server of this installation names it',
  ])
  assert.deepEqual(of('two', spanish), [
    'two: sus copias no se trasladan (Bcc: c@x.com): cada una necesita un paso propio',
    'two: iba a varias direcciones; un paso avisa a una: cada una necesita el suyo',
    'two: sus adjuntos no se trasladan: aquí los correos no los llevan',
    'two: se omite a dónde se le responde (r@x.com)',
  ])
  assert.equal(of('three').length, 1, 'the JavaScript of its address')
})

test('n8n: how a request identifies itself is told without a linked credential too, and what its options did', () => {
  const call = (name: string, options = {}, more = {}) =>
    n8nStep(name, 'httpRequest', { url: 'https://x.example', options, ...more })
  const never = { response: { response: { neverError: true, fullResponse: true } } }
  const { graph, notes, spanish } = read(
    'n8n',
    row([
      call('start', {}, { authentication: 'genericCredentialType', genericAuthType: 'httpHeaderAuth' }),
      { ...call('any', never), notes: 'mind the limit' },
      n8nStep('ask', 'if', {
        conditions: {
          conditions: [{ leftValue: '={{ $json.statusCode }}', rightValue: 404, operator: { operation: 'equals' } }],
        },
      }),
      { ...call('split', never), onError: 'continueErrorOutput' },
      call('proxied', { proxy: 'http://p', redirect: {}, lowercaseHeaders: true }, { authentication: 'none' }),
    ]),
  )
  assert.ok(notes.some((note) => note.startsWith('credentials are not in an export (start): ')))
  assert.ok(spanish.some((note) => note.startsWith('las credenciales no vienen en la exportación (start): ')))
  const of = (name: string) => notes.filter((note) => note.startsWith(`${name}: `))
  assert.deepEqual(of('any'), [
    'any: goes on with whatever is answered, as in n8n (neverError), and here also where nobody answers',
    'any: a note on it: mind the limit',
  ])
  assert.match(of('split').join(), /here such a one goes the way error/)
  assert.deepEqual(of('proxied'), ['proxied: its options are not carried over: proxy'])
  assert.deepEqual(dataOf(graph, 'ask')?.cases, [{ handle: 'true', when: 'vars.any.status == 404' }])
  assert.deepEqual(ways(graph), [
    'any ask',
    'ask.true split',
    'split.error split-end',
    'split.ok proxied',
    'start.ok any',
  ])
})

test('Novu: a channel that was off keeps the draft from being published; what nobody could switch off is told of', () => {
  const steps = [
    { name: 'In-App', type: 'in_app', controlValues: { body: 'x', data: { a: 1 } } },
    { name: 'Email', type: 'email', controlValues: { subject: 's', body: 'b' } },
  ]
  const all = { enabled: true, readOnly: true }
  const { graph, notes, spanish } = read('novu', {
    name: 'P',
    description: 'What it is for',
    active: false,
    tags: ['orders'],
    steps,
    preferences: { user: null, default: { all, channels: { email: { enabled: false } } } },
  })
  assert.equal(graph.description, 'What it is for')
  assert.deepEqual(
    faults(graph).map((fault) => fault.split(' ')[0]),
    ['email'],
  )
  assert.equal(notes.length, 6)
  assert.ok(notes.some((note) => note.startsWith('Email: email was off here')))
  assert.ok(notes.includes('In-App: not carried over: data'))
  assert.deepEqual(spanish.slice(1, 4), [
    'el workflow estaba desactivado; aquí tampoco hace nada hasta que se publique',
    'las personas no podían apagarlo (critical, readOnly); aquí valen para él las horas de silencio y los topes, salvo que sus pasos digan `critical`',
    'sus etiquetas no se trasladan (orders); la clase de una notificación es la `category` de su paso',
  ])
  const kinds = (workflow: object) =>
    read('novu', { name: 'P', steps, ...workflow }).graph.nodes.map(({ type }) => type)
  assert.deepEqual(kinds({ preferenceSettings: { email: false } }), ['trigger', 'notify', 'novu.email'])
  assert.deepEqual(
    kinds({ preferences: { default: { all: { enabled: false }, channels: { email: { enabled: true } } } } }),
    ['trigger', 'novu.in_app', 'notify'],
  )
  assert.deepEqual(kinds({ preferences: { user: { all }, default: { all: { enabled: false } } } }), [
    'trigger',
    'notify',
    'notify',
  ])
})

test('Novu: who stops where a step fails stops here, and older links lead where they led', () => {
  const { graph, notes } = read('novu', {
    name: 'Legacy',
    steps: [
      {
        name: 'E',
        shouldStopOnFail: true,
        template: {
          type: 'in_app',
          content: 'Hi',
          cta: { data: { url: 'https://x.example/y' }, action: { buttons: [{ content: 'Yes' }, { content: 'No' }] } },
        },
      },
      { name: 'D', shouldStopOnFail: true, template: { type: 'delay' }, metadata: { amount: 5, unit: 'minutes' } },
      { name: 'P', template: { type: 'push', title: 'T', content: 'C' } },
    ],
  })
  assert.deepEqual(ways(graph), ['d p', 'e.sent d', 'e.suppressed d', 'start e'])
  assert.equal((dataOf(graph, 'e') as { deepLink: string }).deepLink, 'https://x.example/y')
  assert.equal(notes.filter((note) => note.startsWith('E: ')).length, 2)
  assert.deepEqual(faults(graph), [])
})

test('Typebot: an answer is reckoned with where it is a number, and is nothing where it is none', () => {
  const { graph, notes, spanish } = read('typebot', {
    variables: ['Age', 'Total', 'Other'].map((name) => ({ id: name, name })),
    groups: [
      {
        id: 'g',
        title: 'g',
        blocks: [
          { id: 'a', type: 'email input', options: { variableId: 'Age' } },
          { id: 'z', type: 'text input', options: { variableId: 'Other' } },
          { id: 'b', type: 'Set variable', options: { variableId: 'Total', expressionToEvaluate: '{{Age}} + 1' } },
          { id: 'c', type: 'Set variable', options: { variableId: 'Total', expressionToEvaluate: '{{Total}} * 2' } },
          {
            id: 'd',
            type: 'Condition',
            items: [
              { comparisonOperator: 'Greater than', value: '{{Other}}' },
              { comparisonOperator: 'Less than', value: '{{Other}}' },
              { comparisonOperator: 'Greater than', value: '8' },
            ].map((one) => ({ content: { comparisons: [{ variableId: 'Age', ...one }] } })),
          },
          { id: 'e', type: 'text', content: { plainText: 'Bye' } },
        ],
      },
    ],
    edges: [],
  })
  assert.deepEqual(faults(graph), [])
  assert.deepEqual(dataOf(graph, 'g-4')?.vars, { Total: '(has(vars.Total) ? vars.Total : 0) * 2' })
  assert.ok(notes.includes('g 1: whether the answer is an email is not judged'))
  assert.ok(spanish.includes('g 3: calcula solo con números; si Age no lo es, cuenta como 0'))
  const { Total } = (dataOf(graph, 'g-3') as { vars: { Total: string } }).vars
  const [more, less, fixed] = (dataOf(graph, 'g-5') as { cases: { when: string }[] }).cases.map(({ when }) => when)
  const given = (source: string, vars: { [name: string]: Json }) => {
    const { cel, faults: wrong } = compileCel(source, 'value')
    assert.ok(cel, JSON.stringify(wrong))
    return resultOf(cel, {
      vars,
      now: new Date(0),
      event: null,
      last: null,
      contact: null,
      encounter: null,
      queue: null,
    })
  }
  assert.deepEqual(
    ['5', ' -2.5 ', 7, '.5', '5.', '', 'Ann', '1.2.3', '1-2', '-', '.'].map((Age) => given(Total, { Age })),
    [6, -1.5, 8, 1.5, 6, 1, 1, 1, 1, 1, 1],
  )
  assert.equal(given(Total, {}), 1)
  const than = (Age: Json, Other: Json) => [more, less, fixed].map((when) => given(when ?? '', { Age, Other }))
  assert.deepEqual(than('10', '9'), [true, false, true])
  assert.deepEqual(than('8', 9.5), [false, true, false])
  assert.deepEqual(than('Ann', '9'), [false, false, false])
  assert.deepEqual(than('10', 'Bob'), [false, false, true])
})

test('n8n: intervals that a cron counts anew are told of; fields keep their types and are found by names with dots', () => {
  const every = (interval: object) => {
    const { notes } = read('n8n', row([n8nStep('s', 'scheduleTrigger', { rule: { interval: [interval] } })]))
    return notes.some((note) => note.includes('counts its interval anew'))
  }
  assert.deepEqual(
    [
      { field: 'minutes', minutesInterval: 7 },
      { field: 'hours', hoursInterval: 5 },
      { daysInterval: 3 },
      { field: 'minutes', minutesInterval: 15 },
      { field: 'hours', hoursInterval: 6 },
      {},
    ].map(every),
    [true, true, true, false, false, false],
  )
  const { graph } = read(
    'n8n',
    row([
      n8nStep('in', 'webhook', { path: 'in' }),
      n8nStep('set', 'set', {
        assignments: {
          assignments: [
            { name: 'user.age', type: 'number', value: '5' },
            { name: 'tags', type: 'array', value: '["a"]' },
            { name: 'ok', type: 'boolean', value: 'true' },
            { name: 'code', type: 'string', value: '05' },
          ],
        },
        fields: { values: [{ name: 'old', type: 'numberValue', numberValue: '7' }] },
      }),
      n8nStep('use', 'set', { assignments: { assignments: [{ name: 'age', value: '={{ $json.user.age }}' }] } }),
    ]),
  )
  const vars = { user_age: '5', tags: '["a"]', ok: 'true', code: '"05"', old: '7' }
  assert.deepEqual(dataOf(graph, 'set'), { vars })
  assert.deepEqual(dataOf(graph, 'use'), { vars: { age: 'has(vars.user_age) ? vars.user_age : null' } })
  assert.deepEqual(faults(graph), [])
})
