import type { Service } from '#platform/service.ts'
import { openSealer } from '#secrets/index.ts'
import { receiveRoute } from './door.ts'
import { receiptRetention } from './receipts/due.ts'
import { refeeds } from './receipts/refeed.ts'
import { receiptRoutes } from './receipts/routes.ts'
import { receiver } from './receive.ts'
import { refeeder } from './refeed.ts'
import { endpointRoutes } from './routes.ts'
import { inboundSettings } from './settings.ts'

/** Webhooks of other systems: proven, kept as they came, made events. */
export const inbound: Service = {
  name: 'inbound',
  settings: inboundSettings,
  migrations: new URL('./migrations/', import.meta.url),
  async open(runtime) {
    const sealer = await openSealer(runtime, 'inbound')
    const refeed = refeeder(runtime, sealer)
    const many = refeeds(runtime, refeed)
    const { CAUCE_INBOUND_RETENTION_DAYS } = runtime.settings.of(inboundSettings)
    return {
      routes: [
        receiveRoute(receiver(runtime, sealer)),
        ...endpointRoutes(runtime, sealer),
        ...receiptRoutes(runtime, refeed),
      ],
      dueKinds: [receiptRetention(CAUCE_INBOUND_RETENTION_DAYS), many.dueKind],
      stop: many.stop,
    }
  },
}
