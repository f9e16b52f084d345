import pg from 'pg'
import { createReach } from '#platform/reach.ts'
import { runStatement, streamOf } from '#platform/statement.ts'
import { createWork, type Inline, type WorkHooks } from '#platform/transaction.ts'
import type { Database, Db, Tx } from '#platform/work.ts'

pg.types.setTypeParser(pg.types.builtins.INT8, Number)

export type DatabaseRole = 'cauce_app' | 'cauce_worker'

/** One connection of its own, for sessions that must last (committer, leases, LISTEN). */
export type Connection = Db & {
  /** Sends several statements in one write. */
  cork(): void
  uncork(): void
  onLost(fn: (error: Error) => void): void
  onNotification(fn: (channel: string, payload: string) => void): void
  close(): Promise<void>
}

export type OpenDatabase = Database & {
  connect(role: DatabaseRole): Promise<Connection>
  /** The hooks are given once the log and the due engine exist. */
  setHooks(hooks: WorkHooks): void
  close(): Promise<void>
}

/**
 * What a server, a database or a role may have set otherwise for sessions, and everything here counts on: an append sees all
 * commits before its lock only under READ COMMITTED, and times are read in one form. A space is escaped as the protocol says.
 */
export const SESSION: readonly string[] = [
  'default_transaction_isolation=read\\ committed',
  'datestyle=ISO',
  'intervalstyle=postgres',
  'standard_conforming_strings=on',
  'timezone=UTC',
]

/**
 * Where to connect to, and what the session begins with. The driver lets `options` of the URL take the place of all of ours,
 * the role among them; they come before ours instead.
 */
export function sessionAt(url: string, settings: readonly string[]): { connectionString: string; options: string } {
  const at = new URL(url)
  const theirs = at.searchParams.get('options')
  at.searchParams.delete('options')
  const ours = settings.map((one) => `-c ${one}`).join(' ')
  return theirs === null
    ? { connectionString: url, options: ours }
    : { connectionString: at.href, options: `${theirs} ${ours}` }
}

function clientOptions(url: string, role: DatabaseRole): pg.PoolConfig {
  return {
    ...sessionAt(url, [
      `role=${role}`,
      ...SESSION,
      // A node that stops inside a transaction must not hold its locks for ever.
      'idle_in_transaction_session_timeout=10000',
      'lock_timeout=10000',
      'statement_timeout=60000',
      // Plans are prepared once and kept. One made while a table is empty reads it whole, and the live tables are
      // empty most of the time: without these ways only the lookups by key are left, which are right at any size.
      'enable_seqscan=off',
      'enable_hashjoin=off',
      'enable_mergejoin=off',
      'jit=off',
    ]),
    application_name: 'cauce',
    pipeline: true,
    keepAlive: true,
    // A server that cannot be reached, or does not answer any more without saying so, is a lost connection.
    connectionTimeoutMillis: 10_000,
    query_timeout: 70_000,
  } as pg.PoolConfig
}

/**
 * Opens the pools. Requests run as `cauce_app` (row-level security), everything else as `cauce_worker`.
 * A lost connection is replaced by the pool; statements in flight on it fail.
 * @param url PostgreSQL 15 or later
 */
