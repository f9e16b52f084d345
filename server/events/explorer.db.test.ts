import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import type { FastifyInstance } from 'fastify'
import { listEvents } from '#events/store.ts'
import { asOwner } from '#events/testing.ts'
import { compilePattern } from '#events/topic.ts'
import { pagesTouched } from '#platform/testing.ts'
import { testProgram, testServer } from '../testing.ts'

const HOUR_MS = 3_600_000
const START = Date.parse('2026-03-01T00:00:00Z')

type Row = {
  position: number
  tenant: string
  id: string
  type: string
  subject: string
  encounter: string | null
  occurred: number
  received: number
}

const TYPES = [
  'encounter.created',
  'encounter.closed',
  'encounter',
  'encounters.created',
  'order.placed',
  'a.b.created',
]

/** Some events of two tenants; most arrive when they occur, some much later, a few before. */
function rowsOf(count: number): Row[] {
  let seed = 7
  const pick = (n: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % n
  }
  return Array.from({ length: count }, (_, i) => {
    const received = START + i * 600_000
    const away = [0, 0, 0, 0, 0, 0, -30 * HOUR_MS, -700 * HOUR_MS, 20 * HOUR_MS, -HOUR_MS][pick(10)] as number
    const subject = `s${pick(6)}`
    return {
      position: 1_000 + i * 2,
      tenant: pick(5) === 0 ? 'small' : 'big',
      id: `e${i}`,
      type: TYPES[pick(TYPES.length)] as string,
      subject,
      encounter: [subject, `s${pick(6)}`, null][pick(3)] ?? null,
      occurred: received + away - pick(60_000),
      received,
    }
  })
}

