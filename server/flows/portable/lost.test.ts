import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataOf, faults, n8nStep, read, ways } from '#flows/portable/testing.ts'

// Nothing of a step is lost without a word: what is carried over by nobody is named.

const of = (name: string, notes: readonly string[]) =>
  notes.filter((note) => note.startsWith(`${name}: `)).map((note) => note.slice(name.length + 2))

test('n8n: lists, how a node ran, who might call and what of a call is read is told of', () => {
  const equals = (leftValue: string) => ({ leftValue, rightValue: 'x', operator: { operation: 'equals' } })
  const lead = {
    path: 'lead',
    authentication: 'headerAuth',
    responseMode: 'lastNode',
    options: { rawBody: true, ipWhitelist: '' },
  }
  const mail = { operation: 'send', sendTo: 'a@x.cl', subject: 'S', message: '<p>Hi <b>you</b></p>', emailType: 'html' }
  const next = (node: string) => ({ main: [[{ node }]] })
  const { graph, notes, spanish } = read('n8n', {
    nodes: [
      n8nStep('In', 'webhook', lead),
      { ...n8nStep('Get', 'httpRequest', { url: 'https://x.cl', sendBinaryData: true }), alwaysOutputData: true },
      n8nStep('Which', 'if', {
        conditions: {
          options: { typeValidation: 'loose' },
          conditions: [
            equals("={{ $('In').item.json.headers['x-api'] }}"),
            equals("={{ $('In').item.json.query.src }}"),
          ],
        },
      }),
      {
        ...n8nStep('Mail', 'gmail', { ...mail, options: { x: 1, ccList: '' } }),
        ...{ executeOnce: true, retryOnFail: true, maxTries: 5, onError: 'continueRegularOutput', newer: 1 },
      },
      n8nStep('Each', 'splitOut', { fieldToSplitOut: 'a' }),
      n8nStep('Last', 'code', {}),
    ],
    connections: { In: next('Get'), Get: next('Which'), Which: next('Mail'), Mail: next('Each'), Each: next('Last') },
  })
  assert.deepEqual(
    of('In', notes)
      .slice(1)
      .map((note) => note.slice(0, 47)),
    [
      'n8n checked who called (headerAuth); here whoev',
      'n8n answered the call with what the workflow ma',
      'not carried over: options.rawBody',
      '`headers` of the call is read, and an event has',
      '`query` of the call is read, and an event has n',
    ],
  )
  assert.deepEqual(of('Get', spanish), [
    'seguía también si no entregaba nada (alwaysOutputData), como aquí; lo que lee sus valores debe contar con ello',
    'no se traslada: sendBinaryData',
  ])
  assert.deepEqual(of('Which', notes), [])
  assert.ok(notes.some((note) => note.startsWith('n8n took the text “5” for the number 5 in one step (Which)')))
  assert.deepEqual(of('Mail', notes).slice(1), [
    'ran once, with the first item (executeOnce); where what it reads is a list, name its first yourself',
    'n8n tried it up to 5 times (retryOnFail); that is not carried over',
    'n8n went on where it failed; here the run fails then, unless you draw its way error',
    'not carried over: newer, options.x',
  ])
  assert.partialDeepStrictEqual(dataOf(graph, 'mail'), {
    content: { body: 'Hi you', html: '<p>Hi <b>you</b></p>' },
  })
  const items = notes.filter((note) => note.startsWith('a step of n8n runs once for each item'))
  assert.equal(items.length, 1)
  assert.match(items[0] ?? '', /\(Get, Each\)$/)
})

test('n8n: of a workflow that says nothing more nothing is told', () => {
  const { notes } = read('n8n', {
    nodes: [
      { ...n8nStep('In', 'webhook', { path: 'a', responseMode: 'onReceived', options: {} }), id: '1', webhookId: 'w' },
      { ...n8nStep('W', 'wait', { amount: 1, unit: 'days' }), onError: 'stopWorkflow', retryOnFail: false },
    ],
    connections: { In: { main: [[{ node: 'W' }]] } },
  })
  assert.equal(notes.length, 1)
})

test('Novu: who sends, where it is answered to, what providers are told apart and how grave it is, is told of', () => {
  const { notes, spanish } = read('novu', {
    name: 'N',
    severity: 'high',
    steps: [
      {
        name: 'Mail',
        type: 'email',
        controlValues: { subject: 'X', body: 'Y', from: { email: 'q@x.cl' }, replyTo: 'r@x.cl', layoutId: 'l' },
      },
      {
        name: 'Push',
        type: 'push',
        controlValues: { subject: 'S', body: 'B' },
        overrides: { fcm: { x: 1 } },
        replyCallback: { active: true, url: 'https://x.cl' },
        severity: 'low',
      },
      { name: 'D', type: 'delay', controlValues: { type: 'regular', amount: 1, unit: 'days', extendToSchedule: true } },
      {
        name: 'Plain',
        type: 'in_app',
        controlValues: { subject: 'S', body: 'B', editorType: 'html' },
        overrides: {},
        replyCallback: { active: false, url: '' },
        severity: 'none',
      },
    ],
  })
  assert.deepEqual(notes.slice(1), [
    'its severity (high) is not carried over: notifications have none here',
    'Mail: not carried over: from, replyTo, layoutId',
    'Push: not carried over: overrides, severity, replyCallback',
    'D: not carried over: extendToSchedule',
  ])
  assert.deepEqual(of('Mail', spanish), ['no se traslada: from, replyTo, layoutId'])
})

