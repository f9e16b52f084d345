import { countedAt } from '#conversations/index.ts'
import { cloudEventView, eventsSince, type Since, typeEvents } from '#events/index.ts'
import { hearsOfPerson } from '#flows/cancelling.ts'
import type { Flow } from '#flows/flow.ts'
import { type Input, waitsOf } from '#flows/run.ts'
import { advanceRecord } from '#flows/runs/advancing.ts'
import type { TenantFlows } from '#flows/runs/catalog.ts'
import type { RunRecord } from '#flows/runs/record.ts'
import type { World } from '#flows/runs/world.ts'
import type { LogEvent } from '#platform/event.ts'
import type { Db } from '#platform/work.ts'

/** Events that are read at once for a run, and the bytes of all that are read at once. */
const PAGE = 1_000
const PAGE_BYTES = 4 * 1_024 * 1_024
/** Events and bytes that a run looks through before it goes on, or waits for those to come. */
const LOOK = 20_000
const LOOK_BYTES = 16 * 1_024 * 1_024
/** Times that "an event was there already, and the run waits again". */
const ROUNDS = 20

export const listens = ({ run }: RunRecord): boolean => waitsOf(run).some(({ kind }) => kind === 'event')

type Back = {
  flows: ReadonlyMap<string, TenantFlows>
  /** Runs that began while nobody could see them: what ends them wherever they stand may have come too. */
  looked: ReadonlySet<string>
  /** Events count from receipt (on a scaled clock). */
  byReceipt: boolean
}
const isLooked = ({ looked }: Back, { tenant, run }: RunRecord) =>
  looked.has(`${tenant}\n${run.id}`) && run.status === 'waiting'

/** How far a run looked since it last went on. */
type Look = { after: number; events: number; bytes: number }

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
  const looks = new Map<RunRecord, Look>()
  const rounds = new Map<RunRecord, number>()
  let waiting = records.filter((record) => listens(record) || isLooked(back, record))
  while (waiting.length > 0) {
    const seen = await missed(waiting, looks, back, db)
    waiting = waiting.filter((record) => {
      const flow = back.flows.get(record.tenant)?.version(record.flowId, record.version)
      const { events, next } = seen.get(record) ?? NOTHING
      if (flow === undefined) return false
      const wentOn = events.some((event) => {
        const at = countedAt(event, back.byReceipt)
        const input: Input = { kind: 'event', event: cloudEventView(event), position: event.position, at }
        return advanceRecord(record, flow, input, now, world, event.hops)
      })
      if (wentOn) {
        const round = (rounds.get(record) ?? 0) + 1
        rounds.set(record, round)
        looks.delete(record)
        return round < ROUNDS && (listens(record) || isLooked(back, record))
      }
      if (next === null) return false
      const look = lookedOn(looks.get(record), events, next)
      looks.set(record, look)
      return look.events < LOOK && look.bytes < LOOK_BYTES
    })
  }
}

const lookedOn = (look: Look | undefined, events: readonly LogEvent[], after: number): Look => ({
  after,
  events: (look?.events ?? 0) + events.length,
  bytes: (look?.bytes ?? 0) + events.reduce((bytes, { raw }) => bytes + raw.length, 0),
})

/** What a run looks for: events of a type after the last one that it, or its branch, saw. */
type Wish = { record: RunRecord; type: string; after: number }

const NOTHING: Since = { events: [], next: null }

/** Events of the types that each run waits for, after the last one that it, or its branch, saw or looked at; in order. */
async function missed(
  records: readonly RunRecord[],
  looks: ReadonlyMap<RunRecord, Look>,
  back: Back,
  db: Db,
): Promise<Map<RunRecord, Since>> {
  const bySubject: Wish[] = []
  const ofType = new Map<string, Wish[]>()
  for (const record of records) {
    const flow = back.flows.get(record.tenant)?.version(record.flowId, record.version)
    const looked = looks.get(record)?.after ?? 0
    for (const [type, after] of waitedFor(record, isLooked(back, record) ? flow : undefined)) {
      const wish = { record, type, after: Math.max(after, looked) }
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
  const found = new Map<RunRecord, Since>()
  const lists = await eventsSince(db, wanted, PAGE, PAGE_BYTES)
  bySubject.forEach(({ record }, i) => void found.set(record, merged(found.get(record), lists[i] ?? NOTHING)))
  for (const wishes of ofType.values()) await eventsOfType(db, wishes, found)
  return found
}

/** Of two lists what is known to be in order: nothing behind where one of them ends although others follow. */
function merged(one: Since | undefined, other: Since): Since {
  if (one === undefined) return other
  const ends = [one.next, other.next].filter((next) => next !== null)
  const next = ends.length === 0 ? null : Math.min(...ends)
  const events = [...one.events, ...other.events].filter(({ position }) => next === null || position <= next)
  return { events: events.sort((a, b) => a.position - b.position), next }
}

const isOfSubject = (flow: Flow | undefined, type: string): boolean =>
  (flow?.listens.get(type) ?? []).every((key) => key === null) && !(flow !== undefined && hearsOfPerson(flow, type))

/** For runs that look for one type of one tenant, whatever it is about: each event is read once for all of them. */
async function eventsOfType(db: Db, wishes: readonly Wish[], found: Map<RunRecord, Since>): Promise<void> {
  const [{ record: some, type }] = wishes as [Wish]
  const first = Math.min(...wishes.map(({ after }) => after))
  const { rows, more } = await typeEvents(db, some.tenant, type, first, PAGE)
  const end = more ? (rows.at(-1)?.position ?? first) : null
  for (const { record, after } of wishes) {
    const events = rows.filter(({ position }) => position > after)
    found.set(record, merged(found.get(record), { events, next: end === null ? null : Math.max(end, after) }))
  }
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
