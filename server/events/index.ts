import { backofficeRoutes } from '#events/backoffice.ts'
import { eventRoutes } from '#events/routes.ts'
import type { Service } from '#platform/service.ts'

export { eventKey } from '#events/append.ts'
export { readBinaryEvent } from '#events/cloudevents-binary.ts'
export { type CloudEventView, cloudEventUnder, cloudEventView, dataOf, toCloudEvent } from '#events/cloudevents-out.ts'
export { type Birth, bornEvent, DEFAULT_SOURCE } from '#events/flat.ts'
export { readEvents } from '#events/forms.ts'
export type { IntakeContext } from '#events/forms-fields.ts'
export { type Log, openLog } from '#events/log.ts'
export {
  ENCOUNTER_SUBTYPES,
  FLOW_REQUESTED,
  FLOW_SCHEDULED,
  FLOW_SOURCE,
  isOwnType,
  ownTypeFault,
  TIMER_SOURCE,
} from '#events/own-types.ts'
export { setAside } from '#events/parked.ts'
export { countReceived } from '#events/received.ts'
export {
  type EncounterBefore,
  encounterEventsBefore,
  eventsAt,
  eventsSince,
  positionBefore,
  readHead,
  tenantEvents,
  typeEvents,
} from '#events/store.ts'
export { compilePattern, patternFaults, patternMistakes, type TopicIndex, topicIndex } from '#events/topic.ts'

/** The log, its doors and its explorer. */
export const events: Service = {
  name: 'events',
  settings: {},
  migrations: new URL('./migrations/', import.meta.url),
  open(runtime) {
    return { routes: [...eventRoutes(runtime), ...backofficeRoutes(runtime)] }
  },
}
