import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileGraph } from '#flows/compile.ts'
import { faultOf } from '#flows/errors.ts'
import { KINDS } from '#flows/nodes/kinds.ts'
import { fastest, graph, SAMPLE } from '#flows/testing.ts'
import { PATTERNS_IN_SPANISH } from '#platform/schema/patterns.ts'

const TEMPLATES = new Map([['come-back', ['push', 'email']]])

const faults = (value: unknown, world = {}) =>
  (compileGraph(value, world).faults ?? []).map(({ nodeId, path, says }) => `${nodeId} ${path ?? ''}: ${says.en}`)

const only = (nodes: Parameters<typeof graph>[0], edges: readonly string[], settings?: object) =>
  faults(graph(nodes, edges, settings))

const START = ['start', 'trigger', { event: 'go' }] as const

test('a flow that was never drawn says so', () => {
  const { faults = [] } = compileGraph(null)
  assert.deepEqual(
    faults.map(({ says }) => says.en),
    ['there is no draft yet: save one first'],
  )
  assert.deepEqual(
    faults.map((fault) => faultOf(fault).path),
    [''],
    'the pointer to the whole',
  )
})

test('the sample compiles, and says what it needs', () => {
  const { flow } = compileGraph(SAMPLE, { templates: TEMPLATES })
  assert.ok(flow)
  assert.deepEqual([...flow.listens.keys()].sort(), [
    'complaint.created',
    'contact.opted_out',
    'encounter.closed',
    'encounter.message_sent',
    'encounter.resumed',
  ])
  assert.deepEqual([...flow.reads].sort(), ['contact', 'encounter', 'last', 'queue'])
  assert.deepEqual([...flow.calendars], ['queue'])
  assert.deepEqual([flow.key, flow.onePerKey], [null, true])
})

test('every fault of a graph is listed with its node', () => {
  const broken = {
    settings: { key: 'event.', cancelOn: ['encounter.*'], goal: { event: 'x', within: 'soon' }, speed: 3 },
    nodes: [
      { id: 'start', type: 'trigger', data: { event: 'a..b', where: 'queue.continuity &&' } },
      { id: 'magic', type: 'code', data: { js: '1' } },
      { id: 'tell', type: 'notify', data: { template: 'nobody-knows', channels: ['push'] } },
      { id: 'pause', type: 'wait', data: { for: '4 hours' } },
      { id: 'ask', type: 'branch', data: { cases: [{ handle: 'yes', when: 'vars.count > 1' }] } },
      {
        id: 'say',
        type: 'message',
        data: { text: 'Hola {{ contacto.name }} {{ vars.count }} {{ event.patient_id }}' },
      },
      { id: 'alone', type: 'end', data: {} },
      { id: 'alone', type: 'end', data: {} },
      { id: 'set', type: 'set', data: { vars: { constructor2: '1' }, more: 1 } },
    ],
    edges: [
      { id: '1', source: 'start', target: 'magic' },
      { id: '2', source: 'magic', target: 'tell' },
      { id: '2', source: 'tell', target: 'pause' },
      { id: '4', source: 'pause', target: 'ask' },
      { id: '5', source: 'ask', sourceHandle: 'maybe', target: 'say' },
      { id: '6', source: 'say', target: 'nowhere' },
      { id: '7', source: 'nobody', target: 'say' },
      { id: '8', source: 'say', target: 'start' },
      { id: '9', source: 'say', target: 'set' },
    ],
  }
  const found = faults(broken, { templates: TEMPLATES })
  const expected = [
    'start data.event: must not hold an empty word',
    /^start data\.where: /,
    /^magic type: there is no kind of node "code"/,
    'tell data.template: there is no template nobody-knows',
    /^pause data\.for: “4 hours” is no ISO 8601 duration/,
    'ask data.cases.0.when: there is no vars.count; known are constructor2',
    /^say data\.text: there is no variable contacto\.name/,
    /^say data\.text: there is no variable vars\.count/,
    /^say data\.text: there is no variable event\.patient_id/,
    'alone id: node alone is there twice',
    /^set data\.more: /,
    'tell edges.2.id: edge 2 is there twice',
    'ask edges.4.sourceHandle: has no way out maybe; it has yes, else',
    'say edges.5.target: there is no node nowhere',
    'nobody edges.6.source: there is no node nobody',
    'start edges.7.target: nothing can lead into a trigger',
    'say edges.8: two edges leave without a way of its own',
    'ask yes: the way yes leads nowhere',
    'alone : cannot be reached from a trigger',
    /^null settings\.cancelOn\.0: /,
    /^null settings\.speed: /,
    /^null settings\.key: /,
    /^null settings\.goal\.within: /,
  ]
  for (const one of expected) {
    const there = found.some((text) => (typeof one === 'string' ? text === one : one.test(text)))
    assert.ok(there, `${one} is not among\n${found.join('\n')}`)
  }
  assert.equal(found.length, expected.length, found.join('\n'))
  assert.deepEqual(
    only([START, ['e', 'end']], ['start e'], { key: 'event.', goal: { event: 'x', within: 'soon' } }).length,
    2,
  )
})

