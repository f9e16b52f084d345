import { countTypes, eventsAt, readHead, typedEvents } from '#events/index.ts'
import { findsByPerson } from '#flows/cancelling.ts'
import { readBase } from '#flows/machine/ground.ts'
import type { Job } from '#flows/machine/job.ts'
import { differencesOf } from '#flows/machine/replay/compare.ts'
import { drawings } from '#flows/machine/replay/deeds.ts'
import type { Difference } from '#flows/machine/replay/difference.ts'
import { MAX_EVENTS, saidOfRuns, tenantDb, tooMany } from '#flows/machine/replay/play.ts'
import { meet, ownCauses, recall, typesFor } from '#flows/machine/replay/reading.ts'
import { toldBeside } from '#flows/machine/replay/recorded.ts'
import { blankPast, createReplay } from '#flows/machine/replay/replay.ts'
import { draftCourse, realCourse, type ShownCourse, shownCourse, toleranceOf } from '#flows/machine/replay/result.ts'
import { runWithSteps } from '#flows/machine/replay/store.ts'
import { createStrangers } from '#flows/machine/strangers.ts'
import { notFound, Problem } from '#platform/problem.ts'
import type { Database } from '#platform/work.ts'

export type RunReplay = {
  same: boolean
  differences: Difference[]
  real: ShownCourse
  /** Null: the draft would not have begun. */
  draft: ShownCourse | null
}

/** Lets a past run go again on a draft, with the events that came since and the answers that it got. @throws Problem */
export async function playRun(database: Database, job: Job & { kind: 'run' }): Promise<RunReplay> {
  const { tenant, flowId, runId, now, scale } = job
  const db = tenantDb(database, tenant)
  const run = await runWithSteps(db, tenant, runId)
  if (run === undefined) throw notFound('run', runId)
  const base = await readBase(db, job)
  const [first] = await eventsAt(db, [run.eventPosition])
  if (first === undefined) throw gone()
  const types = await typesFor(db, tenant, base.flow, base.others.values())
  const flows = [base.flow, ...base.others.values()]
  // Where every key is the subject, nothing else can be for it.
  const bySubject = flows.every(
    (one) => !findsByPerson(one) && [...one.listens.values()].every((keys) => keys.every((key) => key === null)),
  )
  const positions = { after: run.eventPosition, upTo: await readHead(database.worker) }
  if (!bySubject) {
    const events = (await countTypes(db, tenant, types, positions)).reduce((sum, { count }) => sum + count, 0)
    if (events > MAX_EVENTS) throw tooMany(events)
  }
  const past = blankPast(base.calendars, scale)
  past.real.set(run.eventPosition, run)
  await recall(db, { tenant, flowId }, [run], past)
  const strangers = createStrangers(base.house, past, first.receivedAt)
  for (const person of toldBeside([run])) strangers.name(person)
  await strangers.meet(db)
  const withoutOwn = ownCauses(db, tenant, flowId, new Set([runId]), past.real)
  const played = async () => {
    const replay = createReplay({ ...base, flowId, graph: job.graph, stranger: strangers.name }, first.receivedAt, past)
    await meet(db, base.house, [first], past, first.receivedAt)
    replay.feed([first], () => run.forked === undefined)
    replay.fork(run, first)
    for await (const page of typedEvents(db, tenant, types, positions, bySubject ? first.subject : null)) {
      await meet(db, base.house, page, past, first.receivedAt)
      replay.feed(await withoutOwn(page), () => false)
    }
    replay.pass(now)
    return replay
  }
  let replay = await played()
  while (await strangers.meet(db)) replay = await played()
  const rows = await saidOfRuns(db, tenant, [run])
  const drawn = drawings(past.versions)
  const real = realCourse(run, now, first.receivedAt, rows, drawn)
  const made = replay.drafts.get(run.eventPosition)
  const draft = made === undefined ? null : draftCourse(made, job.graph, drawn.within(job.graph))
  const differences = differencesOf(real, draft, toleranceOf(scale))
  return {
    same: differences.length === 0,
    differences,
    real: shownCourse(real),
    draft: draft === null ? null : shownCourse(draft),
  }
}

const gone = () => new Problem(422, 'flows/event-gone', 'The event that began this run is not in the log any more.')
