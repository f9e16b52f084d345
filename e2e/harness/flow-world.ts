import assert from 'node:assert/strict'
import { type Client, pause, settled } from './client.ts'
import { type Expected, type Plan, planOf } from './plans.ts'
import type { ProgramProcess } from './program.ts'
import type { Asked, StrictReceiver } from './strict-receiver.ts'

const CONVERSATIONS = 20
/** Requests at once. */
const AT_ONCE = 16

export type FlowWorld = {
  /** Kinds of nodes that its flows are made of. */
  readonly kinds: ReadonlySet<string>
  /** Runs begun so far. */
  readonly runs: number
  /** Begins so many more, of the flows in turn; resolves when all are accepted. */
  begin(more: number): Promise<void>
  /** Waits until all that were begun have ended, and compares with the model. */
  verify(timeoutMs: number): Promise<void>
  /** A straight line of steps, published; gives the id of the flow. */
  publish(name: string, nodes: readonly (readonly [id: string, type: string, data: object])[]): Promise<string>
  /** So many events of a type, numbered from 0, each about a subject of its own. */
  tell(type: string, count: number): Promise<void>
  /** No approvals are given any more. */
  stop(): void
}

type Parts = {
  client: Client
  program: Pick<ProgramProcess, 'database'>
  receiver: StrictReceiver
  random: () => number
  plans: number
}