test('a node with a wrong shape tells of its other faults too, and of nothing that follows from the wrong part', () => {
  const found = faults(
    graph(
      [
        ['start', 'trigger', { event: 7, where: 'queue.continuity &&', more: 1 }],
        [
          'ask',
          'branch',
          { cases: [{ handle: 'yes', when: 'vars.n > 1' }, { handle: 'no way', when: 5 }, { when: 'x' }] },
        ],
        ['set', 'set', { vars: { n: 5, m: 'vars.m +', constructor2: '1' } }],
        [
          'tell',
          'notify',
          { template: 'nobody-knows', content: 5, channels: ['push', 'sms'], to: {}, deepLink: '{{ a }}' },
        ],
        ['call', 'http', { url: 'ftp://x.example/', headers: { Host: '{{ b }}', 'X-A': 5 }, timeout: 9 }],
        ['reply', 'waitForEvent', { event: 'a.*', timeout: 5, where: 'last.dat', calendar: 'nobody' }],
        ['pause', 'wait', { for: 1, until: 'now', calendar: 'queue' }],
        ['e', 'end', { outcome: 5 }],
      ],
      [
        'start ask',
        'ask.yes set',
        'ask.maybe e',
        'ask.else e',
        'set tell',
        'tell.sent call',
        'tell.lost e',
        'call reply',
        'reply.event pause',
        'pause e',
      ],
      { key: 'event.', speed: 3, goal: { event: 'a', within: 'soon' } },
    ),
    { templates: TEMPLATES, calendars: new Set<string>() },
  )
  const expected = [
    'start data.event: must be a string',
    'start data.more: is not a known field',
    /^start data\.where: /,
    // With a handle missing nobody knows which ways there are; those that are named must lead somewhere all the same.
    'ask no way: the way no way leads nowhere',
    /^ask data\.cases\.1\.handle: is not written as it should be: Letters, digits, - and _/,
    'ask data.cases.1.when: must be a string',
    'ask data.cases.2.handle: is required',
    /^ask data\.cases\.2\.when: there is no x; known are/,
    'set data.vars.n: must be a string',
    /^set data\.vars\.m: /,
    'tell data.content: must be an object',
    /^tell data\.channels\.1: must be one of "inbox", "push", "email"/,
    /^tell data\.to: must be a string, an object with contactId, an object with userId or an object with address/,
    'tell data.template: there is no template nobody-knows',
    /^tell data\.deepLink: there is no variable a/,
    'tell edges.6.sourceHandle: has no way out lost; it has sent, failed, suppressed',
    'call data.headers.X-A: must be a string',
    'call data.timeout: must be a string',
    'call data.url: must be an absolute http or https URL',
    'call data.headers.host: is set by the sender',
    /^call data\.headers\.Host: there is no variable b/,
    /^reply data\.event: is not written as it should be: Words between dots/,
    'reply data.timeout: must be a string',
    'reply data.where: there is no last.dat; known are id, source, type, subject, time, data',
    'reply data.calendar: there is no calendar "nobody"',
    'reply timeout: the way timeout leads nowhere',
    'pause data.for: must be a string',
    'pause data.until: cannot go with the duration: exactly one of the duration, the moment and the time of day is needed',
    'e data.outcome: must be a string',
    'null settings.speed: is not a known field',
    /^null settings\.key: /,
    /^null settings\.goal\.within: “soon” is no ISO 8601 duration/,
  ]
  for (const one of expected) {
    const there = found.some((text) => (typeof one === 'string' ? text === one : one.test(text)))
    assert.ok(there, `${one} is not among\n${found.join('\n')}`)
  }
  assert.equal(found.length, expected.length, found.join('\n'))
})

