import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, test } from 'node:test'
import { meaningOf } from './answer.mjs'
import { createProducer } from './index.mjs'
import { delayMs } from './sender.mjs'

const servers = []
after(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

/**
 * A server that answers as `answer(events, n)` says: a status, `[status, body, headers]`, or null for no answer at all.
 */
async function answering(answer = () => 202) {
  const batches = []
  const requests = []
  const server = createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const events = JSON.parse(Buffer.concat(chunks).toString())
    requests.push(request)
    batches.push(events)
    const given = await answer(events, batches.length)
    if (given === null) return
    const [status, body = {}, headers = {}] = Array.isArray(given) ? given : [given]
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${server.address().port}`, batches, requests }
}

const producing = (url, more = {}) => {
  const heard = { dropped: [], refused: [], trouble: [] }
  const producer = createProducer({
    url,
    apiKey: 'key',
    source: '/test',
    onDropped: (event, reason) => heard.dropped.push([event.id, reason]),
    onRefused: (event, refusal) => heard.refused.push([event?.id, refusal]),
    onTrouble: (trouble) => heard.trouble.push(trouble),
    ...more,
  })
  return { producer, heard }
}

/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:9'

async function until(what, fact) {
  const end = Date.now() + 15_000
  while (!fact()) {
    if (Date.now() > end) assert.fail(`never came: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const told = (producer, ids, more = {}) => ids.map((id) => producer.tell({ type: 'a.happened', id, ...more }))
const range = (n) => Array.from({ length: n }, (_, i) => `e${i}`)

test('what is told in one turn goes as one batch of CloudEvents, with all they need', async () => {
  const server = await answering()
  const { producer } = producing(`${server.url}/cauce/`)
  const before = Date.now()
  const id = producer.tell({ type: 'order.placed', subject: 'c-1', data: { total: 40 } })
  producer.tell({ type: 'order.paid', id: 'mine', source: '/other', time: new Date(0), tenant: 'x' })
  assert.equal(server.batches.length, 0, 'told at once, sent later')
  assert.equal(await producer.flush(), true)
  assert.equal(server.batches.length, 1)
  const [first, second] = server.batches[0]
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.ok(Date.parse(first.time) >= before && Date.parse(first.time) <= Date.now())
  assert.ok(
    Math.abs(Number.parseInt(id.replace('-', '').slice(0, 12), 16) - before) < 5_000,
    'the id begins with its time',
  )
  assert.deepEqual(
    { ...first, time: '' },
    { specversion: '1.0', type: 'order.placed', subject: 'c-1', data: { total: 40 }, id, source: '/test', time: '' },
  )
  assert.deepEqual(second, {
    specversion: '1.0',
    type: 'order.paid',
    id: 'mine',
    source: '/other',
    time: '1970-01-01T00:00:00.000Z',
    tenant: 'x',
  })
  const [request] = server.requests
  assert.equal(`${request.method} ${request.url}`, 'POST /cauce/api/v1/events')
  assert.equal(request.headers['content-type'], 'application/cloudevents-batch+json')
  assert.equal(request.headers.authorization, 'Bearer key')
  await producer.close()
})

test('events keep their order, in batches of a hundred and of 256 KiB, one at a time', async () => {
  let inHand = 0
  const server = await answering(async () => {
    assert.equal(++inHand, 1)
    await new Promise((resolve) => setImmediate(resolve))
    inHand -= 1
    return 202
  })
  const { producer } = producing(server.url)
  told(producer, range(250))
  producer.tell({ type: 'a.happened', id: 'large', data: 'x'.repeat(300_000) })
  told(producer, ['last'])
  assert.equal(await producer.close(), true)
  assert.deepEqual(
    server.batches.map((batch) => batch.length),
    [100, 100, 50, 1, 1],
  )
  assert.deepEqual(
    server.batches.flat().map(({ id }) => id),
    [...range(250), 'large', 'last'],
  )
  assert.equal(producer.counts().accepted, 252)
})

test('a lost answer and a server that is busy: the same events again, and what the server knew is counted', async () => {
  const server = await answering((events, n) => {
    if (n === 1) return null
    if (n === 2) return [429, { detail: 'busy' }, { 'retry-after': '1' }]
    if (n === 3) return 503
    return [202, { events: events.map(({ id }) => ({ eventId: id, duplicate: true, published: id !== 'e1' })) }]
  })
  const { producer, heard } = producing(server.url, { requestTimeoutMs: 3_000 })
  told(producer, range(3))
  const began = Date.now()
  assert.equal(await producer.flush(), true)
  assert.ok(Date.now() - began >= 4_000, 'the server had asked for a second')
  assert.equal(server.batches.length, 4)
  for (const batch of server.batches) assert.deepEqual(batch, server.batches[0])
  assert.deepEqual(
    heard.trouble.map(({ status, detail, failures, waiting }) => [status, detail, failures, waiting]),
    [
      [null, 'no answer within 3000 ms', 1, 3],
      [429, 'busy', 2, 3],
      [503, 'answered with 503', 3, 3],
    ],
  )
  assert.ok(heard.trouble[1].retryInMs >= 1_000)
  const { accepted, duplicates, unpublished, failures, waiting, waitingBytes } = producer.counts()
  assert.deepEqual([accepted, duplicates, unpublished, failures, waiting, waitingBytes], [3, 3, 1, 3, 0, 0])
  await producer.close()
})

test('of a batch with bad events the good ones arrive, once, in order; the bad are told of with their faults', async () => {
  const taken = []
  const server = await answering((events) => {
    const errors = events.flatMap(({ bad }, i) =>
      bad === 'named' ? [{ path: `/${i}/type`, message: 'is wrong' }] : [],
    )
    if (errors.length > 0) return [400, { code: 'invalid', detail: 'bad', errors }]
    // As a proxy would, or a fault that is nobody's place.
    if (events.some(({ bad }) => bad === 'unnamed')) return [422, '<html>']
    taken.push(...events.map(({ id }) => id))
    return 202
  })
  const { producer, heard } = producing(server.url)
  for (const [i, id] of range(40).entries()) {
    const bad = { 7: 'named', 20: 'named', 31: 'unnamed' }[i]
    producer.tell({ type: 'a.happened', id, ...(bad === undefined ? {} : { bad }) })
  }
  assert.equal(await producer.close(), true)
  assert.deepEqual(
    taken,
    range(40).filter((id) => !['e7', 'e20', 'e31'].includes(id)),
  )
  const faults = [{ path: '/type', message: 'is wrong' }]
  assert.deepEqual(heard.refused, [
    ['e7', { status: 400, code: 'invalid', detail: 'bad', faults }],
    ['e20', { status: 400, code: 'invalid', detail: 'bad', faults }],
    ['e31', { status: 422, code: 'refused', detail: 'answered with 422', faults: [] }],
  ])
  assert.equal(producer.counts().refused, 3)
  assert.deepEqual(heard.trouble, [], 'nobody had to wait')
})

test('what is too large on the way is made smaller; what is too large alone is refused', async () => {
  const server = await answering((events) => (JSON.stringify(events).length > 20_000 ? 413 : 202))
  const { producer, heard } = producing(server.url)
  told(producer, range(60), { data: 'x'.repeat(1_000) })
  told(producer, ['huge'], { data: 'x'.repeat(30_000) })
  told(producer, ['last'])
  assert.equal(await producer.close(), true)
  const counts = producer.counts()
  assert.deepEqual([counts.accepted, counts.refused], [61, 1])
  assert.deepEqual(
    heard.refused.map(([id, { status }]) => [id, status]),
    [['huge', 413]],
  )
})

test('a full buffer drops the newest, or the oldest that is not on its way, and says so', async () => {
  const open = []
  const server = await answering(() => new Promise((resolve) => open.push(() => resolve(202))))
  for (const [dropWhenFull, dropped, arrives] of [
    ['newest', ['e3', 'e4'], ['e0', 'e1', 'e2']],
    ['oldest', ['e1', 'e2'], ['e0', 'e3', 'e4']],
  ]) {
    server.batches.length = 0
    const { producer, heard } = producing(server.url, { maxEvents: 3, dropWhenFull })
    told(producer, ['e0'])
    await until('the first', () => server.batches.length === 1)
    const ids = told(producer, ['e1', 'e2', 'e3', 'e4'])
    assert.deepEqual(
      heard.dropped,
      dropped.map((id) => [id, 'full']),
    )
    assert.deepEqual(ids, dropWhenFull === 'newest' ? ['e1', 'e2', null, null] : ['e1', 'e2', 'e3', 'e4'])
    assert.deepEqual([producer.counts().waiting, producer.counts().dropped], [3, 2])
    const flushed = producer.flush()
    open.shift()()
    await until('the rest', () => open.length > 0)
    open.shift()()
    assert.equal(await flushed, true)
    assert.deepEqual(
      server.batches.flat().map(({ id }) => id),
      arrives,
    )
    await producer.close()
  }
})

test('bytes are bounded as numbers are', async () => {
  for (const dropWhenFull of ['newest', 'oldest']) {
    const { producer, heard } = producing(NOWHERE, { maxBytes: 1_000, dropWhenFull })
    told(producer, ['a', 'b'], { data: 'ñ'.repeat(150) })
    told(producer, ['c'], { data: 'x'.repeat(400) })
    told(producer, ['never'], { data: 'x'.repeat(1_000) })
    assert.deepEqual(
      heard.dropped.map(([id]) => id),
      dropWhenFull === 'newest' ? ['c', 'never'] : ['a', 'never'],
    )
    assert.ok(producer.counts().waitingBytes <= 1_000)
    assert.equal(await producer.close({ timeoutMs: 1 }), false)
  }
})

test('it never throws into the caller, whatever it is given and whatever the hooks do', async () => {
  const server = await answering()
  const refused = []
  const throwing = {
    onDropped() {
      throw new Error('mine')
    },
    onRefused(_, refusal) {
      refused.push(refusal.code)
      return Promise.reject(new Error('mine'))
    },
    trace() {
      throw new Error('mine')
    },
  }
  const { producer } = producing(server.url, { ...throwing, maxEvents: 1 })
  const circle = {}
  circle.circle = circle
  const angry = {
    toJSON() {
      throw { toString: null }
    },
  }
  for (const odd of [
    undefined,
    null,
    1,
    'text',
    [],
    { type: 'a.b', data: 1n },
    { type: 'a.b', data: circle },
    { data: angry },
  ]) {
    assert.equal(producer.tell(odd), null)
  }
  assert.equal(producer.tell({ type: 'a.b', data: 'x'.repeat(1_048_576) }), null)
  assert.deepEqual(refused, [...Array(8).fill('unserializable'), 'too-large'])
  assert.deepEqual(told(producer, ['in', 'dropped']), ['in', null])
  assert.equal(await producer.close(), true)
  assert.deepEqual(told(producer, ['late']), [null])
  const { accepted, dropped } = producer.counts()
  assert.deepEqual([accepted, dropped, producer.counts().refused], [1, 2, 9])
  assert.equal(server.batches.flat()[0].traceparent, undefined)
})

test('close gives up in time, tells what it dropped, and does so once', async () => {
  const silent = await answering(() => null)
  for (const url of [NOWHERE, silent.url]) {
    const { producer, heard } = producing(url)
    told(producer, range(3))
    assert.equal(await producer.flush({ timeoutMs: 30 }), false)
    const closing = producer.close({ timeoutMs: 50 })
    assert.equal(producer.close(), closing)
    assert.equal(await closing, false)
    assert.deepEqual(
      heard.dropped,
      range(3).map((id) => [id, 'closed']),
    )
    assert.equal(await producer.flush(), true, 'nothing is left')
  }
})

test('close does not sit out a pause: what failed is tried once more', async () => {
  let well = false
  const server = await answering(() => (well ? 202 : 503))
  const { producer, heard } = producing(server.url)
  told(producer, ['e'])
  await until('a long pause', () => heard.trouble.some(({ retryInMs }) => retryInMs > 1_500))
  const due = Date.now() + 1_500
  well = true
  assert.equal(await producer.close(), true)
  assert.ok(Date.now() < due)
})

test('each event has the trace in which it was told, or its own', async () => {
  const server = await answering()
  const at = (n) => `00-${`${n}`.repeat(32)}-${`${n}`.repeat(16)}-01`
  let current = { traceparent: at(1), tracestate: 'a=b' }
  const { producer } = producing(server.url, { trace: () => current })
  told(producer, ['one'])
  current = { traceparent: at(2), tracestate: '' }
  told(producer, ['two'], { traceparent: undefined })
  told(producer, ['own'], { traceparent: at(3) })
  current = undefined
  told(producer, ['none'])
  await producer.close()
  assert.deepEqual(
    server.batches.flat().map(({ traceparent, tracestate }) => [traceparent, tracestate]),
    [
      [at(1), 'a=b'],
      [at(2), undefined],
      [at(3), undefined],
      [undefined, undefined],
    ],
  )
})

test('the key goes to no other address, and a wrong key loses nothing', async () => {
  const other = await answering()
  const server = await answering((_, n) => [[302, '', { location: other.url }], 401, 403, 404, 202][n - 1])
  const { producer, heard } = producing(server.url)
  told(producer, ['e'])
  assert.equal(await producer.close(), true)
  assert.deepEqual(
    heard.trouble.map(({ status }) => status),
    [302, 401, 403, 404],
  )
  assert.equal(other.batches.length, 0)
})

test('an event at which the server fails each time is found, and given up after ten attempts alone', () => {
  const of = (count, serverErrors) =>
    meaningOf({ status: 500, retryAfter: null, text: '{"detail":"broken"}' }, { count, serverErrors, nowMs: 0 })
  assert.equal(of(8, 2).kind, 'later')
  assert.deepEqual(of(8, 3), { kind: 'divide', into: 'fewer' })
  assert.equal(of(1, 9).kind, 'later')
  assert.equal(of(1, 10).kind, 'refused')
  assert.equal(of(1, 10).refusals.get(0).detail, 'broken')
})

test('a pause doubles to 30 s, has jitter, and is no shorter than the server asks, up to five minutes', () => {
  const after = (retryAfter, nowMs = 0) =>
    meaningOf({ status: 503, retryAfter, text: '' }, { count: 1, serverErrors: 0, nowMs }).afterMs
  assert.deepEqual(
    [1, 2, 3, 8, 9, 1_000].map((n) => delayMs(n, 0, 1)),
    [200, 400, 800, 25_600, 30_000, 30_000],
  )
  assert.equal(delayMs(3, 0, 0), 400)
  assert.equal(delayMs(1, 7_000, 0), 7_000)
  assert.equal(after('7'), 7_000)
  assert.equal(after('Thu, 01 Jan 1970 00:00:09 GMT', 1_000), 8_000)
  assert.deepEqual(
    ['86400', '0', 'soon', '', null].map((text) => after(text)),
    [300_000, 0, 0, 0, 0],
  )
})

test('what makes no sense is said when it is made', () => {
  const good = { url: 'http://localhost:8080', apiKey: 'key', source: '/s' }
  createProducer(good)
  for (const odd of [
    { url: 'localhost' },
    { url: 'ftp://localhost' },
    { url: 'http://me:key@localhost' },
    { url: undefined },
    { apiKey: '' },
    { apiKey: 'a\nb' },
    { source: undefined },
    { maxEvents: 0 },
    { maxBytes: 1.5 },
    { requestTimeoutMs: Number.NaN },
    { dropWhenFull: 'all' },
  ]) {
    assert.throws(() => createProducer({ ...good, ...odd }), TypeError, JSON.stringify(odd))
  }
})

test('a program that ends by itself ends when all is sent', async () => {
  const server = await answering(async (_, n) => (n === 1 ? 503 : 202))
  const index = new URL('./index.mjs', import.meta.url)
  const script = `import { createProducer } from '${index}'
    createProducer({ url: '${server.url}', apiKey: 'k', source: '/s' }).tell({ type: 'a.b', id: 'e' })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  assert.equal(code, 0)
  assert.equal(server.batches.length, 2)
})
