import type { DeliveryEnd } from '#deliveries/index.ts'
import { WAKE_KIND } from '#flows/abilities.ts'
import type { Flow } from '#flows/flow.ts'
import { noteReached, type Reached } from '#flows/proof/store.ts'
import { type Input, type Outcome, waitsOf } from '#flows/run.ts'
import { abandon, advanceRecord } from '#flows/runs/advancing.ts'
import type { Catalog } from '#flows/runs/catalog.ts'
import { listens, lookBack } from '#flows/runs/looking-back.ts'
import { putOff } from '#flows/runs/put-off.ts'
import type { RecentRuns } from '#flows/runs/recent.ts'
import type { RunRecord } from '#flows/runs/record.ts'
import { lockRuns } from '#flows/runs/store.ts'
import { createWorld } from '#flows/runs/world.ts'
import { prepareWrites } from '#flows/runs/writer.ts'
import type { Notifier } from '#notifications/index.ts'
import { crashPoint } from '#platform/crash-point.ts'
import type { DueKind, DueRow } from '#platform/due-kind.ts'
import { turns } from '#platform/effort.ts'
import type { Json } from '#platform/event.ts'
import type { Runtime } from '#platform/service.ts'
import { CONFLICT_SQLSTATE, type Tx } from '#platform/work.ts'
import { noteTold } from '#reports/index.ts'

/** Wall milliseconds after which runs that are coming back are looked at again. */
const PUT_OFF_MS = 2_000

/** Which wait a row is about. */
type Wake = { runId: string; node: string; visit: number; look?: true; limit?: true; stop?: string }

type Notified = Wake & {
  outcome: string
  notificationId: string
  channel: string | null
  reason: string | null
  /** No channel had it. */
  nowhere?: true
}

type Answered = Wake & { answer: Outcome }

/** What a wake row says: a timer, a second look, the end of a delivery or of a notification. */
function readWake(payload: Json): { wake: Wake; outcome?: Outcome } {
  const value = payload as unknown as Wake | Answered | Notified | DeliveryEnd
  if ('deliveryId' in value) {
    const way = value.ended === 'delivered' ? 'ok' : 'error'
    return {
      wake: value.payload as unknown as Wake,
      outcome: { way, value: value.outcome ?? {}, ...(value.error === null ? {} : { cause: value.error }) },
    }
  }
  if ('answer' in value) return { wake: value, outcome: value.answer }
  if ('notificationId' in value) {
    const { outcome, notificationId, channel, reason } = value
    return {
      wake: value,
      outcome: {
        way: outcome,
        value: { notificationId, channel, reason },
        ...(reason === null ? {} : { cause: reason }),
      },
    }
  }
  return { wake: value }
}

/** Wakes runs at their time and with the outcome of what they sent. */
export function flowDueKinds(
  runtime: Pick<Runtime, 'database' | 'clock' | 'logger' | 'settings' | 'publicUrl'>,
  catalog: Catalog,
  notifier: Notifier,
  recent: RecentRuns,
): DueKind[] {
  return [
    {
      kind: WAKE_KIND,
      clock: 'domain',
      inline: 'asked',
      async handle(rows, tx, now) {
        const told = rows.map((row) => ({ row, tenant: row.tenant, ...readWake(row.payload) }))
        const { records, unlocked } = await recordsOf(told, tx, recent)
        const wakes = await putOff(tx, told, records, runKeyOf, now + PUT_OFF_MS * runtime.clock.scale)
        const flows = await catalog.of(tx, [...new Set(wakes.map(({ tenant }) => tenant))])
        const reached = wakes.flatMap((given) =>
          flows.get(given.tenant)?.keepsOutcomes === true ? reachedBy(given, now) : [],
        )
        if (records.size === 0) {
          noteReached(tx, reached)
          noteTold(tx, reached)
          return
        }
        const world = createWorld(tx, runtime)
        const flowOf = (record: RunRecord): Flow | undefined =>
          flows.get(record.tenant)?.version(record.flowId, record.version)
        await world.load(
          [...records.values()].flatMap((record) => {
            const flow = flowOf(record)
            return flow === undefined || !readsOn(flow, record)
              ? []
              : [{ tenant: record.tenant, about: record.run.about, flowId: record.flowId, flow }]
          }),
        )
        const all = [...records.values()]
        // Who answered before the time was over has answered, although the consumer may not have come to it yet.
        const looked = new Set(wakes.filter(({ wake }) => wake.look).map(runKeyOf))
        const byReceipt = runtime.clock.scale !== 1
        await lookBack(all, { flows, looked, byReceipt }, tx, now, world)
        const before = new Map(all.map((record) => [record, record.run]))
        const rest = turns()
        for (const { tenant, wake, outcome } of wakes) {
          const record = records.get(`${tenant}\n${wake.runId}`)
          if (record === undefined || wake.look) continue
          const flow = flowOf(record)
          if (flow === undefined) abandon(record, now)
          else advanceRecord(record, flow, inputOf(wake, outcome), now, world)
          const pause = rest()
          if (pause !== undefined) await pause
        }
        const moved = all.filter((record) => record.run !== before.get(record))
        await lockUnlocked(moved, unlocked, tx)
        await lookBack(moved, { flows, looked: new Set(), byReceipt }, tx, now, world)
        const writes = await prepareWrites(all, {
          db: tx,
          runtime,
          notifier,
          recent,
          now,
          claimed: claimedKeys(rows),
        })
        writes?.(tx)
        noteReached(tx, reached)
        noteTold(tx, reached)
        crashPoint('flows:wake')
      },
    },
  ]
}

