import { WAKE_KIND } from '#flows/abilities.ts'
import { readVersion } from '#flows/authoring/store.ts'
import { findsByPerson } from '#flows/cancelling.ts'
import type { Flow } from '#flows/flow.ts'
import type { Graph } from '#flows/graph.ts'
import { KEY_TAKEN, lost, UNDER_WAY, wayBack, whyNotKept } from '#flows/moves/not-back.ts'
import { recall } from '#flows/moves/recall.ts'
import {
  type Back,
  entriesOf,
  forgetRuns,
  type Kept,
  keepRuns,
  lockBack,
  type MoveRow,
  readMove,
  restoreRuns,
  saveMove,
} from '#flows/moves/store.ts'
import { addWhy } from '#flows/moves/why.ts'
import { type Asked, type Moved, moveRun, standing } from '#flows/moving.ts'
import { type Passage, passageOf } from '#flows/passage.ts'
import { effectIdOf, movedOn, type Parked, type Run } from '#flows/run.ts'
import { advanceRecord } from '#flows/runs/advancing.ts'
import type { Catalog, TenantFlows } from '#flows/runs/catalog.ts'
import { deliveryIdOf } from '#flows/runs/made.ts'
import type { RunRecord } from '#flows/runs/record.ts'
import { lockOthers } from '#flows/runs/store.ts'
import { limitRow, outcomeTo, timerKey, wakeKey } from '#flows/runs/timers.ts'
import { createWorld } from '#flows/runs/world.ts'
import { prepareWrites } from '#flows/runs/writer.ts'
import { UNKNOWN, whyStay } from '#flows/staying.ts'
import type { Notifier, Wanted } from '#notifications/index.ts'
import { crashPoint } from '#platform/crash-point.ts'
import type { DueKind } from '#platform/due-kind.ts'
import { addSpan } from '#platform/duration.ts'
import type { Runtime } from '#platform/service.ts'
import type { DueEntry, Tx } from '#platform/work.ts'

/** The next chunk of a move, of its undoing, or of what can be forgotten; the key is flow and version. */
const MOVE_KIND = 'flow.move'
/** Runs moved in one commit. */
const CHUNK = 500
/** After so long a move is looked at again that somebody held. */
const HELD_MS = 50
/** The second pass finds the runs that began by the old version while the first was under way. */
const PASSES = 2

type Work = { flowId: string; version: number; forget?: true }

export const moveRowOf = (tenant: string, work: Work, dueAt: number): DueEntry => ({
  kind: MOVE_KIND,
  tenant,
  key: `${work.flowId}/${work.version}${work.forget ? '/forget' : ''}`,
  dueAt,
  payload: work,
})

