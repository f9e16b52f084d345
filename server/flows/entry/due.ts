import { FLOW_SCHEDULED } from '#events/index.ts'
import { isOfShare } from '#flows/canary/share.ts'
import { ENTRY_KIND, type Look, lookRow } from '#flows/entry/arrivals.ts'
import { BATCH_CHARACTERS, BATCH_VAR, type EntryControl } from '#flows/entry/control.ts'
import {
  HELD_MS,
  hold,
  lastEntered,
  lockTurns,
  nextReady,
  noteEntered,
  type Picked,
  pickBatches,
  pickNext,
  readyAll,
  readyFull,
  release,
  removeEntries,
  removeSome,
  runsUnderWay,
  startsSince,
} from '#flows/entry/store.ts'
import { giveWay } from '#flows/runs/advancing.ts'
import { begun } from '#flows/runs/begun.ts'
import type { Catalog, TenantFlows, Version } from '#flows/runs/catalog.ts'
import { runsByKey } from '#flows/runs/store.ts'
import { createWorld } from '#flows/runs/world.ts'
import { prepareWrites } from '#flows/runs/writer.ts'
import { makesRoom } from '#flows/silences.ts'
import type { Notifier } from '#notifications/index.ts'
import { crashPoint } from '#platform/crash-point.ts'
import type { DueKind, DueRow } from '#platform/due-kind.ts'
import { addSpan } from '#platform/duration.ts'
import type { Json } from '#platform/event.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'

/** Flows looked at in one commit: none waits for many others, and little is done again after a crash. */
const FLOWS = 10
/** Runs of a flow begun in one commit. */
const CHUNK = 200
/** Looks at who comes next in one commit: those who may not begin make room for others. */
const ROUNDS = 5
const MONTH_MS = 31 * 86_400_000

/** What a flow is that has no entry control any more: what waits may begin. */
const OPEN: EntryControl = {
  oncePer: null,
  concurrency: null,
  rate: null,
  debounceMs: null,
  batch: null,
  priority: null,
}

type Of = { tenant: string; flowId: string }
type Published = { flows: TenantFlows; published: Version }

/**
 * Lets runs begin whose turn has come. What bounds them is counted among the runs themselves, under a lock of the flow:
 * there is no counter to go wrong, and nobody but these flows pays for it.
 */
export function entryKind(
  runtime: Pick<Runtime, 'database' | 'clock' | 'logger' | 'settings' | 'publicUrl'>,
  catalog: Catalog,
  notifier: Notifier,
): DueKind {
  return {
    kind: ENTRY_KIND,
    clock: 'domain',
    batch: 100,
    async handle(rows, tx, now) {
      const looks = new Map<string, { of: Of; keys: Set<string> }>()
      for (const { tenant, payload } of rows) {
        const { flowId, keys } = payload as unknown as Look
        const place = placeOf({ tenant, payload })
        const look = looks.get(place) ?? { of: { tenant, flowId }, keys: new Set() }
        for (const key of keys) look.keys.add(key)
        looks.set(place, look)
      }
      const flows = await catalog.of(tx, [...new Set([...looks.values()].map(({ of }) => of.tenant))])
      const chosen = [...looks].slice(0, FLOWS)
      // In order, so that two nodes do not wait for each other.
      for (const [, found] of chosen.sort(([a], [b]) => (a < b ? -1 : 1))) {
        const look = { ...found.of, keys: [...found.keys] }
        await lockTurns(tx, look.tenant, look.flowId)
        const of = flows.get(look.tenant)
        const published = of?.published(look.flowId)
        if (of !== undefined && published !== undefined) await letIn(tx, look, { flows: of, published }, now)
        else if (await removeSome(tx, look))
          tx.schedule([lookRow(look.tenant, { flowId: look.flowId, keys: [] }, '', now)])
      }
      const looked = new Set(chosen.map(([place]) => place))
      tx.schedule(
        rows
          .filter((row) => !looked.has(placeOf(row)))
          .map(({ kind, tenant, key, payload }) => ({ kind, tenant, key, payload, dueAt: now })),
      )
      crashPoint('flows:entry')
    },
  }

  async function letIn(tx: Tx, look: Look & Of, at: Published, now: number): Promise<void> {
    const control = at.published.flow.entry ?? OPEN
    const { keys } = look
    release(tx, look, keys, now)
    if (control.batch !== null) readyFull(tx, look, keys, control.batch.size, now)
    // Runs begin at once now: who still waited would be found by nothing that calls off.
    if (at.published.flow.entry === null) readyAll(tx, look, now)
    let room = await roomOf(tx, look, control, now)
    for (let round = 0, left = CHUNK; round < ROUNDS && room.runs > 0 && left > 0; round++) {
      const groups = await groupsOf(tx, look, control, now, Math.min(room.runs, left))
      if (groups.length === 0) break
      const runs = await begin(tx, look, at, control, groups, now)
      left -= runs
      room = await roomOf(tx, look, control, now)
    }
    const { ready, at: next } = await nextReady(tx, look, now)
    // Whoever is over tells; a look now and then is the net, and how those are found who belong to older versions.
    const turn = !ready ? null : room.runs > 0 ? now : Math.max(now, room.from ?? now + HELD_MS)
    const times = [turn, next].filter((time) => time !== null)
    if (times.length > 0) tx.schedule([lookRow(look.tenant, { flowId: look.flowId, keys: [] }, '', Math.min(...times))])
  }

  /** Begins runs for those of the groups that may. @returns how many */
  async function begin(
    tx: Tx,
    of: Of,
    at: Published,
    control: EntryControl,
    groups: readonly Picked[][],
    now: number,
  ): Promise<number> {
    const { flow } = at.published
    const { tenant } = of
    const allKeys = [
      ...new Set(groups.flatMap(([first]) => (first === undefined || first.key === '' ? [] : [first.key]))),
    ]
    const standing = flow.onePerKey
      ? await runsByKey(
          tx,
          allKeys.map((key) => ({ ...of, key })),
        )
      : []
    const world = createWorld(tx, runtime)
    const nexts = new Map(groups.map((group) => [group.at(-1)?.key ?? '', group.at(-1)?.body.about]))
    const giving = standing.filter(({ run }) => {
      const next = nexts.get(run.key ?? '')
      return next !== undefined && makesRoom(run, next)
    })
    await world.load(
      giving.flatMap((record) => {
        const own = at.flows.version(of.flowId, record.version)
        return own === undefined ? [] : [{ tenant, about: record.run.about, flowId: of.flowId, flow: own }]
      }),
    )
    for (const record of giving) giveWay(record, at.flows, world, now)
    const taken = new Set(standing.filter(({ run }) => run.status === 'waiting').map(({ run }) => run.key ?? ''))
    const last = control.oncePer === null ? new Map<string, number>() : await lastEntered(tx, of, allKeys)
    const held = new Set<string>()
    const gone: string[] = []
    const chosen: Picked[][] = []
    for (const group of groups) {
      const key = group[0]?.key ?? ''
      const slots = group.map(({ slot }) => slot)
      const before = last.get(key)
      if (key !== '' && flow.onePerKey && taken.has(key)) {
        if (control.batch === null) gone.push(...slots)
        else held.add(key)
      } else if (control.oncePer !== null && before !== undefined && now < addSpan(before, control.oncePer)) {
        gone.push(...slots)
      } else {
        taken.add(key)
        if (key !== '') last.set(key, now)
        gone.push(...slots)
        chosen.push(group)
      }
    }
    hold(tx, of, [...held], now)
    removeEntries(tx, of, gone)
    const beginnings = chosen.flatMap((group) => beginningOf(tenant, group, at, control))
    await world.load(
      beginnings.map(({ beginning: { about }, at: { flow } }) => ({ tenant, about, flowId: of.flowId, flow })),
    )
    const records = beginnings.map(({ beginning, at: its }) => begun(beginning, its, now, world))
    // What came since the event, up to the commit, met no run.
    for (const record of records) record.lookAgain = true
    const writes = await prepareWrites([...giving, ...records], { db: tx, runtime, notifier, now })
    writes?.(tx)
    if (control.oncePer !== null) {
      const { ms, months } = control.oncePer
      const keys = chosen.flatMap(([first]) => (first === undefined || first.key === '' ? [] : [first.key]))
      noteEntered(tx, of, keys, now, now - ms - months * MONTH_MS)
    }
    if (control.batch !== null) readyFull(tx, of, allKeys, control.batch.size, now)
    return records.length
  }
}