const inputOf = ({ node, visit, limit, stop }: Wake, outcome: Outcome | undefined): Input =>
  stop !== undefined
    ? { kind: 'cancel', reason: stop, whenUndone: true }
    : limit === true
      ? { kind: 'limit' }
      : { kind: 'wake', node, visit, ...(outcome === undefined ? {} : { outcome }) }

type Given = { tenant: string; wake: Wake; outcome?: Outcome }

const runKeyOf = ({ tenant, wake }: Given): string => `${tenant}\n${wake.runId}`

/** What the end of a notification says of whom it was for: a channel had it, and its provider took it or not. */
function reachedBy({ tenant, wake, outcome }: Given, at: number): Reached[] {
  if (!('notificationId' in wake) || outcome === undefined || outcome.way === 'suppressed') return []
  if ('nowhere' in wake) return []
  return [{ tenant, runId: wake.runId, at, delivered: outcome.way === 'sent' }]
}

/** The waiting runs of some wakes by tenant and id: those just written from memory, the others locked. */
async function recordsOf(
  wakes: readonly Given[],
  tx: Tx,
  recent: RecentRuns,
): Promise<{ records: Map<string, RunRecord>; unlocked: ReadonlySet<RunRecord> }> {
  const records = new Map<string, RunRecord>()
  const unlocked = new Set<RunRecord>()
  const wanted = new Map<string, { tenant: string; id: string }>()
  for (const { tenant, wake, outcome } of wakes) {
    const key = `${tenant}\n${wake.runId}`
    if (records.has(key) || wanted.has(key)) continue
    // What answers may have changed the run in the commit that asked for this.
    const mayBeKnown = outcome !== undefined && !('answer' in wake)
    const known = !mayBeKnown ? undefined : recent.take(tenant, wake.runId, wake.node, wake.visit)
    if (known === undefined) wanted.set(key, { tenant, id: wake.runId })
    else {
      records.set(key, known)
      unlocked.add(known)
    }
  }
  for (const record of await lockRuns(tx, [...wanted.values()])) {
    records.set(`${record.tenant}\n${record.run.id}`, record)
  }
  return { records, unlocked }
}

/** What comes after an outcome often reads nothing of the world; whoever waits for something else may be asked anything. */
const readsOn = (flow: Flow, { run }: RunRecord): boolean =>
  waitsOf(run).some(({ kind, node }) => kind !== 'outcome' || flow.readsBehind.has(node))

/** Runs that were not read, and wait for an event now, must be held before the log is looked at. */
async function lockUnlocked(moved: readonly RunRecord[], unlocked: ReadonlySet<RunRecord>, tx: Tx): Promise<void> {
  const wanted = moved.filter((record) => unlocked.has(record) && listens(record))
  if (wanted.length === 0) return
  const locked = await lockRuns(
    tx,
    wanted.map(({ tenant, run }) => ({ tenant, id: run.id })),
  )
  const revisions = new Map(locked.map(({ tenant, run, revision }) => [`${tenant}\n${run.id}`, revision]))
  if (wanted.some(({ tenant, run, revision }) => revisions.get(`${tenant}\n${run.id}`) !== revision)) {
    throw Object.assign(new Error('a run changed since it was written'), { code: CONFLICT_SQLSTATE })
  }
}

const claimedKeys = (rows: readonly DueRow[]): ReadonlySet<string> => new Set(rows.map(({ key }) => key))
