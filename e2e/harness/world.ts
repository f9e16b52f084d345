import assert from 'node:assert/strict'
import { KEY, type ProgramProcess } from './program.ts'
import type { Receiver } from './receiver.ts'

const HEADERS = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' }

/** Asks again until the program answers: a client whose server may be killed at any moment. */
export async function persist(
  url: string,
  method: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const end = Date.now() + 60_000
  let last = 'no answer'
  for (;;) {
    try {
      const answer = await fetch(url, {
        method,
        headers: { ...HEADERS, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(15_000),
      })
      const text = await answer.text()
      if (answer.ok) return text === '' ? undefined : JSON.parse(text)
      // 409: an earlier try of the same key is under way or was cut.
      if (answer.status < 500 && answer.status !== 429 && answer.status !== 409)
        throw new Refused(`${method} ${url}: ${answer.status} ${text}`)
      last = `${answer.status} ${text}`
    } catch (error) {
      if (error instanceof Refused) throw error
      last = String(error)
    }
    if (Date.now() > end) throw new Error(`${method} ${url} was not answered for a minute, last ${last}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

class Refused extends Error {}

/** A flow that uses every durable part: variables, a branch, an outgoing call, a wait, an event of its own. */
const flowGraph = (receiver: string) => ({
  name: 'Counted',
  settings: { key: 'event.subject', onePerKey: false },
  nodes: [
    { id: 'start', type: 'trigger', position: { x: 0, y: 0 }, data: { event: 'order.placed' } },
    { id: 'size', type: 'set', position: { x: 0, y: 1 }, data: { vars: { large: 'event.data.n % 2 == 0' } } },
    {
      id: 'which',
      type: 'branch',
      position: { x: 0, y: 2 },
      data: { cases: [{ handle: 'large', when: 'vars.large' }] },
    },
    {
      id: 'call',
      type: 'http',
      position: { x: 0, y: 3 },
      data: { method: 'POST', url: `${receiver}/flow`, body: { order: '{{ event.id }}' }, save: 'answer' },
    },
    { id: 'pause', type: 'wait', position: { x: 1, y: 3 }, data: { for: 'PT0.2S' } },
    {
      id: 'tell',
      type: 'emit',
      position: { x: 0, y: 4 },
      data: { type: 'order.handled', data: { order: 'event.id' } },
    },
    { id: 'done', type: 'end', position: { x: 0, y: 5 }, data: {} },
  ],
  edges: [
    { id: '1', source: 'start', target: 'size' },
    { id: '2', source: 'size', target: 'which' },
    { id: '3', source: 'which', sourceHandle: 'large', target: 'call' },
    { id: '4', source: 'which', sourceHandle: 'else', target: 'pause' },
    { id: '5', source: 'call', target: 'tell' },
    { id: '6', source: 'pause', target: 'tell' },
    { id: '7', source: 'tell', target: 'done' },
  ],
})

export type World = {
  /** Sends `count` orders and as many messages, each until it is answered. */
  load(count: number, concurrency: number): Promise<void>
  /** Waits until all that was accepted has had its effects, then compares with the count kept here. */
  verify(): Promise<void>
  readonly accepted: number
}

/** A small business whose every step is counted apart from the program. */
export async function makeWorld(program: ProgramProcess, receiver: Receiver): Promise<World> {
  const api = (path: string) => `${program.url}${path}`
  await persist(api('/api/v1/subscriptions'), 'POST', {
    routingKeyPattern: 'order.placed',
    webhookUrl: `${receiver.url}/hook`,
  })
  const { id: flowId } = (await persist(api('/api/v1/flows'), 'POST', { name: 'Counted' })) as { id: string }
  await persist(api(`/api/v1/flows/${flowId}/draft`), 'PUT', flowGraph(receiver.url))
  await persist(api(`/api/v1/flows/${flowId}/publish`), 'POST', {})
  await persist(api('/api/v1/queues/q'), 'PUT', {
    name: 'Q',
    brand: 'b',
    product: 'p',
    service: 's',
    continuity: false,
    max_inactive_patient_warning_time: 60,
    max_inactive_patient_time: 60,
    close_inactive_encounters: true,
    continuity_extension_time: 0,
  })
  await persist(api('/api/v1/contacts/c'), 'PUT', { name: 'C', locale: 'es', timeZone: 'UTC' })
  const conversations = ['k1', 'k2', 'k3', 'k4']
  for (const id of conversations) {
    await persist(
      api('/api/v1/encounters'),
      'POST',
      { id, queueId: 'q', contactId: 'c', channel: 'webchat' },
      { 'idempotency-key': `new-${id}` },
    )
  }
  const orders = new Set<string>()
  const messages = new Set<string>()
  let next = 0

  async function one(): Promise<void> {
    const n = next++
    const id = `order-${n}`
    await persist(api('/api/v1/events'), 'POST', {
      eventId: id,
      eventType: 'order.placed',
      occurredAt: new Date().toISOString(),
      payload: { n, encounterId: `customer-${n % 7}` },
      schemaVersion: '1',
    })
    orders.add(id)
    const text = `message ${n}`
    await persist(
      api(`/api/v1/encounters/${conversations[n % conversations.length]}/messages`),
      'POST',
      { from: 'patient', text },
      { 'idempotency-key': `m-${n}` },
    )
    messages.add(text)
  }

  async function settled(): Promise<void> {
    const end = Date.now() + 60_000
    let why = ''
    while (Date.now() < end) {
      why = await pending().catch((error) => (error as Error).message)
      if (why === '') return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`not settled after a minute: ${why}`)
  }

  async function counts() {
    const client = await program.database()
    try {
      const { rows } = await client.query<Record<string, number>>(`select
        (select count(*)::int from event_log where type = 'order.placed') as placed,
        (select count(distinct id)::int from event_log where type = 'order.placed') as placed_distinct,
        (select count(*)::int from event_log where type = 'order.handled') as handled,
        (select count(distinct cause)::int from event_log where type = 'order.handled') as handled_distinct,
        (select count(*)::int from flow_run) as runs,
        (select count(*)::int from flow_run where ended_at is null) as runs_open,
        (select count(*)::int from delivery) as deliveries_open,
        (select count(*)::int from message where tenant = 'default' and author = 'patient') as messages,
        (select count(distinct text)::int from message where tenant = 'default' and author = 'patient') as messages_distinct,
        (select count(*)::int from event_log where tenant = 'default' and type = 'encounter.message_received') as received,
        (select count(*)::int from event_exception) as exceptions,
        (select count(*)::int from due_failed) as due_failed`)
      return rows[0] as Record<string, number>
    } finally {
      await client.end()
    }
  }

  async function pending(): Promise<string> {
    const now = await counts()
    if (now.runs !== orders.size) return `${now.runs} runs of ${orders.size}`
    if (now.runs_open !== 0) return `${now.runs_open} runs are not over`
    if (now.deliveries_open !== 0) return `${now.deliveries_open} deliveries are not over`
    if (now.handled !== orders.size) return `${now.handled} of ${orders.size} orders handled`
    return ''
  }

  return {
    async load(count, concurrency) {
      const last = next + count
      await Promise.all(
        Array.from({ length: concurrency }, async () => {
          while (next < last) await one()
        }),
      )
    },
    async verify() {
      await settled()
      const now = await counts()
      const size = orders.size
      assert.deepEqual(
        now,
        {
          placed: size,
          placed_distinct: size,
          handled: size,
          handled_distinct: size,
          runs: size,
          runs_open: 0,
          deliveries_open: 0,
          messages: messages.size,
          messages_distinct: messages.size,
          received: messages.size,
          exceptions: 0,
          due_failed: 0,
        },
        'what the database holds',
      )
      for (const id of orders) {
        const hook = receiver.calls.get(`/hook ${id}`)
        assert.ok(hook, `the webhook of ${id} never came`)
        assert.equal(hook.ids.size, 1, `retries of the webhook of ${id} changed their webhook-id`)
        if (Number(id.slice(6)) % 2 === 0) {
          const call = receiver.calls.get(`/flow ${id}`)
          assert.ok(call, `the flow's call for ${id} never came`)
          assert.equal(call.ids.size, 1, `retries of the flow's call for ${id} changed their key`)
        }
      }
    },
    get accepted() {
      return orders.size + messages.size
    },
  }
}

/** The event a receiver's call is about: its path and the order's id. */
export function orderOf(path: string, body: string): string {
  const value = JSON.parse(body) as { order?: string; eventId?: string }
  return `${path} ${value.order ?? value.eventId ?? '?'}`
}
