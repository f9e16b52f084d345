import { scheduledEvent } from '#flows/beginning.ts'
import { nextTime } from '#flows/cron.ts'
import type { Flow } from '#flows/flow.ts'
import type { EventDraft } from '#platform/event.ts'

type Scheduled = Pick<Flow, 'schedules'>

/** The first time after `after` at which a flow begins by the clock; null: it never does. */
export function nextAppointment({ schedules }: Scheduled, after: number): number | null {
  const times = schedules.flatMap(({ cron, zone }) => nextTime(cron, zone, after) ?? [])
  return times.length === 0 ? null : Math.min(...times)
}

/** What the clock tells a flow at one of its times. */
export const appointmentsAt = (tenant: string, flowId: string, { schedules }: Scheduled, at: number): EventDraft[] =>
  schedules.flatMap(({ node, cron, zone }) =>
    nextTime(cron, zone, at - 1) === at ? [scheduledEvent(tenant, flowId, node.id, at)] : [],
  )
