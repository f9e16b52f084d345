import type pg from 'pg'

/**
 * Copies one row many times inside the database. What the program wrote itself through the API is the model, so that
 * seeded rows are as its own would be; only what must differ is named.
 * @param set columns that differ, as SQL over `n`, which goes from 1 to `count`
 */
export async function cloneRow(
  db: pg.Client,
  table: string,
  where: string,
  count: number,
  set: Readonly<Record<string, string>>,
): Promise<void> {
  const { rows } = await db.query<{ name: string }>(
    `select attname as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [table],
  )
  const names = rows.map(({ name }) => name)
  const unknown = Object.keys(set).filter((name) => !names.includes(name))
  if (unknown.length > 0) throw new Error(`${table} has no column ${unknown.join(', ')}`)
  const values = names.map((name) => (name in set ? set[name] : `model.${name}`))
  const { rowCount } = await db.query(
    `insert into ${table} (${names.join(', ')})
     select ${values.join(', ')} from (select * from ${table} where ${where} limit 1) as model, generate_series(1, ${count}) as n`,
  )
  if (rowCount !== count) throw new Error(`${table}: ${rowCount} of ${count} rows were made; is the model there?`)
}
