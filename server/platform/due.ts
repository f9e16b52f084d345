import type { Logger } from 'pino'
import { reconnectDelayMs } from '#platform/brokers/reconnect.ts'
import type { Clock } from '#platform/clock.ts'
import { crashPoint } from '#platform/crash-point.ts'
import { isConnectionLoss, isContention, isTransient } from '#platform/database.ts'
import type { DueKind, DueRow } from '#platform/due-kind.ts'
import { errorText } from '#platform/error-text.ts'
import type { Json } from '#platform/event.ts'
import { rowSet } from '#platform/row-set.ts'
import type { Signals } from '#platform/signals.ts'
import type { Statement, WorkHooks } from '#platform/transaction.ts'
import type { Database, Db, DueEntry } from '#platform/work.ts'

const BATCH = 500
const SWEEP_MS = 1_000
/** A sweep that met many dead rows costs: it never takes more than a twentieth of the time. */
const SWEEP_SHARE = 20
const MAX_ATTEMPTS = 10
/** While the database is away it is looked at more and more seldom; that it is back is told by the hints. */
const AWAY = { firstMs: SWEEP_MS, mostMs: 5_000 }

/** Delay before attempt n + 1 of a row whose handler failed: 1 s doubling to 10 min. */
const retryDelayMs = (attempts: number): number => Math.min(1_000 * 2 ** (attempts - 1), 600_000)

type Claimed = { tenant: string; key: string; due_at: Date; payload: Json; attempts: number }

// Served by the index due_at (kind, due_at); the lower bound skips rows already done that a long snapshot keeps.
// By ctid: a plan made while the table was empty cannot read it whole to find what was claimed.
const CLAIM = `with claimed as materialized (
  select ctid from due
  where kind = $1 and due_at >= to_timestamp($2::double precision / 1000) and due_at <= to_timestamp($3::double precision / 1000)
  order by due_at limit $4
  for update skip locked)
delete from due where ctid = any(array(select ctid from claimed))
returning tenant, key, due_at, payload, attempts`

const CLAIM_KEYS = `delete from due using jsonb_to_recordset($2::jsonb) as wanted (tenant text, key text)
where due.kind = $1 and due.tenant = wanted.tenant and due.key = wanted.key
  and due.due_at <= to_timestamp($3::double precision / 1000)
returning due.tenant, due.key, due.due_at, due.payload, due.attempts`

const NEXT = `select due_at from due where kind = $1 and due_at >= to_timestamp($2::double precision / 1000) order by due_at limit 1`

const ENTRIES = rowSet('kind text, tenant text, key text, due double precision, payload jsonb')

// In the order of the key, so that two transactions over the same rows do not block each other.
const SCHEDULE = `insert into due (kind, tenant, key, due_at, payload)
select kind, tenant, key, to_timestamp(due / 1000), payload
from ${ENTRIES.from('$1')} as entry
order by tenant, kind, key
on conflict (tenant, kind, key) do update
set due_at = excluded.due_at, payload = excluded.payload, attempts = 0, error = null`

// A row that is being handled just now is left to its handler: waiting for it here could be waiting in a circle.
const UNSCHEDULE = `delete from due using (
  select kind, tenant, key from due where kind = $1 and tenant = $2 and key = any($3::text[]) for update skip locked) as free
where due.kind = free.kind and due.tenant = free.tenant and due.key = free.key`

const FAILED = `select attempts from due
where kind = $1 and tenant = $2 and key = $3 and due_at <= to_timestamp($4::double precision / 1000) for update`

const POSTPONE = `with failed as (
  update due set attempts = attempts + 1, error = $4, due_at = to_timestamp($5::double precision / 1000)
  where kind = $1 and tenant = $2 and key = $3 returning *),
set_aside as (
  insert into due_failed (kind, tenant, key, due_at, payload, error, failed_at)
  select kind, tenant, key, due_at, payload, $4, to_timestamp($6::double precision / 1000) from failed where attempts >= ${MAX_ATTEMPTS}
  on conflict (tenant, kind, key) do update set error = excluded.error, failed_at = excluded.failed_at, payload = excluded.payload)
select attempts from failed`

const DROP_SET_ASIDE = `delete from due where kind = $1 and tenant = $2 and key = $3 and attempts >= ${MAX_ATTEMPTS}`

/** Rows may be what contends or takes too long: such a batch is halved too, or it would come again for ever. */
const mayBeTheRows = (error: unknown) =>
  !isTransient(error) || isContention(error) || (error as { code?: string }).code === IDLE_IN_TRANSACTION
const IDLE_IN_TRANSACTION = '25P03'

export type DueEngine = {
  register(kinds: readonly DueKind[]): void
  start(): void
  /** Stops claiming and waits for what is in hand. */
  stop(): Promise<void>
  schedule(entries: readonly DueEntry[]): Statement & { committed(): void }
  unschedule(kind: string, tenant: string, keys: readonly string[]): Statement
  handleInline: WorkHooks['handleInline']
}

