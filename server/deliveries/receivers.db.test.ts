import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Service } from '#platform/service.ts'
import { testProgram } from '../testing.ts'
import type { Prepared } from './delivery.ts'
import {
  attemptOfAnswer,
  deliveries,
  enqueueDeliveries,
  type HttpRequest,
  outgoingHttp,
  registerChannel,
} from './index.ts'
import { type Receiver, startRawReceiver, startReceiver } from './testing.ts'

const EACH = 60
const TIMEOUT_MS = 4_000

let program: Awaited<ReturnType<typeof testProgram>>
const receivers: { close(): Promise<void> }[] = []

/** As the webhook channel sends, with a shorter time-out. */
const channel: Service = {
  name: 'channel',
  settings: {},
  migrations: null,
  open(runtime) {
    const http = outgoingHttp(runtime)
    registerChannel<Prepared & { request: HttpRequest }>(runtime, {
      name: 'test',
      schedule: [3_600_000],
      timeoutMs: TIMEOUT_MS,
      prepare: async (rows) =>
        rows.map(({ id, request }) => ({
          summary: 'POST',
          request: {
            method: 'POST',
            url: String(request),
            headers: { 'webhook-id': id },
            body: '{}',
            statusSuffices: true,
          },
        })),
      send: async ({ request }, _delivery, signal) =>
        attemptOfAnswer(await http.request(request, signal), runtime.clock.wall()),
    })
    return {}
  },
}

before(async () => {
  program = await testProgram([deliveries, channel], { env: { CAUCE_WEBHOOK_ALLOW: '127.0.0.0/8' } })
  await program.start()
})
after(async () => {
  await program?.close()
  await Promise.all(receivers.map((receiver) => receiver.close()))
})

const enqueue = (target: string, urls: readonly string[]) =>
  program.database.transaction(async (tx) =>
    enqueueDeliveries(
      tx,
      urls.map((request) => ({
        tenant: 'default',
        id: randomUUID(),
        channel: 'test',
        target,
        request,
        traceparent: null,
        cause: null,
      })),
      program.runtime,
    ),
  )

async function countOf(where: string): Promise<Record<string, number>> {
  const rows = await program.database.worker.query<{ verdict: string; n: number }>(
    `select verdict, count(*)::int as n from delivery_attempt where ${where} group by verdict`,
  )
  return Object.fromEntries(rows.map(({ verdict, n }) => [verdict, n]))
}

async function until(look: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = performance.now() + 60_000; !(await look()); ) {
    if (performance.now() > end) throw new Error(`did not happen: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** Delivers to nine receivers that are well. @returns the time from the commit to the arrival of the slowest 1 % */
async function deliverToTheWell(name: string): Promise<number> {
  const well: Receiver[] = await Promise.all(Array.from({ length: 9 }, () => startReceiver()))
  receivers.push(...well)
  const began = performance.now()
  for (let round = 0; round < EACH; round += 20) {
    await Promise.all(
      well.map(({ url }, i) =>
        enqueue(
          `${name}-${i}`,
          Array.from({ length: 20 }, () => url),
        ),
      ),
    )
  }
  await Promise.all(well.map(({ came }) => came(EACH)))
  const times = well.flatMap(({ received }) => received.map(({ at }) => at - began)).sort((a, b) => a - b)
  await until(async () => (await countOf(`target like '${name}-%'`)).delivered === 9 * EACH, 'all marked')
  return times[Math.floor(times.length * 0.99)] ?? 0
}

test('receivers of every misbehaviour delay nobody else, and each gets the verdict it deserves', async () => {
  const answer = (status: number, headers: Record<string, string> = {}) =>
    startReceiver((_request, response) => response.writeHead(status, headers).end())
  const elsewhere = await startReceiver()
  const faults = {
    // A port that nobody gets by asking for a free one, as a receiver that was closed may hand on its own.
    refuse: { url: 'http://127.0.0.1:9/', verdict: 'retry' },
    hang: { ...(await startRawReceiver(() => {})), verdict: 'retry' },
    drip: {
      ...(await startRawReceiver((socket) => {
        const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write('H')), 100)
      })),
      verdict: 'retry',
    },
    redirect: { ...(await answer(302, { location: elsewhere.url })), verdict: 'retry' },
    error: { ...(await answer(500)), verdict: 'retry' },
    busy: { ...(await answer(429, { 'retry-after': '120' })), verdict: 'throttle' },
    gateway: { ...(await answer(504)), verdict: 'throttle' },
    gone: { ...(await answer(410)), verdict: 'dead' },
    bomb: {
      ...(await startRawReceiver((socket) => socket.write(`HTTP/1.1 200 OK\r\n${'x-a: 1\r\n'.repeat(5_000)}`))),
      verdict: 'retry',
    },
    huge: {
      ...(await startReceiver((_request, response) => {
        const more = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        }
        response.on('drain', more)
        more()
      })),
      verdict: 'delivered',
    },
    broken: {
      ...(await startRawReceiver((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc'))),
      verdict: 'delivered',
    },
    closes: { ...(await startRawReceiver((socket) => socket.destroy())), verdict: 'retry' },
  }
  receivers.push(elsewhere, ...Object.values(faults).filter((fault) => 'close' in fault))

  const alone = await deliverToTheWell('alone')
  await Promise.all(
    Object.entries(faults).map(([name, { url }]) =>
      enqueue(
        `fault-${name}`,
        Array.from({ length: EACH }, () => url),
      ),
    ),
  )
  const beside = await deliverToTheWell('beside')
  // Twelve bad neighbours on the same two cores cost time, but not a time-out's worth.
  assert.ok(beside < alone + TIMEOUT_MS, `${beside} ms beside bad receivers, ${alone} ms alone`)

  for (const [name, { verdict }] of Object.entries(faults)) {
    const where = `target = 'fault-${name}'`
    await until(async () => ((await countOf(where))[verdict] ?? 0) > 0, `${verdict} of ${name}`)
    assert.deepEqual(Object.keys(await countOf(where)), [verdict], name)
  }
  assert.equal(elsewhere.received.length, 0)
  const [kept] = await program.database.worker.query<{ longest: number }>(
    'select max(length(body))::int as longest from delivery_attempt',
  )
  assert.ok((kept?.longest ?? 0) <= 4_096)
})