const placeOf = ({ tenant, payload }: Pick<DueRow, 'tenant' | 'payload'>): string =>
  `${tenant}\n${(payload as unknown as Look).flowId}`

/** How many runs may begin now; `from`: when more may, if only time is in the way. */
async function roomOf(
  tx: Tx,
  of: Of,
  control: EntryControl,
  now: number,
): Promise<{ runs: number; from: number | null }> {
  const { concurrency, rate } = control
  const free = concurrency === null ? CHUNK : concurrency - (await runsUnderWay(tx, of, concurrency))
  if (rate === null) return { runs: free, from: null }
  const starts = await startsSince(tx, of, now - rate.perMs, rate.limit)
  const rest = rate.limit - starts.length
  const oldest = starts.at(-1)
  return { runs: Math.min(free, rest), from: free > 0 && oldest !== undefined ? oldest + rate.perMs : null }
}

/** Who comes next: each alone, or those of a key together. */
async function groupsOf(tx: Tx, of: Of, { batch }: EntryControl, now: number, most: number): Promise<Picked[][]> {
  if (batch === null) return (await pickNext(tx, of, now, most)).map((one) => [one])
  return (await pickBatches(tx, of, now, { most, size: batch.size })).map(bounded)
}

/** The first of a batch, as many as a run can keep. */
function bounded(group: Picked[]): Picked[] {
  let characters = 0
  const end = group.findIndex(({ body }, i) => {
    characters += JSON.stringify(body.view).length
    return i > 0 && characters > BATCH_CHARACTERS
  })
  return end === -1 ? group : group.slice(0, end)
}

/** What a run begins with: the latest of its events, and all of a batch as a variable. */
function beginningOf(tenant: string, group: readonly Picked[], at: Published, { batch }: EntryControl) {
  const latest = group.at(-1)
  if (latest === undefined) return []
  const its = sideOf(tenant, latest, at)
  // The author may have taken away what it would begin at.
  if (its.flow.nodes.get(latest.body.trigger)?.kind.definition.starts !== true) return []
  const { event, view, about, trigger, root } = latest.body
  const vars = batch === null ? {} : { vars: { [BATCH_VAR]: group.map(({ body }) => body.view as unknown as Json) } }
  return [{ at: its, beginning: { tenant, runId: latest.id, event, view, about, trigger, root, ...vars } }]
}

/** The version that it begins with: the canary's share of keys is the same as where nobody waits. */
function sideOf(tenant: string, { key, body }: Picked, { flows, published }: Published): Version {
  const canary = flows.canary(published.flowId)
  if (canary === undefined || canary.canary === null) return published
  const share = key === '' || body.view.type === FLOW_SCHEDULED ? body.event.id : key
  return isOfShare(tenant, canary.flowId, canary.version, share, canary.canary) ? canary : published
}
