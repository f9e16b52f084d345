import { randomUUID } from 'node:crypto'
import type { DueRow } from '#platform/due-kind.ts'
import type { Service } from '#platform/service.ts'
import { testProgram } from '../testing.ts'
import type { Attempt, Channel, Delivery, DeliveryDraft, DeliveryEnd, Noted, Prepared } from './delivery.ts'
import type { Dispatcher } from './dispatcher.ts'
import { enqueueDeliveries, registerChannel } from './enqueue.ts'
import { deliveries } from './index.ts'
import { deliveryState } from './state.ts'

type History = {
  number: number
  verdict: string
  ended: string | null
  at: Date
  next_at: Date | null
  error: string | null
  body: string | null
}

/**
 * The real dispatcher over a fresh database with a channel `test` that does what a test tells it, and a due kind
 * `test.ended` that keeps what it is told.
 */
export async function deliveryRig() {
  /** What the channel does with a delivery, by target; without it, it delivers. */
  const behaviours = new Map<string, (delivery: Delivery) => Promise<Attempt>>()
  const schedules = new Map<string, number[]>()
  const sent: { target: string; id: string; attempts: number }[] = []
  const noted: Noted[] = []
  const ends: DueRow[] = []
  const prepare = async (rows: readonly Delivery[]): Promise<Prepared[]> =>
    rows.map(({ target }) => ({ summary: 'TEST', schedule: schedules.get(target) }))
  const preparing = { prepare }

  const channel: Channel = {
    name: 'test',
    schedule: [20, 30, 60_000],
    timeoutMs: 400,
    prepare: (rows) => preparing.prepare(rows),
    async send(_prepared, delivery) {
      sent.push({ target: delivery.target, id: delivery.id, attempts: delivery.attempts })
      const behave = behaviours.get(delivery.target)
      return behave === undefined ? { verdict: 'delivered', status: 200 } : behave(delivery)
    },
    care: {
      concerns: (_prepared, { target }, verdict) => verdict === 'dead' || target === 'cared-for',
      note: (_tx, attempts) => void noted.push(...attempts),
    },
    schedulesOf: async (targets) => targets.map(({ target }) => schedules.get(target) ?? null),
  }
  const listener: Service = {
    name: 'listener',
    settings: {},
    migrations: null,
    open(runtime) {
      registerChannel(runtime, channel)
      registerChannel(runtime, { ...channel, name: 'patient', timeoutMs: 10_000 })
      return { dueKinds: [{ kind: 'test.ended', clock: 'wall', handle: async (rows) => void ends.push(...rows) }] }
    },
  }

  const program = await testProgram([deliveries, listener], { env: { CAUCE_WEBHOOK_ALLOW: '127.0.0.0/8' } })
  await program.start()
  const { worker } = program.database

  const historyOf = (id: string) =>
    worker.query<History>('select * from delivery_attempt where delivery_id = $1::uuid order by number, at', [id])

  return {
    program,
    worker,
    channel,
    behaviours,
    schedules,
    sent,
    /** What the channel asked to be told of. */
    noted,
    ends,
    /** Its `prepare` may be put in place of the channel's. */
    preparing,
    dispatcher: deliveryState(program.database).dispatcher as Dispatcher,
    draft: (target: string, more: Partial<DeliveryDraft> = {}): DeliveryDraft => ({
      tenant: 'default',
      id: randomUUID(),
      channel: 'test',
      target,
      traceparent: null,
      cause: null,
      ...more,
    }),
    enqueue: (...drafts: DeliveryDraft[]) =>
      program.database.transaction(async (tx) => enqueueDeliveries(tx, drafts, program.runtime)),
    historyOf,
    /** The attempts, once the delivery has ended. */
    ended: (id: string) =>
      until(async () => {
        const history = await historyOf(id)
        return history.some((row) => row.ended !== null) && history
      }, `the end of ${id}`),
    waiting: (target: string) =>
      worker.query<{ id: string; attempts: number; due_at: Date; lease: number | null }>(
        'select id::text as id, attempts, due_at, lease from delivery where target = $1',
        [target],
      ),
    /** What was told of the end under this key. */
    endOf: (key: string) =>
      until(
        async () => ends.find((row) => row.key === key)?.payload as unknown as DeliveryEnd | undefined,
        `news of ${key}`,
      ),
    sentTo: (target: string) => sent.filter((one) => one.target === target),
  }
}

/** Waits for a fact, looking again each 5 ms. */
export async function until<T>(
  look: () => Promise<T | undefined | false>,
  what: string,
  withinMs = 30_000,
): Promise<T> {
  const end = performance.now() + withinMs
  for (;;) {
    const found = await look()
    if (found) return found
    if (performance.now() > end) throw new Error(`did not happen: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
