import type { Logger } from 'pino'
import type { Known } from '#gateway/known.ts'
import type { Incoming } from '#platform/brokers/bus.ts'
import { crashPoint } from '#platform/crash-point.ts'
import type { EventDraft } from '#platform/event.ts'
import { isPassing } from '#platform/passing.ts'
import { Problem } from '#platform/problem.ts'
import type { Sender } from '#platform/service.ts'

/** Events of one commit. */
const GROUP = 500
const GROUP_BYTES = 512 * 1024
/** One commits while the next is on its way. */
const GROUPS = 2
const FIRST_RETRY_MS = 100
const MOST_RETRY_MS = 5_000
const OVERLOAD_MS = 500
/** As long as a node keeps its shards without a database. */
const STUCK_MS = 8_000
/** Beyond so many what a lost connection left behind is thrown away at once: the bus brings it again. */
const TIDY_ABOVE = 2_000

export type Taken = 'accepted' | 'duplicate' | 'own' | 'refused'
export type Refusal = { message: Incoming; problem: Problem }

export type Intake = {
  deliver(message: Incoming): void
  /** Takes nothing more; resolves when what is in hand is committed and accepted, or given up. */
  stop(): Promise<void>
}

/** So many messages of one kind, taken one after the other. */
export type Counted = {
  door: string
  taken: Taken
  /** Of the event; null when it could not be read. */
  type: string | null
  times: number
  last: { id: string | null; key: string }
}

/** Who sent a message, as far as the broker and its headers tell. */
const senderOf = ({ user, headers }: Incoming): Sender => ({ brokerUser: user, headers })

type Held = { message: Incoming; draft: EventDraft }

/**
 * Takes what a bus brings into the log, and accepts it after the commit. Events of one subject keep the order in which
 * they were delivered, whatever fails on the way: those of a commit that is under way hold back the later ones.
 */