/** Generated flows with their people and conversations, a person who approves whatever is asked, and the count of it all. */
export async function makeFlowWorld({ client, program, receiver, random, plans: size }: Parts): Promise<FlowWorld> {
  const { persist } = client
  await persist('PUT', '/api/v1/queues/q', { name: 'Q' })
  await persist('PUT', '/api/v1/contacts/c', { name: 'C', locale: 'es', addresses: { push: 'device' } })
  const conversation = (id: string) =>
    persist(
      'POST',
      '/api/v1/encounters',
      { id, queueId: 'q', contactId: 'c', channel: 'webchat' },
      { 'idempotency-key': `new-${id}` },
    )
  for (let i = 0; i < CONVERSATIONS; i++) await conversation(`talk-${i}`)
  const called = await publish('Called', [
    ['start', 'trigger', { manual: true }],
    ['tell', 'emit', { type: 'gen.told', data: { key: '{{ event.data.key }}' } }],
    ['done', 'end', {}],
  ])
  const plans: Plan[] = []
  for (let k = 0; k < size; k++) {
    const plan = planOf(k, random, receiver.url, called)
    plans.push(plan)
    await publishGraph(plan.graph)
  }
  const begun: { n: number; plan: Plan }[] = []
  let next = 0
  let stopped = false
  const approving = approve()

  async function publishGraph(graph: { name: string }): Promise<string> {
    const { id } = await persist<{ id: string }>('POST', '/api/v1/flows', { name: graph.name })
    await persist('PUT', `/api/v1/flows/${id}/draft`, graph)
    await persist('POST', `/api/v1/flows/${id}/publish`, {}, { 'idempotency-key': `publish-${id}` })
    return id
  }

  async function publish(name: string, nodes: readonly (readonly [string, string, object])[]): Promise<string> {
    return publishGraph({
      name,
      ...{ settings: { onePerKey: false } },
      ...{ nodes: nodes.map(([id, type, data], y) => ({ id, type, data, position: { x: 0, y } })) },
      ...{
        edges: nodes.slice(1).map(([target], i) => ({ id: String(i), source: nodes[i]?.[0], target })),
      },
    })
  }

  const event = (type: string, subject: string, data: object) =>
    persist(
      'POST',
      '/api/v1/events',
      JSON.stringify({ specversion: '1.0', id: `${type}-${subject}`, source: 'e2e', type, subject, data }),
      { 'content-type': 'application/cloudevents+json' },
    )

  async function approve(): Promise<void> {
    while (!stopped) {
      // Whoever does not answer just now is asked again; an answer whose acknowledgement was lost is there already.
      const answer = await client.ask('GET', '/api/v1/approvals?status=pending&limit=100').catch(() => null)
      const { items = [] } = answer?.ok ? ((await answer.json()) as { items?: { id: string }[] }) : {}
      await Promise.all(
        items.map(({ id }) =>
          client.ask('POST', `/api/v1/approvals/${id}/approve`, {}).then(
            (given) => given.text(),
            () => '',
          ),
        ),
      )
      await pause(items.length === 0 ? 100 : 10)
    }
  }

  async function one(): Promise<void> {
    const n = next++
    const plan = plans[n % plans.length] as Plan
    const encounterId = plan.closes ? `closing-${n}` : `talk-${n % CONVERSATIONS}`
    if (plan.closes) await conversation(encounterId)
    await event(plan.event, `run-${n}`, { n, encounterId, contactId: 'c' })
    if (plan.replies) await event('gen.reply', `run-${n}`, { n })
    begun.push({ n, plan })
  }

  async function atOnce(count: number, work: (i: number) => Promise<unknown>): Promise<void> {
    let i = 0
    await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, count) }, async () => {
        while (i < count) await work(i++)
      }),
    )
  }

  async function asked<Row extends object>(text: string): Promise<Row[]> {
    const database = await program.database()
    try {
      return (await database.query<Row>(text)).rows
    } finally {
      await database.end()
    }
  }

  /** Runs that events of ours began, by their number; called runs have no number. */
  async function pending(): Promise<string> {
    const [now] = await asked<Record<string, number>>(`select
      (select count(*)::int from flow_run where subject like 'run-%' and event_id like 'gen.f%') as runs,
      (select count(*)::int from flow_run where subject like 'run-%' and status = 'waiting') as waiting,
      (select count(*)::int from flow_entry) as entries,
      (select count(*)::int from delivery) as deliveries`)
    if (now?.runs !== begun.length) return `${now?.runs} of ${begun.length} runs, ${now?.entries} wait to begin`
    if (now.waiting !== 0) return `${now.waiting} runs are under way`
    return now.deliveries === 0 ? '' : `${now.deliveries} deliveries are not over`
  }

  async function compare(): Promise<void> {
    const whole = begun.map(({ n, plan }) => ({ n, made: plan.expect(n) }))
    const of = <T>(what: (made: Expected) => readonly T[]): T[] => whole.flatMap(({ made }) => what(made))
    const ended = await asked<{ subject: string; status: string; outcome: string | null; state: string }>(
      `select subject, status, outcome, state from flow_run where subject like 'run-%' and event_id like 'gen.f%'`,
    )
    const byNumber = new Map(ended.map((run) => [run.subject, run]))
    for (const { n, made } of whole) {
      const run = byNumber.get(`run-${n}`)
      assert.equal(run?.status, made.status, `run ${n}: ${run?.outcome} ${run?.state}`)
      if (made.status === 'completed') assert.equal(run?.outcome, 'done', `run ${n}`)
    }
    const told = await asked<{ type: string; key: string }>(
      `select type, raw::json -> 'data' ->> 'key' as key from event_log where type in ('gen.told', 'gen.undone', 'gen.arm')
       order by position`,
    )
    const keysOf = (type: string) => told.filter((row) => row.type === type).map(({ key }) => key)
    same(
      'told',
      keysOf('gen.told'),
      of(({ told: keys }) => keys),
    )
    same(
      'undone',
      keysOf('gen.undone'),
      of(({ undone }) => undone),
    )
    assert.equal(
      keysOf('gen.arm').length,
      whole.reduce((sum, { made }) => sum + made.splits, 0),
      'arms',
    )
    const order = Map.groupBy(keysOf('gen.undone'), (key) => key.split('/')[2])
    for (const { n, made } of whole) assert.deepEqual(order.get(String(n)) ?? [], made.undone, 'the latest first')
    const messages = await asked<{ text: string }>(`select text from message where author = 'bot'`)
    same(
      'messages',
      messages.map(({ text }) => text),
      of(({ messages: keys }) => keys),
    )
    const calls = new Map([...receiver.calls].filter(([key]) => key.startsWith('f')))
    seen('calls', calls, new Map(of(({ called }) => [...called])))
    seen('notes', receiver.notes, new Map(of(({ notes }) => notes).map((key) => [key, 1])))
    seen('questions', receiver.questions, new Map(of(({ asked: keys }) => keys).map((key) => [key, 1])))
    assert.equal(receiver.keyless, 0, 'every request has a key')
    const [left] = await asked<Record<string, number>>(`select
      (select count(*)::int from event_exception) as exceptions, (select count(*)::int from due_failed) as due_failed,
      (select count(*)::int from flow_approval where status = 'pending') as approvals,
      (select count(*)::int from encounter where encounter_id like 'closing-%' and status <> 'closed') as open,
      (select count(*)::int from event_log where type = 'encounter.closed') - ${begun.filter(({ plan }) => plan.closes).length} as closed`)
    assert.deepEqual(left, { exceptions: 0, due_failed: 0, approvals: 0, open: 0, closed: 0 })
  }

  return {
    kinds: new Set(plans.flatMap(({ graph }) => graph.nodes.map(({ type }) => type))),
    get runs() {
      return next
    },
    begin: (more) => atOnce(more, one),
    async verify(timeoutMs) {
      await settled(pending, timeoutMs)
      await compare()
    },
    publish,
    tell: (type, count) => atOnce(count, (n) => event(type, `${type}-${n}`, { n })),
    stop() {
      stopped = true
      approving.catch(() => {})
    },
  }
}

/** The same keys, each once. */
function same(what: string, found: readonly string[], expected: readonly string[]): void {
  const [sorted, wanted] = [[...found].sort(), [...expected].sort()]
  const at = wanted.findIndex((key, i) => key !== sorted[i])
  if (at !== -1) assert.fail(`${what}: wanted ${wanted.slice(at, at + 3)}, found ${sorted.slice(at, at + 3)}`)
  assert.equal(sorted.length, wanted.length, `${what}: ${sorted.slice(wanted.length, wanted.length + 3)}`)
}

/** The receiver saw so many different requests about each, and about nothing else. */
function seen(what: string, found: ReadonlyMap<string, Asked>, expected: ReadonlyMap<string, number>): void {
  for (const [key, n] of expected) assert.equal(found.get(key)?.ids.size, n, `${what}: different requests about ${key}`)
  for (const key of found.keys()) assert.ok(expected.has(key), `${what}: nobody should have asked about ${key}`)
}
