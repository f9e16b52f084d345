import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { deliverySettings } from '#deliveries/index.ts'
import { answerTo, registerAbility } from '#flows/index.ts'
import { llmChannel } from '#flows/llm/channel.ts'
import { flowSettings } from '#flows/settings.ts'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, openFlows } from '#flows/testing-program.ts'
import type { Json } from '#platform/event.ts'
import { readSettings } from '#platform/settings.ts'

const KEY = 'sk-never-to-be-seen'

/** A model: answers what the test says, in the form of the protocol. */
const model = {
  answers: [] as { status: number; body: unknown }[],
  asked: [] as { authorization: string | undefined; body: { [name: string]: Json } }[],
}
const completion = (content: string, finish = 'stop') => ({
  status: 200,
  body: {
    object: 'chat.completion',
    model: 'tiny',
    choices: [{ index: 0, message: { role: 'assistant', content, reasoning_content: 'hm' }, finish_reason: finish }],
    usage: { total_tokens: 40 },
  },
})

let server: Server
let h: FlowsHarness
before(async () => {
  server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece) => pieces.push(piece))
    request.on('end', () => {
      const { authorization } = request.headers
      model.asked.push({ authorization, body: JSON.parse(Buffer.concat(pieces).toString()) })
      const { status, body } = model.answers.shift() ?? { status: 500, body: {} }
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const at = { LLM_URL: `http://127.0.0.1:${port}/v1`, LLM_MODEL: 'tiny', LLM_API_KEY: KEY }
  h = await openFlows([], { ...at, LLM_TIMEOUT_SECONDS: '120' })
})
after(async () => {
  await h?.close()
  server?.close()
})

const SCHEMA = { type: 'object', properties: { mood: { enum: ['glad', 'angry'] } }, required: ['mood'] }
const asking = (data: object) =>
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['ask', 'llm', { prompt: 'Resume: {{ event.data.text }}', save: 'said', ...data }],
      ['well', 'end', { outcome: 'well' }],
      ['bad', 'end', { outcome: 'bad' }],
    ],
    ['start ask', 'ask.ok well', 'ask.error bad'],
  )

let count = 0
async function play(data: object, ...answers: typeof model.answers) {
  const t = `llm-${++count}`
  model.answers = answers
  model.asked = []
  const id = await h.published(t, 'Ask', asking(data))
  await h.tell(t, 'go', 'enc', { text: 'no me llegó' })
  await h.comesTo(t, id, 'completed')
  return h.runOf(t, id)
}

test('a model is asked in its protocol, and its text is kept', async () => {
  const run = await play({ maxTokens: 50 }, completion('No llegó el pedido.'))
  assert.deepEqual([run.outcome, run.vars.said], ['well', 'No llegó el pedido.'])
  assert.deepEqual(model.asked, [
    {
      authorization: `Bearer ${KEY}`,
      body: {
        model: 'tiny',
        messages: [{ role: 'user', content: 'Resume: no me llegó' }],
        max_tokens: 50,
        stream: false,
      },
    },
  ])
  const rows = await h.program.database.worker.query<{ all: string }>(
    `select concat((select json_agg(d)::text from delivery d), (select json_agg(r)::text from flow_run r),
       (select json_agg(a)::text from delivery_attempt a)) as all`,
  )
  assert.ok(rows[0]?.all.includes('llm') && !rows[0].all.includes(KEY), 'the key is nowhere')
})

test('an answer has to fit its schema; one that does not, or is cut, is an error', async () => {
  const well = await play({ schema: SCHEMA }, completion('```json\n{"mood":"angry"}\n```'))
  assert.deepEqual([well.outcome, well.vars.said], ['well', { mood: 'angry' }])
  const format = model.asked[0]?.body.response_format as { [name: string]: Json } | undefined
  assert.deepEqual(format, { type: 'json_schema', json_schema: { name: 'answer', strict: false, schema: SCHEMA } })
  const closed = { ...SCHEMA, additionalProperties: false }
  await play({ schema: closed }, completion('{"mood":"angry"}'))
  assert.deepEqual(model.asked[0]?.body.response_format, {
    ...{ type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: closed } },
  })
  for (const [answer, cause] of [
    [completion('{"mood":"sad"}'), /does not fit the schema/],
    [completion('angry'), /is no JSON/],
    [completion('{"mood":"an', 'length'), /was cut/],
  ] as const) {
    const run = await play({ schema: SCHEMA }, answer)
    assert.equal(run.outcome, 'bad')
    assert.match(run.steps.find(({ nodeId }: { nodeId: string }) => nodeId === 'ask').error, cause)
  }
})

test('a model that refuses is an error at once, and what is no completion too', async () => {
  const refused = await play({}, { status: 401, body: { error: { message: KEY } } })
  assert.equal(refused.outcome, 'bad')
  assert.equal(model.asked.length, 1)
  assert.match(JSON.stringify(refused.steps), /answered 401: \[secret\]/)
  assert.ok(!JSON.stringify(refused).includes(KEY))
  const long = await play(
    {},
    { status: 400, body: { error: { message: `This prompt is too long${'!'.repeat(900)}` } } },
  )
  const { error } = long.steps.find(({ nodeId }: { nodeId: string }) => nodeId === 'ask')
  assert.match(error, /^the language model answered 400: This prompt is too long!+…?$/)
  assert.ok(error.length < 350)
  assert.equal((await play({}, { status: 200, body: { choices: [] } })).outcome, 'bad')
})

