import { access, constants, realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { endAbandoned } from '#platform/embedded/abandoned.ts'
import { type Binaries, prepareBinaries } from '#platform/embedded/binaries.ts'
import { belongsToAnother, type Cluster, createCluster, findCluster, ownerOf } from '#platform/embedded/cluster.ts'
import { makePath } from '#platform/embedded/folders.ts'
import { type EmbeddedLogger, keepRunning } from '#platform/embedded/keeper.ts'
import { adoptPostmaster, ensureDatabase, type Plan, startPostmaster, urlOf } from '#platform/embedded/launch.ts'
import { type OwnerLock, takeOwnership } from '#platform/embedded/owner-lock.ts'
import { endPostmaster } from '#platform/embedded/postmaster.ts'
import { findServiceUser, isRoot, type ServiceUser } from '#platform/embedded/service-user.ts'

export { takeOwnership } from '#platform/embedded/owner-lock.ts'
export { removeEmbedded } from '#platform/embedded/remove.ts'

export type EmbeddedOptions = {
  /** The folder that holds everything of this installation; made when absent. */
  dataDir: string
  logger: EmbeddedLogger
  /** Called when its process was spawned, some time before it takes connections. */
  onSpawned?: () => void
  /** Called after the server had died and is there again: connections are gone, committed work is not. */
  onRestart?: () => void
  /** Calls the start off: until the server is there. Afterwards `stop` ends it. */
  stopping?: AbortSignal | undefined
  /** Server settings over the default ones, for tests (`fsync=off`). */
  settings?: Readonly<Record<string, string>>
}

export type Embedded = {
  /** The same over every restart. Carries the password. */
  url: string
  /** Where it keeps its files: not always inside the data directory. */
  folder: string
  /** Of the postmaster that runs now. */
  readonly pid: number
  /** Fast shutdown; resolves when the server is gone and the data directory is free for the next start. */
  stop(): Promise<void>
  /**
   * Ends the server within a good second, also while it is being stopped: it recovers with the next start, and nothing that
   * was committed is lost.
   */
  halt(): Promise<void>
}

/** What differs from PostgreSQL's own defaults, and why. */
const SETTINGS: Readonly<Record<string, string>> = {
  cluster_name: 'cauce',
  max_connections: '100',
  shared_buffers: '256MB',
  // Checkpoints by time rather than by volume: under load each one writes whole pages into the log again.
  max_wal_size: '4GB',
  // Statements here are short; compiling them costs more than it saves.
  jit: 'off',
  // Queues and due rows turn over whole tables within a minute (the default nap): dead rows make each claim slower.
  autovacuum_naptime: '10s',
  autovacuum_vacuum_scale_factor: '0.05',
  // A client that stops inside a transaction must not hold back locks and vacuum for ever.
  idle_in_transaction_session_timeout: '60s',
  timezone: 'UTC',
  log_timezone: 'UTC',
  unix_socket_permissions: '0700',
  // Its own state and what ends connections; refused statements are the program's to log, once.
  log_min_messages: 'log',
  log_checkpoints: 'off',
}

/**
 * Starts the PostgreSQL that comes with the program, or takes over the one that a killed process left running, and
 * keeps it running until `stop`. One process at a time per data directory.
 * Needs no privilege; as root the server runs as `postgres` or `nobody`, with its files below /var/lib/cauce where
 * that user could not reach the data directory.
 * @throws an Error whose message says what is wrong and what to do
 * @example
 * const database = await startEmbedded({ dataDir: './data', logger })
 * await migrate(database.url, migrations, clock.wall())
 * await database.stop()
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const calledOff = options.stopping
  const dataDir = await makeDataDir(resolve(options.dataDir))
  const locks: OwnerLock[] = [await takeOwnership(dataDir)]
  const release = () => {
    for (const lock of locks.splice(0)) lock.release()
  }
  const stopping = new AbortController()
  const callOff = () => stopping.abort()
  try {
    calledOff?.throwIfAborted()
    calledOff?.addEventListener('abort', callOff)
    const user = (await ownerOf(dataDir)) ?? (await findServiceUser())
    const binaries = await prepareBinaries(user, dataDir)
    const cluster = await openCluster(dataDir, binaries, user, options.logger)
    // A copied data directory points to the same database.
    if (!cluster.home.startsWith(dataDir)) locks.push(await takeOwnership(cluster.home))
    calledOff?.throwIfAborted()
    const plan: Plan = {
      binaries,
      cluster,
      user,
      settings: { ...SETTINGS, ...options.settings },
      stopping: stopping.signal,
      tell: (message) => options.logger.info({}, message),
      spawned: options.onSpawned ?? (() => {}),
    }
    const adopted = await adoptPostmaster(plan)
    if (adopted)
      options.logger.info({ pid: adopted.postmaster.pid }, 'took over the embedded PostgreSQL of an earlier process')
    const running = adopted ?? (await startPostmaster(plan))
    try {
      await ensureDatabase(cluster, running.address)
      calledOff?.throwIfAborted()
    } catch (error) {
      await endPostmaster(running.postmaster, cluster, binaries.pgCtl)
      throw error
    }
    const keeper = keepRunning(
      { ...plan, address: running.address },
      running.postmaster,
      options.logger,
      options.onRestart,
    )
    let stopped: Promise<void> | undefined
    return {
      url: urlOf(running.address, cluster, 'cauce'),
      folder: cluster.home,
      get pid() {
        return keeper.pid()
      },
      stop() {
        stopping.abort()
        stopped ??= keeper.end().finally(release)
        return stopped
      },
      halt() {
        stopping.abort()
        return keeper.halt().finally(release)
      },
    }
  } catch (error) {
    release()
    throw error
  } finally {
    calledOff?.removeEventListener('abort', callOff)
  }
}

async function openCluster(
  dataDir: string,
  binaries: Binaries,
  user: ServiceUser | null,
  logger: EmbeddedLogger,
): Promise<Cluster> {
  const found = await findCluster(dataDir, binaries)
  if (found) return found
  const created = await createCluster(dataDir, binaries, user)
  logger.info({ folder: created.home }, 'made a new embedded database')
  for (const folder of isRoot() ? await endAbandoned() : []) {
    logger.warn(
      { folder },
      'the data directory of this database was removed; remove its folder too if it is not needed',
    )
  }
  return created
}

async function makeDataDir(path: string): Promise<string> {
  try {
    // As root others may pass through (not list): the server's user has to reach its own folder inside.
    await makePath(path, isRoot() ? 0o711 : 0o700)
    await access(path, constants.W_OK | constants.X_OK)
    return await realpath(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') throw new Error(belongsToAnother(path), { cause: error })
    throw new Error(
      `The data directory ${path} cannot be used: ${(error as Error).message}. Name another with CAUCE_DATA_DIR.`,
      { cause: error },
    )
  }
}
