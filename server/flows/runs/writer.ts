import type { Logger } from 'pino'
import { commandEncounters, type EncounterCommand, writeMessages } from '#conversations/index.ts'
import { type DeliveryDraft, enqueueDeliveries, type HttpDelivery } from '#deliveries/index.ts'
import { abilitiesOf, WAKE_KIND } from '#flows/abilities.ts'
import { closeApprovals, insertApprovals, type NewApproval } from '#flows/approvals/store.ts'
import { lookRow } from '#flows/entry/arrivals.ts'
import { LLM_CHANNEL, type LlmDelivery } from '#flows/llm/channel.ts'
import { type EntryRow, insertEntries, noteReached } from '#flows/proof/store.ts'
import { type Effect, effectIdOf } from '#flows/run.ts'
import { because, deliveryIdOf, effectsOf, idOf, type Made } from '#flows/runs/made.ts'
import { dedupeKeyOf, notifyRequestOf } from '#flows/runs/notify-request.ts'
import type { RecentRuns } from '#flows/runs/recent.ts'
import type { RunRecord } from '#flows/runs/record.ts'
import { assertUnchanged, insertRuns, newRecordsFirst, updateRuns } from '#flows/runs/store.ts'
import { abandonedWakes, answersToCallers, newWakes, outcomeTo } from '#flows/runs/timers.ts'
import { emitted, failureEvents, requested, stopRow } from '#flows/runs/told.ts'
import { type Notifier, type NotifyRequest, RUN_OVER } from '#notifications/index.ts'
import { isEmail } from '#platform/email-address.ts'
import type { Json } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'
import type { Runtime } from '#platform/service.ts'
import type { Db, DueEntry, Tx, Writes } from '#platform/work.ts'
import { noteTakenUp, noteTold, type TakenUp } from '#reports/index.ts'

/**
 * Prepares the writes of a batch of advanced runs: what has to be read for them is read here, the closure only
 * issues statements.
 * @param claimed keys of wake rows that this transaction has claimed already
 * @param now domain milliseconds
 * @returns null when nothing changed
 */
export async function prepareWrites(
  records: readonly RunRecord[],
  options: {
    db: Db
    runtime: Pick<Runtime, 'database' | 'clock' | 'logger' | 'publicUrl'>
    notifier: Notifier
    recent?: RecentRuns
    now: number
    claimed?: ReadonlySet<string>
    /** What ends here may come back: what is called off can be held again. */
    mayReturn?: boolean
  },
): Promise<Writes | null> {
  const { fresh, changed, met } = newRecordsFirst(records)
  if (fresh.length + changed.length + met.length === 0) return null
  const { runtime, notifier, now, claimed = new Set<string>() } = options
  const advanced = [...fresh, ...changed]
  const requests = [
    ...effectsOf(advanced, 'notify').map(requestOf),
    ...effectsOf(advanced, 'approval').map((made) => asksFor(made, runtime.publicUrl())),
  ]
  const planned = requests.length === 0 ? null : await notifier.plan(options.db, requests, now)

  return (tx) => {
    // First what ended: the event that ends the run of a key may begin the next one.
    updateRuns(tx, changed)
    insertRuns(tx, fresh)
    assertUnchanged(tx, met)
    for (const [tenant, keys] of abandonedWakes(changed, claimed)) tx.unschedule(WAKE_KIND, tenant, keys)
    tx.schedule(newWakes(advanced, now))
    tx.schedule(turnsOf(changed, now))
    writeMessages(
      tx,
      effectsOf(advanced, 'message').map(({ record, effect }) => ({
        ...because(record),
        tenant: record.tenant,
        encounterId: effect.encounterId,
        id: idOf(effect),
        from: 'bot',
        text: effect.text,
        at: now,
        queueId: record.run.about.queueId,
        contactId: record.run.about.contactId,
      })),
    )
    commandEncounters(
      tx,
      effectsOf(advanced, 'extend', 'assign', 'tag', 'close').map((made) => commandOf(made, now)),
    )
    enqueueDeliveries(tx, effectsOf(advanced, 'http').map(callOf), runtime, { once: true })
    enqueueDeliveries(tx, effectsOf(advanced, 'llm').map(askedOf), runtime, { once: true })
    askContexts(tx, effectsOf(advanced, 'ask'), runtime, now)
    if (planned !== null) notifier.notify(tx, planned)
    notifier.callOff(
      tx,
      effectsOf(advanced, 'callOff').map(({ record: { tenant }, effect }) => ({ tenant, id: idOf(effect) })),
      RUN_OVER,
      now,
      options.mayReturn,
    )
    insertApprovals(
      tx,
      effectsOf(advanced, 'approval').map((made) => approvalOf(made, now)),
    )
    closeApprovals(
      tx,
      effectsOf(advanced, 'withdraw').map(({ record: { tenant }, effect }) => ({
        tenant,
        id: approvalId(effect),
        status: effect.expired ? ('expired' as const) : ('withdrawn' as const),
        at: now,
      })),
    )
    insertEntries(tx, advanced.flatMap(entriesOf))
    noteTakenUp(tx, fresh.flatMap(takenUp))
    const spoken = advanced
      .filter(({ spoke }) => spoke)
      .map(({ tenant, run }) => ({ tenant, runId: run.id, at: now, delivered: true }))
    noteReached(tx, spoken)
    noteTold(tx, spoken)
    tx.schedule(answersToCallers(advanced, now))
    tx.schedule(effectsOf(advanced, 'stop').map((made) => stopRow(made, now)))
    tx.append(effectsOf(advanced, 'emit').map((made) => emitted(made, now)))
    tx.append(effectsOf(advanced, 'failed').flatMap((made) => failureEvents(made, now)))
    tx.append(effectsOf(advanced, 'subflow').map((made) => requested(made, now)))
    tx.afterCommit(() => {
      options.recent?.keep(advanced)
      tell(runtime.logger, advanced)
    })
  }
}