test('why a model refuses to answer by a strict schema, or a gateway answers 200 with an error, stands in the step', async () => {
  const refusing = { role: 'assistant', content: null, refusal: "I can't help with that." }
  for (const [body, error] of [
    [
      { choices: [{ message: refusing, finish_reason: 'stop' }] },
      "the language model refused: I can't help with that.",
    ],
    [{ error: { message: 'model overloaded' } }, 'the language model answered 200: model overloaded'],
    [
      { choices: [{ message: { content: null }, finish_reason: 'tool_calls' }] },
      'the language model answered no completion',
    ],
  ] as const) {
    const run = await play({ schema: SCHEMA }, { status: 200, body })
    assert.equal(run.outcome, 'bad')
    assert.equal(run.steps.find(({ nodeId }: { nodeId: string }) => nodeId === 'ask').error, error)
  }
})

test('OpenAI is asked for tokens as it wants to be, and everybody else as everybody does', async () => {
  for (const [LLM_PROVIDER, LLM_URL, field] of [
    ['auto', 'https://api.openai.com/v1', 'max_completion_tokens'],
    ['auto', 'https://clinic.openai.azure.com/openai/v1', 'max_completion_tokens'],
    ['auto', 'https://notopenai.com/v1', 'max_tokens'],
    ['auto', 'http://127.0.0.1:8080/v1', 'max_tokens'],
    ['openai', 'http://127.0.0.1:8080/v1', 'max_completion_tokens'],
    ['compatible', 'https://api.openai.com/v1', 'max_tokens'],
  ]) {
    const { settings } = readSettings([flowSettings, deliverySettings], { LLM_PROVIDER, LLM_URL })
    const channel = llmChannel({ ...h.program.runtime, settings })
    const asked = [{ request: { prompt: 'Hi', schema: null, maxTokens: 7 } }]
    const [made] = (await channel.prepare(asked as never, undefined as never)) as readonly { body: string }[]
    assert.equal(JSON.parse(made?.body ?? '')[field as string], 7, `${LLM_PROVIDER} ${LLM_URL}`)
  }
})

test('a model may take as long as the setting says, which is longer than other calls may', () => {
  assert.equal(llmChannel(h.program.runtime).timeoutMs, 120_000)
})

test('a schema that could stop the program is refused', async () => {
  const { id } = await h.ok('llm', 'POST', '/api/v1/flows', { name: 'F' })
  const saved = await h.ok(
    'llm',
    'PUT',
    `/api/v1/flows/${id}/draft`,
    asking({ schema: { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } } }),
  )
  assert.ok(saved.faults.some(({ path }: { path: string }) => path.startsWith('/nodes/ask/data/schema')))
})

const booking = graph(
  [
    ['start', 'trigger', { event: 'go' }],
    ['book', 'bookSlot', { serviceId: 'checkup', start: '{{ event.data.at }}', save: 'slot' }],
    ['well', 'end', { outcome: 'well' }],
    ['bad', 'end', { outcome: 'bad' }],
  ],
  ['start book', 'book.ok well', 'book.error bad'],
)
const AT = '2026-05-02T15:30:00-03:00'

test('what no context does goes the error way with the reason, and whoever publishes is warned', async () => {
  const { id } = await h.ok('book', 'POST', '/api/v1/flows', { name: 'F' })
  const saved = await h.ok('book', 'PUT', `/api/v1/flows/${id}/draft`, booking)
  assert.deepEqual(saved.faults, [])
  const preview = await h.ok('book', 'POST', `/api/v1/flows/${id}/publish/preview`, {})
  const { warnings } = await h.ok('book', 'POST', `/api/v1/flows/${id}/publish`, {})
  assert.equal(warnings[0].nodeId, 'book')
  assert.match(warnings[0].messages.es, /la agenda de horas no está disponible/)
  assert.deepEqual([saved.warnings, preview.warnings], [warnings, warnings])
  await h.tell('book', 'go', 'enc', { at: AT })
  await h.comesTo('book', id, 'completed')
  const run = await h.runOf('book', id)
  assert.equal(run.outcome, 'bad')
  assert.match(JSON.stringify(run.steps), /appointments are not set up/)
  const played = await h.ok('book', 'POST', `/api/v1/flows/${id}/simulate`, { event: { type: 'go', data: { at: AT } } })
  assert.equal(played.outcome, 'bad')
})

test('a context that registers is asked once, in the commit of the run, and its answer is heard', async () => {
  const asked: Json[] = []
  registerAbility(h.program.runtime, {
    name: 'bookSlot',
    ask(tx, requests) {
      for (const { asker, request, id, contactId, at } of requests) {
        tx.afterCommit(() => void asked.push({ request, contactId, id: id.length }))
        tx.schedule([answerTo(asker, { way: 'ok', value: { id: 'appointment-1' } }, at)])
      }
    },
  })
  const id = await h.published('booked', 'Book', booking)
  await h.tell('booked', 'go', 'enc', { at: AT, patient_id: 'maria' })
  await h.comesTo('booked', id, 'completed')
  const run = await h.runOf('booked', id)
  assert.deepEqual([run.outcome, run.vars.slot], ['well', { id: 'appointment-1' }])
  assert.deepEqual(asked, [
    { request: { serviceId: 'checkup', start: AT, contactId: 'maria' }, contactId: 'maria', id: 36 },
  ])
})
