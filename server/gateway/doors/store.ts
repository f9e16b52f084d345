import type { Db } from '#platform/work.ts'

export type DoorRow = {
  node: string
  door: string
  received: number
  duplicates: number
  refused: number
  lastId: string | null
  lastKey: string | null
  lastAt: Date
}

/** Sets what a node has taken so far by each way. */
export async function saveDoors(
  db: Db,
  node: string,
  doors: readonly (Omit<DoorRow, 'node' | 'lastAt'> & { lastAt: number })[],
): Promise<void> {
  await db.query(
    `insert into bus_door (node, door, received, duplicates, refused, last_id, last_key, last_at)
     select $1, door, received, duplicates, refused, "lastId", "lastKey", to_timestamp("lastAt" / 1000)
     from jsonb_to_recordset($2::jsonb) as d (door text, received bigint, duplicates bigint, refused bigint, "lastId" text,
       "lastKey" text, "lastAt" double precision)
     on conflict (node, door) do update set received = excluded.received, duplicates = excluded.duplicates,
       refused = excluded.refused, last_id = excluded.last_id, last_key = excluded.last_key, last_at = excluded.last_at`,
    [node, JSON.stringify(doors)],
  )
}

/** What a node of this name took before it was started again, perhaps by another bus; and nodes that took nothing since `before`. */
export async function forgetDoors(db: Db, node: string, before: number): Promise<void> {
  await db.query('delete from bus_door where node = $1 or last_at < to_timestamp($2::double precision / 1000)', [
    node,
    before,
  ])
}

export const loadDoors = (db: Db): Promise<DoorRow[]> =>
  db.query<DoorRow>(
    `select node, door, received, duplicates, refused, last_id as "lastId", last_key as "lastKey", last_at as "lastAt"
     from bus_door order by last_at desc limit 500`,
  )