test('every fault is said in Spanish as well', () => {
  const broken = graph(
    [
      ['start', 'trigger', { event: 'a..b', where: 'x' }],
      ['w', 'wait', {}],
      ['m', 'message', { text: '{{ a }}' }],
      ['n', 'code', {}],
    ],
    ['start w', 'w m', 'm nowhere'],
  )
  const said = compileGraph(broken).faults ?? []
  assert.ok(said.length > 6)
  for (const { says } of said) assert.ok(says.es !== '' && says.es !== says.en, JSON.stringify(says))
  const spanish = said.map(({ nodeId, says }) => `${nodeId}: ${says.es}`)
  assert.ok(
    spanish.includes('w: falta una de estas cosas, y solo una: la duración, el momento o la hora'),
    spanish.join('\n'),
  )
  assert.ok(spanish.includes('m: no hay ningún nodo nowhere'), spanish.join('\n'))
})

test('a cycle needs a wait in it', () => {
  const spin = only(
    [START, ['a', 'set', { vars: { n: '1' } }], ['b', 'set', { vars: { n: '2' } }]],
    ['start a', 'a b', 'b a'],
  )
  assert.deepEqual(spin, ['a : lies on a cycle with no wait in it', 'b : lies on a cycle with no wait in it'])
  const itself = only(
    [START, ['call', 'http', { url: 'https://x.example/' }], ['e', 'end']],
    ['start call', 'call.ok e', 'call.error call'],
  )
  assert.deepEqual(itself, ['call : lies on a cycle with no wait in it'])
  assert.deepEqual(
    only([START, ['a', 'set', { vars: { n: '1' } }], ['w', 'wait', { for: 'PT1S' }]], ['start a', 'a w', 'w a']),
    [],
  )
})

test('a moment that does not move on while a run goes round is no wait', () => {
  const round = (until: string) =>
    only([START, ['w', 'wait', { until }], ['a', 'set', { vars: { at: 'now' } }]], ['start w', 'w a', 'a w'])
  for (const until of [
    'now - duration("1h")',
    'now',
    'timestamp("2031-01-01T00:00:00Z")',
    'timestamp(event.time) + duration("1h")',
  ]) {
    assert.deepEqual(
      round(until).sort(),
      ['a : lies on a cycle with no wait in it', 'w : lies on a cycle with no wait in it'],
      until,
    )
  }
  for (const until of ['now + duration("1h")', 'timestamp(vars.at) + duration("1h")', 'last.data.at']) {
    assert.deepEqual(round(until), [], until)
  }
  // Once is no cycle: a moment that has passed is passed.
  assert.deepEqual(only([START, ['w', 'wait', { until: 'event.data.from' }]], ['start w']), [])
})

test('ways: a case and both ends of a wait must lead somewhere, the end leads nowhere', () => {
  assert.deepEqual(
    only([START, ['r', 'waitForEvent', { event: 'x', timeout: 'PT1H' }], ['e', 'end']], ['start r', 'r.event e']),
    ['r timeout: the way timeout leads nowhere'],
  )
  assert.deepEqual(only([START, ['r', 'waitForEvent', { event: 'x' }], ['e', 'end']], ['start r', 'r.timeout e']), [
    'r edges.1.sourceHandle: has no way out timeout; it has event',
    'r event: the way event leads nowhere',
  ])
  assert.deepEqual(only([START, ['e', 'end'], ['f', 'end']], ['start e', 'e f']), [
    'e edges.1.sourceHandle: the run ends here; nothing can leave',
  ])
  assert.deepEqual(only([['e', 'end']], []), ['null nodes: has no trigger: nothing would start a run'])
})

