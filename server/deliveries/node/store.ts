import type { Db } from '#platform/work.ts'

/** Opens a run of this node: its number is the lease of the rows it takes in hand. */
export async function openRun(db: Db, place: string, pid: number, now: number, until: number): Promise<number> {
  const [row] = await db.query<{ id: number }>(
    `insert into delivery_node (place, pid, started_at, lease_until)
     values ($1, $2, to_timestamp($3::double precision / 1000), to_timestamp($4::double precision / 1000)) returning id`,
    [place, pid, now, until],
  )
  if (row === undefined) throw new Error('the database gave no run number')
  return row.id
}

/** @returns false when the lease had run out already: its rows may be in other hands */
export async function renewRun(db: Db, id: number, now: number, until: number): Promise<boolean> {
  const rows = await db.query(
    `update delivery_node set lease_until = to_timestamp($3::double precision / 1000)
     where id = $1 and lease_until > to_timestamp($2::double precision / 1000) returning 1`,
    [id, now, until],
  )
  return rows.length === 1
}

/** Runs at this place whose lease still holds: their processes may be dead. */
export async function runsAt(db: Db, place: string, now: number): Promise<{ id: number; pid: number }[]> {
  return db.query(
    'select id, pid from delivery_node where place = $1 and lease_until > to_timestamp($2::double precision / 1000)',
    [place, now],
  )
}

/** Ends runs: the rows leased to them are free. */
export async function endRuns(db: Db, ids: readonly number[]): Promise<void> {
  if (ids.length > 0) await db.query('delete from delivery_node where id = any($1::bigint[])', [ids])
}

/** Forgets runs that ended long ago; nothing refers to them but the rows that are free by it. */
export async function forgetRuns(db: Db, before: number): Promise<void> {
  await db.query('delete from delivery_node where lease_until < to_timestamp($1::double precision / 1000)', [before])
}
