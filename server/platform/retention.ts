import type { Clock } from '#platform/clock.ts'
import type { DueKind } from '#platform/due-kind.ts'
import type { DueEntry, Tx } from '#platform/work.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** Whose looks are remembered at once. */
const MOST_REMEMBERED = 10_000
const REST = 'rest:'

/**
 * Domain time so many days of the wall ago, whatever the pace of domain time; never before 1970: at a fast pace the days of a
 * year are millennia, and PostgreSQL has no such moment.
 */
export const daysAgo = (clock: Pick<Clock, 'now' | 'scale'>, days: number): number =>
  Math.max(0, clock.now() - days * DAY_MS * clock.scale)

type Of = Pick<DueEntry, 'kind' | 'tenant' | 'key'>

/** `more`: a whole portion went, and others may have to; `later`: what is left is not old enough; `none`: nothing is left. */
export type Left = 'more' | 'later' | 'none'

/** The look after `wall`, at the full hour: what comes meanwhile must not put it off. */
const nextLook = (of: Of, wall: number, everyMs: number): DueEntry => ({
  ...of,
  dueAt: (Math.floor(wall / everyMs) + 1) * everyMs,
})

/**
 * Forgets what is too old, at full hours (or whatever `everyMs` says), as long as anything is left. A look deletes a
 * portion; the rest of it goes on under a key of its own, since whoever brings more schedules the next look, and would put
 * off for as long what is still to go.
 */
export function retentionKind(options: {
  kind: string
  everyMs?: number
  batch?: number
  /** Deletes a portion of what is too old at `wall`. */
  purge(tx: Tx, of: { tenant: string; key: string }, wall: number): Promise<Left>
}): DueKind {
  const { kind, everyMs = HOUR_MS, batch } = options
  return {
    kind,
    clock: 'wall',
    batch,
    async handle(rows, tx, wall) {
      for (const { tenant, key: of } of rows) {
        const key = of.startsWith(REST) ? of.slice(REST.length) : of
        const left = await options.purge(tx, { tenant, key }, wall)
        if (left === 'more') tx.schedule([{ kind, tenant, key: `${REST}${key}`, dueAt: wall }])
        if (left === 'later') tx.schedule([nextLook({ kind, tenant, key }, wall, everyMs)])
      }
    },
  }
}

/**
 * Sees to it that there will be a look at what a transaction brings: once in an hour (or whatever `everyMs` says), and not
 * with each transaction.
 */
export function createLooks(
  kind: string,
  everyMs = HOUR_MS,
): (tx: Tx, tenant: string, key: string, wall: number) => void {
  const scheduled = new Map<string, number>()
  return (tx, tenant, key, wall) => {
    const look = nextLook({ kind, tenant, key }, wall, everyMs)
    const name = `${tenant}\n${key}`
    if (scheduled.get(name) === look.dueAt) return
    tx.schedule([look])
    tx.afterCommit(() => {
      if (scheduled.size >= MOST_REMEMBERED) scheduled.clear()
      scheduled.set(name, look.dueAt)
    })
  }
}
