import { Gauge } from 'prom-client'
import { FLOW_SOURCE, ownEvent } from '#events/index.ts'
import { failureText } from '#flows/failure-text.ts'
import type { flowSettings } from '#flows/settings.ts'
import { alertsOf, type Told } from '#flows/watch/alerts.ts'
import { judge, type News, NOTHING_KNOWN, TROUBLES, type Trouble, WINDOWS_PER_DAY } from '#flows/watch/judge.ts'
import {
  commonFailure,
  forgetOthers,
  type Overdue,
  overdueRuns,
  type Remembered,
  remember,
  watchedFlows,
} from '#flows/watch/store.ts'
import { type OpenNotifier, tellOperators } from '#notifications/index.ts'
import type { DueKind } from '#platform/due-kind.ts'
import type { EventDraft } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'
import type { Runtime } from '#platform/service.ts'
import type { ValuesOf } from '#platform/settings.ts'
import type { DueEntry, Tx } from '#platform/work.ts'

/** The next look of the watchdog: one row for all nodes and tenants. */
export const WATCH_KIND = 'flow.watch'
/** Wall milliseconds between two looks. */
const EVERY_MS = 60_000
/** All that wait are read that seldom, and more seldom where it takes long: for a hundredth of the time at most. */
const WHOLE_MS = 300_000
const WHOLE_SHARE = 100
const DAY_MS = 86_400_000
/** No pause is a silence that is shorter, on the wall. */
const SHORTEST_MS = 900_000

/** When all that wait are read again, after that took so long. Wall milliseconds. */
export const wholeAfter = (wall: number, tookMs: number): number =>
  wall + Math.ceil(Math.max(WHOLE_MS, tookMs * WHOLE_SHARE))

/** Failures of how long are counted, and with how long before they are compared: of the wall's time, in domain milliseconds. */
export const failureSpans = (scale: number) => ({
  windowMs: (DAY_MS * scale) / WINDOWS_PER_DAY,
  dayMs: DAY_MS * scale,
})

/** A look that is so late was not taken by anybody: all programs were stopped. Wall milliseconds. */
const MISSED_MS = 10_000

/** `wholeAt`: from when on all that wait are read too. `awakeSince`: somebody has been here since (domain milliseconds). */
type Look = { wholeAt: number; awakeSince?: number }

const watchRow = (dueAt: number, look: Look): DueEntry => ({
  kind: WATCH_KIND,
  tenant: 'default',
  key: 'watch',
  dueAt,
  payload: look,
})

/**
 * The look with which a program begins; none where others are looking. After a stop of all, runs have as much time to catch up as
 * they may be late, and pauses count from now: what did not happen while nobody was here is no trouble of a flow.
 * @param due when the next look is due; undefined: there has been none
 */
export function firstLook(
  due: number | undefined,
  at: { wall: number; now: number },
  settings: Pick<ValuesOf<typeof flowSettings>, 'CAUCE_FLOW_OVERDUE_MINUTES'>,
): DueEntry[] {
  if (due !== undefined && due >= at.wall - MISSED_MS) return []
  const wholeAt = at.wall + settings.CAUCE_FLOW_OVERDUE_MINUTES * 60_000
  return [watchRow(at.wall, { wholeAt, awakeSince: at.now })]
}

/**
 * Looks after flows by itself: what is wrong is told once, as an event, to the owners and administrators of its tenant, as a line
 * of the log and as a figure.
 */
