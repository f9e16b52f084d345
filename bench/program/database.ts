import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { clusterOf } from './cluster.ts'

pg.types.setTypeParser(pg.types.builtins.INT8, Number)

/**
 * Opens the embedded database of a running program as its owner: to seed what would take hours through the API, and
 * to look at plans.
 */
async function openEmbedded(dataDir: string): Promise<pg.Client> {
  const { data, password } = await clusterOf(dataDir)
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')
  const [port, folder, address] = lines.slice(3, 6)
  const client = new pg.Client({
    host: folder || address || '127.0.0.1',
    port: Number(port),
    user: 'cauce',
    password,
    database: 'cauce',
    application_name: 'bench',
  })
  await client.connect()
  return client
}

export async function withDatabase<T>(dataDir: string, work: (db: pg.Client) => Promise<T>): Promise<T> {
  const db = await openEmbedded(dataDir)
  try {
    return await work(db)
  } finally {
    await db.end()
  }
}

/** The first column of the first row, as a number. */
export async function numberOf(db: pg.Client, text: string): Promise<number> {
  const { rows } = await db.query<{ n: number | string | null }>(`select (${text}) as n`)
  return Number(rows[0]?.n ?? 0)
}
