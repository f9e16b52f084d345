import { appointmentsAt, nextAppointment } from '#flows/appointments.ts'
import type { Flow } from '#flows/flow.ts'
import type { Catalog } from '#flows/runs/catalog.ts'
import { crashPoint } from '#platform/crash-point.ts'
import type { DueKind } from '#platform/due-kind.ts'
import type { EventDraft } from '#platform/event.ts'
import type { Runtime } from '#platform/service.ts'
import type { DueEntry, Tx } from '#platform/work.ts'

/** One row for each published flow that begins by the clock; its key is the flow's id. */
export const SCHEDULE_KIND = 'flow.schedule'

/**
 * Wall milliseconds by which a run may begin late: a restart, a busy minute. What is later than that passed while
 * nobody was there, and is skipped: nobody wants the reports of a whole night at once.
 */
const GRACE_MS = 60_000

/** The row's own time stands in its payload: a row that has to be tried again is due later. */
type Appointment = { version: number; at: number }

const rowOf = (tenant: string, flowId: string, appointment: Appointment): DueEntry => ({
  kind: SCHEDULE_KIND,
  tenant,
  key: flowId,
  dueAt: appointment.at,
  payload: appointment,
})

/** Makes the clock follow what is published now; null: nothing is. */
export function schedule(
  tx: Tx,
  tenant: string,
  flowId: string,
  published: { version: number; flow: Flow } | null,
  now: number,
): void {
  const at = published === null ? null : nextAppointment(published.flow, now)
  if (published === null || at === null) tx.unschedule(SCHEDULE_KIND, tenant, [flowId])
  else tx.schedule([rowOf(tenant, flowId, { version: published.version, at })])
}

/** Tells that the time has come, and sets the next one, in the commit that takes the row: once over all nodes. */
export function scheduleKind(runtime: Pick<Runtime, 'clock' | 'logger'>, catalog: Catalog): DueKind {
  return {
    kind: SCHEDULE_KIND,
    clock: 'domain',
    async handle(rows, tx, now) {
      const flows = await catalog.of(tx, [...new Set(rows.map(({ tenant }) => tenant))])
      const events: EventDraft[] = []
      const next: DueEntry[] = []
      for (const { tenant, key: flowId, payload } of rows) {
        const published = flows.get(tenant)?.published(flowId)
        // Unpublished while the row was in hand.
        if (published === undefined) continue
        const { version, at } = payload as Appointment
        const lateMs = (now - at) / runtime.clock.scale
        if (lateMs > GRACE_MS) {
          runtime.logger.info(
            { tenantId: tenant, flowId, at: new Date(at).toISOString() },
            'a scheduled run is skipped',
          )
        } else if (version === published.version) {
          events.push(...appointmentsAt(tenant, flowId, published.flow, at))
        }
        const after = nextAppointment(published.flow, Math.max(now, at))
        if (after !== null) next.push(rowOf(tenant, flowId, { version: published.version, at: after }))
      }
      if (next.length > 0) tx.schedule(next)
      if (events.length > 0) tx.append(events)
      crashPoint('flows:schedule')
    },
  }
}