test('what is no graph is refused as such, whatever comes', () => {
  for (const value of [
    null,
    1,
    'x',
    [],
    {},
    { nodes: {}, edges: [] },
    { nodes: [null], edges: [3] },
    { nodes: [{}], edges: [{}] },
  ]) {
    assert.notEqual(faults(value).length, 0, JSON.stringify(value))
  }
  const polluted = (text: string) => faults(JSON.parse(text))
  assert.deepEqual(polluted('{"nodes":[{"id":"a","type":"end","data":{"__proto__":{"x":1}}}],"edges":[]}'), [
    'null __proto__: is a name that is not allowed',
  ])
  assert.equal(polluted('{"nodes":[{"id":"a","type":"set","data":{"vars":{"constructor":"1"}}}],"edges":[]}').length, 1)
  assert.equal(({} as { x?: number }).x, undefined)
  assert.deepEqual(faults({ nodes: [], edges: [], evil: 1 }).slice(0, 1), ['null evil: is no member of a graph'])
  assert.match(only([['toString', 'toString', {}]], [])[0] ?? '', /toString type: there is no kind/)
  assert.deepEqual(only([['__proto__', 'end', {}]], []), ['null nodes.0.id: is a name that is not allowed'])
  assert.match(only([['hasOwnProperty', '__proto__', {}]], [])[0] ?? '', /there is no kind/)
})

test('bombs are refused within 100 ms', () => {
  const many = (n: number, type = 'set', data: object = { vars: { n: '1' } }) =>
    Array.from({ length: n }, (_, i) => ({ id: `n${i}`, type, data }))
  const row = (n: number) =>
    Array.from({ length: n - 1 }, (_, i) => ({ id: `e${i}`, source: `n${i}`, target: `n${i + 1}` }))
  let deep: unknown = 1
  for (let i = 0; i < 10_000; i++) deep = { deep }
  const bombs: [string, unknown][] = [
    ['10,000 nodes', { nodes: many(10_000), edges: row(10_000) }],
    [
      '10,000 edges',
      { nodes: many(2), edges: Array.from({ length: 10_000 }, (_, i) => ({ id: `${i}`, source: 'n0', target: 'n1' })) },
    ],
    ['2,000 nodes all at fault', { nodes: many(2_000, 'set', { vars: { n: '((((' } }), edges: [] }],
    ['a ring of 2,000', { nodes: many(2_000), edges: [...row(2_000), { id: 'x', source: 'n1999', target: 'n0' }] }],
    ['a label of 1 MB', { nodes: [{ id: 'a', type: 'end', data: { outcome: 'x'.repeat(1_000_000) } }], edges: [] }],
    ['10,000 deep', { nodes: [{ id: 'a', type: 'end', data: { deep } }], edges: [] }],
    [
      'an expression of 2,000 brackets',
      { nodes: [{ id: 'a', type: 'set', data: { vars: { n: '('.repeat(1_999) } } }], edges: [] },
    ],
    [
      'an expression of 10,000 ors',
      { nodes: [{ id: 'a', type: 'trigger', data: { event: 'a', where: `${'true||'.repeat(333)}true` } }], edges: [] },
    ],
    ['a pattern of hashes', { nodes: [{ id: 'a', type: 'trigger', data: { event: '#.'.repeat(127) } }], edges: [] }],
    [
      '200,000 values',
      { nodes: [{ id: 'a', type: 'emit', data: { type: 'x.y', data: Array(200_000).fill(0) } }], edges: [] },
    ],
  ]
  const start = { id: 'start', type: 'trigger', data: { event: 'go' } }
  const doubled = [
    ...row(1_900),
    ...row(1_900).map((edge) => ({ ...edge, id: `${edge.id}b`, source: edge.target, target: edge.source })),
  ]
  bombs.push(
    ['1,900 forks on one cycle', { nodes: [start, ...many(1_900, 'parallel', {})], edges: doubled }],
    [
      'a loop in a loop, 1,900 deep, around itself',
      {
        nodes: [start, ...many(1_900, 'forEach', { items: '[1]', as: 'i' })],
        edges: [...row(1_900), { id: 'x', source: 'n1899', sourceHandle: 'done', target: 'n0' }],
      },
    ],
    [
      'a schema of 60,000 characters',
      {
        nodes: many(1, 'llm', { prompt: 'x', schema: { enum: ['x'.repeat(60_000)] } }),
        edges: [],
      },
    ],
    [
      'a schema in a circle',
      {
        nodes: many(500, 'llm', { prompt: 'x', schema: { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } } }),
        edges: [],
      },
    ],
    [
      'an approval with a bomb of a text',
      {
        nodes: many(1, 'approval', { to: 'a@b.cl', text: '{% for i in (1..100000000) %}x{% endfor %}' }),
        edges: [],
      },
    ],
    [
      'a name of JavaScript inside an input',
      {
        nodes: many(
          1,
          'subflow',
          JSON.parse('{"flow":"0190a0b0-0000-7000-8000-000000000001","input":{"a":{"__proto__":{"x":1}}}}'),
        ),
        edges: [],
      },
    ],
  )
  for (const [name, bomb] of bombs) {
    assert.notEqual(faults(bomb).length, 0, name)
    const took = fastest(5, () => compileGraph(bomb))
    assert.ok(took < 100, `${name} took ${took.toFixed(0)} ms`)
  }
})