test('Typebot: what a button stands for is kept, and what is shown, chosen, sent and begun otherwise is told of', () => {
  const equal = { comparisons: [{ variableId: 'v1', comparisonOperator: 'Equal to', value: 'vip' }] }
  const blocks = [
    {
      id: 'a',
      type: 'choice input',
      options: { variableId: 'v1', labels: { button: 'Go' } },
      items: [
        {
          id: 'i',
          content: 'A',
          value: 'A1',
          outgoingEdgeId: 'e',
          displayCondition: { isEnabled: true, condition: equal },
        },
        { id: 'j', content: 'B', outgoingEdgeId: 'e' },
      ],
    },
    {
      id: 'p',
      type: 'picture choice input',
      options: { variableId: 'v2' },
      items: [
        { id: 'k', title: 'C', pictureSrc: 'https://x.cl/c.png', outgoingEdgeId: 'e' },
        { id: 'l', pictureSrc: 'https://x.cl/d.png', outgoingEdgeId: 'e' },
      ],
    },
    { id: 'b', type: 'Webhook', options: { webhook: { url: 'https://x.cl', body: '{{state}}' }, timeout: 30 } },
    { id: 'c', type: 'text input', options: { variableId: 'v2', attachments: { isEnabled: true }, newer: 1 } },
    { id: 'd', type: 'HTTP request', options: { webhook: { url: 'https://x.cl', method: 'GET' }, timeout: 4 } },
    { id: 'f', type: 'HTTP request', options: { webhook: { url: 'https://x.cl', body: '{}' }, isCustomBody: true } },
    { id: 'h', type: 'text', content: { plainText: 'Bye' } },
    {
      id: 'm',
      type: 'choice input',
      items: Array.from({ length: 52 }, (_, i) => ({ id: `m${i}`, content: `m${i}`, outgoingEdgeId: 'e' })),
    },
    {
      id: 'n',
      type: 'picture choice input',
      options: { isMultipleChoice: true, dynamicItems: { isEnabled: true } },
      items: [{ id: 'o', title: 'O' }],
    },
  ]
  const { graph, notes, spanish } = read('typebot', {
    events: [
      { id: 's', type: 'start', outgoingEdgeId: 'e' },
      { id: 't', type: 'command', options: { command: 'help' } },
    ],
    variables: ['v1', 'v2'].map((name) => ({ id: name, name })),
    groups: [{ id: 'g', title: 'g', blocks }],
    edges: [{ id: 'e', to: { groupId: 'g' } }],
  })
  assert.deepEqual(faults(graph), [])
  assert.deepEqual(dataOf(graph, 'g-1-kept'), {
    vars: { v1: '{"a": "A1", "b": "B"}[last.data.text.trim().lowerAscii()]' },
  })
  assert.deepEqual(dataOf(graph, 'g-1-chosen'), {
    cases: [
      { handle: 'choice-1', when: 'last.data.text.trim().lowerAscii() == "a"' },
      { handle: 'choice-2', when: 'last.data.text.trim().lowerAscii() == "b"' },
    ],
  })
  assert.deepEqual(of('g 1', notes).slice(1), ['shown only where a condition held, here to everybody: A'])
  assert.deepEqual(dataOf(graph, 'g-2-chosen'), {
    cases: [{ handle: 'choice-1', when: 'last.data.text.trim().lowerAscii() == "c"' }],
  })
  assert.deepEqual(of('g 2', notes).slice(1), [
    'choices without words are left out (1), and so is where they led',
    'not carried over: pictureSrc',
  ])
  assert.partialDeepStrictEqual(dataOf(graph, 'g-3'), { method: 'POST', timeout: 'PT15S' })
  assert.equal(Object.hasOwn(dataOf(graph, 'g-3') ?? {}, 'body'), false)
  assert.deepEqual(of('g 3', spanish), [
    'Typebot enviaba todas las respuestas en su cuerpo; aquí va sin cuerpo: escribe en él lo que haga falta',
    'esperaba la respuesta 30 s; aquí una llamada espera 15 s como máximo',
  ])
  assert.deepEqual(of('g 4', notes), [
    'files and recordings sent with the answer are not kept',
    'not carried over: newer',
  ])
  assert.deepEqual([...of('g 5', notes), ...of('g 6', notes), ...of('g 7', notes)], [])
  assert.equal((dataOf(graph, 'g-5') as { timeout: string }).timeout, 'PT4S')
  assert.deepEqual(of('g 9', notes).slice(1), [
    'its choices were what a variable held; here only those written in it are listed, so say them before it asks',
    'several could be chosen; here the answer is one text as it was written',
  ])
  assert.match(of('g 8', notes).join(), /only the first 50 of its 52 ways were taken/)
  assert.ok(notes.includes('it began at another place too (command help); nothing here leads there'))
})