describe('the explorer', () => {
  let program: Awaited<ReturnType<typeof testProgram>>
  let server: FastifyInstance
  const rows = rowsOf(900)

  before(async () => {
    program = await testProgram([])
    server = await testServer(program)
    await asOwner(program.url, (client) =>
      client.query(
        `insert into event_log (position, tenant, id, source, type, subject, shard, form, occurred_at, received_at, encounter_id, hops, origin, raw)
         select position, tenant, id, 'x', type, subject, 0, 'flat', to_timestamp(occurred / 1000), to_timestamp(received / 1000), encounter, 0, 'rest', '{}'
         from jsonb_to_recordset($1::jsonb) as r (position bigint, tenant text, id text, type text, subject text, encounter text, occurred double precision, received double precision)`,
        [JSON.stringify(rows)],
      ),
    )
  })
  after(async () => {
    await server.close()
    await program.close()
  })

  /** All pages of a list, and how large the pages were. */
  async function list(path: string, tenant: string, query: Record<string, string>) {
    const items: { id: string }[] = []
    const sizes: number[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const params = new URLSearchParams({ ...query, ...(cursor === '' ? {} : { cursor }) })
      const answer = await server.inject({ url: `${path}?${params}`, headers: { authorization: `Bearer ${tenant}` } })
      assert.equal(answer.statusCode, 200, answer.body)
      const page = answer.json() as { items: { id: string }[]; nextCursor: string | null }
      items.push(...page.items)
      sizes.push(page.items.length)
      cursor = page.nextCursor
    }
    return { ids: items.map(({ id }) => id), sizes }
  }

  const time = fc.integer({ min: -800, max: 200 }).map((hours) => new Date(START + hours * HOUR_MS + 1).toISOString())
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 1 })
  const query = fc.record({
    type: maybe(
      fc.constantFrom(
        ...TYPES,
        '#',
        '*.created',
        '#.created',
        'encounter.*',
        'encounter.#',
        '*',
        '*.*',
        'none.*',
        'a.#',
      ),
    ),
    subject: maybe(fc.constantFrom('s1', 's2', 'nobody')),
    conversation: maybe(fc.constantFrom('s1', 's3', 'nobody')),
    from: maybe(time),
    to: maybe(time),
  })

  it('finds what a walk over the whole log finds, newest first, page by page', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('big', 'small'),
        query,
        fc.constantFrom(9, 50, 100),
        async (tenant, given, limit) => {
          const matches = compilePattern(given.type ?? '#')
          const expected = rows
            .filter(
              (row) =>
                row.tenant === tenant &&
                matches(row.type) &&
                (given.subject === undefined || row.subject === given.subject) &&
                (given.conversation === undefined || row.encounter === given.conversation) &&
                (given.from === undefined || row.occurred >= Date.parse(given.from)) &&
                (given.to === undefined || row.occurred < Date.parse(given.to)),
            )
            .map(({ id }) => id)
            .reverse()
          const asked: Record<string, string> = { limit: String(limit) }
          for (const [name, value] of Object.entries(given)) if (value !== undefined) asked[name] = value
          const { ids, sizes } = await list('/api/v1/events', tenant, asked)
          assert.deepEqual(ids, expected)
          assert.ok(sizes.slice(0, -1).every((size) => size === limit))
          assert.ok(expected.length === 0 || sizes.at(-1) !== 0)
        },
      ),
      { numRuns: 80 },
    )
  })

  it('reads no more of a long log for a period than of a short one', async () => {
    const far = 5_000_000
    const at = START + 900 * HOUR_MS
    const text = `insert into event_log (position, tenant, id, source, type, subject, shard, form, occurred_at, received_at, hops, origin, raw)
      select ${far} + i, 'long', 'l' || i, 'x', 'order.' || i % 3, 's' || i % 100, 0, 'flat', to_timestamp($1::float8 / 1000 + i),
        to_timestamp($1::float8 / 1000 + i), 0, 'rest', '{}' from generate_series(1, 60000) i`
    await asOwner(program.url, async (client) => {
      await client.query(text, [at])
      await client.query('vacuum analyze event_log')
    })
    const time = { from: at, to: at + 17 * HOUR_MS, after: far, upTo: far + 61_200 }
    const filter = { types: ['order.0', 'order.1', 'order.2'], time }
    const pages = await pagesTouched(program.database.worker, (db) => listEvents(db, 'long', filter, 50))
    assert.ok(pages > 0 && pages < 400, `${pages} pages`)
  })

  it('finds an event by its id among very many sources, and of several the one that is asked for', async () => {
    const { runtime } = program
    await runtime.database.worker.query(
      `insert into event_source (tenant, source) select 'many', '/devices/' || n from generate_series(1, 25000) n`,
    )
    const long = `/${'s'.repeat(2_000)}`
    const sent = [
      ['/devices/25000', 'once'],
      ['zz/last', 'twice'],
      [long, 'twice'],
    ] as const
    for (const [source, id] of sent) {
      const payload = { specversion: '1.0', id, source, type: 'reading.taken', subject: 'x'.repeat(1_000) }
      const headers = { authorization: 'Bearer many', 'content-type': 'application/cloudevents+json' }
      const answer = await server.inject({ method: 'POST', url: '/api/v1/events', headers, payload })
      assert.equal(answer.statusCode, 202, answer.body)
    }
    const get = async (path: string) =>
      (await server.inject({ url: path, headers: { authorization: 'Bearer many' } })).json() as { source: string }
    assert.equal((await get('/api/v1/events/once')).source, '/devices/25000')
    assert.equal((await get('/api/v1/events/twice')).source, long)
    assert.equal((await get('/api/v1/events/twice?source=zz/last')).source, 'zz/last')
    assert.equal((await get(`/api/v1/events/twice?source=${encodeURIComponent(long)}`)).source, long)
    assert.equal((await list('/api/v1/events', 'many', { subject: 'x'.repeat(1_000) })).ids.length, 3)
  })

  it('refuses a pattern that is none', async () => {
    for (const type of ['a..b', '.', 'a.']) {
      const answer = await server.inject({
        url: `/api/v1/events?type=${type}`,
        headers: { authorization: 'Bearer big' },
      })
      assert.equal(answer.statusCode, 400, type)
    }
  })

  it('shows the log as outbox rows with the status that its readers and its failures give them', async () => {
    await asOwner(program.url, async (client) => {
      await client.query(
        `insert into consumer_cursor select c, s, case when s = 0 then 2000 else 10000 end, c = 'must', to_timestamp(0)
         from unnest(array['must', 'may']) as c, generate_series(0, 15) as s`,
      )
      await client.query(`update consumer_cursor set position = 0 where consumer = 'may'`)
      await client.query(
        `insert into event_exception
         select 'must', tenant, position, id, subject, shard, case position % 3 when 0 then 'failed' else 'retrying' end, 1, 'no', to_timestamp(0)
         from event_log where position in (1002, 1004, 1006, 1008, 1010, 1012, 1500, 1502, 1504, 1506)`,
      )
    })
    const parked = new Set([1002, 1004, 1006, 1008, 1010, 1012, 1500, 1502, 1504, 1506])
    const statusOf = ({ position }: Row) =>
      parked.has(position) ? (position % 3 === 0 ? 'failed' : 'pending') : position > 2_000 ? 'pending' : 'published'
    const olderThan = new Date(START + 520 * 600_000).toISOString()
    for (const tenant of ['big', 'small']) {
      for (const status of [undefined, 'pending', 'published', 'failed']) {
        for (const more of [{}, { type: 'encounter.closed' }, { olderThan }] as Record<string, string>[]) {
          const expected = rows
            .filter(
              (row) =>
                row.tenant === tenant &&
                (status === undefined || statusOf(row) === status) &&
                (more.type === undefined || row.type === more.type) &&
                (more.olderThan === undefined || row.received < Date.parse(olderThan)),
            )
            .map(({ id }) => id)
            .reverse()
          const asked = { ...more, ...(status === undefined ? {} : { status }), limit: '70' }
          const { ids } = await list('/backoffice/events/outbox', tenant, asked)
          assert.deepEqual(ids, expected, JSON.stringify([tenant, asked]))
        }
      }
    }
  })
})
