import { cloudEventView, eventsSince, typeEvents } from '#events/index.ts'
import { hearsOfPerson } from '#flows/cancelling.ts'
import type { Flow } from '#flows/flow.ts'
import { type Input, waitsOf } from '#flows/run.ts'
import { advanceRecord } from '#flows/runs/advancing.ts'
import type { TenantFlows } from '#flows/runs/catalog.ts'
import type { RunRecord } from '#flows/runs/record.ts'
import type { World } from '#flows/runs/world.ts'
import type { LogEvent } from '#platform/event.ts'
import type { Db } from '#platform/work.ts'

/** Events of one subject that one run looks at. */
const LOOK = 1_000
/** Events of one type that a run looks at where no index finds its own. */
const LOOK_ALL = 20_000
/** Rounds of "an event was there already, and the run waits again". */
const ROUNDS = 20

export const listens = ({ run }: RunRecord): boolean => waitsOf(run).some(({ kind }) => kind === 'event')

type Back = {
  flows: ReadonlyMap<string, TenantFlows>
  /** Runs that began while nobody could see them: what ends them wherever they stand may have come too. */
  looked: ReadonlySet<string>
}
const isLooked = ({ looked }: Back, { tenant, run }: RunRecord) =>
  looked.has(`${tenant}\n${run.id}`) && run.status === 'waiting'

/**
 * Runs that wait for an event see those that came since the last one they saw: a reply that was faster than the
 * outcome of the notification it answers is not lost. The rows are locked, so an event that is not in the log yet
 * will meet the run as it is after this commit.
 */
export async function lookBack(
  records: readonly RunRecord[],
  back: Back,
  db: Db,
  now: number,
  world: World,
): Promise<void> {
  let waiting = records
  for (let round = 0; round < ROUNDS; round++) {
    waiting = waiting.filter((record) => listens(record) || isLooked(back, record))
    if (waiting.length === 0) return
    const seen = await missed(waiting, back, db)
    waiting = waiting.filter((record) => {
      const flow = back.flows.get(record.tenant)?.version(record.flowId, record.version)
      if (flow === undefined) return false
      return (seen.get(record) ?? []).some((event) => {
        const input: Input = { kind: 'event', event: cloudEventView(event), position: event.position }
        return advanceRecord(record, flow, input, now, world, event.hops)
      })
    })
  }
}

/** What a run looks for: events of a type after the last one that it, or its branch, saw. */
type Wish = { record: RunRecord; type: string; after: number }

/** Events of the types that each run waits for, after the last one that it, or its branch, saw; in order. */
async function missed(records: readonly RunRecord[], back: Back, db: Db): Promise<Map<RunRecord, LogEvent[]>> {
  const found = new Map<RunRecord, LogEvent[]>(records.map((record) => [record, []]))
  const bySubject: Wish[] = []
  const ofType = new Map<string, Wish[]>()
  for (const record of records) {
    const flow = back.flows.get(record.tenant)?.version(record.flowId, record.version)
    for (const [type, after] of waitedFor(record, isLooked(back, record) ? flow : undefined)) {
      const wish = { record, type, after }
      const place = `${record.tenant}\n${type}`
      if (isOfSubject(flow, type)) bySubject.push(wish)
      else ofType.set(place, [...(ofType.get(place) ?? []), wish])
    }
  }
  const wanted = bySubject.map(({ record: { tenant, run }, type, after }) => ({
    tenant,
    subject: run.key ?? '',
    type,
    after,
  }))
  const lists = await eventsSince(db, wanted, LOOK)
  bySubject.forEach(({ record }, i) => void found.get(record)?.push(...(lists[i] ?? [])))
  for (const wishes of ofType.values()) {
    for (const [record, events] of await eventsOfType(db, wishes)) found.get(record)?.push(...events)
  }
  for (const events of found.values()) if (events.length > 1) events.sort((a, b) => a.position - b.position)
  return found
}

const isOfSubject = (flow: Flow | undefined, type: string): boolean =>
  (flow?.listens.get(type) ?? []).every((key) => key === null) && !(flow !== undefined && hearsOfPerson(flow, type))

/** For runs that look for one type of one tenant, whatever it is about: each event is read once for all of them. */
async function eventsOfType(db: Db, wishes: readonly Wish[]): Promise<(readonly [RunRecord, LogEvent[]])[]> {
  const found: (readonly [RunRecord, LogEvent[]])[] = []
  let events: LogEvent[] = []
  let isWhole = false
  for (const { record, type, after } of [...wishes].sort((a, b) => a.after - b.after)) {
    events = events.filter(({ position }) => position > after)
    while (!isWhole && events.length < LOOK_ALL) {
      const more = await typeEvents(db, record.tenant, type, events.at(-1)?.position ?? after, LOOK)
      events.push(...more)
      isWhole = more.length < LOOK
    }
    found.push([record, events.slice(0, LOOK_ALL)])
  }
  return found
}

/** Each type that a run waits for, with the position up to which all its branches that do have seen; of `whole`, all types that it hears. */
function waitedFor({ run }: RunRecord, whole: Flow | undefined): Map<string, number> {
  const types = new Map<string, number>()
  if (whole !== undefined) {
    for (const { event } of [...whole.cancelOn, ...(whole.goal === null ? [] : [whole.goal])])
      types.set(event, run.seen)
  }
  for (const { event, seen = run.seen } of waitsOf(run)) {
    if (event !== null) types.set(event, Math.min(seen, types.get(event) ?? seen))
  }
  return types
}
