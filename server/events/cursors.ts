import type { Consumer } from '#platform/service.ts'
import type { Db, Tx } from '#platform/work.ts'

const LOAD = 'select shard, position from consumer_cursor where consumer = $1 and shard = any($2::smallint[])'
const CREATE = `insert into consumer_cursor (consumer, shard, position, required, moved_at)
select $1, shard, $5, $3, to_timestamp($4::double precision / 1000) from unnest($2::smallint[]) as shard
on conflict (consumer, shard) do update set required = excluded.required`
const RETIRE = 'update consumer_cursor set required = false where consumer = any($1::text[]) and required'
// Compare and set: when another node took the shard and moved on, nothing matches and the batch is decided again.
const MOVE = `with moved as (
  update consumer_cursor c set position = move.position, moved_at = to_timestamp($3::double precision / 1000)
  from jsonb_to_recordset($2::jsonb) as move (shard smallint, before bigint, position bigint)
  where c.consumer = $1 and c.shard = move.shard and c.position = move.before
  returning 1)
select assert_rows((select count(*) from moved), $4::bigint)`

export type Move = { shard: number; before: number; position: number }

/** The stored positions of a consumer in some shards; missing ones begin where it says, else at the start of the log. */
export async function loadCursors(
  db: Db,
  consumer: Pick<Consumer, 'name' | 'required' | 'from'>,
  shards: readonly number[],
  at: number,
): Promise<Map<number, number>> {
  await createCursors(db, consumer, shards, 0, at)
  return readCursors(db, consumer.name, shards)
}

/** Cursors that are not there yet begin at `position`; the others stay where they are. */
export async function createCursors(
  db: Db,
  consumer: { name: string; required: boolean },
  shards: readonly number[],
  position: number,
  at: number,
): Promise<void> {
  await db.query(CREATE, [consumer.name, shards, consumer.required, at, position])
}

/** Consumers that do not run any more: no event waits for them. Their cursors stay, should they run again. */
export async function retireCursors(db: Db, consumers: readonly string[]): Promise<void> {
  await db.query(RETIRE, [consumers])
}

export async function readCursors(db: Db, consumer: string, shards: readonly number[]): Promise<Map<number, number>> {
  const rows = await db.query<{ shard: number; position: number }>(LOAD, [consumer, shards])
  return new Map(rows.map(({ shard, position }) => [shard, position]))
}

/** Whether a consumer has been through these shards up to these positions; where it never ran nobody waits for it. */
export async function hasPassed(db: Db, consumer: string, wanted: ReadonlyMap<number, number>): Promise<boolean> {
  const cursors = await readCursors(db, consumer, [...wanted.keys()])
  return [...wanted].every(([shard, position]) => (cursors.get(shard) ?? position) >= position)
}

export function moveCursors(tx: Tx, consumer: string, moves: readonly Move[], at: number): void {
  void tx.query(MOVE, [consumer, JSON.stringify(moves), at, moves.length])
}

/** Positions between the end of the log and where a consumer is, on whatever node; those of other tenants are among them. */
export async function behindLog(db: Db, consumer: string): Promise<number> {
  const [row] = await db.query<{ behind: number | null }>(
    `select greatest(0, (select last_value from event_position) - min(position)) as behind
     from consumer_cursor where consumer = $1`,
    [consumer],
  )
  return row?.behind ?? 0
}

/** The position that every given consumer has passed in every shard, on whatever node; null when there is none. */
export async function slowestPosition(db: Db, consumers: readonly string[]): Promise<number | null> {
  const [row] = await db.query<{ position: number | null }>(
    'select min(position) as position from consumer_cursor where consumer = any($1::text[])',
    [consumers],
  )
  return row?.position ?? null
}