test('a graph of 200 nodes compiles in milliseconds', () => {
  const kinds = [
    ['set', { vars: { n: 'event.data.amount + 1', m: 'vars.n * 2' } }],
    ['branch', { cases: [{ handle: 'a', when: 'vars.n > 3 && event.data.vip' }] }],
    [
      'message',
      { text: { es: 'Hola {{ contact.name | default: "" }}, {{ vars.n }}', en: 'Hello {{ contact.name }}' } },
    ],
    ['wait', { for: 'PT1H', calendar: 'queue' }],
    ['http', { url: 'https://api.example.com/{{ event.id | url_encode }}', body: { n: '{{ vars.n }}' } }],
  ] as const
  const nodes = Array.from({ length: 200 }, (_, i) => {
    const [type, data] = kinds[i % kinds.length] as (typeof kinds)[number]
    return [`n${i}`, type, { ...data }] as const
  })
  const edges = nodes.flatMap(([id], i) => {
    const next = nodes[i + 1]?.[0] ?? 'e'
    return nodes[i]?.[1] === 'branch' ? [`${id}.a ${next}`, `${id}.else ${next}`] : [`${id} ${next}`]
  })
  const value = graph([START, ...nodes, ['e', 'end']], ['start n0', ...edges])
  assert.equal(compileGraph(value).faults, undefined)
  const took = fastest(10, () => compileGraph(value))
  // Some 2 ms on a machine with nothing else to do, which `npm run bench` measures.
  assert.ok(took < 20, `${took.toFixed(1)} ms`)
})

test('a recipient that is written as an expression is a fault, one that is always the same a warning', () => {
  const judged = (to: unknown) => {
    const { faults = [], warnings } = compileGraph(
      graph([START, ['tell', 'notify', { content: { body: 'x' }, channels: ['push'], to }]], ['start tell']),
    )
    return [faults, warnings].map((list) => list.map(({ path, says }) => `${path}: ${says.en}`))
  }
  const isText = 'is a text and no expression: {{ event.data.who }} puts the value into it'
  assert.deepEqual(judged('event.data.who'), [[`data.to: ${isText}`], []])
  assert.deepEqual(judged({ contactId: ' event.data.who' }), [[`data.to.contactId: ${isText}`], []])
  const [, [warned = '']] = judged('john') as [string[], string[]]
  assert.match(warned, /^data\.to: is always the contact john/)
  for (const to of ['{{ event.data.who }}', 'a@b.c', { contactId: 'eventful' }, { address: 'device-1' }]) {
    assert.deepEqual(judged(to), [[], []])
  }
})