export function watchKind(
  runtime: Pick<Runtime, 'clock' | 'logger' | 'metrics' | 'publicUrl'>,
  settings: ValuesOf<typeof flowSettings>,
  notifier: OpenNotifier,
): DueKind {
  const { clock, logger, metrics } = runtime
  const name = 'cauce_flow_troubles'
  const gauge =
    (metrics.getSingleMetric(name) as Gauge<'what'> | undefined) ??
    new Gauge({
      name,
      help: 'Published flows with which something is wrong, as the node that looked last saw it',
      labelNames: ['what'],
      registers: [metrics],
    })
  for (const what of TROUBLES) gauge.set({ what }, 0)
  return {
    kind: WATCH_KIND,
    clock: 'wall',
    batch: 1,
    async handle(rows, tx, wall) {
      const { wholeAt = 0, ...awake } = (rows[0]?.payload ?? {}) as Partial<Look>
      const now = clock.now()
      const { windowMs, dayMs } = failureSpans(clock.scale)
      const flows = await watchedFlows(tx, now, windowMs, dayMs)
      const isWhole = wall >= wholeAt
      const marginMs = settings.CAUCE_FLOW_OVERDUE_MINUTES * 60_000 * clock.scale
      const began = performance.now()
      const overdue = isWhole ? await overdueRuns(tx, now - marginMs) : null
      const next = isWhole ? wholeAfter(wall, performance.now() - began) : wholeAt
      const limits = { failures: settings.CAUCE_FLOW_FAILURES, shortestMs: SHORTEST_MS * clock.scale, ...awake }
      const changed: Remembered[] = []
      const told: (Told & { event: EventDraft })[] = []
      const standing = new Map<Trouble, number>()
      for (const { tenant, flowId, name: flow, memory, seen } of flows) {
        const late = overdue?.get(`${tenant}\n${flowId}`)
        const runs = overdue === null ? null : (late?.runs ?? 0)
        const made = judge(memory ?? NOTHING_KNOWN, { ...seen, overdue: runs }, now, limits)
        if (memory === null || made.news.length > 0 || made.memory.lastAt !== memory.lastAt) {
          changed.push({ tenant, flowId, memory: made.memory })
        }
        for (const bare of made.news) {
          const news = await explained(tx, { tenant, flowId }, bare, late, now - windowMs)
          const event = eventOf({ ...news, tenant, flowId, name: flow }, now)
          told.push({ ...news, tenant, flowId, name: flow, event, eventId: event.id })
        }
        for (const what of TROUBLES)
          if (made.memory.told[what] !== undefined) standing.set(what, (standing.get(what) ?? 0) + 1)
      }
      remember(tx, changed)
      if (isWhole) forgetOthers(tx)
      tx.append(told.map(({ event }) => event))
      await tellOperators(tx, runtime, notifier, alertsOf(told))
      tx.schedule([watchRow(wall + EVERY_MS, { wholeAt: next, ...awake })])
      tx.afterCommit(() => {
        for (const what of TROUBLES) gauge.set({ what }, standing.get(what) ?? 0)
        for (const { tenant: tenantId, flowId, name: flow, what, over, since, data } of told) {
          const line = { tenantId, flowId, flow, what, since: new Date(since).toISOString(), ...data }
          if (over) logger.info(line, 'a flow is well again')
          else logger.warn(line, 'something is wrong with a flow')
        }
      })
    },
  }
}

/** Of late runs which one waits longest, and where; of failures at which step most of them happened, and why. */
async function explained(
  tx: Tx,
  flow: { tenant: string; flowId: string },
  news: News,
  late: Overdue | undefined,
  since: number,
): Promise<News> {
  if (news.over) return news
  if (news.what === 'runs_overdue' && late !== undefined) {
    const { runId, nodeId, dueAt } = late
    return { ...news, data: { ...news.data, runId, nodeId, dueAt: new Date(dueAt).toISOString() } }
  }
  const common = news.what === 'failures_risen' ? await commonFailure(tx, flow, since) : undefined
  if (common === undefined) return news
  const { failure, runs } = common
  const { nodeId, cause } = failure
  return { ...news, data: { ...news.data, nodeId, cause, alike: runs, says: failureText(failure) } }
}

function eventOf(news: News & { tenant: string; flowId: string; name: string }, at: number): EventDraft {
  const { tenant, flowId, name: flow, what, since, over } = news
  const type = over ? 'flow.recovered' : `flow.${what}`
  const data = { flowId, flow, since: new Date(since).toISOString(), ...(over ? { what } : news.data) }
  const id = hashId(type, tenant, flowId, what, String(since))
  return ownEvent({ tenant, id, source: FLOW_SOURCE, type, subject: flowId, at, data })
}