/** Moves, stops or brings back the runs of a flow in chunks; each chunk is one commit with the progress it made. */
export function moveKind(
  runtime: Pick<Runtime, 'database' | 'clock' | 'logger' | 'settings' | 'publicUrl'>,
  catalog: Catalog,
  notifier: Notifier,
): DueKind {
  return {
    kind: MOVE_KIND,
    clock: 'wall',
    batch: 1,
    async handle(rows, tx, wall) {
      for (const { tenant, payload } of rows) {
        const work = payload as Work
        // Who takes a publish back holds the move, and then writes the row that is claimed here: waiting for them would be
        // waiting in a circle.
        const row = await readMove(tx, tenant, work.flowId, work.version, 'free')
        if (row === undefined) {
          const isHeld = (await readMove(tx, tenant, work.flowId, work.version)) !== undefined
          if (isHeld) tx.schedule([moveRowOf(tenant, work, wall + HELD_MS)])
          continue
        }
        if (work.forget) {
          if (row.state === 'undoing') tx.schedule([moveRowOf(tenant, work, wall + 60_000)])
          else {
            if (row.state !== 'undone') saveMove(tx, { ...row, state: 'closed' })
            if (await forgetRuns(tx, tenant, work.flowId, work.version)) tx.schedule([moveRowOf(tenant, work, wall)])
          }
          continue
        }
        const step = row.state === 'moving' ? forward : row.state === 'undoing' ? backward : null
        if (step !== null && (await step(tx, row))) tx.schedule([moveRowOf(tenant, work, wall)])
      }
      crashPoint('flows:move')
    },
  }

  /** @returns whether there is more to do */
  async function forward(tx: Tx, row: MoveRow): Promise<boolean> {
    const { tenant } = row
    const flows = (await catalog.of(tx, [tenant])).get(tenant)
    const records = await lockOthers(tx, row, CHUNK)
    if (flows !== undefined && records.length > 0) {
      if (row.choice === 'stop') await stopAll(tx, row, records, flows)
      else await moveAll(tx, row, records, flows)
    }
    row.after = records.at(-1)?.run.id ?? null
    const passed = records.length < CHUNK
    if (passed && row.pass < PASSES) Object.assign(row, { pass: row.pass + 1, after: null, kept: 0, why: [] })
    else if (passed) Object.assign(row, { state: 'moved', endedAt: new Date(runtime.clock.wall()) })
    saveMove(tx, row)
    return row.state === 'moving'
  }

  async function stopAll(tx: Tx, row: MoveRow, records: readonly RunRecord[], flows: TenantFlows): Promise<void> {
    const now = runtime.clock.now()
    const world = createWorld(tx, runtime)
    const reason = `stopped by the publishing of version ${row.version}`
    const stopped = records.filter((record) => {
      const flow = flows.version(record.flowId, record.version)
      return flow !== undefined && advanceRecord(record, flow, { kind: 'cancel', reason }, now, world)
    })
    const writes = await prepareWrites(stopped, { db: tx, runtime, notifier, now, mayReturn: true })
    // What a call came to while its run was stopped is lost to it, and whoever asked for a run has heard that it is over:
    // such a run does not come back. A notification can be held again.
    const kept = stopped.filter(
      ({ loaded, effects }) =>
        loaded !== null &&
        loaded.caller === undefined &&
        standing(loaded).every(
          (at) => at.kind !== 'outcome' || effects.some(({ kind, visit }) => kind === 'callOff' && visit === at.visit),
        ),
    )
    keepRuns(tx, row, kept.map(asItWas))
    writes?.(tx)
    row.stopped += stopped.length
    row.kept += records.length - stopped.length
    addWhy(row.why, UNKNOWN, records.length - stopped.length)
  }

  async function moveAll(tx: Tx, row: MoveRow, records: readonly RunRecord[], flows: TenantFlows): Promise<void> {
    const now = runtime.clock.now()
    const passages = await passagesOf(tx, row, records, flows)
    const able = records.filter((record) => passages.has(record.version))
    const world = createWorld(tx, runtime)
    const concern = ({ run, flowId }: RunRecord, flow: Flow) => ({ tenant: row.tenant, about: run.about, flowId, flow })
    const into = (record: RunRecord) => passages.get(record.version) as Passage
    await world.load(able.map((record) => concern(record, into(record).after)))
    const entered = await entriesOf(
      tx,
      row.tenant,
      able.flatMap((record) =>
        standing(record.run)
          .filter(({ node }) => into(record).changed.has(node))
          .map(({ visit }) => ({ runId: record.run.id, visit })),
      ),
    )
    const apartMs = 60_000 / row.perMinute
    let until = Math.max(row.pacedUntil?.getTime() ?? now, now)
    const moved: { from: RunRecord; to: RunRecord; made: Extract<Moved, { run: Run }> }[] = []
    for (const from of able) {
      const passage = into(from)
      const made = moveRun(from.run, passage, {
        now,
        env: world.env(concern(from, passage.after)),
        enteredAt: (visit) => entered.get(`${from.run.id}/${visit}`) ?? null,
        turn: () => {
          until += apartMs
          return Math.ceil(until)
        },
      })
      if ('run' in made) moved.push({ from, made, to: movedTo(from, made.run, passage.after, row.version) })
      else addWhy(row.why, whyStay(made.stays, passage), 1)
    }
    const writes = await prepareWrites(
      moved.map(({ to }) => to),
      { db: tx, runtime, notifier, now },
    )
    keepRuns(
      tx,
      row,
      moved.map(({ from }) => asItWas(from)),
    )
    writes?.(tx)
    retime(
      tx,
      row.tenant,
      moved.map(({ from, to }) => ({ id: to.run.id, before: standing(from.run), after: standing(to.run) })),
    )
    tx.schedule(
      moved.flatMap(({ from, to }) => {
        const { timeLimit } = into(from).after
        return timeLimit === null ? [] : limitRow(row.tenant, to.run.id, addSpan(to.run.startedAt, timeLimit))
      }),
    )
    tx.schedule(moved.filter(({ made }) => made.looks).flatMap(({ to }) => looks(row.tenant, to.run, now)))
    row.moved += moved.length
    row.paced += moved.filter(({ made }) => made.paced).length
    row.kept += records.length - moved.length
    addWhy(row.why, UNKNOWN, records.length - able.length)
    if (until > now) row.pacedUntil = new Date(Math.ceil(until))
  }

  /** Runs that came back may last as long as their own version says: the move put that off, or took it away. */
  async function limitAgain(
    tx: Tx,
    { tenant, flowId }: MoveRow,
    backs: readonly Back[],
    changes: readonly { run: Run }[],
  ) {
    const flows = (await catalog.of(tx, [tenant])).get(tenant)
    const versions = new Map(backs.map(({ runId, fromVersion }) => [runId, fromVersion]))
    tx.schedule(
      changes.flatMap(({ run }) => {
        const limit = flows?.version(flowId, versions.get(run.id) ?? 0)?.timeLimit ?? null
        return limit === null ? [] : limitRow(tenant, run.id, addSpan(run.startedAt, limit))
      }),
    )
  }

  /** @returns whether there is more to do */
  async function backward(tx: Tx, row: MoveRow): Promise<boolean> {
    const locked = await lockBack(tx, row, CHUNK)
    const flow = (await catalog.of(tx, [row.tenant])).get(row.tenant)?.version(row.flowId, row.version)
    const now = runtime.clock.now()
    const able: Back[] = []
    const asking = new Map<string, readonly Asked[]>()
    for (const back of locked) {
      const way = wayBack(row, back, flow)
      if ('en' in way) {
        addWhy(row.why, way, 1)
        continue
      }
      able.push(back)
      if (way.length > 0) asking.set(back.runId, way)
    }
    const recalled = await recall(tx, row.tenant, asking, { runtime, notifier, now })
    addWhy(row.why, UNDER_WAY, asking.size - recalled.size)
    const backs = able.flatMap((back) =>
      recalled.has(back.runId) ? withItsVisits(back) : asking.has(back.runId) ? [] : back,
    )
    const restored = await restoreRuns(tx, row.tenant, backs)
    addWhy(row.why, KEY_TAKEN, backs.length - restored.size)
    const changes = backs
      .filter(({ runId }) => restored.has(runId))
      .map(({ runId, before, now }) => {
        const [was, is] = [JSON.parse(before) as Run, JSON.parse(now) as Partial<Run>]
        return { id: runId, run: was, before: is.parked ? standing(is as Run) : [], after: standing(was) }
      })
    retime(tx, row.tenant, changes)
    await limitAgain(tx, row, backs, changes)
    if (row.choice === 'stop') {
      notifier.holdAgain(
        tx,
        changes.flatMap(({ run }) => toldTo(row.tenant, run)),
        now,
      )
    }
    // What came while a run was stopped, or waited for something else, is in the log.
    tx.schedule(changes.flatMap(({ run }) => looks(row.tenant, run, now)))
    row.restored += restored.size
    row.after = locked.at(-1)?.runId ?? null
    const isOver = locked.length < CHUNK
    if (isOver) {
      const told = row.why.reduce((sum, { runs }) => sum + runs, 0)
      addWhy(row.why, whyNotKept(row), lost(row) - told)
      Object.assign(row, { state: 'undone', endedAt: new Date(runtime.clock.wall()) })
    }
    saveMove(tx, row)
    if (isOver) tx.schedule([moveRowOf(row.tenant, { ...keyOf(row), forget: true }, runtime.clock.wall())])
    return !isOver
  }
}

