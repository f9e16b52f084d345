import type { Standing } from '#flows/entry/foresee.ts'
import { countEntries, lastEntered, runsUnderWay, startsSince } from '#flows/entry/store.ts'
import type { Flow } from '#flows/flow.ts'
import type { About } from '#flows/run.ts'
import { runsByKey } from '#flows/runs/store.ts'
import { makesRoom } from '#flows/silences.ts'
import type { Db } from '#platform/work.ts'

/** Entries counted at most. */
const COUNTED = 10_000

/** How it stands with a flow for an event of a key at a moment (domain milliseconds); undefined: nothing bounds it. */
export async function standingOf(
  db: Db,
  { tenant, about, flowId, flow }: { tenant: string; about: About; flowId: string; flow: Flow },
  key: string | null,
  at: number,
): Promise<Standing | undefined> {
  const { entry } = flow
  if (entry === null) return undefined
  const of = { tenant, flowId }
  const keys = key === null ? [] : [key]
  const [underWay, queued, starts, last, standing] = await Promise.all([
    entry.concurrency === null ? 0 : runsUnderWay(db, of, entry.concurrency),
    countEntries(db, of, COUNTED),
    entry.rate === null ? [] : startsSince(db, of, at - entry.rate.perMs, entry.rate.limit),
    lastEntered(db, of, entry.oncePer === null ? [] : keys),
    runsByKey(db, flow.onePerKey ? keys.map((wanted) => ({ ...of, key: wanted })) : []),
  ])
  const stands = standing.some(({ run }) => !makesRoom(run, about))
  return { underWay, queued, starts, lastOfKey: last.get(key ?? '') ?? null, stands }
}
