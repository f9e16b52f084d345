import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileGraph } from '#flows/compile.ts'
import { advance } from '#flows/interpreter.ts'
import { nextTimeOfDay } from '#flows/nodes/wait.ts'
import {
  begin,
  effect,
  env,
  event,
  flowOf,
  graph,
  inARow,
  KNOWN,
  NOTHING_KNOWN,
  NOW,
  on,
  outcome,
  starting,
  timer,
  visited,
} from '#flows/testing.ts'

const HOUR = 3_600_000

test('wait lets a duration pass, and not a millisecond less', () => {
  const flow = inARow([
    ['pause', 'wait', { for: 'PT1H' }],
    ['end', 'end', { outcome: 'well' }],
  ])
  const first = begin(flow)
  assert.equal(first.run.status, 'waiting')
  assert.deepEqual(effect(first, 'arm'), {
    kind: 'arm',
    id: 'run1/pause/2',
    node: 'pause',
    visit: 2,
    wakeAt: NOW + HOUR,
    event: null,
  })
  assert.equal(on(flow, first.run, timer(first.run), NOW + HOUR - 1).run, first.run)
  const woken = on(flow, first.run, timer(first.run), NOW + HOUR)
  assert.equal(woken.run.status, 'completed')
  assert.equal(woken.run.outcome, 'well')
  assert.equal(woken.effects[0]?.kind, 'disarm')
})

test('wait counts open time of a calendar, goes until a moment, or until a time of day', () => {
  const wakeAt = (data: object) => begin(inARow([['pause', 'wait', { ...data }]])).run.parked?.wakeAt
  assert.equal(wakeAt({ for: 'PT1H', calendar: 'queue' }), NOW + 2 * HOUR)
  assert.equal(wakeAt({ until: 'timestamp(event.time) + duration("90m")' }), NOW + 1.5 * HOUR)
  assert.equal(wakeAt({ until: '"2026-03-02T10:00:00-03:00"' }), NOW + HOUR)
  assert.equal(begin(inARow([['w', 'wait', { until: '"2020-01-01T00:00:00Z"' }]])).run.status, 'completed')
  assert.equal(wakeAt({ time: '09:00', zone: 'America/Santiago' }), NOW + 24 * HOUR)
  assert.equal(wakeAt({ for: 'P1M' }), Date.parse('2026-04-02T12:00:00Z'))
  const far = begin(inARow([['w', 'wait', { until: '"9999-12-31T00:00:00Z"' }]]))
  assert.partialDeepStrictEqual(far.run.failure, {
    nodeId: 'w',
    cause: '9999-12-31T00:00:00.000Z is more than ten years ahead',
  })
  const unknown = begin(inARow([['pause', 'wait', { for: 'PT1H', calendar: 'none' }]]))
  assert.partialDeepStrictEqual(unknown.run.failure, {
    nodeId: 'pause',
    cause: 'there is no calendar none, or it never opens',
  })
})

test('a time of day is right across both changes of the clock', () => {
  const next = (from: string) => new Date(nextTimeOfDay('02:30', 'Europe/Madrid', Date.parse(from))).toISOString()
  assert.equal(next('2026-03-28T12:00:00Z'), '2026-03-29T01:30:00.000Z')
  assert.equal(next('2026-10-24T12:00:00Z'), '2026-10-25T00:30:00.000Z')
  assert.equal(next('2026-10-25T00:30:00Z'), '2026-10-26T01:30:00.000Z')
})

test('a moment that has passed is no wait, so a cycle of such ends at once and says where', () => {
  const flow = flowOf(
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['w', 'wait', { until: 'event.data.at + vars.none' }],
        ['s', 'set', { vars: { none: '""' } }],
      ],
      ['start s', 's w', 'w s'],
    ),
  )
  const { run } = begin(flow, event('go', { at: '2026-03-02T11:59:59Z' }))
  assert.equal(run.status, 'failed')
  assert.equal(run.failure?.cause, 'the run took 1000 steps without a wait')
})

