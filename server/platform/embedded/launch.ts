import { hash } from 'node:crypto'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Binaries } from '#platform/embedded/binaries.ts'
import { type Cluster, explain } from '#platform/embedded/cluster.ts'
import {
  dropStaleFiles,
  endPostmaster,
  isAlive,
  isOurs,
  logSince,
  logSize,
  type PidFile,
  type Postmaster,
  readPidFile,
  spawnPostmaster,
} from '#platform/embedded/postmaster.ts'
import type { ServiceUser } from '#platform/embedded/service-user.ts'
import { endStrays } from '#platform/embedded/strays.ts'

/** Where the server listens: `host` is the folder of its socket, or 127.0.0.1. */
export type Address = { host: string; port: number }
export type Plan = {
  binaries: Binaries
  cluster: Cluster
  user: ServiceUser | null
  settings: Readonly<Record<string, string>>
  /** The address to keep over a restart. */
  address?: Address
  stopping: AbortSignal
  tell(message: string): void
  spawned(): void
}

/** Recovery after a crash reads at most the log since the last checkpoint (`max_wal_size`): a minute or two on a slow disk. */
const READY_LIMIT_MS = 300_000
/** Children of a killed postmaster see it and leave; a new one cannot begin before. */
const STRAYS_PATIENCE_MS = 3_000
/** sockaddr_un holds 104 bytes on macOS, 108 on Linux. */
const SOCKET_PATH_BYTES = 100
const SOCKET_PORT = 5432

export const urlOf = (address: Address, { password }: Cluster, database: string): string =>
  `postgresql://cauce:${password}@${encodeURIComponent(address.host)}:${address.port}/${database}?sslmode=disable`

/** A short name for everything that shapes the server; one that runs with other settings is not adopted but started again. */
const markOf = ({ binaries, settings }: Plan): string =>
  hash('sha256', JSON.stringify([binaries.version, settings]), 'hex').slice(0, 16)

/**
 * Takes over the server of this cluster that an earlier process left behind, if it answers our password, reports our
 * data directory and runs with our settings; ends it otherwise.
 * @returns null when there is none (any more)
 */
export async function adoptPostmaster(plan: Plan): Promise<{ postmaster: Postmaster; address: Address } | null> {
  const { cluster } = plan
  const found = await readPidFile(cluster)
  if (found === null) return null
  const postmaster: Postmaster = { pid: found.pid }
  if (!isAlive(postmaster)) return null
  const ours = await isOurs(found.pid, cluster)
  // Windows cannot tell whose a process is; there the password alone has to.
  if (ours || process.platform === 'win32') {
    const address = await questionPostmaster(plan, postmaster)
    if (address) return { postmaster, address }
    if (isAlive(postmaster)) await endPostmaster(postmaster, cluster, plan.binaries.pgCtl)
    return null
  }
  return null
}

/** Its address when it is worth adopting. Waits while it starts or recovers. */
async function questionPostmaster(plan: Plan, postmaster: Postmaster): Promise<Address | null> {
  const giveUpAt = performance.now() + READY_LIMIT_MS
  while (isAlive(postmaster) && performance.now() < giveUpAt && !plan.stopping.aborted) {
    const state = await readPidFile(plan.cluster)
    if (state === null || state.pid !== postmaster.pid || state.status === 'stopping') break
    if (state.status === 'ready') {
      const address = addressIn(state)
      return (await askMark(plan.cluster, address)) === markOf(plan) ? address : null
    }
    await delay(25)
  }
  return null
}

const addressIn = ({ socketFolder, port }: PidFile): Address =>
  socketFolder === '' ? { host: '127.0.0.1', port } : { host: socketFolder, port }

/** The mark of the server at that address, if it takes our password and is this cluster's. */
async function askMark(cluster: Cluster, address: Address): Promise<string | null> {
  const client = new pg.Client({
    connectionString: urlOf(address, cluster, 'postgres'),
    connectionTimeoutMillis: 2_000,
    query_timeout: 2_000,
    application_name: 'cauce start',
  })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ folder: string; mark: string }>(
      `select current_setting('data_directory') as folder, current_setting('cauce.mark', true) as mark`,
    )
    return rows[0]?.folder === cluster.data ? rows[0].mark : null
  } catch {
    return null
  } finally {
    await client.end().catch(() => {})
  }
}