test('Typebot: lists keep their lines; payments, cards and values from the beginning are told of', () => {
  const li = (text: string) => ({ type: 'li', children: [{ type: 'lic', children: [{ text }] }] })
  const richText = [
    { type: 'p', children: [{ text: 'Bring:' }] },
    { type: 'ul', children: [li('your card'), li('a pen')] },
  ]
  const items = [{ id: 'i', title: 'One', options: { internalValue: '1' } }]
  const { graph, notes, spanish } = read('typebot', {
    variables: [
      { id: 'v', name: 'Plan', value: 'basic' },
      { id: 'w', name: 'Other', value: null },
    ],
    groups: [
      {
        id: 'g',
        title: 'g',
        blocks: [
          { id: 'a', type: 'text', content: { richText } },
          { id: 'b', type: 'payment input', options: { amount: '10' } },
          { id: 'c', type: 'cards input', items },
        ],
      },
    ],
    edges: [],
  })
  assert.deepEqual(dataOf(graph, 'g-1'), { text: 'Bring:\n- your card\n- a pen' })
  assert.deepEqual(dataOf(graph, 'g-2'), { amount: '10' })
  assert.deepEqual(dataOf(graph, 'g-3'), { items })
  assert.match(of('g 2', notes).join(), /there is no step like “payment input” here/)
  assert.ok(notes.includes('variables that had a value from the beginning are empty here (Plan); set them first'))
  assert.ok(spanish.some((note) => note.includes('aquí están vacías (Plan)')))
})

test('n8n: ways back to the step itself, connections of steps that are not there and of other kinds are told of', () => {
  const to = (...names: string[]) => names.map((node) => ({ node, type: 'main', index: 0 }))
  const { graph, notes, spanish } = read('n8n', {
    nodes: [
      n8nStep('In', 'webhook', { path: 'in' }),
      n8nStep('Loop', 'splitInBatches'),
      n8nStep('Pass', 'noOp'),
      n8nStep('Out', 'wait', { amount: 1, unit: 'hours' }),
    ],
    connections: {
      In: { main: [to('Loop', 'Gone')] },
      Loop: { main: [to('Out'), to('Pass')] },
      Pass: { main: [to('Loop')] },
      Nobody: { main: [to('Nothing')] },
      Out: { ai_tool: [to('Loop')] },
    },
  })
  assert.deepEqual(ways(graph), ['in loop', 'loop out'])
  assert.ok(
    notes.includes(
      'Loop: its output 1 leads back to itself with no step between that is one here; that way is not drawn',
    ),
  )
  assert.ok(
    notes.includes('connections of steps that are not in the file are left out: In → Gone, Nobody → Nothing'),
    notes.join('\n'),
  )
  assert.ok(spanish.includes('se omiten conexiones que no son un camino de la ejecución: ai_tool'))
})

test('n8n: the outputs of a switch keep their names, and null in a body stays null', () => {
  const rule = (outputKey?: unknown) => ({
    outputKey,
    conditions: {
      conditions: [{ leftValue: '={{ $json.x }}', rightValue: 'a', operator: { type: 'string', operation: 'equals' } }],
    },
  })
  const names = ['nuevo', 'Muy Nuevo ñ', 'nuevo', '={{ 1 }}', undefined, 'else', '🙂', 'constructor', 'A_b']
  const { graph, notes } = read('n8n', {
    nodes: [
      n8nStep('In', 'webhook', { path: 'in' }),
      n8nStep('Which', 'switch', {
        rules: { values: names.map(rule) },
        options: { fallbackOutput: 'extra', renameFallbackOutput: 'otros' },
      }),
      n8nStep('Call', 'httpRequest', {
        method: 'POST',
        url: 'https://x.example',
        bodyParameters: { parameters: [{ name: 'notas', value: null }, { name: 'b' }] },
      }),
    ],
    connections: {
      In: { main: [[{ node: 'Which' }]] },
      Which: { main: names.map((_, i) => (i === 1 ? [{ node: 'Call' }] : [])) },
    },
  })
  const { cases } = dataOf(graph, 'which') as { cases: { handle: string }[] }
  assert.deepEqual(
    cases.map(({ handle }) => handle),
    ['nuevo', 'muy-nuevo-n', 'nuevo-2', 'rule-4', 'rule-5', 'else-2', 'rule-7', 'constructor-2', 'A_b'],
  )
  assert.ok(ways(graph).includes('which.muy-nuevo-n call'))
  assert.ok(notes.includes('Which: what n8n called otros is the way else here'))
  assert.equal(dataOf(graph, 'call')?.body, '{"notas": null, "b": ""}')
})