const waiting = (data: object, settings?: object) =>
  flowOf(
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['reply', 'waitForEvent', { event: 'reply', ...data }],
        ['yes', 'end', { outcome: 'yes' }],
        ['no', 'end', { outcome: 'no' }],
      ],
      ['start reply', 'reply.event yes', ...('timeout' in data ? ['reply.timeout no'] : ['reply no'])],
      settings,
    ),
  )

test('waitForEvent takes the event of its key, once, and is over after its time', () => {
  const flow = waiting({ timeout: 'PT4H' })
  const { run } = begin(flow)
  assert.equal(run.parked?.event, 'reply')
  const arrives = { kind: 'event', event: event('reply'), position: 5 } as const
  assert.equal(on(flow, run, { ...arrives, event: event('reply', {}, 'e2') }).run, run)
  assert.equal(on(flow, run, { ...arrives, event: event('other') }).run, run)
  assert.equal(on(flow, run, { ...arrives, position: 1 }).run, run)
  const came = on(flow, run, arrives)
  assert.equal(came.run.outcome, 'yes')
  assert.equal(came.run.last?.id, 'reply-1')
  assert.equal(on(flow, came.run, arrives).run, came.run)
  assert.equal(on(flow, came.run, timer(run), NOW + 4 * HOUR).run, came.run)
  assert.equal(on(flow, run, timer(run), NOW + 4 * HOUR).run.outcome, 'no')
})

test('waitForEvent narrows by where and finds other keys', () => {
  const narrowed = waiting({ where: 'last.data.amount > event.data.least' })
  const { run } = begin(narrowed, event('go', { least: 10 }))
  const pays = (data: object) =>
    on(narrowed, run, { kind: 'event', event: event('reply', { ...data } as never), position: 9 }).run.status
  assert.equal(pays({ amount: 10 }), 'waiting')
  assert.equal(pays({}), 'waiting')
  assert.equal(pays({ amount: 11 }), 'completed')
  const keyed = waiting({ key: 'event.data.encounter' }, { key: 'event.data.encounter' })
  const parked = begin(keyed, event('go', { encounter: 7 })).run
  assert.equal(parked.key, '7')
  const sees = (data: object) =>
    on(keyed, parked, { kind: 'event', event: event('reply', { ...data } as never, 'x'), position: 9 }).run.status
  assert.equal(sees({ encounter: '8' }), 'waiting')
  assert.equal(sees({ encounter: '7' }), 'completed')
})

test('branch goes the way of the first case that holds', () => {
  const flow = flowOf(
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        [
          'ask',
          'branch',
          {
            cases: [
              { handle: 'big', when: 'event.data.n > 10' },
              { handle: 'some', when: 'event.data.n > 0' },
            ],
          },
        ],
        ['a', 'end', { outcome: 'big' }],
        ['b', 'end', { outcome: 'some' }],
        ['c', 'end', { outcome: 'none' }],
      ],
      ['start ask', 'ask.big a', 'ask.some b', 'ask.else c'],
    ),
  )
  const outcomeOf = (n: unknown) => begin(flow, event('go', { n } as never)).run
  assert.equal(outcomeOf(11).outcome, 'big')
  assert.equal(outcomeOf(10).outcome, 'some')
  assert.equal(outcomeOf(0).outcome, 'none')
  const without = begin(flow, event('go', {}))
  assert.equal(without.run.outcome, 'none', 'a field that is not there is more than nothing at no time')
  const asked = without.steps.find(({ nodeId }) => nodeId === 'ask')
  assert.deepEqual([asked?.way, asked?.output], ['else', { absent: { big: 'n', some: 'n' } }])
  assert.deepEqual(outcomeOf('x').failure?.nodeId, 'ask')
  assert.match(outcomeOf('x').failure?.cause ?? '', /no such overload.* in event\.data\.n > 10/)
})

