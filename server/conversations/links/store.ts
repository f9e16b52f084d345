import type { Db, Tx } from '#platform/work.ts'

/** The page that used a one-use link up, or null while it is unused. */
export async function readUse(db: Db, tenant: string, nonce: string): Promise<string | null> {
  const [row] = await db.query<{ page: string }>('select page from link_use where tenant = $1 and nonce = $2', [
    tenant,
    nonce,
  ])
  return row?.page ?? null
}

/** Uses a one-use link up for a page, unless another page was first; gives the page that it is used by. */
export async function useLink(
  tx: Tx,
  use: { tenant: string; nonce: string; page: string; encounterId: string; at: number },
): Promise<string | null> {
  await tx.query(
    `insert into link_use (tenant, nonce, page, encounter_id, used_at)
    values ($1, $2, $3, $4, to_timestamp($5::double precision / 1000))
    on conflict (tenant, nonce) do nothing`,
    [use.tenant, use.nonce, use.page, use.encounterId, use.at],
  )
  return readUse(tx, use.tenant, use.nonce)
}

/** Issues the record that a person opened a page; the same page once. */
export function recordVisit(
  tx: Tx,
  visit: { tenant: string; encounterId: string; page: string; nonce: string; contactId: string | null; at: number },
): void {
  void tx.query(
    `insert into link_visit (tenant, encounter_id, page, nonce, contact_id, visited_at)
    values ($1, $2, $3, $4, $5, to_timestamp($6::double precision / 1000))
    on conflict (tenant, encounter_id, page) do nothing`,
    [visit.tenant, visit.encounterId, visit.page, visit.nonce, visit.contactId, visit.at],
  )
}
