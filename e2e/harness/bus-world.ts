import assert from 'node:assert/strict'
import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib'
import type pg from 'pg'
import { type Client, clientOf, type Patience, pause, settled } from './client.ts'
import { seenGraph } from './graphs.ts'
import type { ProgramProcess } from './program.ts'

const SUBJECTS = 7
export const EXCHANGE = 'pet.events'
const QUEUE = 'pet-flows-events'
/** Where another system keeps all that is published. */
const OUTSIDE = 'outside'
const KEY = 'order.placed'
/** Unconfirmed messages of the producer. */
const WINDOW = 20
const PAUSE_MS = 100

export type BusWorld = {
  client: Client
  /** Orders come by HTTP and by the broker, one in ten of these twice, until told to stop; resolves when all are in safe hands. */
  loadUntil(stop: () => boolean, writers: number): Promise<void>
  /** So many orders by the broker alone. */
  produce(count: number, options?: { asFastAsItGoes: boolean }): Promise<void>
  /** Waits until all has had its effect and is outside, then compares. */
  verify(timeoutMs?: number): Promise<void>
  /** What waits in the program's queue. */
  waiting(): Promise<number>
  readonly accepted: number
  close(): Promise<void>
}

/** Settings of a program that meets this world. */
export const busSettings = (port: number): Record<string, string> => ({
  CAUCE_BUS: 'rabbitmq',
  RABBITMQ_HOST: '127.0.0.1',
  RABBITMQ_PORT: String(port),
  RABBITMQ_BINDING_KEYS: KEY,
})

/**
 * A business whose orders come by both doors, with another system at the same broker that keeps what it hears. Nothing
 * is taken on trust: what was accepted or confirmed is counted here.
 * @param brokerPort reaches the broker without what stands between it and the program
 */
