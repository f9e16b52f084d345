import { setTimeout as delay } from 'node:timers/promises'
import { peopleBehind } from '#conversations/index.ts'
import { countTypes, positionBefore, typedEvents } from '#events/index.ts'
import { readBase } from '#flows/machine/ground.ts'
import type { Job } from '#flows/machine/job.ts'
import { isOfDraft, untold } from '#flows/machine/replay/clock.ts'
import { drawings } from '#flows/machine/replay/deeds.ts'
import { meet, ownCauses, recall, typesFor } from '#flows/machine/replay/reading.ts'
import { notificationsOf, toldBeside } from '#flows/machine/replay/recorded.ts'
import { blankPast, createReplay, type Past, type Replay } from '#flows/machine/replay/replay.ts'
import {
  type Beginning,
  type Comparison,
  createComparison,
  draftCourse,
  type Example,
  realCourse,
  toleranceOf,
} from '#flows/machine/replay/result.ts'
import { keysTaken, type RealRun, runsBegun } from '#flows/machine/replay/store.ts'
import { createStrangers } from '#flows/machine/strangers.ts'
import { type SaidRow, saidBy } from '#notifications/index.ts'
import type { LogEvent } from '#platform/event.ts'
import { invalid, Problem, says } from '#platform/problem.ts'
import type { Database, Db } from '#platform/work.ts'

/** Events of one replay: some seconds of work. */
export const MAX_EVENTS = 200_000
const DEFAULT_EXAMPLES = 10
/** Runs compared with one reading of what they told people. */
const CHUNK = 300
/** Of the wall: what an event began has begun by then. */
const LATE_MS = 60_000

export type ReplayResult = {
  from: string
  to: string
  events: number
  types: { type: string; count: number }[]
  comparison: (Comparison & { names: { [id: string]: string } }) | null
}

/**
 * Every reading in a short transaction of the tenant: a long one would keep what is deleted. After each it rests as long as
 * that took, since the database has no priorities: whoever is served has half of its time at least.
 */
export const tenantDb = (database: Database, tenant: string): Db => ({
  async query<Row>(text: string, values?: readonly unknown[]) {
    const began = performance.now()
    const rows = await database.asTenant(tenant, (tx) => tx.query<Row>(text, values))
    await delay(performance.now() - began)
    return rows
  },
})

/** Runs the events of a time on a draft, and compares what would have been with what was. @throws Problem */
export async function playReplay(database: Database, job: Job & { kind: 'replay' }): Promise<ReplayResult> {
  const { tenant, flowId, body, now, scale } = job
  const from = Date.parse(body.from)
  const to = Math.min(Date.parse(body.to), now)
  if (from >= to)
    throw invalid({
      path: '/to',
      ...says(
        'must be after from, and from in the past',
        'debe ser posterior al comienzo, y el comienzo estar en el pasado',
      ),
    })
  const db = tenantDb(database, tenant)
  const base = await readBase(db, job)
  const types = await typesFor(db, tenant, base.flow, base.others.values())
  const positions = {
    after: await positionBefore(database.worker, from),
    upTo: await positionBefore(database.worker, to),
  }
  const counts = await countTypes(db, tenant, types, positions)
  const events = counts.reduce((sum, { count }) => sum + count, 0)
  const asked = { from: new Date(from).toISOString(), to: new Date(to).toISOString(), events, types: counts }
  if (body.dryRun === true) return { ...asked, comparison: null }
  if (events > MAX_EVENTS) throw tooMany(events)

  const past = blankPast(base.calendars, scale)
  const strangers = createStrangers(base.house, past, from)
  const own = new Set<string>()
  for await (const runs of runsBegun(db, tenant, flowId, { from, to: to + LATE_MS * scale })) {
    const compared: RealRun[] = []
    for (const run of runs) {
      own.add(run.id)
      const { eventPosition } = run
      if (eventPosition <= positions.after || eventPosition > positions.upTo) continue
      // Those that somebody let go on from another one came later.
      if (past.real.has(eventPosition)) continue
      past.real.set(eventPosition, run)
      compared.push(run)
    }
    await recall(db, { tenant, flowId }, compared, past)
    for (const person of toldBeside(compared)) strangers.name(person)
  }
  await strangers.meet(db)
  past.taken = new Map(
    (await keysTaken(db, tenant, flowId, from)).flatMap(({ id, key, silence, endedAt }) => {
      own.add(id)
      return key === null ? [] : [[key, { silence, until: endedAt ?? Number.POSITIVE_INFINITY }] as const]
    }),
  )
  const of = { tenant, flowId, flow: base.flow }
  const clock = await untold(db, of, { from, to, ...positions }, MAX_EVENTS)
  if (events + clock.length > MAX_EVENTS) throw tooMany(events + clock.length)
  const withoutOwn = ownCauses(db, tenant, flowId, own, past.real)
  const played = async () => {
    const replay = createReplay({ ...base, flowId, graph: job.graph, stranger: strangers.name }, from, past)
    const beginnings = new Map<number, Beginning>()
    replay.ring(clock)
    for await (const page of typedEvents(db, tenant, types, positions)) {
      await meet(db, base.house, page, past, from)
      const told = await withoutOwn(page)
      replay.feed(told, (event) => isOfDraft(of, event))
      noteBeginnings(told, past, replay, beginnings)
    }
    replay.pass(to)
    for (const [i, { id, type, occurredAt: at, subject }] of clock.entries()) {
      if (replay.drafts.has(-1 - i)) beginnings.set(-1 - i, { id, type, at, subject, contactId: null })
    }
    return { replay, beginnings }
  }
  let { replay, beginnings } = await played()
  while (await strangers.meet(db)) ({ replay, beginnings } = await played())
  const comparison = createComparison(toleranceOf(scale), body.examples ?? DEFAULT_EXAMPLES)
  const drawn = drawings(past.versions)
  const data = drawn.within(job.graph)
  const places = [...beginnings.keys()].sort((a, b) => a - b)
  for (let i = 0; i < places.length; i += CHUNK) {
    const chunk = places.slice(i, i + CHUNK)
    const rows = await saidOf(db, tenant, chunk, past)
    for (const place of chunk) {
      const event = beginnings.get(place) as Beginning
      const run = past.real.get(place)
      const draft = replay.drafts.get(place)
      // What is real is a little later than what would be; at the end of the time as well.
      const late = run === undefined ? 0 : Math.min(LATE_MS * scale, Math.max(0, run.startedAt - event.at))
      comparison.add(
        event,
        run === undefined ? null : realCourse(run, to + late, event.at, rows, drawn),
        draft === undefined ? null : draftCourse(draft, job.graph, data),
      )
    }
  }
  const compared = comparison.result()
  return { ...asked, comparison: { ...compared, names: await namesIn(db, tenant, compared.examples) } }
}

