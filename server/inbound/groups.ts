import { createBatcher } from '#platform/batcher.ts'
import { isConnectionLoss } from '#platform/database.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'
import { insertReceipts, markTaken, type Receipt, type Taken } from './receipts/store.ts'
import { endpointsAt, type OpenEndpoint } from './store.ts'

/** Messages of one commit: each may hold a megabyte. */
const MOST = 25
const MOST_FOUND = 200

/** What messages that come at once have in common is done for all of them together. */
export type Groups = {
  find(addressHash: Buffer): Promise<OpenEndpoint | undefined>
  /** Resolves after the commit; false: the message is known. */
  keep(receipt: Receipt): Promise<boolean>
  taken(receipt: Taken): Promise<void>
}

/** @param kept called in the commit of each receipt */
export function createGroups(
  { database, clock }: Pick<Runtime, 'database' | 'clock'>,
  kept: (tx: Tx, receipt: Receipt) => void,
): Groups {
  const bisect = (error: unknown) => !isConnectionLoss(error)
  const finding = createBatcher<Buffer, OpenEndpoint | undefined>({
    maxItems: MOST_FOUND,
    parallel: 2,
    async handle(hashes) {
      const found = await endpointsAt(database.worker, hashes, clock.wall())
      return hashes.map((hash) => found.get(hash.toString('hex')))
    },
  })
  const keeping = createBatcher<Receipt, boolean>({
    maxItems: MOST,
    parallel: 2,
    bisect,
    handle: (receipts) =>
      database.transaction(async (tx) => {
        const fresh = await insertReceipts(tx, receipts)
        for (const receipt of receipts) if (fresh.has(receipt.id)) kept(tx, receipt)
        return receipts.map(({ id }) => fresh.has(id))
      }),
  })
  const marking = createBatcher<Taken, void>({
    maxItems: MOST_FOUND,
    bisect,
    async handle(taken) {
      await markTaken(database.worker, taken)
      return taken.map(() => undefined)
    },
  })
  return { find: finding.add, keep: keeping.add, taken: marking.add }
}