test('a condition about an unknown queue or contact, or an absent field, is false; any other error fails the node', () => {
  const flow = (when: string) =>
    flowOf(
      graph(
        [
          ['start', 'trigger', { event: 'go' }],
          ['ask', 'branch', { cases: [{ handle: 'yes', when }] }],
          ['y', 'end', { outcome: 'yes' }],
          ['n', 'end', { outcome: 'no' }],
        ],
        ['start ask', 'ask.yes y', 'ask n'],
      ),
    )
  for (const when of ['queue.continuity', '!queue.continuity', 'contact.name == "María"', 'queue.id == "q" && true']) {
    assert.equal(begin(flow(when), event('go'), NOTHING_KNOWN).run.outcome, 'no', when)
  }
  assert.equal(begin(flow('queue.continuity'), event('go'), KNOWN).run.outcome, 'yes')
  assert.equal(begin(flow('has(queue.continuity)'), event('go'), NOTHING_KNOWN).run.outcome, 'no')
  assert.equal(begin(flow('!event.data.missing'), event('go'), NOTHING_KNOWN).run.outcome, 'no')
  assert.equal(begin(flow('contact.attributes.vip'), event('go'), KNOWN).run.outcome, 'no')
  assert.equal(begin(flow('queue.brand'), event('go'), KNOWN).run.failure?.nodeId, 'ask')
})

test('set writes variables in order, as JSON', () => {
  const flow = inARow([
    ['one', 'set', { vars: { n: '1 + 2', twice: 'vars.n * 2', at: 'now', names: '["a", "b"].map(x, x + "!")' } }],
    ['two', 'set', { vars: { n: 'vars.n + 0.5', day: 'duration("24h")' } }],
  ])
  const made = begin(flow)
  assert.deepEqual(made.run.vars, {
    n: 3.5,
    twice: 6,
    at: '2026-03-02T12:00:00.000Z',
    names: ['a!', 'b!'],
    day: 'PT86400S',
  })
  assert.deepEqual(made.steps[1]?.output, { n: 3, twice: 6, at: '2026-03-02T12:00:00.000Z', names: ['a!', 'b!'] })
  const large = inARow([['one', 'set', { vars: { n: 'int(event.data.n)' } }]])
  assert.match(begin(large, event('go', { n: '9007199254740993' })).run.failure?.cause ?? '', /2\^53/)
})

test('notify hands over a request and waits for what becomes of it', () => {
  const flow = flowOf(
    graph(
      [
        ['start', 'trigger', { event: 'encounter.tmipw_expired' }],
        [
          'tell',
          'notify',
          { template: 'come-back', channels: ['push', 'email'], deepLink: true, dedupeKey: '{{ event.subject }}:1' },
        ],
        ['a', 'end', { outcome: 'told' }],
        ['b', 'end', { outcome: 'not' }],
      ],
      ['start tell', 'tell.sent a', 'tell b'],
    ),
  )
  const made = begin(flow, event('encounter.tmipw_expired', { x: 1 }))
  const { scope, ...request } = effect(made, 'notify')
  assert.deepEqual(request, {
    kind: 'notify',
    id: 'run1/tell/2',
    node: 'tell',
    visit: 2,
    to: { contactId: 'p1' },
    onlyKnown: false,
    template: 'come-back',
    content: null,
    channels: ['push', 'email'],
    deepLink: { encounterId: 'e1' },
    category: null,
    critical: false,
    dedupeKey: 'e1:1',
    escalateAfterMs: null,
    whileQuiet: true,
  })
  assert.equal((scope.event as { data: { x: number } }).data.x, 1)
  assert.equal(made.run.parked?.kind, 'outcome')
  assert.equal(on(flow, made.run, timer(made.run), NOW + 9e9).run, made.run)
  assert.equal(on(flow, made.run, outcome(made.run, 'sent')).run.outcome, 'told')
  assert.equal(on(flow, made.run, outcome(made.run, 'suppressed')).run.outcome, 'not')
  const long = inARow([
    ['tell', 'notify', { content: { body: 'x' }, channels: ['push'], dedupeKey: '{{ event.data.long }}' }],
  ])
  const { dedupeKey } = effect(begin(long, event('go', { long: `${'x'.repeat(499)}😀` })), 'notify')
  assert.ok(dedupeKey?.isWellFormed(), 'the database takes no half characters')
  const to = (value: unknown) => {
    const [first] = begin(
      inARow([['tell', 'notify', { content: { body: 'x' }, channels: ['email'], to: value }]]),
      event('go', { mail: 'a@b.c' }),
    ).effects
    return first?.kind === 'notify' ? first.to : null
  }
  assert.deepEqual(to('{{ event.data.mail }}'), { address: 'a@b.c' })
  assert.deepEqual(to('p9'), { contactId: 'p9' })
  assert.deepEqual(to({ userId: 'u1' }), { userId: 'u1' })
})

