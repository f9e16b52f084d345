import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { bootstrap } from '#access/index.ts'
import { hashId } from '#platform/ids.ts'
import type { Program } from './program.ts'
import { serve } from './serve.ts'
import { services } from './services.ts'
import { testProgram } from './testing.ts'

/**
 * A page is bounded by its bytes, not only by its items: whoever reads a list of large things gets them in more pages,
 * and neither the memory of the program nor its other callers bear it.
 */

const KEY = 'first-key-of-the-tests-0123456789abcdef'
/** A page of a megabyte, as the database counts it; JSON adds names and punctuation. */
const MOST_BYTES = 1_300_000
/** What every list is filled with at least. */
const FILLED_BYTES = 2_000_000

const RUN = hashId('run')
const DELIVERY = hashId('delivery')

describe('a list of large things', () => {
  let program: Program & { close(): Promise<void> }
  let app: FastifyInstance
  let owner = ''

  async function call(
    method: 'GET' | 'POST' | 'PUT',
    url: string,
    payload?: unknown,
    key = KEY,
    headers: Record<string, string> = {},
  ) {
    const answer = await app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${key}`, ...headers },
      ...(payload === undefined ? {} : { payload: payload as object }),
    })
    assert.ok(answer.statusCode < 300, `${method} ${url}: ${answer.statusCode} ${answer.body.slice(0, 500)}`)
    return answer.body
  }
  const times = async (n: number, fn: (i: number) => Promise<unknown>) => {
    for (let i = 0; i < n; i++) await fn(i)
  }
  const sql = (text: string, values: readonly unknown[]) => program.database.worker.query(text, values)
  const filler = (length: number) => 'ñ'.repeat(length / 2)

  const large = (id: string) => ({
    event_id: id,
    type: 'large',
    subtype: 'x',
    encounter_id: 'large',
    datetime: program.runtime.clock.now(),
    text: filler(300_000),
  })

  const lists: { url: string; count: number; fill(): Promise<unknown>; credential?(): string }[] = [
    {
      url: '/api/v1/contacts',
      count: 41,
      fill: () =>
        times(40, (i) => call('PUT', `/api/v1/contacts/c${i}`, { name: 'C', attributes: { a: filler(60_000) } })),
    },
    {
      url: '/api/v1/calendars',
      count: 5,
      fill: () =>
        times(5, (i) =>
          call('PUT', `/api/v1/calendars/k${i}`, {
            timeZone: 'UTC',
            week: { mon: [{ from: '09:00', to: '18:00' }] },
            holidays: Array.from({ length: 1_000 }, (_, n) => ({
              date: new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10),
              name: filler(400),
            })),
          }),
        ),
    },
    {
      url: '/api/v1/queues',
      count: 6,
      fill: () =>
        times(5, (i) =>
          call('PUT', `/api/v1/queues/q${i}`, {
            warningTexts: Object.fromEntries(
              Array.from({ length: 60 }, (_, n) => [`es-${String(n).padStart(3, '0')}`, filler(8_000)]),
            ),
          }),
        ),
    },
    {
      url: '/api/v1/encounters/e/messages',
      count: 40,
      async fill() {
        await call('POST', '/api/v1/encounters', { id: 'e', queueId: 'q', contactId: 'c', channel: 'webchat' })
        await times(40, () => call('POST', '/api/v1/encounters/e/messages', { from: 'agent', text: filler(60_000) }))
      },
    },
    {
      url: '/api/v1/timers',
      count: 40,
      fill: () =>
        times(40, (i) =>
          call('POST', '/api/v1/timers', { id: `t${i}`, delay: 'PT1H', event: { type: 'a.b', data: filler(60_000) } }),
        ),
    },
    {
      url: '/api/v1/notifications',
      count: 40,
      fill: () =>
        times(40, () =>
          call('POST', '/api/v1/notifications', {
            to: { userId: JSON.parse(owner).user.id },
            content: { body: filler(40_000) },
            channels: ['inbox'],
            data: { a: filler(40_000) },
          }),
        ),
    },
    { url: '/notifications/me', count: 40, fill: async () => {}, credential: () => JSON.parse(owner).token },
    {
      url: '/api/v1/templates/large/versions?channel=email&locale=es',
      count: 20,
      fill: () =>
        times(20, (i) =>
          call('PUT', '/api/v1/templates/large', {
            channel: 'email',
            locale: 'es',
            title: 'T',
            body: `${i} ${filler(80_000)}`,
            html: filler(80_000),
          }),
        ),
    },
    // What was done above.
    { url: '/api/v1/audit?action=queue.changed', count: 6, fill: async () => {} },
    {
      url: '/api/v1/events?type=large.x',
      count: 8,
      fill: () => times(8, (i) => call('POST', '/api/v1/events', large(`l${i}`))),
    },
    { url: '/backoffice/events/outbox?type=large.x', count: 8, fill: async () => {} },
    { url: '/api/v1/events?subject=large', count: 8, fill: async () => {} },
    {
      url: '/backoffice/events/quarantine',
      count: 8,
      async fill() {
        const flag = '/api/v1/flags/CAUCE_UNKNOWN_EVENT_TYPES'
        await call('PUT', flag, { value: 'set-aside' })
        await times(8, (i) => call('POST', '/api/v1/events', large(`q${i}`)))
        await call('PUT', flag, { value: 'pass' })
      },
    },
    {
      url: '/api/v1/sources/pair/held',
      count: 8,
      async fill() {
        const system = (name: string, role: string, knownBy: object) => ({ name, role, knownBy })
        const systems = [
          system('one', 'leader', { sources: ['/one'] }),
          system('two', 'follower', { headers: { 'x-system': 'two' } }),
        ]
        await call('PUT', '/api/v1/sources/pair', { systems })
        await times(8, (i) => call('POST', '/api/v1/events', large(`h${i}`), KEY, { 'x-system': 'two' }))
      },
    },
  ]

  before(async () => {
    program = await testProgram(services, { env: { CAUCE_API_KEY: KEY, CAUCE_ADMIN_PASSWORD: 'correct horse' } })
    const { runtime, database } = program
    await bootstrap({ database, settings: runtime.settings, clock: runtime.clock })
    app = await serve(program, [])
    await call('PUT', '/api/v1/queues/q', {})
    await call('PUT', '/api/v1/contacts/c', {})
    owner = await call('POST', '/api/v1/login', { email: 'admin@localhost', password: 'correct horse' })
    for (const { fill } of lists) await fill()
  })
  after(async () => {
    await app?.close()
    await program?.close()
  })

  for (const { url, count, credential = () => KEY } of lists) {
    it(`comes in pages of a megabyte, and whole: ${url}`, async () => {
      const seen: string[] = []
      let bytes = 0
      let cursor: string | null = null
      do {
        const at = `${url}${url.includes('?') ? '&' : '?'}limit=200${cursor === null ? '' : `&cursor=${cursor}`}`
        const body = await call('GET', at, undefined, credential())
        assert.ok(Buffer.byteLength(body) <= MOST_BYTES, `a page of ${Buffer.byteLength(body)} bytes`)
        bytes += Buffer.byteLength(body)
        const page: { items: { id?: string; version?: number }[]; nextCursor: string | null } = JSON.parse(body)
        assert.ok(page.items.length > 0)
        seen.push(...page.items.map(({ id, version }) => String(id ?? version)))
        cursor = page.nextCursor
      } while (cursor !== null)
      assert.ok(bytes >= FILLED_BYTES, `${bytes} bytes in all`)
      assert.deepEqual([seen.length, new Set(seen).size], [count, count])
    })
  }

  it('shows what is larger than a page without its content, and the next page after it', async () => {
    const binary = Buffer.alloc(1_040_000, 1)
    for (const id of ['before', 'huge', 'after']) {
      const answer = await app.inject({
        method: 'POST',
        url: '/api/v1/events',
        headers: {
          authorization: `Bearer ${KEY}`,
          'ce-specversion': '1.0',
          'ce-id': id,
          'ce-source': '/large',
          'ce-type': 'huge.x',
          'content-type': 'application/octet-stream',
        },
        payload: id === 'huge' ? binary : Buffer.from('x'),
      })
      assert.equal(answer.statusCode, 202, answer.body)
    }
    type Item = { id: string; data: unknown; truncated?: boolean; size?: number }
    const listed = JSON.parse(await call('GET', '/api/v1/events?type=huge.x')).items as Item[]
    assert.deepEqual(
      listed.map(({ id, data, truncated }) => [id, data === null, truncated]),
      [
        ['after', false, undefined],
        ['huge', true, true],
        ['before', false, undefined],
      ],
    )
    assert.ok((listed[1]?.size ?? 0) > 1_300_000, String(listed[1]?.size))
    const outbox = JSON.parse(await call('GET', '/backoffice/events/outbox?type=huge.x')).items
    assert.deepEqual(
      outbox.map((row: { payload_json: unknown; truncated?: boolean }) => [row.payload_json === null, row.truncated]),
      [
        [false, undefined],
        [true, true],
        [false, undefined],
      ],
    )
    const one = JSON.parse(await call('GET', '/api/v1/events/huge?source=/large'))
    assert.equal(one.data, binary.toString('base64'))
  })

  it('is named whole among the consequences of an event, with as much content as a page has', async () => {
    await call('POST', '/api/v1/events', {
      event_id: 'origin',
      type: 'origin',
      subtype: 'x',
      encounter_id: 'origin',
      datetime: program.runtime.clock.now(),
    })
    for (let i = 0; i < 6; i++) {
      await call('POST', '/api/v1/events', {
        specversion: '1.0',
        id: `caused${i}`,
        source: '/caused',
        type: 'caused.x',
        causationid: 'origin',
        data: filler(300_000),
      })
    }
    const body = await call('GET', '/api/v1/events/origin')
    assert.ok(Buffer.byteLength(body) <= MOST_BYTES, `${Buffer.byteLength(body)} bytes`)
    const { events } = JSON.parse(body).caused as { events: { id: string; truncated?: boolean; size?: number }[] }
    assert.deepEqual(
      events.map(({ id, truncated, size }) => [id, truncated, size === undefined ? undefined : size > 300_000]),
      [0, 1, 2]
        .map((i) => [`caused${i}`, undefined, undefined] as unknown[])
        .concat([3, 4, 5].map((i) => [`caused${i}`, true, true])),
    )
  })

  it('keeps the answers of the last attempts, and names all', async () => {
    await sql('select delivery_days($1::date, 1, 1)', [
      new Date(program.runtime.clock.wall()).toISOString().slice(0, 10),
    ])
    await sql(
      `insert into delivery_attempt (tenant, delivery_id, at, number, channel, target, verdict, status, body, ended, created_at)
       select 'default', $1::uuid, $2::timestamptz + n * interval '1 ms', n, 'webhook', 'subscription:s', 'retry', 500, $3,
         case when n = 190 then 'failed' end, $2 from generate_series(1, 190) as n`,
      [DELIVERY, new Date(program.runtime.clock.wall()), filler(16_000)],
    )
    const body = await call('GET', `/api/v1/deliveries/${DELIVERY}`)
    assert.ok(Buffer.byteLength(body) <= MOST_BYTES, `${Buffer.byteLength(body)} bytes`)
    const { history } = JSON.parse(body) as { history: { number: number; body: string | null; truncated?: boolean }[] }
    assert.equal(history.length, 190)
    const whole = history.filter((attempt) => attempt.body !== null)
    assert.deepEqual([whole[0]?.number, whole.at(-1)?.number], [126, 190])
    assert.ok(history.every((attempt) => (attempt.body === null) === (attempt.truncated === true)))
  })

  it('comes in pages of whole visits as the timeline of a run', async () => {
    const entered = (n: number) => ({ visit: n, nodeId: `n${n}`, type: 'wait', at: 0, input: { a: filler(4_000) } })
    const left = (n: number) => ({ ...entered(n), input: undefined, output: { b: n }, way: 'out', resumed: true })
    await sql(
      `insert into flow_run (tenant, id, flow_id, version, key, slot, subject, status, event_id, event_position, started_at,
         revision, hops, state, steps)
       values ('default', $1, $1, 1, 'k', '', 's', 'completed', 'e', 1, $2, 1, 0, '{"vars":{},"goalAt":null,"failure":null}', $3)`,
      [RUN, new Date(0), JSON.stringify([entered(1)])],
    )
    for (let n = 2; n <= 700; n++) {
      await sql(`insert into flow_step (tenant, run_id, revision, steps) values ('default', $1, $2, $3)`, [
        RUN,
        n,
        JSON.stringify([left(n - 1), entered(n)]),
      ])
    }
    const seen: { visit: number; input: object; output?: { b: number } }[] = []
    let cursor: string | null = null
    let pages = 0
    do {
      const body = await call('GET', `/api/v1/runs/${RUN}${cursor === null ? '' : `?cursor=${cursor}`}`)
      assert.ok(Buffer.byteLength(body) <= MOST_BYTES, `${Buffer.byteLength(body)} bytes`)
      const run = JSON.parse(body)
      seen.push(...run.steps)
      cursor = run.nextCursor
      pages += 1
    } while (cursor !== null)
    assert.ok(pages > 2)
    assert.deepEqual(
      seen.map(({ visit, input, output }) => [visit, 'a' in input, output?.b]),
      Array.from({ length: 700 }, (_, i) => [i + 1, true, i + 1 === 700 ? undefined : i + 1]),
    )
  })
})
