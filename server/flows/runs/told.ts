import { FLOW_SOURCE, ownEvent, RUN_FAILED } from '#events/index.ts'
import { WAKE_KIND } from '#flows/abilities.ts'
import { requestedEvent, runIdOf } from '#flows/beginning.ts'
import { STOPPED } from '#flows/calling.ts'
import { failureText } from '#flows/failure-text.ts'
import type { Effect } from '#flows/run.ts'
import { because, idOf, type Made } from '#flows/runs/made.ts'
import type { RunRecord } from '#flows/runs/record.ts'
import type { EventDraft, Json } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'
import type { DueEntry } from '#platform/work.ts'

/* The events that runs tell, and those by which they ask other flows to begin. */

/** The id of the event by which a visit asks for a run of another flow. */
const requestId = (effect: Pick<Effect, 'id'>) => hashId('flow', effect.id)

export function requested({ record, effect }: Made<'subflow'>, now: number): EventDraft {
  return requestedEvent(effect.flowId, {
    ...because(record),
    tenant: record.tenant,
    id: requestId(effect),
    subject: record.subject,
    encounterId: record.run.about.encounterId,
    data: effect.input,
    at: now,
    caller: effect.waits ? { runId: record.run.id, node: effect.node, visit: effect.visit } : null,
    quietSince: effect.quietSince,
  })
}

export function stopRow({ record: { tenant }, effect }: Made<'stop'>, now: number): DueEntry {
  const runId = runIdOf(tenant, effect.flowId, { source: FLOW_SOURCE, id: requestId(effect) })
  const payload = { runId, node: '', visit: 0, stop: STOPPED }
  return { kind: WAKE_KIND, tenant, key: `${runId}:stop`, dueAt: now, payload }
}

/** A run that tells something: a real one, or one of a trial. */
export type Teller = Pick<RunRecord, 'tenant' | 'flowId' | 'version' | 'subject' | 'run' | 'hops' | 'traceparent'>
type Telling<K extends Effect['kind']> = { record: Teller; effect: Extract<Effect, { kind: K }> }

/** An event that a run tells, in CloudEvents form. */
function toldBy(record: Teller, id: string, type: string, data: Json, at: number): EventDraft {
  const { tenant, subject, run } = record
  const { encounterId } = run.about
  return ownEvent({ tenant, id, source: FLOW_SOURCE, type, subject, encounterId, ...because(record), at, data })
}

export const emitted = ({ record, effect }: Telling<'emit'>, now: number): EventDraft =>
  toldBy(record, idOf(effect), effect.type, effect.data, now)

/** That a run failed: for whoever listens, and for the flow that its author named for that. */
export function failureEvents({ record, effect }: Telling<'failed'>, now: number): EventDraft[] {
  const { failure, onError } = effect
  const { encounterId, contactId } = record.run.about
  const data: Json = {
    flowId: record.flowId,
    version: record.version,
    runId: record.run.id,
    nodeId: failure.nodeId,
    nodeType: failure.type,
    cause: failure.cause,
    says: failureText(failure),
    ...(failure.notUndone === undefined ? {} : { notUndone: failure.notUndone.map((step) => ({ ...step })) }),
    subject: record.subject,
    encounterId,
    contactId,
  }
  const told = toldBy(record, idOf(effect), RUN_FAILED, data, now)
  if (onError === null) return [told]
  const id = hashId('flow-on-error', effect.id)
  const { tenant, subject } = record
  return [
    told,
    requestedEvent(onError, {
      ...because(record),
      tenant,
      id,
      subject,
      encounterId,
      data,
      at: now,
      caller: null,
      quietSince: null,
    }),
  ]
}
