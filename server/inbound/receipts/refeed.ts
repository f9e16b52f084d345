import type { DueKind, DueRow } from '#platform/due-kind.ts'
import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/work.ts'
import type { Refeed } from '../refeed.ts'
import { findEndpoint } from '../store.ts'
import { type Filter, type Place, refeedable } from './store.ts'

export const REFEED_KIND = 'inbound.refeed'
export type RefeedPayload = { endpoint: string; filter: Filter; perSecond: number; after: Place | null }

/** Receipts of one step: each is a commit or two of its own. */
const STEP = 20

/** Walks what an endpoint received, in the order in which it came; a step that is repeated makes no event twice. */
export function refeedKind(refeed: Refeed): DueKind {
  async function step({ tenant, key, payload }: DueRow, tx: Tx, now: number): Promise<void> {
    const { endpoint, filter, perSecond, after } = payload as unknown as RefeedPayload
    if ((await findEndpoint(tx, tenant, endpoint)) === undefined) return
    const chosen = await refeedable(tx, tenant, endpoint, filter, after, STEP)
    for (const { id } of chosen) {
      await refeed(tenant, endpoint, id).catch((error) => {
        // What cannot be fed in says why itself; while nothing can be stored the step is tried again.
        if (!(error instanceof Problem) || error.status >= 500 || error.status === 429) throw error
      })
    }
    const last = chosen.at(-1)
    if (chosen.length < STEP || last === undefined) return
    const next: RefeedPayload = { endpoint, filter, perSecond, after: [last.at, last.id] }
    const dueAt = now + (chosen.length * 1_000) / perSecond
    tx.schedule([{ kind: REFEED_KIND, tenant, key, dueAt, payload: next as never }])
  }
  return {
    kind: REFEED_KIND,
    clock: 'wall',
    batch: 1,
    async handle(rows, tx, now) {
      for (const row of rows) await step(row, tx, now)
    },
  }
}
