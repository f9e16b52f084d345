import { randomBytes } from 'node:crypto'
import type { Database } from '#platform/work.ts'

/**
 * A secret that the program made for itself and keeps in the database (32 random bytes): signing of tokens and
 * links. All nodes get the same one; requests cannot read it.
 */
export async function platformSecret(database: Database, name: string): Promise<Buffer> {
  await database.worker.query(
    'insert into platform_secret (name, value) values ($1, $2) on conflict (name) do nothing',
    [name, randomBytes(32)],
  )
  const [row] = await database.worker.query<{ value: Buffer }>('select value from platform_secret where name = $1', [
    name,
  ])
  if (row === undefined) throw new Error(`the secret ${name} could not be read`)
  return row.value
}