/** Failed runs are told to the operator; how the others go is for whoever traces them. */
function tell(logger: Logger, records: readonly RunRecord[]): void {
  const tracing = logger.isLevelEnabled('debug')
  for (const { tenant, run, flowId, eventId, traceparent } of records) {
    if (run.failure === null && !tracing) continue
    const ids = { traceId: traceparent?.slice(3, 35), tenantId: tenant, eventId, flowId, runId: run.id }
    if (run.failure !== null) logger.warn({ ...ids, ...run.failure }, 'a run failed')
    else logger.debug({ ...ids, status: run.status, nodeId: run.parked?.node }, 'a run went on')
  }
}

function commandOf({ record, effect }: Made<'extend' | 'assign' | 'tag' | 'close'>, at: number): EncounterCommand {
  const { node: _node, visit: _visit, ...deed } = effect
  return { ...because(record), ...deed, tenant: record.tenant, id: idOf(effect), at }
}

/** Those who wait for a run to end may begin. */
const turnsOf = (records: readonly RunRecord[], now: number): DueEntry[] =>
  records
    .filter(({ frees, run }) => frees === true && run.status !== 'waiting')
    .map(({ tenant, flowId, run }) => lookRow(tenant, { flowId, keys: run.key === null ? [] : [run.key] }, run.id, now))

const notifyOn = ({ run }: RunRecord, effect: Effect) => outcomeTo(run.id, effect)

const RETRY_DELAYS_MS = [3_000, 10_000]

function callOf({ record, effect }: Made<'http'>): DeliveryDraft {
  return {
    tenant: record.tenant,
    id: idOf(effect),
    channel: 'http',
    target: `host:${new URL(effect.url).host}`,
    eventId: record.eventId,
    request: calledWith(record, effect),
    traceparent: record.traceparent,
    cause: `run:${record.run.id}`,
    notifyOn: notifyOn(record, effect),
  }
}

function askedOf({ record, effect }: Made<'llm'>): DeliveryDraft {
  const { prompt, schema, maxTokens } = effect
  return {
    tenant: record.tenant,
    id: idOf(effect),
    channel: LLM_CHANNEL,
    target: LLM_CHANNEL,
    eventId: record.eventId,
    request: { prompt, schema, maxTokens } satisfies LlmDelivery,
    traceparent: record.traceparent,
    cause: `run:${record.run.id}`,
    notifyOn: notifyOn(record, effect),
  }
}