test('a URL that names a place which may not be called is a fault, whatever its path', () => {
  const unable = (kind: string, url?: string) =>
    kind === 'http' && URL.parse(url ?? '')?.hostname === '10.0.0.1' ? { en: 'not public', es: 'no es pública' } : null
  const calls = (url: string) => faults(graph([START, ['call', 'http', { url }]], ['start call']), { unable })
  assert.deepEqual(calls('http://10.0.0.1/'), ['call data.url: not public'])
  assert.deepEqual(calls('http://10.0.0.1/a/{{ event.id }}?b={{ event.type }}'), ['call data.url: not public'])
  for (const url of ['https://example.org/', 'https://{{ event.data.host }}/', '{{ event.data.url }}']) {
    assert.deepEqual(calls(url), [])
  }
})

test('every node may have a name for people, which its faults tell', () => {
  const named = (label: unknown, duration = 'PT1H') =>
    compileGraph(graph([START, ['w', 'wait', { for: duration, label }]], ['start w']))
  assert.equal(named('Una hora').flow?.nodes.get('w')?.label, 'Una hora')
  assert.equal(named('').flow?.nodes.get('w')?.label, null)
  assert.deepEqual(
    named('Una hora', 'soon').faults?.map(({ nodeId, label }) => [nodeId, label]),
    [['w', 'Una hora']],
  )
  assert.equal(faultOf(named('Una hora', 'soon').faults?.[0] ?? assert.fail()).label, 'Una hora')
  for (const bad of [5, 'x'.repeat(201)]) {
    assert.deepEqual(
      named(bad).faults?.map(({ path }) => path),
      ['data.label'],
    )
  }
  for (const kind of KINDS.values()) {
    const { faults = [] } = compileGraph(graph([['n', kind.type, { label: 'x' }]], []))
    assert.deepEqual(
      faults.filter(({ path }) => path === 'data.label'),
      [],
      kind.type,
    )
  }
})

test('what patterns mean is said in Spanish too', () => {
  const meant = new Set<string>()
  const visit = (schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return
    const { pattern, description } = schema as { pattern?: unknown; description?: unknown }
    if (typeof pattern === 'string' && typeof description === 'string') meant.add(description)
    Object.values(schema).forEach(visit)
  }
  for (const { definition } of KINDS.values()) visit(definition.data)
  assert.deepEqual(
    [...meant].filter((words) => !PATTERNS_IN_SPANISH.has(words)),
    [],
  )
  const { faults = [] } = compileGraph(graph([['w', 'waitForEvent', { event: 'a.*' }]], []))
  assert.match(faults.find(({ path }) => path === 'data.event')?.says.es ?? '', /: palabras entre puntos/)
})

test('a step with more wrong parts than are told is told of, and not looked into', () => {
  const found = only([START, ['fork', 'branch', { cases: Array(2_000).fill(1) }]], ['start fork'])
  assert.ok(found.length >= 100)
  assert.ok(found.some((fault) => fault.startsWith('fork data.cases')))
})

test('a trigger that does nothing for anybody is told of', () => {
  const warned = (nodes: Parameters<typeof graph>[0], edges: string[]) =>
    compileGraph(graph(nodes, edges)).warnings.map(({ nodeId, says }) => `${nodeId}: ${says.es}`)
  const [, , when] = START
  const end = ['over', 'end', { outcome: 'over' }] as const
  const idle = 'no lleva a ninguna parte: lo que empieza aquí termina enseguida'
  assert.deepEqual(warned([START, end], ['start over']), [])
  assert.deepEqual(warned([START], []), [`start: ${idle}`])
  assert.deepEqual(
    warned([['loose', 'trigger', { ...when, where: "event.data.a == '1'" }], START, end], ['start over']),
    [`loose: ${idle}`],
  )
  const second = ['second', 'trigger', { ...when, where: "event.data.a == '1'" }] as const
  assert.deepEqual(warned([START, second, end], ['start over', 'second over']), [
    'second: no inicia nada: el paso start (Inicio) toma antes sus eventos',
  ])
})