test('message writes in the language of the person; extend and close act on the conversation', () => {
  const flow = inARow([
    ['say', 'message', { text: { en: 'Hello {{ contact.name }}', es: 'Hola {{ contact.name }}' } }],
    ['more', 'extend', { by: 'PT30M' }],
    ['bye', 'close', { reason: 'abandoned' }],
  ])
  const made = begin(flow)
  assert.equal(effect(made, 'message').text, 'Hola María')
  assert.equal(effect(made, 'extend').byMs, 1_800_000)
  assert.deepEqual([effect(made, 'close').reason, effect(made, 'close').quietSince], ['abandoned', null])
  assert.equal(
    effect(begin(flow, event('go'), { ...KNOWN, contact: { id: 'x', name: 'Ann' } }), 'message').text,
    'Hola Ann',
  )
  const english = advance(flow, null, starting(), NOW, env({ ...KNOWN, contact: { id: 'x', name: 'Ann' } }, 'en-GB'))
  assert.equal(effect(english, 'message').text, 'Hello Ann')
  assert.match(begin(flow, event('go'), NOTHING_KNOWN).run.failure?.cause ?? '', /contact\.name/)
})

test('a run that began with a silence closes only while the silence lasts', () => {
  const flow = flowOf(
    graph(
      [
        ['start', 'trigger', { event: '#' }],
        ['bye', 'close'],
      ],
      ['start bye'],
    ),
  )
  assert.equal(effect(begin(flow, event('encounter.tmipw_expired')), 'close').quietSince, NOW)
})

test('what stands in a URL stays in its place; what begins it is its base', () => {
  const urlFor = (url: string, data: { [name: string]: unknown }) => {
    const made = begin(inARow([['call', 'http', { url }]]), event('go', data as never))
    const sent = made.effects.find((one) => one.kind === 'http')
    return sent?.kind === 'http' ? sent.url : (made.run.failure?.cause ?? '')
  }
  const inside = 'https://api.example.com/of/{{ event.data.id }}?name={{ event.data.name }}&all=1'
  assert.equal(
    urlFor(inside, { id: 'a/b?c#d %', name: 'x&admin=true ñ' }),
    'https://api.example.com/of/a%2Fb%3Fc%23d%20%25?name=x%26admin%3Dtrue%20%C3%B1&all=1',
  )
  // The whole URL, or its base, is the author's own.
  const whole = 'https://api.example.com/a b?x=1'.replace(' ', '%20')
  assert.equal(urlFor('{{ event.data.url }}', { url: whole }), whole)
  assert.equal(
    urlFor(' {{ event.data.base }}/of/{{ event.data.id }}', { base: 'https://x.example/v1', id: 'a/b' }),
    'https://x.example/v1/of/a%2Fb',
  )
  assert.equal(
    urlFor('https://x.example{{ event.data.path | uri_escape }}', { path: '/a b/c' }),
    'https://x.example/a%20b/c',
  )
  // No value leads to another host, above its part of the path, or to another user.
  for (const id of ['..', '.', '%2e%2E', '.%2e']) {
    assert.match(urlFor('https://x.example/of/{{ event.data.id }}', { id }), /^https:\S+%25|must not hold \. or \.\./)
  }
  assert.match(urlFor('https://x.example/of/.{{ event.data.id }}?a', { id: '.' }), /must not hold/)
  for (const host of ['evil.example/', 'evil.example#', 'evil.example?', 'user@evil.example', 'evil.example:1\\']) {
    assert.match(urlFor('https://{{ event.data.host }}.x.example/', { host }), /must be an absolute/, host)
  }
  assert.equal(urlFor('https://{{ event.data.host }}.x.example/', { host: 'eu' }), 'https://eu.x.example/')
})

