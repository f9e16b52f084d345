import { outgoingHttp } from '#deliveries/index.ts'
import { ABILITIES } from '#flows/abilities.ts'
import { readFlow, readVersion } from '#flows/authoring/store.ts'
import { worldOf } from '#flows/authoring/world.ts'
import { compileGraph } from '#flows/compile.ts'
import { unfit } from '#flows/errors.ts'
import type { Graph } from '#flows/graph.ts'
import { crowdAnswer } from '#flows/machine/answers.ts'
import { crowdBody } from '#flows/machine/crowd-body.ts'
import type { Installed, Job } from '#flows/machine/job.ts'
import { replayAnswer, runReplayAnswer } from '#flows/machine/replay/answers.ts'
import { replayBody, runBody } from '#flows/machine/replay/body.ts'
import type { Threads } from '#flows/machine/threads.ts'
import { trialOf } from '#flows/machine/trial.ts'
import { runsKeptSince } from '#flows/retention/due.ts'
import { readRun } from '#flows/runs/shown/store.ts'
import { unableOf } from '#flows/runs/unable.ts'
import type { OpenNotifier } from '#notifications/index.ts'
import { uuidParams } from '#platform/http/answer-fields.ts'
import { type Route, route } from '#platform/http/route.ts'
import { platformSettings } from '#platform/platform-settings.ts'
import { invalid, notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

/** Trials of a flow with many people, and of days that have been. */
export function machineRoutes(runtime: Runtime, notifier: OpenNotifier, threads: Threads): Route[] {
  const { database, clock } = runtime
  const tag = 'Flows'

  function installed(): Installed {
    const unable = unableOf(runtime)
    const { ranges, names } = outgoingHttp(runtime).allow
    return {
      configured: [...notifier.configured],
      fallbackLocale: runtime.settings.of(platformSettings).CAUCE_LOCALE,
      allowed: [...ranges.map(([address, bits]) => `${address}/${bits}`), ...names],
      unable: ['llm', ...ABILITIES].flatMap((kind) => {
        const why = unable(kind)
        return why === null ? [] : [[kind, why] as [string, typeof why]]
      }),
    }
  }

  /** The graph that is to be played. @throws Problem 404, or 422 with every fault */
  async function graphOf(tenant: string, flowId: string, version: number | undefined): Promise<Graph> {
    const { graph, judgedBy } = await database.asTenant(tenant, async (tx) => {
      const found = await readFlow(tx, tenant, flowId)
      if (found === undefined) throw notFound('flow', flowId)
      const kept = version === undefined ? found.draft : (await readVersion(tx, tenant, flowId, version))?.graph
      if (kept === undefined) throw notFound('version', String(version))
      return { graph: kept, judgedBy: await worldOf(tx, tenant, kept, notifier, unableOf(runtime)) }
    })
    const { flow, faults = [] } = compileGraph(graph, judgedBy)
    if (flow === undefined || graph === null) throw unfit(faults)
    return graph
  }

  const jobOf = (
    tenant: string,
    flowId: string,
    graph: Graph,
    version: number | null = null,
  ): Omit<Job, 'kind' | 'body' | 'runId'> => ({
    databaseUrl: runtime.databaseUrl,
    tenant,
    flowId,
    graph,
    version,
    installed: installed(),
    now: clock.now(),
    scale: clock.scale,
  })

  return [
    route({
      method: 'POST',
      path: '/api/v1/flows/:id/simulate/people',
      permission: 'flows:read',
      tag,
      summary: 'Let many people live through the draft, on a clock of their own',
      description:
        'Their conversations, the times of their queue, calendars and the gate of notifications are as in earnest; what they answer is written down, or drawn by lot from a seed. Weeks pass in moments. Nothing leaves and nothing is written. At most 10,000 people and 1,000,000 steps; a tenant has one at once.',
      params: uuidParams,
      body: crowdBody,
      answer: crowdAnswer,
      refuses: [422],
      async handle({ identity: { tenant }, params, body, left }) {
        trialOf(body, clock.now())
        const graph = await graphOf(tenant, params.id, body.version)
        return threads.run(tenant, left(), { ...jobOf(tenant, params.id, graph, body.version), kind: 'crowd', body })
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/flows/:id/replay',
      permission: 'flows:read',
      tag,
      summary: 'Run the events of a time on the draft, and list who would have got what differently',
      description:
        'Against what was really run and said. Each question of a run gets the answer that it really got; what people did stays as it was. Contacts and queues are those of today, conversations those of then. Nothing leaves and nothing is written. `dryRun` only counts; at most 200,000 events; a tenant has one at once.',
      params: uuidParams,
      body: replayBody,
      answer: replayAnswer,
      refuses: [422],
      async handle({ identity: { tenant }, params, body, left }) {
        const graph = await graphOf(tenant, params.id, body.version)
        const since = runsKeptSince(runtime)
        // Without the runs that really were, all that the draft does would look new.
        if (Date.parse(body.from) < since) {
          const message = `must not be before ${new Date(since).toISOString()}: runs of earlier are kept no more`
          throw invalid({ path: '/from', message })
        }
        return threads.run(tenant, left(), { ...jobOf(tenant, params.id, graph, body.version), kind: 'replay', body })
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/runs/:id/replay',
      permission: 'flows:read',
      tag,
      summary: 'Let a past run go again on the draft, and list the differences',
      description:
        'With the event that began it, those that came since, and the answers that it got. Nothing leaves and nothing is written.',
      params: uuidParams,
      body: runBody,
      answer: runReplayAnswer,
      refuses: [422],
      async handle({ identity: { tenant }, params, body, left }) {
        const run = await database.asTenant(tenant, (tx) => readRun(tx, tenant, params.id))
        if (run === undefined) throw notFound('run', params.id)
        const graph = await graphOf(tenant, run.flowId, body.version)
        return threads.run(tenant, left(), {
          ...jobOf(tenant, run.flowId, graph, body.version),
          kind: 'run',
          runId: params.id,
        })
      },
    }),
  ]
}
