import pg from 'pg'
import type { Clock } from '#platform/clock.ts'
import type { LogEvent } from '#platform/event.ts'
import type { Consumer, Service } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'

/** Every event that a consumer handled, in the order of its commits; twice the same event is an error. */
export async function createLedger(url: string): Promise<void> {
  await asOwner(url, async (client) => {
    await client.query(`create table ledger (
      n bigserial, consumer text, tenant text, id text, position bigint, subject text, primary key (consumer, tenant, id))`)
    await client.query('grant all on ledger to cauce_worker')
    await client.query('grant all on ledger_n_seq to cauce_worker')
  })
}

/** Runs statements as the owner of the database: what the program itself may not do. */
export async function asOwner<T>(url: string, fn: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await fn(client)
  } finally {
    await client.end()
  }
}

export function writeLedger(tx: Tx, consumer: string, events: readonly LogEvent[]): void {
  const rows = events.map(({ tenant, id, position, subject }) => ({ tenant, id, position, subject }))
  void tx.query(
    `insert into ledger (consumer, tenant, id, position, subject)
     select $1, tenant, id, position, subject
     from jsonb_to_recordset($2::jsonb) as r (tenant text, id text, position bigint, subject text) order by position`,
    [consumer, JSON.stringify(rows)],
  )
}

/** A consumer that writes each event into the ledger; `before` may throw for those it cannot handle. */
export function ledger(name: string, before: (events: readonly LogEvent[]) => unknown = () => {}): Service {
  const consumer: Consumer = {
    name,
    required: true,
    async handle(events) {
      await before(events)
      return (tx) => writeLedger(tx, name, events)
    },
  }
  return serviceOf(consumer)
}

export const serviceOf = (consumer: Consumer): Service => ({
  name: consumer.name,
  settings: {},
  migrations: null,
  open: () => ({ consumers: [consumer] }),
})

/** Looks every few milliseconds until the answer satisfies, and gives it back. @throws when it never does */
export async function until<T>(
  look: () => Promise<T> | T,
  satisfies: (value: T) => boolean,
  limitMs = 30_000,
): Promise<T> {
  const end = performance.now() + limitMs
  for (;;) {
    const value = await look()
    if (satisfies(value)) return value
    if (performance.now() > end) throw new Error(`not within ${limitMs} ms; it is ${JSON.stringify(value)}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** Time goes by itself and can be pushed. */
export function pushedClock(): Clock & { push(ms: number): void } {
  let ahead = 0
  const wall = () => Date.now() + ahead
  return {
    scale: 1,
    now: wall,
    wall,
    wallAt: (at) => at,
    push(ms) {
      ahead += ms
    },
  }
}