/** What the people are called whom examples are about, and whom something was said to. */
async function namesIn(db: Db, tenant: string, examples: readonly Example[]): Promise<{ [id: string]: string }> {
  const ids = examples.flatMap(({ event, real, draft }) => {
    const told = [...(real?.said ?? []), ...(draft?.said ?? [])].map(({ to }) => to)
    return [
      event.subject,
      ...(event.contactId === null ? [] : [event.contactId]),
      ...told.flatMap((to) => (to !== null && 'contactId' in to ? to.contactId : [])),
    ]
  })
  const people = await peopleBehind(db, tenant, ids)
  return Object.fromEntries([...people].flatMap(([id, { name }]) => (name === null ? [] : [[id, name]])))
}

/** Of the events that began something on either side what is told of them: all of them together would fill the memory. */
function noteBeginnings(events: readonly LogEvent[], past: Past, replay: Replay, beginnings: Map<number, Beginning>) {
  for (const { position, id, type, receivedAt, subject, encounterId } of events) {
    const draft = replay.drafts.get(position)
    const run = past.real.get(position)
    if (draft === undefined && run === undefined) continue
    const about = run?.about ?? draft?.walker.run.about
    const contactId = about?.contactId ?? past.contexts.get(encounterId ?? subject)?.contact?.id ?? null
    beginnings.set(position, { id, type, at: receivedAt, subject, contactId })
  }
}

/** What the real runs of some events told people, by notification. */
async function saidOf(db: Db, tenant: string, places: readonly number[], past: Past): Promise<Map<string, SaidRow>> {
  const runs = places.flatMap((place) => past.real.get(place) ?? [])
  return saidOfRuns(db, tenant, runs)
}

/** What these runs told people, by notification. */
export async function saidOfRuns(db: Db, tenant: string, runs: readonly RealRun[]): Promise<Map<string, SaidRow>> {
  const ids = runs.flatMap(notificationsOf)
  const rows = ids.length === 0 ? [] : await saidBy(db, tenant, ids)
  return new Map(rows.map((row) => [row.id, row]))
}

export const tooMany = (events: number) =>
  new Problem(
    422,
    'flows/too-many-events',
    `There are ${events} events of these types in that time; a replay takes ${MAX_EVENTS}. Ask for less time.`,
    {
      faults: [
        {
          path: '/from',
          ...says(`leaves ${events} events, more than ${MAX_EVENTS}`, `deja ${events} eventos, más de ${MAX_EVENTS}`),
        },
      ],
    },
  )
