import assert from 'node:assert/strict'
import { access } from '#access/index.ts'
import { conversations } from '#conversations/index.ts'
import { deliveries } from '#deliveries/index.ts'
import { notifications, startSmtpSink } from '#notifications/index.ts'
import type { Clock } from '#platform/clock.ts'
import { startReceiver } from '../../deliveries/testing.ts'
import { flatEvent, testProgram, testServer } from '../../testing.ts'
import { subscriptions } from '../index.ts'

export const HOUR_MS = 3_600_000
export const MINUTE_MS = 60_000
export const TENANT = 'acme'

/** As `GET /api/v1/subscriptions/{id}` answers. */
export type Page = {
  id: string
  status: string
  statusReason?: string
  health: {
    state: string
    since: string | null
    failingSince: string | null
    warnings: number
    disablesAt: string | null
    breaker: { state: string; since: string | null }
    lastSuccessAt: string | null
    lastFailureAt: string | null
    lastStatus: number | null
    nextAttemptAt: string | null
  }
}

type Told = { type: string; [name: string]: unknown }

/**
 * Programs over one database with a receiver that answers as it is told, a mail server, people of several roles, and
 * a clock that is moved by hours.
 */
export async function endpointRig(nodeCount: number) {
  let ahead = 0
  const clock: Clock = {
    scale: 1,
    now: () => Date.now() + ahead,
    wall: () => Date.now() + ahead,
    wallAt: (at) => at,
  }
  let answer = 200
  const receiver = await startReceiver((_request, response) => response.writeHead(answer).end())
  const smtp = await startSmtpSink()
  const services = [access, deliveries, subscriptions, conversations, notifications]
  const env = { CAUCE_WEBHOOK_ALLOW: '127.0.0.1', SMTP_URL: smtp.url, CAUCE_LOCALE: 'en' }
  const first = await testProgram(services, { clock, env, node: 'node-0' })
  const nodes = [first]
  for (let i = 1; i < nodeCount; i++) {
    nodes.push(await testProgram(services, { clock, env, node: `node-${i}`, url: first.url }))
  }
  for (const node of nodes) await node.start()
  const app = await testServer(first)
  const { worker } = first.database
  await worker.query(
    `insert into tenant (tenant, name, created_at) values ($1, 'Acme', now()), ('other', 'Other', now())`,
    [TENANT],
  )
  await worker.query(
    `insert into app_user (tenant, id, email, name, role, status, password_hash, created_at)
     select t, id, id || '@' || t || '.example', id, role, status, 'x', now() from (values
       ($1, 'olga', 'owner', 'active'), ($1, 'adam', 'admin', 'active'), ($1, 'dora', 'designer', 'active'),
       ($1, 'sven', 'admin', 'suspended'), ('other', 'otto', 'owner', 'active')) as u (t, id, role, status)`,
    [TENANT],
  )

  async function until<T>(what: string, fact: () => Promise<T | false | undefined>): Promise<T> {
    const deadline = Date.now() + 60_000
    for (;;) {
      const found = await fact()
      if (found !== undefined && found !== false) return found
      if (Date.now() > deadline) throw new Error(`never came: ${what}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  async function call<T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, payload?: object): Promise<T> {
    const url = `/api/v1/subscriptions${path}`
    const headers = { authorization: `Bearer ${TENANT}` }
    const given = await app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) })
    assert.ok(given.statusCode < 300, `${method} ${path}: ${given.body}`)
    return (given.body === '' ? undefined : given.json()) as T
  }

  /** What a mail server got twice, because its answer was lost, has one id. */
  const mails = () => new Map(smtp.received.all.map((mail) => [mail.headers['message-id'], mail]))

  let events = 0

  return {
    clock,
    nodes,
    worker,
    receiver,
    smtp,
    call,
    until,
    /** From now on the receiver answers so. */
    answerWith(status: number) {
      answer = status
    },
    /** Moves the clock to this wall time. */
    moveTo(at: number) {
      ahead = at - Date.now()
    },
    move(ms: number) {
      ahead += ms
    },
    register: (path: string, more: object = {}) =>
      call<Page>('POST', '', { routingKeyPattern: 'encounter.#', webhookUrl: receiver.url + path, ...more }),
    page: (id: string) => call<Page>('GET', `/${id}`),
    /** Its page, once the endpoint is in this state. */
    pageWhen: (id: string, state: string) =>
      until(`that it is ${state}`, async () => {
        const page = await call<Page>('GET', `/${id}`)
        return page.health.state === state && page
      }),
    /** An event comes, on one node or another. @returns its id */
    async append(): Promise<string> {
      const id = `e${++events}`
      const node = nodes[events % nodes.length]
      await node?.log.append(flatEvent({ id, tenant: TENANT, encounterId: id, at: clock.now() }))
      return id
    },
    /** An event comes, and an attempt at the subscription is begun after it and recorded. */
    async attempted(id: string): Promise<void> {
      const from = clock.wall()
      const event = await this.append()
      await until(`an attempt after event ${event}`, async () => {
        const [row] = await worker.query<{ n: number }>(
          `select count(*)::int as n from delivery_attempt where target = $1
             and at - latency_ms * interval '1 millisecond' >= to_timestamp($2::float8 / 1000)`,
          [`subscription:${id}`, from],
        )
        return (row?.n ?? 0) > 0
      })
    },
    /** Everything that is due because of subscriptions' health is done. */
    settled: () =>
      until('that all that is due is done', async () => {
        const rows = await worker.query(
          `select 1 from due where kind like 'subscription.%' and due_at <= to_timestamp($1::float8 / 1000)`,
          [clock.wall()],
        )
        return rows.length === 0
      }),
    /** The moment comes at which failing endpoints are looked at. */
    async looked(): Promise<void> {
      ahead += 5 * MINUTE_MS
      await this.settled()
    },
    /** As if an endpoint that is known to fail had begun to do so earlier, and been warned of it. */
    async age(id: string, hours: number, warnings: number): Promise<void> {
      await worker.query(
        `with aged as (
           update subscription set failing_since = failing_since - $2::float8 * interval '1 hour', warnings = $3,
             warned_at = failing_since - interval '13 hours' where id = $1)
         update subscription_change set version = version + 1 where tenant = $4`,
        [id, hours, warnings, TENANT],
      )
    },
    /** It fails, and is known to. */
    async failing(path: string): Promise<string> {
      const { id } = await this.register(path)
      answer = 500
      await this.attempted(id)
      await this.looked()
      assert.equal((await this.page(id)).health.state, 'failing')
      return id
    },
    /** It failed for so long that it was disabled. */
    async disabled(path: string): Promise<string> {
      const id = await this.failing(path)
      await this.age(id, 130, 4)
      await this.attempted(id)
      await this.looked()
      assert.equal((await this.page(id)).status, 'DISABLED')
      return id
    },
    /** What the log tells of subscriptions. */
    async told(): Promise<Told[]> {
      const rows = await worker.query<{ type: string; data: { [name: string]: unknown } }>(
        `select type, raw::jsonb->'data' as data from event_log where tenant = $1 and type like 'subscription.%' order by position`,
        [TENANT],
      )
      return rows.map(({ type, data }) => ({ type, ...data }))
    },
    inboxOf: (user: string) =>
      worker.query<{ template: string; body: string; title: string }>(
        `select template, payload::jsonb->>'body' as body, payload::jsonb->>'title' as title from notification
         where tenant = $1 and user_id = $2 and in_inbox order by created_at`,
        [TENANT, user],
      ),
    mails,
    /** So many mails have come; one that a busy machine did not take at once is tried again a minute later. */
    async mailed(address: string, count: number): Promise<void> {
      let moveAt = Date.now() + 5_000
      await until(`${count} mails to ${address}`, async () => {
        if (Date.now() > moveAt) {
          ahead += 2 * MINUTE_MS
          moveAt = Date.now() + 5_000
        }
        return [...mails().values()].filter(({ to }) => to.includes(address)).length === count
      })
    },
    async close() {
      await app.close()
      for (const node of [...nodes].reverse()) await node.close()
      await receiver.close()
      await smtp.close()
    },
  }
}
