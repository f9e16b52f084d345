import { FLOW_SCHEDULED, typedEvents } from '#events/index.ts'
import { appointmentsAt, nextAppointment } from '#flows/appointments.ts'
import { flowAsked } from '#flows/beginning.ts'
import { compileVersion } from '#flows/compile.ts'
import type { Flow } from '#flows/flow.ts'
import { publishedGraphs } from '#flows/runs/called/store.ts'
import type { EventDraft, LogEvent } from '#platform/event.ts'
import type { Db } from '#platform/work.ts'

type Of = { tenant: string; flowId: string; flow: Pick<Flow, 'schedules'> }
type Time = { from: number; to: number; after: number; upTo: number }

/** Whether a past event may begin a run of the draft: a time of the clock that the draft has no more does not. */
export function isOfDraft({ tenant, flowId, flow }: Of, event: LogEvent): boolean {
  if (event.type !== FLOW_SCHEDULED || flowAsked(event) !== flowId) return true
  const { scheduledAt } = event.data as { scheduledAt?: unknown }
  const at = typeof scheduledAt === 'string' ? Date.parse(scheduledAt) : Number.NaN
  return !Number.isNaN(at) && appointmentsAt(tenant, flowId, flow, at).some(({ id }) => id === event.id)
}

/**
 * What the clock would have told the draft, and told nobody: the times of triggers that are not published as the draft has
 * them. Of the others the log knows which came, and which passed while nobody was there.
 * @returns one more than `most` where there are more
 */
export async function untold(db: Db, of: Of, time: Time, most: number): Promise<EventDraft[]> {
  const { tenant, flowId, flow } = of
  const [published] = flow.schedules.length === 0 ? [] : await publishedGraphs(db, tenant, [flowId])
  const known = (published?.graph ? compileVersion(published.graph)?.schedules : undefined) ?? []
  const schedules = flow.schedules.filter(
    ({ node, cron, zone }) => !known.some((one) => one.node.id === node.id && one.cron === cron && one.zone === zone),
  )
  if (schedules.length === 0) return []
  const told = new Set<string>()
  for await (const page of typedEvents(db, tenant, [FLOW_SCHEDULED], time)) for (const { id } of page) told.add(id)
  const found: EventDraft[] = []
  for (let at = nextAppointment({ schedules }, time.from - 1); at !== null && at < time.to && found.length <= most; ) {
    found.push(...appointmentsAt(tenant, flowId, { schedules }, at).filter(({ id }) => !told.has(id)))
    at = nextAppointment({ schedules }, at)
  }
  return found
}
