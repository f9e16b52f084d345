import assert from 'node:assert/strict'
import type pg from 'pg'
import { type Client, clientOf, type Patience, settled } from './client.ts'
import { countedGraph, seenGraph } from './graphs.ts'
import type { ProgramProcess } from './program.ts'
import type { Receiver } from './receiver.ts'

const CONVERSATIONS = ['k1', 'k2', 'k3', 'k4']
const SUBJECTS = 7

export type World = {
  /** Sends `count` orders with all that belongs to them, each request until it is answered. */
  load(count: number, concurrency: number): Promise<void>
  /** Goes on sending until told to stop; resolves when all that was begun is answered. */
  loadUntil(stop: () => boolean, concurrency: number): Promise<void>
  /** Waits until all that was accepted has had its effects, then compares with the count kept here. */
  verify(timeoutMs?: number): Promise<void>
  /** Orders and all else that was answered with success. */
  readonly accepted: number
  readonly client: Client
}

/**
 * A small business whose every step is counted apart from the program: orders (webhook, two flows), messages,
 * and by turns a push, a timer or a visit through a link.
 * @param nodes programs over one database; the first one's `database()` is asked what is stored
 */
export async function makeWorld(
  nodes: readonly [Pick<ProgramProcess, 'url' | 'database'>, ...Pick<ProgramProcess, 'url'>[]],
  receiver: Receiver,
  patience?: Patience,
): Promise<World> {
  const client = clientOf(
    nodes.map(({ url }) => url),
    patience,
  )
  const { persist } = client
  const kept = {
    orders: new Map<string, number>(),
    messages: new Set<string>(),
    notes: new Set<string>(),
    timers: new Set<string>(),
    visits: new Set<string>(),
  }
  let next = 0
  await prepare(client, receiver.url)

  async function one(): Promise<void> {
    const n = next++
    const id = `order-${n}`
    await persist('POST', '/api/v1/events', {
      eventId: id,
      eventType: 'order.placed',
      occurredAt: new Date().toISOString(),
      payload: { n, encounterId: `customer-${n % SUBJECTS}` },
      schemaVersion: '1',
    })
    kept.orders.set(id, n % SUBJECTS)
    const text = `message ${n}`
    const conversation = `/api/v1/encounters/${CONVERSATIONS[n % CONVERSATIONS.length]}`
    await persist('POST', `${conversation}/messages`, { from: 'patient', text }, { 'idempotency-key': `m-${n}` })
    kept.messages.add(text)
    if (n % 3 === 0) await push(n)
    else if (n % 3 === 1) await timer(n)
    else await visit(n, conversation)
  }

  async function push(n: number): Promise<void> {
    const body = `note ${n}`
    await persist(
      'POST',
      '/api/v1/notifications',
      { to: { contactId: 'c' }, content: { body }, channels: ['push'] },
      { 'idempotency-key': `n-${n}` },
    )
    kept.notes.add(body)
  }

  async function timer(n: number): Promise<void> {
    const id = `timer ${n}`
    await persist(
      'POST',
      '/api/v1/timers',
      { delay: 'PT0.3S', callbackUrl: `${receiver.url}/timer`, payload: { timer: id } },
      { 'idempotency-key': `t-${n}` },
    )
    kept.timers.add(id)
  }

  async function visit(n: number, conversation: string): Promise<void> {
    const { url } = await persist<{ url: string }>('POST', `${conversation}/link`, {}, { 'idempotency-key': `l-${n}` })
    const page = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
    await persist('POST', `${new URL(url).pathname}/visit`, `page=${page}`, {
      'content-type': 'application/x-www-form-urlencoded',
    })
    kept.visits.add(page)
  }

  async function asked<T>(fn: (database: pg.Client) => Promise<T>): Promise<T> {
    const database = await nodes[0].database()
    try {
      return await fn(database)
    } finally {
      await database.end()
    }
  }

  const counts = () =>
    asked(async (database) => {
      const { rows } = await database.query<Record<string, number>>(`select
        (select count(*)::int from event_log where type = 'order.placed') as placed,
        (select count(distinct id)::int from event_log where type = 'order.placed') as placed_distinct,
        (select count(*)::int from event_log where type = 'order.handled') as handled,
        (select count(distinct cause)::int from event_log where type = 'order.handled') as handled_distinct,
        (select count(*)::int from flow_run where tenant = 'default') as runs,
        (select count(*)::int from flow_run where tenant = 'default' and ended_at is null) as runs_open,
        (select count(*)::int from delivery) as deliveries_open,
        (select count(*)::int from message where tenant = 'default' and author = 'patient') as messages,
        (select count(distinct text)::int from message where tenant = 'default' and author = 'patient') as messages_distinct,
        (select count(*)::int from event_log where tenant = 'default' and type = 'encounter.message_received') as received,
        (select count(*)::int from notification where tenant = 'default') as notes,
        (select count(*)::int from notification where tenant = 'default' and status = 'sent') as notes_sent,
        (select count(*)::int from timer where tenant = 'default') as timers,
        (select count(*)::int from timer where tenant = 'default' and status = 'fired') as timers_fired,
        (select count(*)::int from link_visit where tenant = 'default') as visits,
        (select count(*)::int from event_exception) as exceptions,
        (select count(*)::int from due_failed) as due_failed`)
      return rows[0] as Record<string, number>
    })

  /** What each subject's orders were, as they were accepted and as a flow saw them. */
  const orders = () =>
    asked(async (database) => {
      const { rows } = await database.query<{ type: string; order: string }>(
        `select type, case type when 'order.placed' then id else raw::json -> 'data' ->> 'order' end as order
         from event_log where type in ('order.placed', 'order.seen') order by position`,
      )
      const of = (type: string) =>
        Array.from({ length: SUBJECTS }, (_, subject) =>
          rows.filter((row) => row.type === type && kept.orders.get(row.order) === subject).map((row) => row.order),
        )
      return { placed: of('order.placed'), seen: of('order.seen') }
    })

  async function pending(): Promise<string> {
    const now = await counts()
    const size = kept.orders.size
    if (now.runs !== 2 * size) return `${now.runs} runs of ${2 * size}`
    if (now.runs_open !== 0) return `${now.runs_open} runs are not over`
    if (now.deliveries_open !== 0) return `${now.deliveries_open} deliveries are not over`
    if (now.handled !== size) return `${now.handled} of ${size} orders handled`
    if (now.notes_sent !== kept.notes.size) return `${now.notes_sent} of ${kept.notes.size} notes sent`
    if (now.timers_fired !== kept.timers.size) return `${now.timers_fired} of ${kept.timers.size} timers fired`
    // Subscriptions are read beside the flows: without a row of a delivery there may be one to come.
    const untold = [...kept.orders.keys()].filter((id) => !receiver.calls.has(`/hook ${id}`))
    if (untold.length > 0) return `nobody was called about ${untold.length} orders, first ${untold[0]}`
    return ''
  }

  /** Whatever was tried again went under the same id. */
  function arrived(path: string, ids: Iterable<string>): void {
    for (const id of ids) {
      const call = receiver.calls.get(`${path} ${id}`)
      assert.ok(call, `the call to ${path} about ${id} never came`)
      assert.equal(call.ids.size, 1, `retries of the call to ${path} about ${id} changed their id`)
    }
  }

  return {
    client,
    async load(count, concurrency) {
      const last = next + count
      await Promise.all(
        Array.from({ length: concurrency }, async () => {
          while (next < last) await one()
        }),
      )
    },
    async loadUntil(stop, concurrency) {
      await Promise.all(
        Array.from({ length: concurrency }, async () => {
          while (!stop()) await one()
        }),
      )
    },
    async verify(timeoutMs) {
      await settled(pending, timeoutMs)
      const size = kept.orders.size
      const expected = {
        placed: size,
        placed_distinct: size,
        handled: size,
        handled_distinct: size,
        runs: 2 * size,
        runs_open: 0,
        deliveries_open: 0,
        messages: kept.messages.size,
        messages_distinct: kept.messages.size,
        received: kept.messages.size,
        notes: kept.notes.size,
        notes_sent: kept.notes.size,
        timers: kept.timers.size,
        timers_fired: kept.timers.size,
        visits: kept.visits.size,
        exceptions: 0,
        due_failed: 0,
      }
      assert.deepEqual(await counts(), expected, 'what the database holds')
      const { placed, seen } = await orders()
      placed.forEach((accepted, subject) => {
        const at = accepted.findIndex((id, i) => id !== seen[subject]?.[i])
        assert.equal(
          at,
          -1,
          `customer-${subject} after ${accepted.slice(at - 3, at)}: ${accepted.slice(at, at + 5)} was handled as ${seen[subject]?.slice(at, at + 5)}`,
        )
        assert.equal(seen[subject]?.length, accepted.length, `customer-${subject}: handled once`)
      })
      arrived('/hook', kept.orders.keys())
      arrived(
        '/flow',
        [...kept.orders.keys()].filter((id) => Number(id.slice(6)) % 2 === 0),
      )
      arrived('/api/v1/push', kept.notes)
      arrived('/timer', kept.timers)
    },
    get accepted() {
      return Object.values(kept).reduce((sum, { size }) => sum + size, 0)
    },
  }
}

