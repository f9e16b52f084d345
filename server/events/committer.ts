import type { Logger } from 'pino'
import {
  type AppendAnswer,
  type AppendBatch,
  type AppendResult,
  appendStatement,
  buildBatch,
  readAnswer,
} from '#events/append.ts'
import { crashPoint } from '#platform/crash-point.ts'
import { type Connection, isConnectionLoss, isTransient, type OpenDatabase } from '#platform/database.ts'
import type { EventDraft } from '#platform/event.ts'
import { Problem } from '#platform/problem.ts'

/** Of one batch; its text is written and read in one go, during which nothing else runs. */
const MAX_ROWS = 500
/** Events that one caller may want in one commit. */
const MAX_TOGETHER = MAX_ROWS
/** While the consumers lag: they share the machine with the commits. */
const MAX_ROWS_PACED = 200
const MAX_BYTES = 1024 * 1024
/** Batches on the wire at once: one commits while the next is read by the server. */
const IN_FLIGHT = 2
/** Beyond this many waiting events, or this much text, callers are turned away at once: memory stays bounded. */
const MAX_WAITING = 20_000
const MAX_WAITING_BYTES = 64 * 1024 * 1024
/** How long a caller waits for a database that is away. */
const GIVE_UP_MS = 10_000
const RETRY_MS = 100

export type Committer = {
  /** Resolves after the commit that holds the event. Rejects with a 503 Problem when the database stays away. */
  append(event: EventDraft): Promise<AppendResult>
  /**
   * Several in one statement, in their order: all are stored or none is, whatever else waits.
   * @throws RangeError when there are more than MAX_TOGETHER
   */
  appendTogether(events: readonly EventDraft[]): Promise<readonly AppendResult[]>
  readonly depth: number
  stop(): Promise<void>
}

/** What one caller wants in one commit. */
type Waiting = {
  events: readonly EventDraft[]
  bytes: number
  since: number
  resolve(results: readonly AppendResult[]): void
  reject(error: unknown): void
}

/**
 * Group commit: concurrent appends become one statement, hence one commit, and each caller is answered after
 * its own. One connection, batches in order. After a lost connection the same batch is sent again under the same
 * batch id, so that rows which had been committed are known as ours.
 */
