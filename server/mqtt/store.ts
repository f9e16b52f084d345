import type { Db } from '#platform/work.ts'

// Rows of sessions beyond the setting stay until somebody has emptied them.
const ADD = `insert into mqtt_session (slot) select n::smallint from generate_series(1, $1::int) as n
on conflict (slot) do nothing`
const RENEW = `update mqtt_session set until = to_timestamp($2::double precision / 1000)
where node = $1 and slot = any($3::smallint[]) returning slot`
// Given back, run out, or our own dead predecessor's.
const TAKE = `update mqtt_session set node = $1, until = to_timestamp($2::double precision / 1000)
where slot in (select slot from mqtt_session
  where (node is null or node = $1 or until < to_timestamp($4::double precision / 1000)) and slot <> all($5::smallint[])
  order by slot limit $3 for update skip locked)
returning slot, filters`
const RELEASE = 'update mqtt_session set node = null where node = $1 and slot = any($2::smallint[])'
const FILTERS = 'update mqtt_session set filters = $2 where slot = $1'
const HOLDS = `select 1 as held from mqtt_session where slot = $1 and node = $2
and until > to_timestamp($3::double precision / 1000)`

export type TakenSlot = { slot: number; filters: readonly string[] }

/** Makes the slots 1 to `count`. @returns how many there are, with those of an earlier and larger setting */
export async function addSlots(db: Db, count: number): Promise<number> {
  await db.query(ADD, [count])
  const [row] = await db.query<{ slots: number }>('select count(*)::int as slots from mqtt_session')
  return row?.slots ?? count
}

/** @returns the slots that are still ours */
export async function renewSlots(db: Db, node: string, until: number, slots: readonly number[]): Promise<number[]> {
  return (await db.query<{ slot: number }>(RENEW, [node, until, slots])).map(({ slot }) => slot)
}

/** @param held slots that this process has already */
export const takeSlots = (
  db: Db,
  node: string,
  until: number,
  most: number,
  now: number,
  held: readonly number[],
): Promise<TakenSlot[]> => db.query<TakenSlot>(TAKE, [node, until, most, now, held])

export const releaseSlots = (db: Db, node: string, slots: readonly number[]): Promise<unknown> =>
  db.query(RELEASE, [node, slots])

/** What a session is subscribed to at the broker from now on. */
export const saveFilters = (db: Db, slot: number, filters: readonly string[]): Promise<unknown> =>
  db.query(FILTERS, [slot, filters])

/** The session is empty and gone from the broker. */
export const removeSlot = (db: Db, slot: number): Promise<unknown> =>
  db.query('delete from mqtt_session where slot = $1', [slot])

export async function holdsSlot(db: Db, slot: number, node: string, now: number): Promise<boolean> {
  return (await db.query(HOLDS, [slot, node, now])).length > 0
}
