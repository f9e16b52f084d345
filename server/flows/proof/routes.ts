import { Type } from '@sinclair/typebox'
import { readFlow, readVersion } from '#flows/authoring/store.ts'
import { compileVersion } from '#flows/compile.ts'
import type { Flow } from '#flows/flow.ts'
import { reportAnswer } from '#flows/proof/answers.ts'
import { WHOLE, windowOf } from '#flows/proof/entries.ts'
import { armsOf, liftsOf, rateOf, spreadOf } from '#flows/proof/report.ts'
import { type ArmRow, MOST_ENTRIES, reportRows } from '#flows/proof/store.ts'
import { ruleOf } from '#flows/proof/winners/rule.ts'
import { firstOfRivals, type WinnerRow, winnersOf } from '#flows/proof/winners/store.ts'
import { addSpan } from '#platform/duration.ts'
import { versionNumber } from '#platform/http/answer-fields.ts'
import { periodFields, periodOf } from '#platform/http/period.ts'
import { type Route, route } from '#platform/http/route.ts'
import { notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Db } from '#platform/work.ts'
import { keptSince } from '#reports/index.ts'

/** Versions told of in one answer, the newest. */
const MOST_VERSIONS = 20

/** What came of the people of a flow: whether what it does works. */
export function reportRoutes(runtime: Pick<Runtime, 'database' | 'clock' | 'settings'>): Route[] {
  const { database, clock } = runtime
  return [
    route({
      method: 'GET',
      path: '/api/v1/flows/:id/report',
      permission: 'flows:read',
      tag: 'Flows',
      summary: 'What came of the people of each version and arm, and what the arms did more than the holdout',
      description: [
        'A person counts once in each version, by the first entry of the period, in the arm entered then: arms are drawn for people, so people are counted. What happens counts for them until the window of the goal is over (`settings.goal.within`; 7 days where it is not said), whichever arm they are in and whether or not the run still goes on.',
        'Rates (Wilson’s score interval) and lifts (the hybrid score interval for a difference, method 10 of Newcombe 1998) are of people whose window is over. Each interval is one of 95 % for itself and for one look: whoever looks every day and stops when it pleases will be wrong more often. Say beforehand how long it runs.',
        'Not enough data: fewer than 50 such people on one side, or over both sides fewer than 10 who came back or fewer than 10 who did not.',
      ].join('\n\n'),
      params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
      query: Type.Object({
        version: Type.Optional(versionNumber({ description: 'Only this one' })),
        node: Type.Optional(
          Type.String({
            maxLength: 100,
            description: 'A split; without it the first of the version, or the flow as a whole',
          }),
        ),
        ...periodFields,
      }),
      answer: reportAnswer,
      handle: ({ identity: { tenant }, params: { id }, query }) => {
        const now = clock.now()
        const { from, to } = periodOf(query, now, keptSince(runtime))
        return database.asTenant(tenant, async (tx) => {
          const found = await readFlow(tx, tenant, id)
          if (found === undefined) throw notFound('flow', id)
          const shown = query.version ?? found.published
          const flow = shown === null ? undefined : await versionFlow(tx, tenant, id, shown)
          if (query.version !== undefined && flow === undefined) throw notFound('version', String(query.version))
          const splits = [...(flow?.splits ?? [])]
          const node = query.node ?? splits[0] ?? WHOLE
          const rows = await reportRows(tx, tenant, { flowId: id, node, version: query.version ?? null, from, to, now })
          const numbers = [...new Set(rows.all.map(({ version }) => version))].slice(0, MOST_VERSIONS)
          const searches = await winnersOf(tx, tenant, id, numbers)
          const versions = []
          for (const version of numbers) {
            const own = version === shown ? flow : await versionFlow(tx, tenant, id, version)
            const of = (all: readonly ArmRow[]) => all.filter((row) => row.version === version)
            const search = searches.find((one) => one.version === version && one.node === node)
            versions.push({
              ...versionReport(version, own, node, of(rows.all), of(rows.phases)),
              winner: search === undefined ? null : await winnerView(tx, search, own, now),
            })
          }
          return {
            flowId: id,
            node,
            splits,
            from: new Date(from).toISOString(),
            to: new Date(to).toISOString(),
            partial: rows.entries >= MOST_ENTRIES,
            versions,
          }
        })
      },
    }),
  ]
}

async function versionFlow(db: Db, tenant: string, flowId: string, version: number): Promise<Flow | undefined> {
  const row = await readVersion(db, tenant, flowId, version)
  return row === undefined ? undefined : compileVersion(row.graph)
}

async function winnerView(db: Db, search: WinnerRow, flow: Flow | undefined, now: number) {
  const { state, arm, promoted, decidedAt } = search
  const minimum = (flow && ruleOf(flow, search.node)?.minimum) ?? null
  const soFar =
    state === 'running' && flow !== undefined && minimum !== null
      ? await firstOfRivals(db, search, flow, minimum, now)
      : { counts: search.counts, until: null }
  return {
    state,
    arm,
    promoted,
    counts: soFar.counts,
    minimum,
    windowsEndAt: soFar.until === null ? null : new Date(soFar.until).toISOString(),
    decidedAt: decidedAt?.toISOString() ?? null,
  }
}

function versionReport(
  version: number,
  flow: Flow | undefined,
  node: string,
  rows: readonly ArmRow[],
  phases: readonly ArmRow[],
) {
  const arms = armsOf(flow, node)
  const goal = flow?.goal ?? null
  return {
    version,
    goal: goal === null || flow === undefined ? null : { event: goal.event, withinMs: addSpan(0, windowOf(flow)) },
    arms: rows.map((row) => {
      const { version: _version, promoted: _promoted, medianMs, p90Ms, ...shown } = row
      const weight = arms?.find(({ handle }) => handle === row.arm)?.weight ?? null
      const timeToReturn = medianMs === null || p90Ms === null ? null : { medianMs, p90Ms }
      return { ...shown, weight, rate: goal === null ? null : rateOf(row), timeToReturn }
    }),
    lifts: goal === null ? [] : liftsOf(phases, arms),
    spread: arms === null ? null : spreadOf(phases, arms),
  }
}
