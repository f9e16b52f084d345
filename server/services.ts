import { access } from '#access/index.ts'
import { conversations } from '#conversations/index.ts'
import { deliveries } from '#deliveries/index.ts'
import { events } from '#events/index.ts'
import { flags } from '#flags/index.ts'
import { flows } from '#flows/index.ts'
import { forwarding } from '#forwarding/index.ts'
import { gateway } from '#gateway/index.ts'
import { inbound } from '#inbound/index.ts'
import { mqtt } from '#mqtt/index.ts'
import { notifications } from '#notifications/index.ts'
import type { Service } from '#platform/service.ts'
import { reports } from '#reports/index.ts'
import { secrets } from '#secrets/index.ts'
import { subscriptions } from '#subscriptions/index.ts'
import { switches } from '#switches/index.ts'
import { timers } from '#timers/index.ts'

/** The contexts: the table of contents of the program. They are opened in this order and stopped in reverse. */
export const services: readonly Service[] = [
  access,
  secrets,
  flags,
  switches,
  events,
  deliveries,
  subscriptions,
  inbound,
  forwarding,
  conversations,
  reports,
  notifications,
  flows,
  timers,
  gateway,
  mqtt,
]