export function createIntake(options: {
  /** @throws Problem when it is no event */
  read(message: Incoming): EventDraft
  append(event: EventDraft, sender: Sender): Promise<{ duplicate: boolean }>
  appendTogether(events: readonly EventDraft[], senders: readonly Sender[]): Promise<readonly { duplicate: boolean }[]>
  /** Why nothing may be taken now, or null. */
  overload(): Problem | null
  /** Nothing could be stored for a while: another node may have a database. Called once for each such time. */
  stuck(): void
  /** Keeps what is refused, before the bus forgets it. */
  keep(refusals: readonly Refusal[]): Promise<void>
  known: Known
  /** The source under which the log has the event, where the message is one of ours; else null. */
  ownSource(message: Incoming, id: string): string | null
  count(counted: Counted): void
  logger: Logger
}): Intake {
  const { known, logger } = options
  let waiting: Held[] = []
  const refusals: Refusal[] = []
  /** Subjects of the groups under way. */
  const busy = new Set<string>()
  let groups = 0
  let keeping: Promise<void> | undefined
  let scheduled = false
  let stopped = false
  let isStuck = false
  const idlers: (() => void)[] = []

  const subjectOf = ({ draft }: Held) => draft.subject

  function schedule(): void {
    if (scheduled) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      pump()
    })
  }

  function pump(): void {
    if (waiting.length > TIDY_ABOVE) waiting = waiting.filter(({ message }) => message.live)
    while (groups < GROUPS && waiting.length > 0 && !stopped) {
      const group = take()
      if (group.length === 0) break
      groups += 1
      void commit(group).finally(() => {
        groups -= 1
        for (const held of group) busy.delete(subjectOf(held))
        pump()
        tellIdle()
      })
    }
    if (refusals.length > 0 && keeping === undefined) {
      keeping = refuse(nextRefusals()).finally(() => {
        keeping = undefined
        if (refusals.length > 0) schedule()
        tellIdle()
      })
    }
  }

  /** What may go now, in order: nothing of a subject that is under way, nor what comes behind such. */
  function take(): Held[] {
    const group: Held[] = []
    const left: Held[] = []
    const passed = new Set<string>()
    let bytes = 0
    let at = 0
    for (; at < waiting.length && group.length < GROUP && bytes < GROUP_BYTES; at++) {
      const held = waiting[at] as Held
      if (!held.message.live) continue
      const subject = subjectOf(held)
      if (busy.has(subject) || passed.has(subject)) {
        passed.add(subject)
        left.push(held)
        continue
      }
      group.push(held)
      bytes += held.draft.raw.length
    }
    waiting = left.length === 0 ? waiting.slice(at) : [...left, ...waiting.slice(at)]
    for (const held of group) busy.add(subjectOf(held))
    return group
  }

  async function commit(group: readonly Held[]): Promise<void> {
    await room()
    crashPoint('intake:before-append')
    const results = await persist(group, () =>
      options.appendTogether(
        group.map(({ draft }) => draft),
        group.map(({ message }) => senderOf(message)),
      ),
    )
    if (results === 'given up') return
    if (results instanceof Error) {
      // The database refuses one of them: it is found by trying each.
      for (const held of group) if (!(await commitOne(held))) return
      return
    }
    crashPoint('intake:before-accept')
    let run: Counted | undefined
    group.forEach(({ message, draft }, i) => {
      message.accept()
      const taken = results[i]?.duplicate ? 'duplicate' : 'accepted'
      // Most of a group is of one kind: counting each would cost as much as reading it.
      if (run?.type === draft.type && run.taken === taken && run.door === message.door) {
        run.times += 1
        run.last = { id: draft.id, key: message.key }
        return
      }
      if (run !== undefined) options.count(run)
      run = counted(message, taken, draft)
    })
    if (run !== undefined) options.count(run)
  }

  /** @returns false when there is no time left */
  async function commitOne(held: Held): Promise<boolean> {
    const result = await persist([held], () => options.append(held.draft, senderOf(held.message)))
    if (result === 'given up') return false
    if (!(result instanceof Error)) {
      held.message.accept()
      options.count(counted(held.message, result.duplicate ? 'duplicate' : 'accepted', held.draft))
    } else {
      const problem =
        result instanceof Problem ? result : new Problem(422, 'not-storable', `It cannot be kept: ${result.message}`)
      refusals.push({ message: held.message, problem })
      schedule()
    }
    return true
  }

  /**
   * Tries until it succeeds or the fault is its own. Nothing of it is accepted meanwhile, so nothing can be lost; what
   * the bus is going to bring again is given up.
   */
  async function persist<T>(
    of: readonly { message: Incoming }[],
    attempt: () => Promise<T>,
  ): Promise<T | Error | 'given up'> {
    const over = () => stopped || of.every(({ message }) => !message.live)
    const since = performance.now()
    for (let tries = 0; ; tries++) {
      try {
        const result = await attempt()
        isStuck = false
        return result
      } catch (error) {
        if (!isPassing(error)) return error as Error
        if (over()) return 'given up'
        if (tries === 0) logger.warn({ err: (error as Error).message }, 'events of the broker wait to be stored')
        if (!isStuck && performance.now() - since >= STUCK_MS) {
          isStuck = true
          options.stuck()
        }
        await wait(Math.min(MOST_RETRY_MS, FIRST_RETRY_MS * 2 ** tries))
        if (over()) return 'given up'
      }
    }
  }

  /** Whoever sends too much waits: the bus delivers no more than may be in hand. */
  async function room(): Promise<void> {
    for (let told = false; !stopped && options.overload() !== null; told = true) {
      if (!told) logger.warn({ err: options.overload()?.message }, 'events of the broker wait: too many are in hand')
      await wait(OVERLOAD_MS)
    }
  }

  /** As many as one commit keeps: what is refused may be large. */
  function nextRefusals(): Refusal[] {
    let bytes = 0
    let n = 0
    for (; n < refusals.length && n < GROUP && bytes < GROUP_BYTES; n++) {
      bytes += (refusals[n] as Refusal).message.body.length
    }
    return refusals.splice(0, n)
  }

  async function refuse(batch: readonly Refusal[]): Promise<void> {
    const kept = await persist(batch, () => options.keep(batch))
    if (kept === 'given up') return
    if (kept instanceof Error && batch.length > 1) {
      // One of them is at fault: it is found by trying each.
      for (const refusal of batch) await refuse([refusal])
      return
    }
    // What cannot even be kept is told of, and must not come again for ever.
    if (kept instanceof Error) logger.error({ err: kept }, 'a refused message could not be kept')
    for (const { message } of batch) {
      message.refuse()
      options.count(counted(message, 'refused', null))
    }
  }

  function tellIdle(): void {
    if (groups > 0 || keeping !== undefined) return
    for (const resolve of idlers.splice(0)) resolve()
  }

  return {
    deliver(message) {
      // Not accepted, so it goes to another node, or comes again at the next start.
      if (stopped) return
      let draft: EventDraft
      try {
        draft = options.read(message)
      } catch (error) {
        const problem = error instanceof Problem ? error : new Problem(400, 'invalid', (error as Error).message)
        refusals.push({ message, problem })
        return schedule()
      }
      const source = options.ownSource(message, draft.id)
      if (source !== null && known.has(source, draft.id)) {
        message.accept()
        options.count(counted(message, 'own', draft))
        return
      }
      waiting.push({ message, draft: source === null ? draft : { ...draft, source } })
      schedule()
    },
    async stop() {
      stopped = true
      waiting = []
      if (groups > 0 || keeping !== undefined) await new Promise<void>((resolve) => idlers.push(resolve))
    },
  }
}

const counted = (message: Incoming, taken: Taken, draft: EventDraft | null): Counted => ({
  door: message.door,
  taken,
  type: draft?.type ?? null,
  times: 1,
  last: { id: draft?.id ?? message.id ?? null, key: message.key },
})

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
