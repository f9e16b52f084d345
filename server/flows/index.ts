import { registerChannel } from '#deliveries/index.ts'
import { againRoutes } from '#flows/again/routes.ts'
import { approvalRoutes } from '#flows/approvals/routes.ts'
import { builderRoutes } from '#flows/authoring/builder-routes.ts'
import { draftRoutes } from '#flows/authoring/draft-routes.ts'
import { publishingRoutes } from '#flows/authoring/publishing.ts'
import { authoringRoutes } from '#flows/authoring/routes.ts'
import { versionRoutes } from '#flows/authoring/versions.ts'
import { bulkKind } from '#flows/bulk/due.ts'
import { bulkRoutes } from '#flows/bulk/routes.ts'
import { canaryKind } from '#flows/canary/due.ts'
import { canaryRoutes } from '#flows/canary/routes.ts'
import { caseRoutes } from '#flows/cases/routes.ts'
import { entryKind } from '#flows/entry/due.ts'
import { entryRoutes } from '#flows/entry/routes.ts'
import { llmChannel } from '#flows/llm/channel.ts'
import { machineRoutes } from '#flows/machine/routes.ts'
import { createThreads } from '#flows/machine/threads.ts'
import { moveKind } from '#flows/moves/due.ts'
import { moveRoutes } from '#flows/moves/routes.ts'
import { portableRoutes } from '#flows/portable/routes.ts'
import { reportPeopleRoute } from '#flows/proof/people-routes.ts'
import { reportRoutes } from '#flows/proof/routes.ts'
import { winnerKind } from '#flows/proof/winners/due.ts'
import { createRehearsals } from '#flows/rehearsal.ts'
import { flowRetention, retentionRows } from '#flows/retention/due.ts'
import { runsAsking, stepAsking } from '#flows/runs/asked/store.ts'
import { createCatalog } from '#flows/runs/catalog.ts'
import { flowsConsumer } from '#flows/runs/consumers.ts'
import { flowDueKinds } from '#flows/runs/due.ts'
import { endedRuns } from '#flows/runs/ended/store.ts'
import { manualRoute } from '#flows/runs/manual.ts'
import { createRecentRuns } from '#flows/runs/recent.ts'
import { runRoutes, shown } from '#flows/runs/routes.ts'
import { scheduleKind } from '#flows/runs/schedules.ts'
import { runsContinuedBy, runsOfEvents } from '#flows/runs/shown/store.ts'
import { simulateRoute } from '#flows/runs/simulate.ts'
import { sampleRoute } from '#flows/samples/routes.ts'
import { flowSettings } from '#flows/settings.ts'
import { firstLook, WATCH_KIND, watchKind } from '#flows/watch/due.ts'
import { createNotifier, registerAskers } from '#notifications/index.ts'
import { dueTimes } from '#platform/due.ts'
import type { Service } from '#platform/service.ts'

export { answerTo, registerAbility } from '#flows/abilities.ts'
export { type Checked, checkDocument, type Verdict } from '#flows/portable/check.ts'
export { fileNameOf, readDocument, textOf as flowText } from '#flows/portable/document.ts'
export { FORMATS } from '#flows/portable/formats.ts'
export { readSample } from '#flows/samples/samples.ts'

/** Graphs drawn by people, published as versions, run by events and time. */
export const flows: Service = {
  name: 'flows',
  settings: flowSettings,
  migrations: new URL('./migrations/', import.meta.url),
  async open(runtime) {
    registerChannel(runtime, llmChannel(runtime))
    registerAskers(runtime, { ended: endedRuns, runs: runsAsking, step: stepAsking })
    const catalog = createCatalog()
    const recent = createRecentRuns()
    const notifier = await createNotifier(runtime)
    const rehearsals = createRehearsals()
    return {
      routes: [
        ...authoringRoutes(runtime, notifier),
        ...builderRoutes(runtime, notifier),
        ...draftRoutes(runtime),
        ...publishingRoutes(runtime, notifier, rehearsals),
        ...versionRoutes(runtime),
        ...caseRoutes(runtime, notifier, rehearsals),
        ...portableRoutes(runtime, notifier),
        sampleRoute(runtime),
        ...canaryRoutes(runtime),
        ...moveRoutes(runtime, notifier, rehearsals),
        ...reportRoutes(runtime),
        reportPeopleRoute(runtime),
        ...entryRoutes(runtime),
        ...bulkRoutes(runtime, catalog),
        ...againRoutes(runtime, catalog, notifier),
        ...runRoutes(runtime, catalog, notifier),
        ...approvalRoutes(runtime, notifier),
        manualRoute(runtime, catalog),
        simulateRoute(runtime, catalog, notifier, rehearsals),
        ...machineRoutes(runtime, notifier, createThreads()),
      ],
      consumers: [flowsConsumer(runtime, catalog, notifier, recent)],
      dueKinds: [
        ...flowDueKinds(runtime, catalog, notifier, recent),
        scheduleKind(runtime, catalog),
        moveKind(runtime, catalog, notifier),
        canaryKind(runtime),
        winnerKind(runtime),
        entryKind(runtime, catalog, notifier),
        bulkKind(runtime, catalog, notifier),
        watchKind(runtime, runtime.settings.of(flowSettings), notifier),
        flowRetention(runtime),
      ],
      async start() {
        const wall = runtime.clock.wall()
        const now = runtime.clock.now()
        const values = runtime.settings.of(flowSettings)
        await runtime.database.transaction(async (tx) => {
          const due = (await dueTimes(tx, WATCH_KIND, 'default', ['watch'])).get('watch')
          tx.schedule([...firstLook(due, { wall, now }, values), ...retentionRows(wall)])
        })
      },
      consequences: [
        {
          name: 'runs',
          prefix: 'run',
          find: async (db, tenant, causes) => (await runsOfEvents(db, tenant, causes)).map(shown),
        },
        { name: 'continued', find: runsContinuedBy },
      ],
    }
  },
}
