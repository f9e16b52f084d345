import { backofficeRoutes } from '#events/backoffice.ts'
import {
  createObjecting,
  createRelease,
  purgeKind as purgeQuarantineKind,
  releaseKind,
} from '#events/catalogue/quarantine/due.ts'
import { quarantineRoutes } from '#events/catalogue/quarantine/routes.ts'
import { catalogueRoutes } from '#events/catalogue/routes.ts'
import { intakeParts } from '#events/intake.ts'
import { liveRoutes } from '#events/live/routes.ts'
import { eventRoutes } from '#events/routes.ts'
import { setAsideRoutes } from '#events/set-aside-routes.ts'
import { eventSettings } from '#events/settings.ts'
import { purgeKind as purgeSourcesKind } from '#events/sources/due.ts'
import { sourceRoutes } from '#events/sources/routes.ts'
import { switchKind } from '#events/sources/switch.ts'
import type { Service } from '#platform/service.ts'

export { type BodyMembers, bodyMembers } from '#events/body-members.ts'
export { compileSchema, schemaFaults } from '#events/catalogue/compile.ts'
export { faultText } from '#events/catalogue/fault-text.ts'
export type { Schema } from '#events/catalogue/schema-guard.ts'
export { readBinaryEvent } from '#events/cloudevents-binary.ts'
export { toBinary } from '#events/cloudevents-binary-out.ts'
export { type CloudEventView, cloudEventUnder, cloudEventView, dataOf, toCloudEvent } from '#events/cloudevents-out.ts'
export { behindLog, hasPassed } from '#events/cursors.ts'
export { typesMeant } from '#events/explorer.ts'
export { bornEvent, DEFAULT_SOURCE } from '#events/flat.ts'
export { readEvents } from '#events/forms.ts'
export { type IntakeContext, idFault, idOfValue, isObject, typeFault } from '#events/forms-fields.ts'
export { type Intake, openIntake } from '#events/intake.ts'
export { memberTexts, objectText } from '#events/json-slices.ts'
export { type Log, openLog } from '#events/log.ts'
export { ownEvent } from '#events/own-event.ts'
export {
  ENCOUNTER_SUBTYPES,
  FLOW_CANARY_RETURNED,
  FLOW_EXPERIMENT_DECIDED,
  FLOW_REQUESTED,
  FLOW_SCHEDULED,
  FLOW_SOURCE,
  isOwnType,
  ownTypeFault,
  RUN_FAILED,
  TIMER_SOURCE,
} from '#events/own-types.ts'
export { setAside } from '#events/parked.ts'
export { countTypes, typedEvents } from '#events/period/store.ts'
export { countReceived } from '#events/received.ts'
export { logStanding } from '#events/set-aside.ts'
export {
  type EncounterBefore,
  type EventHead,
  encounterEventsBefore,
  eventsAt,
  eventsSince,
  headsAt,
  idsInLog,
  type ListedEvent,
  listedAt,
  positionBefore,
  readHead,
  type Since,
  tenantHeads,
  typeEvents,
} from '#events/store.ts'
export { compilePattern, patternFaults, patternMistakes, type TopicIndex, topicIndex } from '#events/topic.ts'

/** The log, its doors and its explorer; what types of events there are; which of two systems is heard. */
export const events: Service = {
  name: 'events',
  settings: eventSettings,
  migrations: new URL('./migrations/', import.meta.url),
  open(runtime) {
    const { catalogue, policies } = intakeParts(runtime)
    const { CAUCE_QUARANTINE_DAYS, CAUCE_SOURCE_DAYS } = runtime.settings.of(eventSettings)
    const objecting = createObjecting(catalogue, policies)
    const release = createRelease(runtime, objecting)
    const looked = () => runtime.lookAtLog()
    return {
      routes: [
        ...eventRoutes(runtime),
        ...liveRoutes(runtime),
        ...catalogueRoutes(runtime),
        ...sourceRoutes(runtime, looked),
        ...backofficeRoutes(runtime),
        ...setAsideRoutes(runtime),
        ...quarantineRoutes(runtime, release, objecting),
      ],
      dueKinds: [
        releaseKind(release),
        purgeQuarantineKind(CAUCE_QUARANTINE_DAYS),
        switchKind(runtime, looked),
        purgeSourcesKind(CAUCE_SOURCE_DAYS),
      ],
    }
  },
}
export { timeIn } from '#events/times.ts'