test('a URL that cannot be one is refused on publish, whatever its outputs give', () => {
  const faulty = (url: string) =>
    (
      compileGraph(
        graph(
          [
            ['start', 'trigger', { event: 'go' }],
            ['call', 'http', { url }],
          ],
          ['start call'],
        ),
      ).faults ?? []
    ).map(({ path, says }) => `${path}: ${says.en}`)
  for (const url of ['ftp://x.example/{{ event.id }}', '/of/{{ event.id }}', 'x.example/{{ event.id }}']) {
    assert.deepEqual(faulty(url), ['data.url: must be an absolute http or https URL'], url)
  }
  assert.deepEqual(faulty('https://user:{{ event.id }}@x.example/'), ['data.url: must not hold user info'])
  for (const url of [
    'https://{{ event.id }}/',
    'https://x.example:{{ event.id }}/',
    'https://x.{{ event.id }}/',
    '{{ event.id }}',
    '{{ event.id }}/x',
    '{% if event.id %}https://a.example/{% else %}https://b.example/{% endif %}',
  ]) {
    assert.deepEqual(faulty(url), [], url)
  }
})

test('http renders its request, saves the answer and knows its error way', () => {
  const nodes = (url = 'https://example.com/{{ event.data.id | url_encode }}') =>
    [
      ['start', 'trigger', { event: 'go' }],
      [
        'call',
        'http',
        {
          method: 'POST',
          url,
          headers: { 'X-Name': '{{ contact.name | url_encode }}' },
          body: { n: 1, who: '{{ event.data.who }}', list: ['{{ event.id }}', null] },
          timeout: 'PT5S',
          retry: { attempts: 2 },
          save: 'answer',
        },
      ],
      ['a', 'end', { outcome: 'ok' }],
      ['b', 'end', { outcome: 'error' }],
    ] as const
  const flow = flowOf(graph(nodes(), ['start call', 'call.ok a', 'call.error b']))
  const made = begin(flow, event('go', { id: 'a/b', who: 'x"\n' }))
  const { id: _, ...request } = effect(made, 'http')
  assert.deepEqual(request, {
    kind: 'http',
    node: 'call',
    visit: 2,
    firstTry: 2,
    method: 'POST',
    url: 'https://example.com/a%2Fb',
    headers: { 'x-name': 'Mar%C3%ADa', 'content-type': 'application/json' },
    body: '{"n":1,"who":"x\\"\\n","list":["go-1",null]}',
    timeoutMs: 5_000,
    attempts: 2,
  })
  const answer = { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: '{"price": 3}' }
  const ok = on(flow, made.run, outcome(made.run, 'ok', answer))
  assert.deepEqual([ok.run.outcome, ok.run.vars], ['ok', { answer: { status: 200, body: { price: 3 } } }])
  const bad = on(flow, made.run, outcome(made.run, 'error', { status: 500, body: 'no' }, 'the receiver answered 500'))
  assert.deepEqual(
    [bad.run.outcome, bad.run.vars.answer],
    ['error', { error: 'the receiver answered 500', status: 500, body: 'no' }],
  )
  const huge = on(flow, made.run, outcome(made.run, 'ok', { status: 200, body: 'x'.repeat(10_000) }))
  assert.equal(huge.run.outcome, 'error')
  const fragile = flowOf(graph(nodes().slice(0, 3), ['start call', 'call.ok a']))
  const failed = on(
    fragile,
    begin(fragile, event('go', { id: 1, who: '' })).run,
    outcome(made.run, 'error', {}, 'no route'),
  )
  assert.partialDeepStrictEqual(failed.run.failure, { nodeId: 'call', cause: 'no route' })
  assert.equal(
    begin(
      flowOf(graph(nodes('{{ event.data.id }}'), ['start call', 'call.ok a', 'call.error b'])),
      event('go', { id: 'ftp://x', who: '' }),
    ).run.outcome,
    'error',
  )
})

