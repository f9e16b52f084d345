import { purgeApprovals, purgeBulks, purgeEntries, purgeRuns, ratedFlows } from '#flows/retention/store.ts'
import { flowSettings } from '#flows/settings.ts'
import type { DueKind } from '#platform/due-kind.ts'
import { parseDuration } from '#platform/duration.ts'
import { daysAgo, retentionKind } from '#platform/retention.ts'
import type { Runtime } from '#platform/service.ts'
import type { DueEntry, Tx } from '#platform/work.ts'
import { keptSince } from '#reports/index.ts'

/** A look at what is over; the key says of what, and one row is for all nodes and tenants. */
const RETENTION_KIND = 'flow.retention'
const PORTION = 2_000
const DAY_MS = 86_400_000

/** Domain time before which runs that ended are forgotten. The days are those of the wall, whatever the pace of domain time. */
export const runsKeptSince = ({ clock, settings }: Pick<Runtime, 'clock' | 'settings'>): number =>
  daysAgo(clock, settings.of(flowSettings).CAUCE_RUN_RETENTION_DAYS)

type Purge = (tx: Tx, runtime: Pick<Runtime, 'clock' | 'settings'>) => Promise<number>

const PURGES: Readonly<Record<string, Purge>> = {
  async runs(tx, runtime) {
    const now = runtime.clock.now()
    // A flow that lets so many begin in a year counts those of a year, however soon others are forgotten.
    const counted = (await ratedFlows(tx)).flatMap(({ tenant, flowId, per }) => {
      const span = parseDuration(per)
      return span === null ? [] : [{ tenant, flowId, since: now - span.ms }]
    })
    return purgeRuns(tx, runsKeptSince(runtime), counted, PORTION)
  },
  approvals: (tx, runtime) => purgeApprovals(tx, runsKeptSince(runtime), PORTION),
  bulks: (tx, { clock, settings }) =>
    purgeBulks(tx, clock.wall() - settings.of(flowSettings).CAUCE_RUN_RETENTION_DAYS * DAY_MS, PORTION),
  /** What reports of experiments are made of. */
  entries: (tx, runtime) => purgeEntries(tx, keptSince(runtime), PORTION),
}

/** The first looks. They come again at every full hour. */
export const retentionRows = (dueAt: number): DueEntry[] =>
  Object.keys(PURGES).map((key) => ({ kind: RETENTION_KIND, tenant: 'default', key, dueAt, payload: {} }))

/** Lets runs go that ended long ago, with what only they need, and entries of experiments that no report shows any more. */
export const flowRetention = (runtime: Pick<Runtime, 'clock' | 'settings'>): DueKind =>
  retentionKind({
    kind: RETENTION_KIND,
    batch: 1,
    purge: async (tx, { key }) => ((await PURGES[key]?.(tx, runtime)) === PORTION ? 'more' : 'later'),
  })
