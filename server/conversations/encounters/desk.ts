import { type Answer, type Ask, act, type House } from '#conversations/encounters/act.ts'
import type { Encounter } from '#conversations/encounters/encounter.ts'
import { type Heard, hear, isHeard } from '#conversations/encounters/hear.ts'
import { type Opening, openAll } from '#conversations/encounters/open.ts'
import { encounterClosed, encounterTaken, tooManyWaiting } from '#conversations/errors.ts'
import { createBatcher } from '#platform/batcher.ts'
import { isTransient } from '#platform/database.ts'
import { notFound, type Problem } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'

/** What people and systems do to encounters one by one, committed together. */
export type Desk = {
  /** @throws Problem 404 for an unknown encounter, 409 for a closed one */
  act(ask: Ask): Promise<Extract<Answer, { state: 'done' }>>
  /** @throws Problem 400 naming an unknown queue or contact, 409 when the id is taken */
  open(opening: Opening): Promise<Encounter>
  idle(): Promise<void>
}

/** One transaction for as many as came while the last one was under way: this many rows are locked at most. */
const MAX_BATCH = 256
/** One batch is decided while another one commits. */
const PARALLEL = 2
/** Above this many callers in hand the next one is turned away: about a second of work. */
const MAX_WAITING = 10_000

export function createDesk({ database }: Pick<Runtime, 'database'>, house: House): Desk {
  /** Nothing was committed, and the second try meets no such meeting again: deadlock, serialization. */
  const inTransaction = async <T>(fn: (tx: Tx) => Promise<T>): Promise<T> => {
    try {
      return await database.transaction(fn)
    } catch (error) {
      if (!(error as { code?: string }).code?.startsWith('40')) throw error
      return database.transaction(fn)
    }
  }
  // A batch fails whole on one bad row (never expected: all input is checked before); split it to find the row.
  const bisect = (error: unknown) => !isTransient(error)
  const asks = createBatcher<Ask, Answer>({
    maxItems: MAX_BATCH,
    parallel: PARALLEL,
    handle: (items) => inTransaction((tx) => act(tx, items, house)),
    bisect,
  })
  const heard = createBatcher<Heard, Answer | null>({
    maxItems: MAX_BATCH,
    parallel: PARALLEL,
    handle: (items) => inTransaction((tx) => hear(tx, items)),
    bisect,
  })
  const openings = createBatcher<Opening, Encounter | Problem>({
    maxItems: MAX_BATCH,
    handle: (items) => inTransaction((tx) => openAll(tx, items)),
    bisect,
  })
  const admit = () => {
    if (asks.depth + heard.depth + openings.depth >= MAX_WAITING) throw tooManyWaiting()
  }
  return {
    async act(ask) {
      admit()
      const answer = (isHeard(ask) ? await heard.add(ask) : null) ?? (await asks.add(ask))
      if (answer.state !== 'done') throw notFound('encounter', ask.encounterId)
      if (answer.refused === 'closed') throw encounterClosed(ask.encounterId)
      if (answer.refused === 'taken') throw encounterTaken()
      return answer
    },
    async open(opening) {
      admit()
      return (await openings.add(opening)) as Encounter
    },
    idle: async () => {
      await heard.idle()
      await Promise.all([asks.idle(), openings.idle()])
    },
  }
}