test('an answer that was cut is said to be too long, not to be bad JSON', () => {
  const flow = inARow([['call', 'http', { url: 'https://example.com/', save: 'answer' }]])
  const { run } = begin(flow)
  const cut = { status: 200, headers: { 'content-type': 'application/json' }, body: '[1,', truncated: true }
  assert.match(on(flow, run, outcome(run, 'ok', cut)).run.failure?.cause ?? '', /^the answer is too long: .*64 kB/)
  const text = { ...cut, headers: { 'content-type': 'text/plain' }, body: 'abc' }
  assert.match(on(flow, run, outcome(run, 'ok', text)).run.failure?.cause ?? '', /^the answer is too long/)
  const unasked = inARow([['call', 'http', { url: 'https://example.com/' }]])
  const begun = begin(unasked).run
  assert.equal(on(unasked, begun, outcome(begun, 'ok', cut)).run.status, 'completed')
})

test('a header cannot be broken out of', () => {
  const flow = inARow([['call', 'http', { url: 'https://example.com/', headers: { 'x-a': 'a{{ event.data.v }}b' } }]])
  assert.match(begin(flow, event('go', { v: '\r\nx-evil: 1' })).run.failure?.cause ?? '', /holds what a header cannot/)
  const faults = compileGraph(
    graph(
      [
        ['start', 'trigger', { event: 'go' }],
        ['call', 'http', { url: 'https://x.y/', headers: { Host: 'a' } }],
      ],
      ['start call'],
    ),
  ).faults
  assert.equal(faults?.length, 1)
})

test('emit tells an event; a text body must give JSON', () => {
  const told = (data: unknown) =>
    begin(inARow([['tell', 'emit', { type: 'cart.recovered', data }]]), event('go', { q: 'a"b' }))
  assert.deepEqual(effect(told({ who: '{{ contact.name }}', n: 3 }), 'emit').data, { who: 'María', n: 3 })
  assert.deepEqual(effect(told('{"q":"{{ event.data.q }}","n":{{ 0 | plus: 1 }}}'), 'emit').data, {
    q: 'a"b',
    n: 1,
  })
  assert.equal(told('{"n":').run.status, 'failed')
})

test('emit cannot tell what the program tells of itself', () => {
  const faultsOf = (type: string) =>
    compileGraph(
      graph(
        [
          ['start', 'trigger', { event: 'go' }],
          ['tell', 'emit', { type }],
        ],
        ['start tell'],
      ),
    ).faults
  for (const type of ['encounter.closed', 'encounter.tmipw_expired', 'flow.scheduled']) {
    const [fault, ...more] = faultsOf(type) ?? []
    assert.deepEqual([fault?.nodeId, fault?.path, more], ['tell', 'data.type', []], type)
    assert.match(fault?.says.en ?? '', /Cauce tells itself when it happens/)
  }
  for (const type of ['encounter.rated', 'encounter', 'order.closed']) assert.equal(faultsOf(type), undefined, type)
})

test('a run ends where nothing is drawn', () => {
  const flow = inARow([['a', 'set', { vars: { n: '1' } }]])
  const made = begin(flow)
  assert.deepEqual(visited(made), ['start:out', 'a:out'])
  assert.deepEqual([made.run.status, made.run.outcome, made.run.endedAt], ['completed', null, NOW])
})
