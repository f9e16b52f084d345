import type pg from 'pg'

/** What the program writes about itself while nobody asks anything of it: leases, cursors, keys of requests. */
const OWN = ['node', 'shard_lease', 'consumer_cursor', 'delivery_node', 'idempotency_key', 'platform_clock']

async function tables(database: pg.Client): Promise<string[]> {
  const { rows } = await database.query<{ name: string }>(
    `select relname as name from pg_class
     where relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace order by 1`,
  )
  return rows.map(({ name }) => name).filter((name) => !OWN.includes(name))
}

/** Rows that the program makes anew each minute. */
export const RHYTHM = "kind = 'flow.watch'"

/** How many rows each table has. */
export async function tableCounts(database: pg.Client): Promise<Record<string, number>> {
  const text = (await tables(database)).map((name) => `(select count(*)::int from ${name}) as ${name}`).join(', ')
  return (await database.query<Record<string, number>>(`select ${text}`)).rows[0] as Record<string, number>
}

/** A digest of all that each table holds: a change of one value shows. */
export async function tableTexts(database: pg.Client): Promise<Record<string, string>> {
  const text = (await tables(database))
    .map(
      (name) =>
        `(select md5(string_agg(t::text, '|' order by t::text)) from ${name} t${name === 'due' ? ` where not ${RHYTHM}` : ''}) as ${name}`,
    )
    .join(', ')
  return (await database.query<Record<string, string>>(`select ${text}`)).rows[0] as Record<string, string>
}