export function createCommitter(options: {
  database: OpenDatabase
  logger: Logger
  now(): number
  wall(): number
  newId(): string
  /** Milliseconds to wait between batches while the consumers lag; 0 when they keep up. */
  paceMs(): number
  committed(base: number, answer: ReturnType<typeof readAnswer>): void
  /** Sources that were never seen; stored before the batch. */
  knowSources(events: readonly EventDraft[]): Promise<void> | undefined
}): Committer {
  const { database, logger, now, wall } = options
  let queue: Waiting[] = []
  let inFlight = 0
  let waiting = 0
  let waitingBytes = 0
  let scheduled = false
  let stopped = false
  let connection: Connection | undefined
  let connecting: Promise<Connection> | undefined
  let paced: NodeJS.Timeout | undefined
  /** The batch before held events that were known: others may come twice too. */
  let careful = false
  /** The batch before has been put on the wire. */
  let turn: Promise<unknown> = Promise.resolve()

  async function connect(): Promise<Connection> {
    const opened = await database.connect('cauce_worker')
    opened.onLost(() => {
      if (connection === opened) connection = undefined
    })
    connection = opened
    return opened
  }

  function connected(): Promise<Connection> {
    if (connection !== undefined) return Promise.resolve(connection)
    connecting ??= connect().finally(() => {
      connecting = undefined
    })
    return connecting
  }

  /** Batches go out in the order in which they were taken, also when one has to wait for its sources. */
  async function issue(
    batch: AppendBatch,
    batchId: string,
    again: boolean,
  ): Promise<{ sent: Promise<AppendAnswer[]> }> {
    const before = turn
    const mine = Promise.withResolvers<void>()
    turn = mine.promise
    try {
      await before
      const known = options.knowSources(batch.rows)
      if (known !== undefined) await known
      const to = connection ?? (await connected())
      return { sent: to.query<AppendAnswer>(appendStatement(batch), [batch.json, batchId, careful || again]) }
    } finally {
      mine.resolve()
    }
  }

  async function send(batch: AppendBatch, batchId: string, until: number): Promise<AppendAnswer> {
    for (let again = false; ; again = true) {
      try {
        const { sent } = await issue(batch, batchId, again)
        return (await sent)[0] as AppendAnswer
      } catch (error) {
        if (!isTransient(error) || wall() > until || stopped) throw error
        if (isConnectionLoss(error)) connection = undefined
        logger.warn({ err: (error as Error).message }, 'an append met a database that is away; sending it again')
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
  }

  async function commit(batch: Waiting[]): Promise<void> {
    try {
      const drafts = batch.flatMap(({ events }) => events)
      const built = buildBatch(drafts, now(), wall())
      crashPoint('log:before-append')
      const answered = await send(built, options.newId(), (batch[0]?.since ?? wall()) + GIVE_UP_MS)
      crashPoint('log:after-append')
      careful = answered.known !== null
      const answer = readAnswer(built, answered)
      options.committed(answered.base, answer)
      let at = 0
      for (const { events, resolve } of batch) {
        resolve(answer.results.slice(at, at + events.length))
        at += events.length
      }
    } catch (error) {
      await failed(batch, error)
    }
  }

  /** A batch that the database refuses is halved, so that one bad event fails alone. */
  async function failed(batch: Waiting[], error: unknown): Promise<void> {
    if (isTransient(error)) {
      const away = new Problem(
        503,
        'database-away',
        'The event could not be stored: the database is away. Send it again.',
        {
          retryAfterS: 2,
          cause: error,
        },
      )
      for (const { reject } of batch) reject(away)
      return
    }
    if (batch.length === 1) {
      batch[0]?.reject(error)
      return
    }
    const half = batch.length >> 1
    await commit(batch.slice(0, half))
    await commit(batch.slice(half))
  }

  function take(): Waiting[] {
    const most = options.paceMs() > 0 ? MAX_ROWS_PACED : MAX_ROWS
    let items = 0
    let rows = 0
    let bytes = 0
    while (items < queue.length && bytes < MAX_BYTES) {
      const next = queue[items] as Waiting
      if (items > 0 && rows + next.events.length > most) break
      rows += next.events.length
      bytes += next.bytes
      items += 1
    }
    const batch = items === queue.length ? queue : queue.slice(0, items)
    queue = items === queue.length ? [] : queue.slice(items)
    return batch
  }

  function pump(): void {
    scheduled = false
    while (inFlight < IN_FLIGHT && queue.length > 0 && paced === undefined) {
      const batch = take()
      inFlight += 1
      void commit(batch).finally(() => {
        inFlight -= 1
        for (const { events, bytes } of batch) {
          waiting -= events.length
          waitingBytes -= bytes
        }
        const pace = options.paceMs()
        if (pace > 0 && !stopped) {
          paced ??= setTimeout(() => {
            paced = undefined
            pump()
          }, pace)
        }
        pump()
      })
    }
  }

  function enqueue<Result>(
    events: readonly EventDraft[],
    answer: (results: readonly AppendResult[]) => Result,
  ): Promise<Result> {
    if (stopped)
      return Promise.reject(new Problem(503, 'stopping', 'The server is stopping. Send it again.', { retryAfterS: 5 }))
    if (waiting >= MAX_WAITING || waitingBytes >= MAX_WAITING_BYTES) {
      return Promise.reject(
        new Problem(503, 'overloaded', 'Too many events wait to be stored. Send it again.', { retryAfterS: 1 }),
      )
    }
    let bytes = 0
    for (const { raw } of events) bytes += raw.length
    waiting += events.length
    waitingBytes += bytes
    return new Promise((resolve, reject) => {
      queue.push({ events, bytes, since: wall(), resolve: (results) => resolve(answer(results)), reject })
      if (!scheduled && inFlight < IN_FLIGHT) {
        scheduled = true
        setImmediate(pump)
      }
    })
  }

  return {
    append: (event) => enqueue([event], ([result]) => result as AppendResult),
    async appendTogether(events) {
      if (events.length > MAX_TOGETHER) throw new RangeError(`at most ${MAX_TOGETHER} events go together`)
      return events.length === 0 ? [] : enqueue(events, (results) => results)
    },
    get depth() {
      return waiting
    },
    async stop() {
      // What is in hand is sent once more at most: a database that is away must not hold up the end.
      stopped = true
      while (waiting > 0) await new Promise((resolve) => setTimeout(resolve, 5))
      await connection?.close()
    },
  }
}