/** The visits of what was called off are over: the step at such a number would ask for the same once more. */
const withItsVisits = (back: Back): Back => {
  const { visits } = JSON.parse(back.now) as Run
  return { ...back, before: JSON.stringify({ ...(JSON.parse(back.before) as Run), visits }) }
}

const keyOf = ({ flowId, version }: MoveRow) => ({ flowId, version })

const movedTo = (from: RunRecord, run: Run, after: Flow, version: number): RunRecord => ({
  ...from,
  version,
  run: movedOn(run, from.version),
  person: findsByPerson(after) ? run.about.contactId : null,
})

const asItWas = ({ run, version, revision, loaded }: RunRecord): Kept => ({
  runId: run.id,
  fromVersion: version,
  state: JSON.stringify(loaded),
  revision: revision + 1,
})

/** How each version that runs of a chunk belong to leads to the new one; absent: it cannot be run any more. */
async function passagesOf(
  tx: Tx,
  row: MoveRow,
  records: readonly RunRecord[],
  flows: TenantFlows,
): Promise<ReadonlyMap<number, Passage>> {
  const whole = async (version: number): Promise<{ graph: Graph; flow: Flow } | null> => {
    const flow = flows.version(row.flowId, version)
    const stored = flow === undefined ? undefined : await readVersion(tx, row.tenant, row.flowId, version)
    return flow === undefined || stored === undefined ? null : { graph: stored.graph, flow }
  }
  const passages = new Map<number, Passage>()
  const after = await whole(row.version)
  if (after === null) return passages
  for (const version of new Set(records.map((record) => record.version))) {
    const before = await whole(version)
    if (before !== null) passages.set(version, passageOf(before, after, row.version, row.map))
  }
  return passages
}

