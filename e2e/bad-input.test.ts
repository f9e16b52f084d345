/**
 * Malformed input at every door: refused with a problem that names what is wrong, nothing stored, the program unmoved.
 * In full (100,000 mutated bodies; some 10 minutes): E2E_FULL=1 node cauce.mjs test e2e/bad-input
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { Pool } from 'undici'
import { testDatabase } from '../server/platform/testing.ts'
import { clientOf, settled } from './harness/client.ts'
import type { Door } from './harness/door.ts'
import { DOORS, furnish, QUESTIONS } from './harness/doors.ts'
import { graph } from './harness/flow-doors.ts'
import { bytes, FIELDS, HEADERS, NEVER, RAW, UNKNOWN } from './harness/malformed.ts'
import { HOSTILE, mutated, mutatedPath, places, withHostile } from './harness/mutate.ts'
import { freePort, KEY, type ProgramProcess, programProcess } from './harness/program.ts'
import { type Paths, questionsOf } from './harness/questions.ts'
import { count, FULL, PATIENCE_MS, seeded } from './harness/scale.ts'
import { RHYTHM, tableTexts } from './harness/tables.ts'

const MUTATIONS = count(1_500, 100_000)
const CALLERS = 24
/** Refusals that say something of the request alone: they hold on any database. */
const OF_ITSELF = [400, 413, 415, 422]
/** Of those that name what else there is: an earlier request under the key, another pair of systems. */
const OF_OTHERS = /idempotency|is that of/
/** Put in the place of every value: what no text can be made of. In full: each of the hostile values. */
const SWEPT = FULL ? HOSTILE : ['{"toString":1,"valueOf":1}']
/** Bodies that are no JSON, or come under a name that is not known beforehand. */
const NO_DOOR = /^(POST \/in\/|POST \/r\/|POST \/api\/v1\/inert-page$)/

type Sent = { method: Door['method']; path: string; body?: Buffer; headers: Record<string, string> }
type Answer = { status: number; type: string; text: string }
type Place = { program: ProgramProcess; pool: Pool; flow: string; close(): Promise<void> }

/** A program over a fresh database, with what the doors speak of. */
async function open(): Promise<Place> {
  const database = await testDatabase()
  const program = programProcess('', await freePort(), { DATABASE_URL: database.url })
  const flow = await program
    .start()
    .then(() => furnish(clientOf([program.url])))
    .catch(async (error) => {
      await program.kill()
      await database.drop()
      throw error
    })
  const pool = new Pool(program.url, { connections: CALLERS, headersTimeout: PATIENCE_MS })
  return {
    program,
    pool,
    flow,
    async close() {
      await pool.destroy()
      await program.stop()
      await database.drop()
    },
  }
}

async function send({ pool, flow }: Place, { method, path, body, headers }: Sent): Promise<Answer> {
  const answer = await pool.request({
    method,
    path: path.replace('{flow}', flow),
    headers: { authorization: `Bearer ${KEY}`, ...headers },
    body: body ?? null,
  })
  return {
    status: answer.statusCode,
    type: String(answer.headers['content-type'] ?? ''),
    text: await answer.body.text(),
  }
}

const sentTo = ({ method, path, type = 'application/json', headers = {} }: Door, body: Buffer): Sent => ({
  method,
  path,
  body,
  headers: { 'content-type': type, ...headers },
})

const told = ({ method, path, body, headers }: Sent): string =>
  `${method} ${path} ${JSON.stringify(headers)} ${body?.subarray(0, 300).toString()}`

/** What every answer has to be, whatever was asked. */
function assertAnswer(sent: Sent, { status, type, text }: Answer): void {
  assert.ok(status < 500, `${status} ${text}\nto ${told(sent)}`)
  if (status < 400) return
  // A person reads these.
  if (sent.path.startsWith('/r/') && type.startsWith('text/html')) return
  assert.match(type, /^application\/problem\+json/, `${status} to ${told(sent)}`)
  const problem = JSON.parse(text) as { status: number; code: string; detail: string; errors?: unknown[] }
  assert.equal(problem.status, status)
  assert.ok(problem.code !== '' && problem.detail !== '', text)
  if (status !== 400 && status !== 422) return
  assert.ok(Array.isArray(problem.errors) && problem.errors.length > 0, `no fault is named: ${text}\nto ${told(sent)}`)
  for (const fault of problem.errors as { path: unknown; message: unknown }[]) {
    assert.ok(typeof fault.path === 'string' && typeof fault.message === 'string' && fault.message !== '', text)
    assert.ok(fault.message.length < 1_000, `a fault repeats what was sent: ${text.slice(0, 2_000)}`)
  }
}

