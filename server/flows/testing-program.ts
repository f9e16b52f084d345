import assert from 'node:assert/strict'
import { conversations } from '#conversations/index.ts'
import { deliveries } from '#deliveries/index.ts'
import { flows } from '#flows/index.ts'
import { notifications, startPushSink, startSmtpSink, startWebhookSink } from '#notifications/index.ts'
import { manualClock } from '#platform/clock.ts'
import type { EventDraft, Json } from '#platform/event.ts'
import type { Service } from '#platform/service.ts'
import { reports } from '#reports/index.ts'
import { testProgram, testServer } from '../testing.ts'

export { SAMPLE } from '#flows/testing.ts'

export const START = Date.parse('2026-03-02T10:00:00Z')
export const HOUR = 3_600_000

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, judged by the assertions
export type Answer = { status: number; body: any; headers: { [name: string]: unknown } }

/**
 * The real program with flows and all they act on, a clock moved by hand, and receivers for push, mail and calls.
 * The bearer token is the tenant.
 */
export async function openFlows(more: readonly Service[] = [], env: { [name: string]: string } = {}) {
  const clock = manualClock(START)
  const push = await startPushSink()
  const mail = await startSmtpSink()
  const receiver = await startWebhookSink(() => clock.wall())
  const program = await testProgram([deliveries, conversations, notifications, reports, flows, ...more], {
    clock,
    env: { CAUCE_PUSH_URL: push.url, SMTP_URL: mail.url, CAUCE_WEBHOOK_ALLOW: '127.0.0.1', ...env },
  })
  const app = await testServer(program)
  await program.start()

  async function call(
    tenant: string,
    method: Method,
    url: string,
    payload?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const answer = await app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${tenant}`, ...headers },
      ...(payload === undefined ? {} : { payload: payload as object }),
    })
    const body = answer.body === '' ? null : answer.json()
    return { status: answer.statusCode, body, headers: answer.headers }
  }

  async function ok(tenant: string, method: Method, url: string, payload?: unknown) {
    const { status, body } = await call(tenant, method, url, payload)
    assert.ok(status < 300, JSON.stringify(body))
    return body
  }

  let count = 0
  /** An event of another system, straight into the log. */
  async function tell(
    tenant: string,
    type: string,
    subject: string,
    data: { [name: string]: Json } = {},
    at = clock.now(),
  ): Promise<string> {
    const id = `event-${++count}`
    const draft: EventDraft = {
      tenant,
      id,
      source: 'test',
      type,
      subject,
      form: 'cloudevents',
      raw: JSON.stringify({ specversion: '1.0', id, source: 'test', type, subject, data }),
      data,
      occurredAt: at,
      encounterId: subject,
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      cause: null,
      hops: 0,
      origin: 'rest',
    }
    await program.log.append(draft)
    return id
  }

  async function published(tenant: string, name: string, drawn: unknown): Promise<string> {
    const { id } = await ok(tenant, 'POST', '/api/v1/flows', { name })
    await ok(tenant, 'PUT', `/api/v1/flows/${id}/draft`, drawn)
    await ok(tenant, 'POST', `/api/v1/flows/${id}/publish`, {})
    return id
  }

  const runsOf = async (tenant: string, flowId: string) =>
    (await ok(tenant, 'GET', `/api/v1/flows/${flowId}/runs`)).items
  const runOf = async (tenant: string, flowId: string) =>
    ok(tenant, 'GET', `/api/v1/runs/${(await runsOf(tenant, flowId))[0].id}`)
  const notificationsOf = async (tenant: string) => (await ok(tenant, 'GET', '/api/v1/notifications')).items

  const comesTo = (tenant: string, flowId: string, status: string) =>
    until(
      `a run that is ${status}`,
      () => runsOf(tenant, flowId),
      (runs) => runs.length > 0 && runs.every((run: { status: string }) => run.status === status),
    )

  /** A run that waits at a node, or for what becomes of it. */
  const stands = (tenant: string, flowId: string, nodeId: string) =>
    until(
      `a run at ${nodeId}`,
      async () => ((await runsOf(tenant, flowId)).length > 0 ? runOf(tenant, flowId) : null),
      (run) => run?.waitsFor?.nodeId === nodeId,
    )

  /** Time goes on; what has come due is looked for at once. */
  const pass = async (ms: number): Promise<void> => clock.advance(ms)

  /** A continuity queue `q`, a contact `maria`, and their encounter `enc`. */
  async function people(tenant: string): Promise<void> {
    await ok(tenant, 'PUT', '/api/v1/queues/q', { name: 'Q', continuity: true })
    const addresses = { push: 'device-of-maria' }
    await ok(tenant, 'PUT', '/api/v1/contacts/maria', { name: 'María', locale: 'es', addresses })
    await ok(tenant, 'POST', '/api/v1/encounters', { id: 'enc', queueId: 'q', contactId: 'maria', channel: 'chat' })
  }

  return {
    program,
    clock,
    push,
    mail,
    receiver,
    call,
    ok,
    tell,
    published,
    runsOf,
    runOf,
    notificationsOf,
    comesTo,
    stands,
    pass,
    people,
    /** Fetches a page, as a preview does. */
    async open(url: string): Promise<void> {
      assert.equal((await app.inject({ method: 'GET', url })).statusCode, 200)
    },
    /** The page of a link was opened: what its own script tells. */
    async visit(url: string): Promise<void> {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const answer = await app.inject({ method: 'POST', url, headers, payload: '' })
      assert.equal(answer.statusCode, 204, answer.body)
    },
    /** Opens a socket, so that flows can call this very program. @returns the base of its URLs */
    listen: () => app.listen({ host: '127.0.0.1', port: 0 }),
    /** Every consumer has passed every event. */
    settled: () => program.log.settled(),
    async close() {
      await app.close()
      await push.close()
      await mail.close()
      await receiver.close()
      // Last: it fails when an answer was not as it is described.
      await program.close()
    },
  }
}

export type FlowsHarness = Awaited<ReturnType<typeof openFlows>>

/** Reads again and again until it holds; fails with what was read last. */
export async function until<T>(what: string, read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + 60_000
  for (;;) {
    const value = await read()
    if (holds(value)) return value
    if (Date.now() > deadline) throw new Error(`never came: ${what}; last: ${JSON.stringify(value)}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