type Retimed = { id: string; before: readonly Parked[]; after: readonly Parked[] }

/** Makes the timers of runs follow where they stand by now, at the same visits. */
function retime(tx: Tx, tenant: string, changes: readonly Retimed[]): void {
  const gone: string[] = []
  const rows: DueEntry[] = []
  for (const { id, before, after } of changes) {
    const keys = (places: readonly Parked[]) =>
      new Map(places.filter(({ wakeAt }) => wakeAt !== null).map((place) => [timerKey(id, place), place]))
    const [old, now] = [keys(before), keys(after)]
    gone.push(...[...old.keys()].filter((key) => !now.has(key)))
    for (const [key, { node, visit, wakeAt }] of now) {
      if (wakeAt === null || old.get(key)?.wakeAt === wakeAt) continue
      rows.push({ kind: WAKE_KIND, tenant, key, dueAt: wakeAt, payload: { runId: id, node, visit } })
    }
  }
  tx.unschedule(WAKE_KIND, tenant, gone)
  tx.schedule(rows)
}

/** What a run that was stopped had asked to be told, and waits for. */
const toldTo = (tenant: string, run: Run): Wanted[] =>
  standing(run)
    .filter(({ kind }) => kind === 'outcome')
    .map((at) => ({ tenant, id: deliveryIdOf(effectIdOf(run.id, at.node, at.visit)), notifyOn: outcomeTo(run.id, at) }))

/** A second look at the log, for each event that the run waits for. */
const looks = (tenant: string, run: Run, now: number): DueEntry[] =>
  standing(run)
    .filter(({ kind }) => kind === 'event')
    .map(({ node, visit }) => ({
      kind: WAKE_KIND,
      tenant,
      key: `${wakeKey(run.id, visit)}:look`,
      dueAt: now,
      payload: { runId: run.id, node, visit, look: true },
    }))
