import { type DeliveryDraft, type DeliveryEnd, enqueueDeliveries } from '#deliveries/index.ts'
import { crashPoint } from '#platform/crash-point.ts'
import type { DueKind, DueRow } from '#platform/due-kind.ts'
import { hashId } from '#platform/ids.ts'
import type { Runtime } from '#platform/service.ts'
import type { DueEntry, Tx } from '#platform/work.ts'
import { type Enclosed, PROBE_CHANNEL, probeTargetOf } from '../channels/webhook.ts'
import { probeEvent } from '../operator-events.ts'
import { CLOUDEVENTS_TYPE } from '../wire.ts'
import { type Alerts, recoveredAlert } from './alerts.ts'
import { probeDelayMs } from './stages.ts'
import { enableProbed, keepProbes, lockProbed } from './store.ts'

/** Asks an endpoint that was disabled because it failed whether it is well again. */
export const PROBE_KIND = 'subscription.probe'
/** What it said. */
const PROBED_KIND = 'subscription.probed'

const GONE = 410

/** The subscriptions that due rows are about. */
export const keysOf = (rows: readonly DueRow[]) => rows.map(({ tenant, key }) => ({ tenant, id: key }))

/** One request at a time, at a slow pace; what its owner enabled or disabled meanwhile is left alone. */
export function probeKinds(runtime: Runtime, alerts: Alerts): DueKind[] {
  const { clock } = runtime

  async function probe(rows: readonly DueRow[], tx: Tx): Promise<void> {
    const disabled = await lockProbed(tx, keysOf(rows))
    const now = clock.now()
    const drafts = disabled.map(({ tenant, id, disabledAt, probes }): DeliveryDraft => {
      const deliveryId = hashId('subscription.probe', tenant, id, String(disabledAt), String(probes))
      const request: Enclosed = {
        body: probeEvent(tenant, id, deliveryId, now).raw,
        contentType: CLOUDEVENTS_TYPE,
      }
      return {
        tenant,
        id: deliveryId,
        channel: PROBE_CHANNEL,
        target: probeTargetOf(id),
        request,
        traceparent: null,
        cause: null,
        notifyOn: { kind: PROBED_KIND, key: id, payload: { disabledAt } },
      }
    })
    enqueueDeliveries(tx, drafts, runtime)
    crashPoint('subscriptions:probe')
  }

  async function probed(rows: readonly DueRow[], tx: Tx, wall: number): Promise<void> {
    const ends = new Map(rows.map((row) => [`${row.tenant}\n${row.key}`, row.payload as DeliveryEnd]))
    const well: { tenant: string; id: string }[] = []
    const kept: { tenant: string; id: string; probes: number; nextProbeAt: number | null; gone: boolean }[] = []
    for (const { tenant, id, disabledAt, probes } of await lockProbed(tx, keysOf(rows))) {
      const end = ends.get(`${tenant}\n${id}`)
      // It was enabled meanwhile, and disabled anew: that has probes of its own.
      if ((end?.payload as { disabledAt?: number } | null)?.disabledAt !== disabledAt) continue
      if (end?.ended === 'delivered') {
        well.push({ tenant, id })
        continue
      }
      const gone = end?.status === GONE
      const delay = gone ? null : probeDelayMs(probes + 1)
      kept.push({ tenant, id, probes: probes + 1, nextProbeAt: delay === null ? null : wall + delay, gone })
    }
    keepProbes(tx, kept)
    tx.schedule(
      kept.flatMap(({ tenant, id, nextProbeAt }): DueEntry[] =>
        nextProbeAt === null ? [] : [{ kind: PROBE_KIND, tenant, key: id, dueAt: nextProbeAt }],
      ),
    )
    const recovered = well.length === 0 ? [] : await enableProbed(tx, well, wall)
    await alerts.tell(
      tx,
      recovered.map((recovery) => recoveredAlert(recovery, clock.now())),
    )
    crashPoint('subscriptions:probed')
  }

  return [
    { kind: PROBE_KIND, clock: 'wall', handle: probe },
    { kind: PROBED_KIND, clock: 'wall', handle: probed },
  ]
}