export async function makeBusWorld(
  nodes: readonly [Pick<ProgramProcess, 'url' | 'database'>, ...Pick<ProgramProcess, 'url'>[]],
  brokerPort: number,
  options: { random(): number; patience?: Patience },
): Promise<BusWorld> {
  const client = clientOf(
    nodes.map(({ url }) => url),
    options.patience,
  )
  const kept = { rest: new Set<string>(), amqp: new Set<string>() }
  const next = { rest: 0, amqp: 0 }
  const outside: string[] = []
  let connection: ChannelModel | undefined
  let channel: ConfirmChannel | undefined
  await reach()
  type Doors = { doors: { name: string; state: string }[] }
  await settled(async () => {
    const { doors } = await client.persist<Doors>('GET', '/backoffice/brokers')
    return doors.find(({ name }) => name === 'events')?.state === 'consuming' ? '' : 'the queue is not read yet'
  })
  const { id } = await client.persist<{ id: string }>('POST', '/api/v1/flows', { name: 'Seen' })
  await client.persist('PUT', `/api/v1/flows/${id}/draft`, seenGraph)
  await client.persist('POST', `/api/v1/flows/${id}/publish`, {})

  /** Until it is there. */
  async function reach(): Promise<ConfirmChannel> {
    if (channel !== undefined) return channel
    for (;;) {
      try {
        const opened = await connect({ hostname: '127.0.0.1', port: brokerPort }, { noDelay: true, timeout: 5_000 })
        opened.on('error', () => {})
        opened.on('close', () => {
          if (connection === opened) connection = channel = undefined
        })
        const made = await opened.createConfirmChannel()
        made.on('error', () => {})
        await made.assertExchange(EXCHANGE, 'topic', { durable: true })
        await made.assertQueue(OUTSIDE, { durable: true })
        await made.bindQueue(OUTSIDE, EXCHANGE, '#')
        await listen(opened)
        connection = opened
        channel = made
        return made
      } catch {
        await pause(200)
      }
    }
  }

  const order = (n: number, door: 'rest' | 'amqp') => ({
    event_id: `${door}-${n}`,
    type: 'order',
    subtype: 'placed',
    encounter_id: `${door}-customer-${n % SUBJECTS}`,
    datetime: Date.now(),
  })

  async function post(): Promise<void> {
    const body = order(next.rest++, 'rest')
    await client.persist('POST', '/api/v1/events', body)
    kept.rest.add(body.event_id)
  }

  /** Messages in order, each until it is confirmed. */
  async function publish(numbers: readonly number[]): Promise<void> {
    let left = numbers
    while (left.length > 0) {
      const to = await reach()
      const confirmed = await Promise.all(left.map((n) => send(to, n)))
      const first = confirmed.indexOf(false)
      for (const n of first === -1 ? left : left.slice(0, first)) kept.amqp.add(`amqp-${n}`)
      // What follows the first that is not known goes again, so that the order of first arrivals stays.
      left = first === -1 ? [] : left.slice(first)
    }
  }

  function send(to: ConfirmChannel, n: number): Promise<boolean> {
    const body = Buffer.from(JSON.stringify(order(n, 'amqp')))
    return new Promise((resolve) => {
      const done = (error: unknown) => resolve(error === null)
      try {
        to.publish(EXCHANGE, KEY, body, { persistent: true, contentType: 'application/json' }, done)
        if (options.random() < 0.1) to.publish(EXCHANGE, KEY, body, { persistent: true })
      } catch {
        resolve(false)
      }
    })
  }

  async function produceWhile(goesOn: () => boolean, window = WINDOW, pauseMs = PAUSE_MS): Promise<void> {
    while (goesOn()) {
      const first = next.amqp
      next.amqp += window
      await publish(Array.from({ length: window }, (_, i) => first + i))
      if (pauseMs > 0) await pause(pauseMs)
    }
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
        (select count(*)::int from event_log where type = 'order.seen') as seen,
        (select count(distinct cause)::int from event_log where type = 'order.seen') as seen_distinct,
        (select count(*)::int from event_exception) as exceptions,
        (select count(*)::int from bus_refused) as refused`)
      return rows[0] as Record<string, number>
    })

  /** What the other system hears is remembered before it says so: what breaks on the way comes again. */
  async function listen(on: ChannelModel): Promise<void> {
    const made = await on.createChannel()
    made.on('error', () => {})
    await made.prefetch(500)
    await made.consume(OUTSIDE, (message) => {
      if (message === null) return
      const { messageId } = message.properties
      const body = JSON.parse(message.content.toString()) as { event_id?: string }
      outside.push(String(messageId ?? body.event_id))
      try {
        made.ack(message)
      } catch {
        // It has just gone.
      }
    })
  }

  async function logged(): Promise<
    { id: string; type: string; subject: string; origin: string; order: string | null }[]
  > {
    const { rows } = await asked((database) =>
      database.query(
        `select id, type, subject, origin, raw::json -> 'data' ->> 'order' as order
         from event_log where type in ('order.placed', 'order.seen') order by position`,
      ),
    )
    return rows
  }

  async function pending(): Promise<string> {
    const size = kept.rest.size + kept.amqp.size
    const now = await counts()
    if (now.placed !== size) return `${now.placed} of ${size} orders are in the log`
    if (now.seen !== size) return `${now.seen} of ${size} orders were seen`
    await reach()
    const out = new Set(outside)
    const missing = (await logged()).filter(({ id: one, origin }) => origin !== 'amqp' && !out.has(one))
    return missing.length === 0 ? '' : `${missing.length} events are not outside, first ${missing[0]?.id}`
  }

  return {
    client,
    async loadUntil(stop, writers) {
      const writing = Array.from({ length: writers }, async () => {
        while (!stop()) {
          await post()
          await pause(20)
        }
      })
      await Promise.all([...writing, produceWhile(() => !stop())])
    },
    async produce(count, { asFastAsItGoes } = { asFastAsItGoes: false }) {
      const last = next.amqp + count
      await produceWhile(() => next.amqp < last, ...(asFastAsItGoes ? ([500, 0] as const) : []))
    },
    async waiting() {
      return (await (await reach()).checkQueue(QUEUE)).messageCount
    },
    async verify(timeoutMs) {
      await settled(pending, timeoutMs)
      const size = kept.rest.size + kept.amqp.size
      assert.deepEqual(await counts(), {
        placed: size,
        placed_distinct: size,
        seen: size,
        seen_distinct: size,
        exceptions: 0,
        refused: 0,
      })
      const log = await logged()
      const placed = log.filter(({ type }) => type === 'order.placed')
      const heard = [...new Set(outside)]
      const born = new Set(log.filter(({ origin }) => origin !== 'amqp').map(({ id: one }) => one))
      const heardBorn = heard.filter((one) => born.has(one))
      const subjectOf = new Map(log.map(({ id: one, subject }) => [one, subject]))
      for (const subject of new Set(placed.map((event) => event.subject))) {
        const mine = placed.filter((event) => event.subject === subject).map(({ id: one }) => one)
        const own = new Set(mine)
        if (subject.startsWith('amqp')) {
          assert.deepEqual(
            mine,
            mine.toSorted((a, b) => numberOf(a) - numberOf(b)),
            `${subject}: as it was produced`,
          )
        }
        const seen = log.filter(({ type, order: of }) => type === 'order.seen' && of !== null && own.has(of))
        assert.deepEqual(
          seen.map(({ order: of }) => of),
          mine,
          `${subject}: handled in the order of the log, each once`,
        )
        const inside = log.filter((event) => event.subject === subject && born.has(event.id)).map(({ id: one }) => one)
        assert.deepEqual(
          heardBorn.filter((one) => subjectOf.get(one) === subject),
          inside,
          `${subject}: outside in the order of the log`,
        )
      }
    },
    get accepted() {
      return kept.rest.size + kept.amqp.size
    },
    async close() {
      await connection?.close().catch(() => {})
    },
  }
}

const numberOf = (id: string): number => Number(id.slice(id.indexOf('-') + 1))
