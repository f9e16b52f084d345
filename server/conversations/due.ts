import { type Ask, act, arm, type House, INACTIVITY_KIND, timerAt } from '#conversations/encounters/act.ts'
import { COMMAND_KIND, type StoredCommand } from '#conversations/encounters/ask.ts'
import type { Because } from '#conversations/encounters/command.ts'
import type { Encounter } from '#conversations/encounters/encounter.ts'
import { shortestLimits } from '#conversations/encounters/inactivity.ts'
import {
  insertBareEncounters,
  lockEncounters,
  readEncounters,
  readLateTimers,
  updateEncounters,
} from '#conversations/encounters/store.ts'
import { rulesOf } from '#conversations/queues/store.ts'
import type { Clock } from '#platform/clock.ts'
import type { DueKind, DueRow } from '#platform/due-kind.ts'
import { nextTrace } from '#platform/trace-context.ts'
import type { DueEntry, Tx } from '#platform/work.ts'

/** Goes through the open encounters of a queue whose times changed; the key is the queue's id. */
const REARM_KIND = 'queue.rearm'

/** Wall milliseconds after which a timer looks again at an encounter that somebody held. */
const BUSY_MS = 20
/** Encounters whose timer one transaction of a sweep sets: some 50 ms of work. */
const SWEEP_PAGE = 1_000
/**
 * Wall milliseconds after which a sweep passes once more: by then every transaction that had read the old settings
 * has ended (10 s without a word end it), and what it armed by them is found.
 */
const SECOND_PASS_MS = 12_000

type Sweep = { after: string; again: boolean }

/** Nobody's doing: what comes of a silence begins a trace of its own. */
const ofItself = (): Because => ({ cause: null, hops: 0, traceparent: nextTrace(null) })

/** Starts the sweep that makes changed times of a queue hold for its open encounters. */
export const rearm = (tenant: string, queueId: string, at: number): DueEntry => ({
  kind: REARM_KIND,
  tenant,
  key: queueId,
  dueAt: at,
  payload: { after: '', again: true } satisfies Sweep,
})

export const dueKinds = (clock: Clock, house: House): DueKind[] => [
  { kind: INACTIVITY_KIND, clock: 'domain', handle: (rows, tx, now) => ring(rows, tx, now, clock.scale, house) },
  // What asks for it, and looks again with its next step, sees it done.
  { kind: COMMAND_KIND, clock: 'domain', inline: 'always', handle: (rows, tx) => obey(rows, tx, house) },
  // One queue in a transaction: its encounters are locked in the order of their ids.
  { kind: REARM_KIND, clock: 'domain', batch: 1, handle: (rows, tx, now) => sweep(rows, tx, now, clock.scale) },
]

/**
 * Timers never wait for an encounter: they hold their own due rows, which whoever holds the encounter may want to
 * set. Somebody at work there may well be the person writing: look again in a moment.
 */
async function ring(rows: readonly DueRow[], tx: Tx, now: number, scale: number, house: House): Promise<void> {
  const asks = rows.map(
    (row): Ask => ({
      tenant: row.tenant,
      encounterId: row.key,
      input: { kind: 'timer', id: '', at: now },
      because: ofItself(),
    }),
  )
  const answers = await act(tx, asks, house, false)
  const left = asks.filter((_, i) => answers[i]?.state === 'busy')
  if (left.length === 0) return
  const busy = await readEncounters(tx, left)
  tx.schedule(busy.map((encounter) => timerAt(encounter, now + BUSY_MS * scale)))
}

/** Commands of other contexts. On a closed encounter those that make no sense there do nothing. */
async function obey(rows: readonly DueRow[], tx: Tx, house: House): Promise<void> {
  const asks = rows
    .toSorted((a, b) => a.dueAt - b.dueAt)
    .flatMap(({ tenant, key: id, payload }) => {
      const { then = [], ...first } = payload as unknown as StoredCommand
      return [{ ...first, tenant, id }, ...then]
    })
    .map(
      ({ tenant, encounterId, cause, hops, traceparent, ...input }): Ask => ({
        tenant,
        encounterId,
        input,
        because: { cause, hops, traceparent },
      }),
    )
  insertBareEncounters(
    tx,
    asks.map(({ tenant, encounterId, input }) => ({ tenant, encounterId, at: input.at })),
  )
  await act(tx, asks, house)
}

/** Reads without locks and locks only what may have to ring earlier. */
async function sweep(rows: readonly DueRow[], tx: Tx, now: number, scale: number): Promise<void> {
  for (const { tenant, key: queueId, payload } of rows) {
    const { after, again } = payload as Sweep
    const rules = (await rulesOf(tx, [], [{ tenant, queueId }])).of(tenant, queueId)
    if (rules === null) continue
    const late = await readLateTimers(tx, { tenant, queueId, after }, shortestLimits(rules), SWEEP_PAGE)
    await armAll(tx, late)
    const last = late.at(-1)
    const next = (dueAt: number, payload: Sweep) =>
      tx.schedule([{ kind: REARM_KIND, tenant, key: queueId, dueAt, payload }])
    if (late.length === SWEEP_PAGE && last !== undefined) next(now, { after: last.id, again })
    else if (again) next(now + SECOND_PASS_MS * scale, { after: '', again: false })
  }
}

async function armAll(tx: Tx, encounters: readonly Encounter[]): Promise<void> {
  if (encounters.length === 0) return
  const keys = encounters.map(({ tenant, id }) => ({ tenant, encounterId: id }))
  const [locked, rules] = await Promise.all([lockEncounters(tx, keys), rulesOf(tx, keys, [])])
  const armed = locked.map((before) => ({ before, ...arm(before, rules) })).filter(({ due }) => due !== undefined)
  updateEncounters(
    tx,
    armed.map(({ before, encounter }) => ({ before, after: encounter })),
  )
  tx.schedule(armed.flatMap(({ due }) => due ?? []))
}