export function openDatabase(
  url: string,
  options: { workerConnections?: number; appConnections?: number } = {},
): OpenDatabase {
  const pools = {
    cauce_worker: new pg.Pool({ ...clientOptions(url, 'cauce_worker'), max: options.workerConnections ?? 12 }),
    cauce_app: new pg.Pool({ ...clientOptions(url, 'cauce_app'), max: options.appConnections ?? 12 }),
  }
  for (const pool of Object.values(pools)) {
    // An idle connection that dies is no fault of anybody; the pool makes a new one.
    pool.on('error', () => {})
    pool.on('connect', (client) => {
      streamOf(client).setNoDelay?.(true)
      // The pool listens to idle connections only: one that dies with its last answer, before it is given back, would
      // end the process. Who has work on it hears of the loss through its statements.
      client.on('error', () => {})
    })
  }
  const reach = createReach(isAway)
  /** A connection that is idle is there; a new one is made when the server is. */
  const taken = (role: DatabaseRole): Promise<pg.PoolClient> =>
    pools[role].idleCount > 0 ? pools[role].connect() : reach(() => pools[role].connect())
  let hooks: WorkHooks = {
    append: () => {
      throw new Error('the log is not open')
    },
    schedule: () => {
      throw new Error('the due engine is not open')
    },
    unschedule: () => {
      throw new Error('the due engine is not open')
    },
    handleInline: async (entries) => entries,
  }

  async function inTransaction<T>(
    role: DatabaseRole,
    tenant: string | null,
    fn: (tx: Tx) => Promise<T>,
    inline: Inline | null,
    failed?: (work: { handledInline: boolean }) => void,
  ): Promise<T> {
    const client = await taken(role)
    const work = createWork(client, hooks, tenant, inline)
    let broken: Error | undefined
    const onError = (error: Error) => {
      broken = error
    }
    client.on('error', onError)
    try {
      const result = await fn(work.tx)
      await work.commit()
      return result
    } catch (error) {
      failed?.(work)
      const loss = broken
      await work.rollback().catch((failed: Error) => {
        broken ??= failed
      })
      if (isConnectionLoss(error)) broken ??= error as Error
      // Statements behind a loss only say that the connection is gone; the first word said why.
      throw loss !== undefined && isConnectionLoss(error) ? loss : error
    } finally {
      client.off('error', onError)
      client.release(broken ?? false)
    }
  }

  return {
    worker: {
      async query<Row>(text: string, values?: readonly unknown[]) {
        const client = await taken('cauce_worker')
        let failed: unknown
        try {
          return (await runStatement<Row>(client, text, values)).rows
        } catch (error) {
          failed = error
          throw error
        } finally {
          client.release(isConnectionLoss(failed))
        }
      },
    },
    async transaction(fn, options) {
      let handledInline = false
      try {
        return await inTransaction('cauce_worker', null, fn, options?.inlineDue ? 'asked' : 'always', (work) => {
          handledInline = work.handledInline
        })
      } catch (error) {
        if (!handledInline || isConnectionLoss(error)) throw error
        // Whoever handles the rows finds the one at fault; it must not hold up this transaction.
        return inTransaction('cauce_worker', null, fn, null)
      }
    },
    asTenant: (tenant, fn) => inTransaction('cauce_app', tenant, fn, null),
    setHooks(next) {
      hooks = next
    },
    async connect(role) {
      const client = new pg.Client(clientOptions(url, role) as pg.ClientConfig)
      client.on('error', () => {})
      await reach(() => client.connect())
      const stream = streamOf(client)
      stream.setNoDelay?.(true)
      return {
        query: async <Row>(text: string, values?: readonly unknown[]) =>
          (await runStatement<Row>(client, text, values)).rows,
        cork: () => stream.cork(),
        uncork: () => stream.uncork(),
        onLost(fn) {
          let told = false
          const tell = (error: Error) => {
            if (!told) fn(error)
            told = true
          }
          client.on('error', tell)
          client.on('end', () => tell(new Error('the connection ended')))
        },
        onNotification: (fn) => client.on('notification', (message) => fn(message.channel, message.payload ?? '')),
        close: () => client.end(),
      }
    },
    async close() {
      await Promise.all(Object.values(pools).map((pool) => pool.end()))
    },
  }
}

/** What pg says of a connection that is gone; it gives these no code. */
const LOST =
  /^(Connection terminated|Client (was closed|has encountered a connection error)|Query read timeout|timeout (expired|exceeded when trying to connect)|the connection ended)/
/** 25006: it only reads, as one does that was the primary until a failover; another connection finds who is it now. */
const LOST_CODES =
  /^(08...|57P0.|25P03|25006|ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ENOENT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ERR_STREAM_DESTROYED|ERR_STREAM_WRITE_AFTER_END)$/

const codeOf = (error: unknown) => (error as { code?: string } | null | undefined)?.code

/** True when the statement failed because the connection or the server went away: the outcome is unknown. */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = codeOf(error)
  return code === undefined ? LOST.test(error.message) : LOST_CODES.test(code)
}

/** No connection of ours was free in time: of the server that says nothing. */
const CROWDED = 'timeout exceeded when trying to connect'

/** True when a connection could not be made because there is no server, or none that answers. */
const isAway = (error: unknown): boolean => isConnectionLoss(error) && (error as Error).message !== CROWDED

/**
 * True when somebody else was in the way, or it was too much at once: a row that changed first, a deadlock, a
 * serialization failure, a lock or statement time-out. Less at once, or later, may succeed.
 */
export const isContention = (error: unknown): boolean => /^(CA001|40...|55P03|57014)$/.test(codeOf(error) ?? '')

/**
 * True when trying the same thing again may succeed: lost connection, contention inside the server, too busy, or a server
 * that does not let us in, which is no fault of what was tried.
 */
export const isTransient = (error: unknown): boolean =>
  isConnectionLoss(error) || /^(28...|3D000|40...|53...|55P03|57014|58...)$/.test(codeOf(error) ?? '')