/** The one primitive for all that waits: claims due rows of each kind in batches and hands them to its handler. */
export function createDueEngine(options: {
  database: Database
  clock: Clock
  logger: Logger
  signals: Signals | null
}): DueEngine {
  const { database, clock, logger, signals } = options
  const workers = new Map<string, ReturnType<typeof createWorker>>()
  const inline = new Map<string, DueKind>()
  const nowOf = (kind: DueKind) => (kind.clock === 'domain' ? clock.now() : clock.wall())
  let running = false

  function createWorker(kind: DueKind) {
    const now = () => nowOf(kind)
    const wallAt = (at: number) => (kind.clock === 'domain' ? clock.wallAt(at) : at)
    const batch = kind.batch ?? BATCH
    /** Everything due before this was claimed; a row added below lowers it. */
    let lower = 0
    /** The earliest row added since the claim under way began: its snapshot may not have it. */
    let addedMeanwhile = Number.POSITIVE_INFINITY
    let timer: NodeJS.Timeout | undefined
    let timerAt = Number.POSITIVE_INFINITY
    let sweepAt = 0
    let busy: Promise<void> | undefined
    let again = false
    /** In a row, for want of a database; until when nothing is asked because of it. */
    let losses = 0
    let restUntil = 0

    function arm(wall: number): void {
      if (!running || wall >= timerAt) return
      clearTimeout(timer)
      timerAt = wall
      timer = setTimeout(
        () => {
          timerAt = Number.POSITIVE_INFINITY
          run()
        },
        Math.max(0, Math.min(wall - clock.wall(), SWEEP_MS), restUntil - performance.now()),
      )
    }

    function added(dueAt: number): void {
      if (dueAt < lower) lower = dueAt
      if (dueAt < addedMeanwhile) addedMeanwhile = dueAt
      arm(wallAt(dueAt))
    }

    function run(): void {
      if (!running) return
      if (busy !== undefined) {
        again = true
        return
      }
      busy = drain()
        .then(() => {
          losses = 0
        })
        .catch((error) => {
          losses = isConnectionLoss(error) ? losses + 1 : 0
          restUntil = losses === 0 ? 0 : performance.now() + reconnectDelayMs(losses, 0, AWAY)
          // While the database is away the leases say so again and again; each kind says it once.
          if (losses < 2) logger.error({ err: error, kind: kind.kind }, 'claiming due rows failed; trying again')
        })
        .finally(() => {
          busy = undefined
          arm(clock.wall() + (again ? 0 : SWEEP_MS))
          again = false
        })
    }

    async function drain(): Promise<void> {
      const sweeps = clock.wall() >= sweepAt
      if (sweeps) lower = 0
      const lookedMs = await claimAll()
      if (sweeps) sweepAt = clock.wall() + Math.max(SWEEP_MS, lookedMs * SWEEP_SHARE)
    }

    /** @returns how long the first look took: the one that passes over dead rows when it sweeps */
    async function claimAll(): Promise<number> {
      let lookedMs: number | undefined
      for (;;) {
        const at = now()
        addedMeanwhile = Number.POSITIVE_INFINITY
        let keys: { tenant: string; key: string }[] = []
        let last = lower
        try {
          const full = await database.transaction(async (tx) => {
            const began = clock.wall()
            const rows = await tx.query<Claimed>(CLAIM, [kind.kind, lower, at, batch])
            lookedMs ??= clock.wall() - began
            keys = rows.map(({ tenant, key }) => ({ tenant, key }))
            for (const { due_at } of rows) last = Math.max(last, due_at.getTime())
            if (rows.length > 0) await handle(rows, tx)
            crashPoint('due:before-commit')
            return rows.length === batch
          })
          if (keys.length > 0) crashPoint('due:after-commit')
          lower = Math.min(Math.max(lower, full ? last : at), addedMeanwhile)
          if (full && running) continue
          const next = await database.worker.query<{ due_at: Date }>(NEXT, [kind.kind, lower])
          if (next[0]) arm(wallAt(next[0].due_at.getTime()))
          return lookedMs ?? 0
        } catch (error) {
          if (!mayBeTheRows(error) || keys.length === 0) throw error
          await halve(keys, error)
        }
      }
    }

    async function handle(rows: readonly Claimed[], tx: Parameters<DueKind['handle']>[1]): Promise<void> {
      const due: DueRow[] = rows.map((row) => ({
        kind: kind.kind,
        tenant: row.tenant,
        key: row.key,
        dueAt: row.due_at.getTime(),
        payload: row.payload,
        attempts: row.attempts,
      }))
      await kind.handle(due, tx, now())
    }

    /** The batch failed and was rolled back: halves go on, the row at fault waits alone. */
    async function halve(keys: readonly { tenant: string; key: string }[], error: unknown): Promise<void> {
      if (keys.length === 1) {
        const { tenant, key } = keys[0] as { tenant: string; key: string }
        await postpone(tenant, key, error)
        return
      }
      const middle = keys.length >> 1
      for (const half of [keys.slice(0, middle), keys.slice(middle)]) {
        try {
          await database.transaction(async (tx) => {
            const rows = await tx.query<Claimed>(CLAIM_KEYS, [kind.kind, JSON.stringify(half), now()])
            if (rows.length > 0) await handle(rows, tx)
          })
        } catch (failed) {
          if (!mayBeTheRows(failed)) throw failed
          await halve(half, failed)
        }
      }
    }

    async function postpone(tenant: string, key: string, error: unknown): Promise<void> {
      await database.transaction(async (tx) => {
        const [row] = await tx.query<{ attempts: number }>(FAILED, [kind.kind, tenant, key, now()])
        if (row === undefined) return
        const attempts = row.attempts + 1
        // The delay is wall time, whatever the row's clock.
        const dueAt = now() + retryDelayMs(attempts) * (kind.clock === 'domain' ? clock.scale : 1)
        await tx.query(POSTPONE, [kind.kind, tenant, key, errorText(error), dueAt, clock.wall()])
        await tx.query(DROP_SET_ASIDE, [kind.kind, tenant, key])
        logger.error(
          { err: error, kind: kind.kind, tenantId: tenant, key, attempts },
          attempts >= MAX_ATTEMPTS ? 'due row set aside' : 'due row failed',
        )
      })
    }

    return {
      added,
      run,
      /** The database may be there again. */
      rested() {
        restUntil = 0
      },
      async stop() {
        clearTimeout(timer)
        await busy
      },
    }
  }

  /** Tells the workers here and elsewhere of the earliest new time of each kind. */
  function committed(entries: readonly DueEntry[]): void {
    const earliest = new Map<string, number>()
    for (const { kind, dueAt } of entries) earliest.set(kind, Math.min(dueAt, earliest.get(kind) ?? dueAt))
    for (const [kind, dueAt] of earliest) {
      workers.get(kind)?.added(dueAt)
      // Elsewhere the sweep finds it within a second anyway: only what is due sooner is worth a message.
      const worker = workers.get(kind)
      if (worker === undefined || dueAt < clock.now() + SWEEP_MS) signals?.send(`due:${kind}`, String(dueAt))
    }
  }

  return {
    register(kinds) {
      for (const kind of kinds) {
        if (workers.has(kind.kind)) throw new Error(`due kind ${kind.kind} is registered twice`)
        if (kind.inline) inline.set(kind.kind, kind)
        const worker = createWorker(kind)
        workers.set(kind.kind, worker)
        signals?.on(`due:${kind.kind}`, (payload) => {
          if (payload === null) worker.rested()
          worker.added(payload === null || payload === '' ? 0 : Number(payload))
        })
      }
    },
    start() {
      running = true
      for (const worker of workers.values()) worker.run()
    },
    async stop() {
      running = false
      await Promise.all([...workers.values()].map((worker) => worker.stop()))
    },
    schedule(entries) {
      // The last one wins: one statement must not touch a row twice.
      const last = new Map(entries.map((entry) => [`${entry.kind}\n${entry.tenant}\n${entry.key}`, entry]))
      const rows = [...last.values()].map(({ kind, tenant, key, dueAt, payload }) => ({
        kind,
        tenant,
        key,
        due: dueAt,
        payload,
      }))
      return { text: SCHEDULE, values: [ENTRIES.json(rows)], committed: () => committed(entries) }
    },
    unschedule: (kind, tenant, keys) => ({ text: UNSCHEDULE, values: [kind, tenant, keys] }),
    async handleInline(entries, tx, which) {
      const stored: DueEntry[] = []
      const ready = new Map<DueKind, DueRow[]>()
      for (const entry of entries) {
        const kind = inline.get(entry.kind)
        const isFor = which === 'asked' || kind?.inline === 'always'
        if (kind === undefined || !isFor || entry.dueAt > nowOf(kind)) {
          stored.push(entry)
          continue
        }
        const row = { ...entry, payload: entry.payload ?? null, attempts: 0 }
        ready.set(kind, [...(ready.get(kind) ?? []), row])
      }
      for (const [kind, rows] of ready) await kind.handle(rows, tx, nowOf(kind))
      return stored
    },
  }
}

/** Reads the next due time of some rows, for screens ("what happens next, and when"). */
export async function dueTimes(
  db: Db,
  kind: string,
  tenant: string,
  keys: readonly string[],
): Promise<Map<string, number>> {
  const rows = await db.query<{ key: string; due_at: Date }>(
    'select key, due_at from due where kind = $1 and tenant = $2 and key = any($3::text[])',
    [kind, tenant, keys],
  )
  return new Map(rows.map((row) => [row.key, row.due_at.getTime()]))
}