/** The settings that a program needs for this world. */
export const worldSettings = (receiver: Receiver) => ({ CAUCE_PUSH_URL: receiver.url })

async function prepare({ persist }: Client, receiver: string): Promise<void> {
  await persist('POST', '/api/v1/subscriptions', {
    routingKeyPattern: 'order.placed',
    webhookUrl: `${receiver}/hook`,
  })
  for (const graph of [countedGraph(receiver), seenGraph]) {
    const { id } = await persist<{ id: string }>('POST', '/api/v1/flows', { name: graph.name })
    await persist('PUT', `/api/v1/flows/${id}/draft`, graph)
    await persist('POST', `/api/v1/flows/${id}/publish`, {})
  }
  await persist('PUT', '/api/v1/queues/q', { name: 'Q', brand: 'b', product: 'p', service: 's' })
  await persist('PUT', '/api/v1/contacts/c', {
    name: 'C',
    locale: 'es',
    timeZone: 'UTC',
    addresses: { push: 'device' },
  })
  for (const id of CONVERSATIONS) {
    await persist(
      'POST',
      '/api/v1/encounters',
      { id, queueId: 'q', contactId: 'c', channel: 'webchat' },
      { 'idempotency-key': `new-${id}` },
    )
  }
}

/** What a receiver's call is about: its path and the id that this world gave. */
export function subjectOf(path: string, text: string): string {
  const { order, eventId, payload, body } = JSON.parse(text) as Record<string, string> & {
    payload?: { timer?: string }
  }
  return `${path} ${order ?? eventId ?? payload?.timer ?? body ?? '?'}`
}