/** Hands requests to the contexts that registered for them. */
function askContexts(tx: Tx, asked: readonly Made<'ask'>[], runtime: Pick<Runtime, 'database'>, now: number): void {
  for (const [name, ability] of abilitiesOf(runtime)) {
    const own = asked.filter(({ effect }) => effect.ability === name)
    if (own.length === 0) continue
    ability.ask(
      tx,
      own.map(({ record, effect }) => ({
        ...because(record),
        tenant: record.tenant,
        id: idOf(effect),
        request: effect.request,
        encounterId: record.run.about.encounterId,
        contactId: record.run.about.contactId,
        at: now,
        asker: { tenant: record.tenant, ...notifyOn(record, effect) },
      })),
    )
  }
}

/** The request as it is kept: secrets by their names. */
function calledWith(record: RunRecord, effect: Extract<Effect, { kind: 'http' }>): Json {
  const request: HttpDelivery = {
    method: effect.method,
    url: effect.url,
    headers: {
      ...(effect.firstTry === effect.visit
        ? {}
        : { 'idempotency-key': deliveryIdOf(effectIdOf(record.run.id, effect.node, effect.firstTry)) }),
      ...effect.headers,
    },
    ...(effect.body === null ? {} : { body: effect.body }),
    retryDelaysMs: RETRY_DELAYS_MS.slice(0, effect.attempts - 1),
    timeoutMs: effect.timeoutMs,
    hops: record.hops + 1,
  }
  return request as unknown as Json
}

function requestOf({ record, effect }: Made<'notify'>): NotifyRequest {
  const dedupeKey = dedupeKeyOf(record.flowId, record.run.about, effect)
  return {
    ...notifyRequestOf(record.tenant, idOf(effect), effect, record.run),
    ...(dedupeKey === null ? {} : { dedupeKey }),
    traceparent: record.traceparent,
    cause: `run:${record.run.id}`,
    notifyOn: notifyOn(record, effect),
  }
}

const approvalId = (effect: Pick<Effect, 'id'>) => hashId('approval', effect.id)

const approvalOf = ({ record, effect }: Made<'approval'>, at: number): NewApproval => ({
  tenant: record.tenant,
  id: approvalId(effect),
  flowId: record.flowId,
  runId: record.run.id,
  node: effect.node,
  visit: effect.visit,
  toUser: 'userId' in effect.to ? effect.to.userId : null,
  toAddress: 'address' in effect.to ? effect.to.address : null,
  text: effect.text,
  encounterId: record.run.about.encounterId,
  contactId: record.run.about.contactId,
  askedAt: at,
  expiresAt: effect.expiresAt,
})

/** Tells who is asked, with the way to where one answers. What becomes of the message is nothing to the run: the question stands in the list. */
const asksFor = ({ record, effect }: Made<'approval'>, publicUrl: string): NotifyRequest => ({
  tenant: record.tenant,
  id: idOf(effect),
  to: effect.to,
  content: { format: 'plain', title: effect.title, body: effect.text },
  channels: 'userId' in effect.to ? ['email', 'inbox'] : isEmail(effect.to.address) ? ['email'] : ['push'],
  category: 'approval',
  deepLink: { url: `${publicUrl}/approvals?selected=${approvalId(effect)}` },
  data: { approvalId: approvalId(effect), runId: record.run.id },
  ...(record.run.about.encounterId === null ? {} : { encounterId: record.run.about.encounterId }),
  traceparent: record.traceparent,
  cause: `run:${record.run.id}`,
})

/** The silence because of which a run began. */
function takenUp({ tenant, flowId, version, eventPosition: position, run }: RunRecord): TakenUp[] {
  const { encounterId, silence } = run.about
  if (!silence || encounterId === null) return []
  return [{ tenant, encounterId, silence, position, flowId, version, runId: run.id, at: run.startedAt }]
}

const entriesOf = ({ tenant, flowId, version, run: { id, about }, entries }: RunRecord): EntryRow[] =>
  entries.map((entry) => ({
    ...entry,
    tenant,
    flowId,
    version,
    runId: id,
    contactId: about.contactId,
    encounterId: about.encounterId,
  }))
