import type { FastifyInstance } from 'fastify'
import { conversations } from '#conversations/index.ts'
import { type Clock, type ManualClock, manualClock } from '#platform/clock.ts'
import type { EventDraft, Json, LogEvent } from '#platform/event.ts'
import { createIdempotencyStore } from '#platform/http/idempotency-store.ts'
import type { Permission } from '#platform/http/route.ts'
import { createServer } from '#platform/http/server.ts'
import type { Consumer, Service } from '#platform/service.ts'
import { createRouteTimes } from '#platform/telemetry/route-times.ts'
import { noSpans } from '#platform/telemetry/spans.ts'
import { testProgram } from '../testing.ts'

export const START = Date.parse('2026-03-02T09:00:00Z')
export const HOUR = 3_600_000
export const MINUTE = 60_000

/** What the answers of this context may hold, one beside the other. */
export type AnswerBody = {
  id: string
  url: string
  name: string | null
  status: string
  from: string
  text: string
  createdAt: string
  writtenBy: string | null
  queueId: string
  user: string | null
  contactId: string
  brandId: string
  handling: string
  stageKey: string
  closeReason: string
  nextAction: { what: string; at: string }
  messageCount: number
  items: AnswerBody[]
  nextCursor: string
  errors: { path: string; message: string }[]
}

/** Domain time moved by hand over a real wall clock: what guards machines goes on, what waits does not. */
function domainClock(start: number): Clock & Pick<ManualClock, 'advance' | 'onMove'> {
  const domain = manualClock(start)
  return {
    scale: 1,
    now: domain.now,
    wall: () => Date.now(),
    wallAt: (moment) => Date.now() + (moment - domain.now()),
    advance: domain.advance,
    onMove: domain.onMove,
  }
}

const PERMISSIONS: readonly Permission[] = ['queues:write', 'queues:read', 'conversations:write', 'conversations:read']

/** Keeps what the log told, in order. */
function witness(): { service: Service; seen: LogEvent[] } {
  const seen: LogEvent[] = []
  const consumer: Consumer = {
    name: 'witness',
    required: false,
    handle: async (events) => (tx) => tx.afterCommit(() => void seen.push(...events)),
  }
  return { service: { name: 'witness', settings: {}, migrations: null, open: () => ({ consumers: [consumer] }) }, seen }
}

/** The context with an eye on which events its consumer has done with. */
function watched(service: Service): { service: Service; done: Set<number> } {
  const done = new Set<number>()
  const watch = (consumer: Consumer): Consumer => ({
    ...consumer,
    async handle(events, db, now) {
      const writes = await consumer.handle(events, db, now)
      const mark = () => {
        for (const { position } of events) done.add(position)
      }
      if (writes === null) mark()
      return writes === null
        ? null
        : (tx) => {
            writes(tx)
            tx.afterCommit(mark)
          }
    },
  })
  const open: Service['open'] = async (runtime) => {
    const parts = await service.open(runtime)
    return { ...parts, consumers: parts.consumers?.map(watch) ?? [] }
  }
  return { service: { ...service, open }, done }
}

/**
 * The real program with this context, HTTP and a clock moved by hand. The bearer token is the tenant.
 * @param more further contexts
 */
export async function openConversations(more: readonly Service[] = [], env: Record<string, string> = {}) {
  const clock = domainClock(START)
  const { service, seen } = witness()
  const own = watched(conversations)
  const program = await testProgram([own.service, service, ...more], { clock, env })
  const { runtime } = program
  const app: FastifyInstance = await createServer({
    routes: program.routes,
    authenticate: (tenant) => ({ tenant, actor: 'key:test', person: null, permissions: new Set(PERMISSIONS) }),
    clock,
    logger: runtime.logger,
    times: createRouteTimes(runtime.metrics),
    spans: noSpans,
    idempotency: createIdempotencyStore(runtime.database),
    requestsPerMinute: 0,
    trustedNetworks: [],
    trustedTenant: 'default',
  })
  await program.start()

  async function call(
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    path: string,
    sent?: unknown,
    tenant = 'default',
    headers: Record<string, string> = {},
  ) {
    const answer = await app.inject({
      method,
      url: path,
      headers: { authorization: `Bearer ${tenant}`, ...headers },
      ...(sent === undefined ? {} : { payload: sent as object }),
    })
    const type = String(answer.headers['content-type'] ?? '')
    const body = (type.includes('json') ? answer.json() : {}) as AnswerBody
    return { status: answer.statusCode, body, text: answer.body, headers: answer.headers }
  }

  /** A request as a browser makes it, without a credential. */
  async function form(
    method: 'GET' | 'HEAD' | 'POST',
    path: string,
    payload?: string,
    headers: Record<string, string> = {},
  ) {
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await app.inject({
      method,
      url: path,
      headers: { ...headers, ...(payload === undefined ? {} : type) },
      ...(payload === undefined ? {} : { payload }),
    })
    return { status: answer.statusCode, text: answer.body, headers: answer.headers }
  }

  /** Waits for a fact, with the clock standing still. */
  async function until<T>(
    what: string,
    read: () => T | Promise<T>,
    holds: (value: T) => boolean = Boolean,
    limitMs = 30_000,
  ): Promise<T> {
    const deadline = Date.now() + limitMs
    for (;;) {
      const value = await read()
      if (holds(value)) return value
      if (Date.now() > deadline) throw new Error(`never came: ${what}; last: ${JSON.stringify(value)}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  /** Moves the clock; what comes due by it is done when this resolves. */
  async function advance(ms: number): Promise<void> {
    clock.advance(ms)
    const dueAt = clock.now()
    await until('due rows are done', async () => {
      const rows = await runtime.database.worker.query<{ n: number }>(
        `select count(*)::int as n from due where due_at <= to_timestamp($1::double precision / 1000)`,
        [dueAt],
      )
      return rows[0]?.n === 0
    })
  }

  /** Everything in the log has been consumed. */
  const settled = () =>
    until('the log is consumed', async () => {
      const rows = await runtime.database.worker.query<{ position: number }>('select position from event_log')
      const witnessed = new Set(seen.map(({ position }) => position))
      return rows.every(({ position }) => own.done.has(position) && witnessed.has(position))
    })

  let number = 0
  /** An event of another system, as it would come in. */
  async function outside(
    subtype: string,
    encounterId: string,
    more: { at?: number; tenant?: string; fields?: { [name: string]: Json } } = {},
  ) {
    const at = more.at ?? clock.now()
    const id = `outside-${++number}`
    const data = { event_id: id, type: 'encounter', subtype, encounter_id: encounterId, datetime: at, ...more.fields }
    const draft: EventDraft = {
      tenant: more.tenant ?? 'default',
      id,
      source: 'urn:cauce:events',
      type: `encounter.${subtype}`,
      subject: encounterId,
      form: 'flat',
      raw: JSON.stringify(data),
      data,
      occurredAt: at,
      encounterId,
      traceparent: null,
      cause: null,
      hops: 0,
      origin: 'rest',
    }
    await runtime.appendEvent(draft)
    await settled()
    return id
  }

  /** What was told of an encounter, without what came from outside. */
  const told = async (encounterId: string): Promise<string[]> => {
    await settled()
    return seen
      .filter((event) => event.encounterId === encounterId && event.origin === 'internal')
      .map((event) => event.type.replace('encounter.', ''))
  }

  return {
    app,
    program,
    runtime,
    clock,
    seen,
    call,
    form,
    until,
    advance,
    settled,
    outside,
    told,
    async close() {
      await app.close()
      await program.close()
    },
  }
}
