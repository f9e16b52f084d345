import { recordsOf, type TargetRecord } from '#deliveries/index.ts'
import { crashPoint } from '#platform/crash-point.ts'
import type { DueKind, DueRow } from '#platform/due-kind.ts'
import type { Runtime } from '#platform/service.ts'
import type { DueEntry, Tx } from '#platform/work.ts'
import { callOff } from '../call-off.ts'
import { disabledEvent, failingEvent } from '../operator-events.ts'
import { targetOf } from '../subscription.ts'
import { type Alert, type Alerts, recoveredAlert } from './alerts.ts'
import { keysOf, PROBE_KIND } from './probe.ts'
import { disablesAt, type Failing, judge, LOOK_BACK_MS, lookAt, probeDelayMs } from './stages.ts'
import { disableFailing, endFailing, keepFailing, lockWatched, noteWell, readDisabled, type Watched } from './store.ts'

/** Looks how an endpoint fares, some minutes after an attempt that failed. */
const LOOK_KIND = 'subscription.look'
/** Tells that a failing endpoint is well again. */
export const WELL_KIND = 'subscription.well'
/** Calls off what waited for an endpoint that was disabled, and tells of it. */
export const DISABLED_KIND = 'subscription.disabled'

/** The look that follows an attempt. Its key names the moment too: later attempts must not put it off. */
export function lookEntry(tenant: string, id: string, at: number): DueEntry {
  const dueAt = lookAt(tenant, at)
  return { kind: LOOK_KIND, tenant, key: `${dueAt}:${id}`, dueAt }
}

const lookedAt = ({ tenant, key, dueAt }: DueRow) => ({ tenant, id: key.slice(key.indexOf(':') + 1), dueAt })

const nameOf = ({ tenant, id }: { tenant: string; id: string }) => `${tenant}\n${id}`

/** What waits because an endpoint fails, was disabled, or is well again. */
export function healthKinds(runtime: Runtime, alerts: Alerts): DueKind[] {
  const { clock, logger } = runtime

  async function look(rows: readonly DueRow[], tx: Tx, now: number): Promise<void> {
    const looks = new Map(rows.map((row) => [nameOf(lookedAt(row)), lookedAt(row)]))
    const watched = await lockWatched(tx, [...looks.values()])
    const records = await recordsOf(
      tx,
      watched.map((one) => ({
        tenant: one.tenant,
        target: targetOf(one.id),
        since:
          one.failing?.since ?? Math.max((looks.get(nameOf(one))?.dueAt ?? now) - LOOK_BACK_MS, one.enabledAt ?? 0),
      })),
    )
    const recordOf = new Map(records.map((record) => [`${record.tenant}\n${record.target}`, record]))
    const kept: (Watched & { failing: Failing })[] = []
    const failed: { tenant: string; id: string; nextProbeAt: number | null }[] = []
    const well: { tenant: string; id: string; at: number }[] = []
    const told: Alert[] = []
    for (const one of watched) {
      const record = recordOf.get(`${one.tenant}\n${targetOf(one.id)}`)
      if (record?.lastFailureAt == null) continue
      if (one.failing !== null && record.lastSuccessAt !== null && record.lastSuccessAt >= one.failing.since) {
        // It was on its way before its node knew that the endpoint fails.
        well.push({ tenant: one.tenant, id: one.id, at: record.lastSuccessAt })
        continue
      }
      const failing = one.failing ?? beganOf(record)
      if (failing === null) continue
      const judgement = judge(failing, record.lastFailureAt)
      if (judgement.kind === 'disable') {
        const delay = probeDelayMs(0)
        failed.push({ tenant: one.tenant, id: one.id, nextProbeAt: delay === null ? null : now + delay })
        logger.warn({ tenantId: one.tenant, subscriptionId: one.id }, 'a subscription is disabled: its endpoint fails')
      } else if (judgement.kind === 'warn') {
        const warned = { ...one, failing: { ...failing, warnings: judgement.warnings, warnedAt: now } }
        kept.push(warned)
        told.push(warningOf(warned, record, clock.now()))
      } else if (one.failing === null) {
        kept.push({ ...one, failing })
      }
    }
    keepFailing(tx, kept)
    disableFailing(tx, failed, now)
    if (well.length > 0) noteWell(tx, well)
    tx.schedule([
      ...well.map(({ tenant, id }): DueEntry => ({ kind: WELL_KIND, tenant, key: id, dueAt: now })),
      ...failed.flatMap(({ tenant, id, nextProbeAt }): DueEntry[] => [
        { kind: DISABLED_KIND, tenant, key: id, dueAt: now },
        ...(nextProbeAt === null ? [] : [{ kind: PROBE_KIND, tenant, key: id, dueAt: nextProbeAt }]),
      ]),
    ])
    await alerts.tell(tx, told)
    crashPoint('subscriptions:look')
  }

  async function disabled(rows: readonly DueRow[], tx: Tx): Promise<void> {
    const found = await readDisabled(tx, keysOf(rows))
    for (const { tenant, id } of found) await callOff(tx, tenant, id, runtime)
    await alerts.tell(
      tx,
      found.map((disabling) => ({
        what: 'webhook-disabled',
        event: disabledEvent(disabling, clock.now()),
        webhookUrl: disabling.webhookUrl,
        since: disabling.failingSince ?? disabling.disabledAt,
        reason: disabling.reason,
      })),
    )
    crashPoint('subscriptions:disabled')
  }

  async function well(rows: readonly DueRow[], tx: Tx): Promise<void> {
    const recovered = await endFailing(tx, keysOf(rows))
    await alerts.tell(
      tx,
      recovered.map((recovery) => recoveredAlert(recovery, clock.now())),
    )
  }

  return [
    { kind: LOOK_KIND, clock: 'wall', handle: look },
    { kind: DISABLED_KIND, clock: 'wall', handle: disabled },
    { kind: WELL_KIND, clock: 'wall', handle: well },
  ]
}

const beganOf = ({ failingSince }: TargetRecord): Failing | null =>
  failingSince === null ? null : { since: failingSince, warnings: 0, warnedAt: null }

const warningOf = (warned: Watched & { failing: Failing }, record: TargetRecord, now: number): Alert => {
  const { lastStatus, lastError } = record
  return {
    what: 'webhook-failing',
    event: failingEvent({ ...warned, lastStatus, lastError }, now),
    webhookUrl: warned.webhookUrl,
    since: warned.failing.since,
    until: disablesAt(warned.failing, now),
    reason: lastError,
  }
}
