import assert from 'node:assert/strict'
import type pg from 'pg'
import { type Client, clientOf, type Patience, pause, settled } from './client.ts'
import { seenGraph } from './graphs.ts'
import type { ProgramProcess } from './program.ts'

const SUBJECTS = 7
/** Messages of the producer that are on their way together. */
const WINDOW = 20
const PAUSE_MS = 100
const TWICE = 0.1

/** Another system at the same broker, which meets none of its faults but that it is gone. */
export type BusSide = {
  /** How events that came by it are marked in the log. */
  origin: string
  /** Sends in order. @returns of each whether it is in safe hands */
  send(messages: readonly { subject: string; body: string }[]): Promise<readonly boolean[]>
  /** Ids of all that it heard since it is there, in order, with repeats. */
  heard(): Promise<readonly string[]>
  /** What waits for the program. */
  waiting(): Promise<number>
  close(): Promise<void>
}

export type BusWorld = {
  client: Client
  /** Orders come by HTTP and by the broker, one in ten of these twice, until told to stop; resolves when all are in safe hands. */
  loadUntil(stop: () => boolean, writers: number): Promise<void>
  /** So many orders by the broker alone. */
  produce(count: number, options?: { asFastAsItGoes: boolean }): Promise<void>
  /** Waits until all has had its effect and is outside, then compares. */
  verify(timeoutMs?: number): Promise<void>
  /** What waits at the broker for the program. */
  waiting(): Promise<number>
  readonly accepted: number
  close(): Promise<void>
}

/**
 * A business whose orders come by both doors, with another system at the same broker that keeps what it hears. Nothing
 * is taken on trust: what was accepted or confirmed is counted here.
 */
export async function makeBusWorld(
  nodes: readonly [Pick<ProgramProcess, 'url' | 'database'>, ...Pick<ProgramProcess, 'url'>[]],
  side: BusSide,
  options: { random(): number; patience?: Patience },
): Promise<BusWorld> {
  const client = clientOf(
    nodes.map(({ url }) => url),
    options.patience,
  )
  const kept = { rest: new Set<string>(), bus: new Set<string>() }
  const next = { rest: 0, bus: 0 }
  const twice = new Set<number>()
  type Doors = { doors: { name: string; state: string }[] }
  await settled(async () => {
    const { doors } = await client.persist<Doors>('GET', '/backoffice/brokers')
    return doors.find(({ name }) => name === 'events')?.state === 'consuming' ? '' : 'the queue is not read yet'
  })
  const { id } = await client.persist<{ id: string }>('POST', '/api/v1/flows', { name: 'Seen' })
  await client.persist('PUT', `/api/v1/flows/${id}/draft`, seenGraph)
  await client.persist('POST', `/api/v1/flows/${id}/publish`, {})

  const order = (n: number, door: 'rest' | 'bus') => ({
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

  /** Messages in order, each until it is in safe hands. */
  async function publish(numbers: readonly number[]): Promise<void> {
    let left = numbers
    while (left.length > 0) {
      const taken = await side.send(
        left.flatMap((n) => {
          const { encounter_id: subject, ...rest } = order(n, 'bus')
          const message = { subject, body: JSON.stringify({ ...rest, encounter_id: subject }) }
          return twice.has(n) ? [message, message] : [message]
        }),
      )
      let at = 0
      // A message that goes twice is there when either of the two is.
      const there = left.map((n) => {
        const copies = taken.slice(at, at + (twice.has(n) ? 2 : 1))
        at += copies.length
        return copies.includes(true)
      })
      const first = there.indexOf(false)
      for (const n of first === -1 ? left : left.slice(0, first)) kept.bus.add(`bus-${n}`)
      // What follows the first that is not known goes again, so that the order of first arrivals stays.
      left = first === -1 ? [] : left.slice(first)
    }
  }

  async function produceWhile(goesOn: () => boolean, window = WINDOW, pauseMs = PAUSE_MS): Promise<void> {
    while (goesOn()) {
      const first = next.bus
      next.bus += window
      const numbers = Array.from({ length: window }, (_, i) => first + i)
      for (const n of numbers) if (options.random() < TWICE) twice.add(n)
      await publish(numbers)
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
    const size = kept.rest.size + kept.bus.size
    const now = await counts()
    if (now.placed !== size) return `${now.placed} of ${size} orders are in the log`
    if (now.seen !== size) return `${now.seen} of ${size} orders were seen`
    const out = new Set(await side.heard())
    const missing = (await logged()).filter(({ id: one, origin }) => origin !== side.origin && !out.has(one))
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
      const last = next.bus + count
      await produceWhile(() => next.bus < last, ...(asFastAsItGoes ? ([500, 0] as const) : []))
    },
    waiting: () => side.waiting(),
    async verify(timeoutMs) {
      await settled(pending, timeoutMs)
      const size = kept.rest.size + kept.bus.size
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
      const heard = [...new Set(await side.heard())]
      const born = new Set(log.filter(({ origin }) => origin !== side.origin).map(({ id: one }) => one))
      const heardBorn = heard.filter((one) => born.has(one))
      const subjectOf = new Map(log.map(({ id: one, subject }) => [one, subject]))
      for (const subject of new Set(placed.map((event) => event.subject))) {
        const mine = placed.filter((event) => event.subject === subject).map(({ id: one }) => one)
        const own = new Set(mine)
        if (subject.startsWith('bus')) {
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
      return kept.rest.size + kept.bus.size
    },
    close: () => side.close(),
  }
}

const numberOf = (id: string): number => Number(id.slice(id.indexOf('-') + 1))
