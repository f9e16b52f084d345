import { contextKeyOf, loadContexts, silencesOf } from '#conversations/index.ts'
import type { LogEvent } from '#platform/event.ts'
import type { Consumer, Runtime } from '#platform/service.ts'
import type { SilenceRetention } from '#reports/retention.ts'
import { type Happened, type Noticed, noteHappened, noteNoticed } from '#reports/store.ts'

const NOTICED = 'encounter.tmipw_expired'
const HAPPENED: ReadonlyMap<string, Happened['what']> = new Map([
  ['encounter.link_followed', 'followed'],
  ['encounter.resumed', 'recovered'],
  ['encounter.closed', 'closed'],
])

/** Follows what becomes of silences, whoever tells of them. */
export function reportsConsumer({ clock }: Pick<Runtime, 'clock'>, retention: SilenceRetention): Consumer {
  return {
    name: 'reports',
    required: false,
    async handle(events, db) {
      const happened = events.flatMap(({ tenant, type, encounterId, position, receivedAt }): Happened[] => {
        const what = HAPPENED.get(type)
        return what === undefined || encounterId === null
          ? []
          : [{ tenant, encounterId, what, position, at: receivedAt }]
      })
      const warnings = events.flatMap((event) =>
        event.type === NOTICED && event.encounterId !== null ? [{ event, encounterId: event.encounterId }] : [],
      )
      if (happened.length + warnings.length === 0) return null
      const keyOf = ({ event, encounterId }: (typeof warnings)[number]) => ({ tenant: event.tenant, encounterId })
      const [contexts, silences] =
        warnings.length === 0
          ? [new Map(), []]
          : await Promise.all([
              loadContexts(db, warnings.map(keyOf)),
              silencesOf(
                db,
                warnings.map(({ event, encounterId }) => ({
                  tenant: event.tenant,
                  encounterId,
                  before: event.position,
                })),
                clock.scale !== 1,
              ),
            ])
      const noticed = warnings.map((warning, i): Noticed => {
        const { event, encounterId } = warning
        const { encounter, queue } = contexts.get(contextKeyOf(keyOf(warning))) ?? {}
        return {
          tenant: event.tenant,
          encounterId,
          silence: silences[i]?.key ?? encounterId,
          position: event.position,
          queueId: queue?.id ?? fieldOf(event, 'queue_id'),
          brand: queue?.brand ?? fieldOf(event, 'brand_id'),
          service: queue?.service ?? null,
          channel: encounter?.channel ?? null,
          at: event.receivedAt,
          warned: fieldOf(event, 'text') !== null,
        }
      })
      return (tx) => {
        noteNoticed(tx, noticed)
        noteHappened(tx, happened)
        retention.noted(
          tx,
          noticed.map(({ tenant }) => tenant),
        )
      }
    },
  }
}

function fieldOf({ data }: LogEvent, name: string): string | null {
  const found = typeof data === 'object' && data !== null && !Array.isArray(data) ? data[name] : undefined
  return typeof found === 'string' && found !== '' && found.length <= 65_536 ? found : null
}
