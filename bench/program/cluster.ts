import { readFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'

export type Cluster = { data: string; log: string; password: string }

/** Where a data directory's database lies, read as the program does. */
export async function clusterOf(dataDir: string): Promise<Cluster> {
  const { home, password } = JSON.parse(await readFile(join(dataDir, 'postgres.json'), 'utf8')) as {
    home: string
    password: string
  }
  const folder = isAbsolute(home) ? home : join(dataDir, home)
  return { data: join(folder, 'data'), log: join(folder, 'postgres.log'), password }
}