/**
 * Starts the server and waits until it takes connections.
 * @throws a sentence that says why it did not
 */
export async function startPostmaster(plan: Plan): Promise<{ postmaster: Postmaster; address: Address }> {
  const strayLimit = performance.now() + STRAYS_PATIENCE_MS
  let strays = 'wait'
  for (;;) {
    const address = plan.address ?? (await chooseAddress(plan.cluster))
    await dropStaleFiles(plan.cluster)
    const from = await logSize(plan.cluster)
    const postmaster = await spawnPostmaster(
      plan.binaries.postgres,
      plan.cluster,
      { ...plan.settings, ...listenAt(address), 'cauce.mark': markOf(plan) },
      plan.user,
    ).catch((error) => {
      throw new Error(`PostgreSQL could not be started: ${explain(error)}`, { cause: error })
    })
    plan.spawned()
    if (await isReady(plan, postmaster)) return { postmaster, address }
    const stderr = await logSince(plan.cluster, from)
    // A killed postmaster's children hold the shared memory for a moment more.
    const blocked = /pre-existing shared memory block|lock file .* already exists/.test(stderr)
    if (!blocked || strays === 'ended') {
      throw new Error(
        `PostgreSQL did not start: ${explain({ stderr, message: causeOfDeath(postmaster) })} Its log is ${plan.cluster.log}.`,
      )
    }
    if (performance.now() > strayLimit) {
      await endStrays(plan.cluster)
      strays = 'ended'
    }
    await delay(100)
  }
}

const causeOfDeath = ({ child }: Postmaster): string =>
  child?.signalCode ? `it was ended by ${child.signalCode}.` : `it ended with code ${child?.exitCode}.`

/** False when it ended instead. */
async function isReady({ cluster, binaries, stopping, tell }: Plan, postmaster: Postmaster): Promise<boolean> {
  const startedAt = performance.now()
  let tellAt = startedAt + 5_000
  while (isAlive(postmaster)) {
    const state = await readPidFile(cluster)
    if (state?.pid === postmaster.pid && state.status === 'ready') return true
    const now = performance.now()
    if (stopping.aborted || now - startedAt > READY_LIMIT_MS) {
      await endPostmaster(postmaster, cluster, binaries.pgCtl)
      throw new Error(
        stopping.aborted
          ? 'The start was called off.'
          : `PostgreSQL was not ready after ${READY_LIMIT_MS / 1000} s. Its log is ${cluster.log}.`,
      )
    }
    if (now > tellAt) {
      tell(
        'the database is not ready yet; when it was not shut down it recovers first, which takes as long as the disk needs',
      )
      tellAt = now + 30_000
    }
    await delay(10)
  }
  return false
}

async function chooseAddress({ run }: Cluster): Promise<Address> {
  const path = join(run, `.s.PGSQL.${SOCKET_PORT}`)
  if (process.platform !== 'win32' && Buffer.byteLength(path) < SOCKET_PATH_BYTES)
    return { host: run, port: SOCKET_PORT }
  return { host: '127.0.0.1', port: await freePort() }
}

function listenAt({ host, port }: Address): Record<string, string> {
  const socket = host.startsWith('/')
  return {
    port: String(port),
    listen_addresses: socket ? '' : host,
    // A list in PostgreSQL's own syntax: quoted, since a path may hold a comma.
    unix_socket_directories: socket ? `"${host.replaceAll('"', '""')}"` : '',
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}

/** Makes the database `cauce` in a cluster that has none yet. */
export async function ensureDatabase(cluster: Cluster, address: Address): Promise<void> {
  const client = new pg.Client({
    connectionString: urlOf(address, cluster, 'postgres'),
    application_name: 'cauce start',
  })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rowCount } = await client.query(`select from pg_database where datname = 'cauce'`)
    if (rowCount === 0) await client.query('create database cauce')
  } catch (error) {
    if ((error as { code?: string }).code !== '28P01') throw error
    throw new Error(
      `The database in ${cluster.data} does not take the password in postgres.json. Restore that file, or remove the data directory to begin with a new database.`,
      { cause: error },
    )
  } finally {
    await client.end().catch(() => {})
  }
}