/** Sends all, some at a time. @returns the answers in order */
async function sendAll(place: Place, all: readonly Sent[]): Promise<Answer[]> {
  const answers: Answer[] = []
  let next = 0
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      while (next < all.length) {
        const n = next++
        const sent = all[n] as Sent
        const answer = await send(place, sent).catch((error) => {
          throw new Error(`no answer (${error}) to ${told(sent)}`)
        })
        assertAnswer(sent, answer)
        answers[n] = answer
      }
    }),
  )
  return answers
}

describe('malformed input', { timeout: 3_600_000 }, () => {
  const random = seeded()
  const refused: Sent[] = []
  let place: Place
  let paths: Paths
  let questions: readonly string[]

  before(async () => {
    place = await open()
    const document = await fetch(`${place.program.url}/api/openapi.json`)
    paths = ((await document.json()) as { paths: Paths }).paths
    questions = [...QUESTIONS, ...questionsOf(paths)]
  })
  after(() => place?.close())

  /** Remembers what was refused for itself, to be sent again where nothing else happens. */
  async function attempt(all: readonly Sent[]): Promise<Answer[]> {
    const answers = await sendAll(place, all)
    all.forEach((sent, i) => {
      const { status = 0, text = '' } = answers[i] ?? {}
      if (OF_ITSELF.includes(status) && !OF_OTHERS.test(text)) refused.push(sent)
    })
    return answers
  }

  const problemOf = ({ text }: Answer) => JSON.parse(text) as { errors?: { path: string; nodeId?: string }[] }

  it('the doors take what is well formed', async () => {
    for (const door of DOORS) {
      const sent = sentTo(door, bytes(JSON.stringify(door.body)))
      const answer = await send(place, sent)
      assertAnswer(sent, answer)
      assert.ok(!OF_ITSELF.includes(answer.status), `${answer.status} ${answer.text} to ${told(sent)}`)
    }
  })

  it('questions are answered', async () => {
    await sendAll(
      place,
      questions.map((path) => ({ method: 'GET', path, headers: {} })),
    )
  })

  it('there is a door for every route that takes a body', () => {
    const missing = Object.entries(paths).flatMap(([path, operations]) => {
      const route = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/?]+')}(\\?|$)`)
      return Object.entries(operations)
        .filter(([, { requestBody }]) => requestBody !== undefined)
        .map(([method]) => method.toUpperCase())
        .filter((method) => !DOORS.some((door) => door.method === method && route.test(door.path)))
        .map((method) => `${method} ${path}`)
        .filter((name) => !NO_DOOR.test(name))
    })
    assert.deepEqual(missing, [])
  })

  it('no value of any door brings the program down', async () => {
    for (const door of DOORS) {
      const all = places(door.body).flatMap((at) => SWEPT.map((hostile) => withHostile(door.body, at, hostile)))
      await attempt(all.map((text) => sentTo(door, bytes(text))))
    }
  })

  it('no door takes what is no JSON object of its own', async () => {
    const all = DOORS.flatMap((door) =>
      NEVER.map(([why, body, status]) => ({ door, why, status, sent: sentTo(door, body) })),
    )
    const answers = await attempt(all.map(({ sent }) => sent))
    all.forEach(({ door, why, status, sent }, i) => {
      // The data of a binary CloudEvent may be any JSON.
      const any = door.headers !== undefined && ['a string', 'a number'].includes(why)
      if (!any) assert.equal(answers[i]?.status, status, `${why}: ${answers[i]?.text} to ${told(sent)}`)
    })
  })

  it('no door takes another type of content', async () => {
    const types = [
      'text/plain',
      'application/xml',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      'image/png',
    ]
    const doors = DOORS.filter(({ path }) => path !== '/api/v1/events')
    const answers = await attempt(
      doors.flatMap((door) => types.map((type) => sentTo({ ...door, type }, bytes(JSON.stringify(door.body))))),
    )
    for (const { status, text } of answers) assert.equal(status, 415, text)
  })

  it('each fault is named by its place', async () => {
    const all = FIELDS.map(([method, path, body]) => sentTo({ method, path }, bytes(JSON.stringify(body))))
    const answers = await attempt(all)
    FIELDS.forEach(([method, path, body, status, at], i) => {
      const answer = answers[i] as Answer
      assert.equal(answer.status, status, `${answer.text} to ${method} ${path} ${JSON.stringify(body).slice(0, 200)}`)
      const paths = problemOf(answer).errors?.map((fault) => fault.path)
      assert.ok(
        paths?.some((found) => found.startsWith(at)),
        `${at} of ${method} ${path} is not named: ${answer.text}`,
      )
    })
  })

  it('all faults of one request are told at once', async () => {
    const body = { routingKeyPattern: '..', webhookUrl: 'nonsense', format: 'stone', more: 1 }
    const [answer] = await attempt([
      sentTo({ method: 'POST', path: '/api/v1/subscriptions' }, bytes(JSON.stringify(body))),
    ])
    const paths = problemOf(answer as Answer).errors?.map(({ path }) => path)
    for (const path of ['/format', '/more']) assert.ok(paths?.includes(path), answer?.text)
  })

  it('a flow that cannot run is refused with every fault, by node', async () => {
    const client = clientOf([place.program.url])
    const { id } = await client.persist<{ id: string }>('POST', '/api/v1/flows', { name: 'Broken' })
    const broken = {
      ...graph,
      nodes: [
        ...graph.nodes,
        { id: 'odd', type: 'teleport', position: { x: 0, y: 0 }, data: {} },
        { id: 'alone', type: 'end', position: { x: 0, y: 0 }, data: {} },
        { id: 'cel', type: 'set', position: { x: 0, y: 0 }, data: { vars: { a: 'event.data[' } } },
      ],
      edges: [...graph.edges, { id: 'x', source: 'start', target: 'nowhere' }],
    }
    await client.persist('PUT', `/api/v1/flows/${id}/draft`, broken)
    const answer = await client.ask('POST', `/api/v1/flows/${id}/publish`, {})
    assert.equal(answer.status, 422)
    const { errors } = (await answer.json()) as { errors: { path: string; nodeId?: string; message: string }[] }
    const named = JSON.stringify(errors)
    for (const node of ['odd', 'alone', 'cel', 'nowhere'])
      assert.ok(named.includes(node), `${node} is not named: ${named}`)
  })

  it('what nobody knows is not found', async () => {
    const all = UNKNOWN.map(([method, path, body]) => ({
      method,
      path,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: bytes(JSON.stringify(body)) }),
    }))
    for (const [i, { status, text }] of (await attempt(all)).entries())
      assert.equal(status, 404, `${UNKNOWN[i]} ${text}`)
  })

  it('what is not even HTTP is answered or cut off, and nobody else notices', async () => {
    const port = Number(new URL(place.program.url).port)
    for (const text of RAW) {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      let answer = ''
      socket.on('data', (data) => {
        answer += data
      })
      socket.end(Buffer.from(text, 'latin1'))
      await once(socket, 'close')
      assert.match(answer, /^(HTTP\/1\.1 4\d\d |$)/, `${JSON.stringify(text.slice(0, 60))} got ${answer.slice(0, 100)}`)
    }
    assert.equal((await fetch(`${place.program.url}/health`)).status, 200)
  })

  it(`${MUTATIONS} mutated requests get no 5xx`, async (t) => {
    const seen = new Map<number, number>()
    for (let left = MUTATIONS; left > 0; ) {
      const some = Array.from({ length: Math.min(left, 1_000) }, () => mutation(random, questions))
      left -= some.length
      for (const { status } of await attempt(some)) seen.set(status, (seen.get(status) ?? 0) + 1)
    }
    t.diagnostic(
      [...seen]
        .sort(([a], [b]) => a - b)
        .map(([status, n]) => `${status}: ${n}`)
        .join(', '),
    )
    assert.ok(place.program.alive())
    assert.equal(place.program.output().match(/"level":"error"/g), null, place.program.output().slice(-3_000))
  })

  it('nothing of what was refused is stored', async (t) => {
    const fresh = await open()
    try {
      const database = await fresh.program.database()
      // What the furnishing of the place has put off for a moment is no effect of what is refused.
      await settled(async () => {
        const { rows } = await database.query(
          `select kind from due where due_at < clock_timestamp() + interval '1 minute' and not ${RHYTHM}`,
        )
        return rows.length === 0 ? '' : `${rows.length} rows are due`
      })
      const before = await tableTexts(database)
      const answers = await sendAll(fresh, refused)
      // A preview depends on what the template says by now, and stores nothing.
      const taken = refused.filter(({ path }, i) => (answers[i]?.status ?? 0) < 400 && !/preview|simulate/.test(path))
      assert.deepEqual(taken.slice(0, 3).map(told), [], 'what was refused is refused again')
      assert.deepEqual(await tableTexts(database), before)
      t.diagnostic(`${refused.length} refused requests`)
      await database.end()
    } finally {
      await fresh.close()
    }
  })
})

const one = <T>(random: () => number, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T

function mutation(random: () => number, questions: readonly string[]): Sent {
  if (random() < 0.1) return { method: 'GET', path: mutatedPath(one(random, questions), random), headers: {} }
  const door = one(random, DOORS)
  const sent = sentTo(door, mutated(door.body, random))
  if (random() < 0.05) sent.path = mutatedPath(sent.path, random)
  if (random() < 0.1) sent.headers = { ...sent.headers, ...one(random, HEADERS) }
  return sent
}
