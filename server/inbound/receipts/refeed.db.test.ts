import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it, mock } from 'node:test'
import { access } from '#access/index.ts'
import { inbound } from '#inbound/index.ts'
import { uuidv7 } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import { secrets } from '#secrets/index.ts'
import { testProgram } from '../../testing.ts'
import { addressHash } from '../endpoint.ts'
import type { Refeed } from '../refeed.ts'
import { insertEndpoint } from '../store.ts'
import { REFEED_KIND, type RefeedPayload, refeedRow, refeeds } from './refeed.ts'
import { insertReceipts, type Place, refeedable } from './store.ts'

const TENANT = 'again'
const KEY = 'k'
let program: Awaited<ReturnType<typeof testProgram>>
let endpoint: string
/** Receipts in the order in which they came. */
let ids: string[]

before(async () => {
  // Not started: what is due is handled by the tests alone.
  program = await testProgram([access, secrets, inbound])
})
after(() => program?.close())

beforeEach(async () => {
  const now = program.runtime.clock.wall()
  endpoint = uuidv7(now)
  ids = Array.from({ length: 5 }, (_, i) => uuidv7(now - 1_000 + i))
  await program.database.transaction(async (tx) => {
    await tx.query('delete from due where kind = $1', [REFEED_KIND])
    const definition = { name: 'Shop', enabled: true, event: { type: 'a.b' }, headers: [], networks: [] }
    const made = { tenant: TENANT, id: endpoint, address: null, revision: 1, createdAt: now, updatedAt: now }
    await insertEndpoint(
      tx,
      { ...definition, ...made, verification: { kind: 'secret-path' } },
      addressHash(endpoint),
      null,
    )
    const receipt = {
      tenant: TENANT,
      endpoint,
      verified: true,
      status: 'refused' as const,
      code: 'inbound/mapping',
      reason: null,
      messageId: null,
      fingerprint: null,
      identity: null,
      contentType: 'application/json',
      headers: {},
      proof: {},
      trace: null,
      body: Buffer.from('{}'),
      bodyBytes: 2,
    }
    await insertReceipts(
      tx,
      ids.map((id, i) => ({ ...receipt, id, receivedAt: now - 1_000 + i })),
    )
  })
})

type Row = { due_at: Date; payload: RefeedPayload; attempts: number }
const due = async (): Promise<Row | undefined> =>
  (
    await program.database.worker.query<Row>('select due_at, payload, attempts from due where kind = $1', [REFEED_KIND])
  )[0]
const inMs = (row: Row | undefined) => Number(row?.due_at.getTime()) - program.runtime.clock.wall()

/** What the engine does with a due row: takes it out and has it handled, in one transaction. */
async function claimed({ dueKind }: ReturnType<typeof refeeds>): Promise<void> {
  await program.database.transaction(async (tx) => {
    const [row] = await tx.query<{ payload: never }>('delete from due where kind = $1 returning payload', [REFEED_KIND])
    const now = program.runtime.clock.wall()
    const payload = row?.payload ?? ({ endpoint, filter: {}, perSecond: 100, after: null } as never)
    await dueKind.handle([{ kind: REFEED_KIND, tenant: TENANT, key: KEY, dueAt: now, payload, attempts: 0 }], tx, now)
  })
}

/** The row as the step has left it: while it is in hand the row lies further ahead. */
async function settled(inHandMs = 8_000): Promise<Row | undefined> {
  for (;;) {
    const row = await due()
    if (row === undefined || inMs(row) < inHandMs) return row
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const made = (refeed: Refeed, overload: () => Problem | null = () => null) =>
  refeeds({ ...program.runtime, overload }, refeed)
const NOTHING = { events: [], duplicate: false }
const busy = (retryAfterS: number) => new Problem(503, 'overloaded', 'Too many events wait.', { retryAfterS })

describe('what is fed in again by a filter', () => {
  it('is fed outside the transaction that claims its row, which stays until all is done', async () => {
    const fed: string[] = []
    const begun = Promise.withResolvers<void>()
    const open = Promise.withResolvers<void>()
    const many = made(async (_tenant, _endpoint, id) => {
      begun.resolve()
      await open.promise
      fed.push(id)
      return NOTHING
    })
    await claimed(many)
    await begun.promise
    const row = await due()
    assert.equal(row?.payload.after, null)
    assert.ok(inMs(row) > 5_000, 'another node takes it when this one dies, and not before')
    const stopped = many.stop()
    open.resolve()
    await stopped
    assert.deepEqual(fed, [ids[0]], 'a program that stops ends what is in hand')
    const rest = made(async (_tenant, _endpoint, id) => {
      fed.push(id)
      return NOTHING
    })
    await claimed(rest)
    assert.equal(await settled(), undefined)
    assert.deepEqual(fed, ids)
  })

  it('waits while nothing can be stored, and goes on where it was', async () => {
    const fed: string[] = []
    let room = 2
    const refeed: Refeed = async (_tenant, _endpoint, id) => {
      if (room === 0) throw busy(7)
      room -= 1
      fed.push(id)
      return NOTHING
    }
    const many = made(refeed)
    await claimed(many)
    const row = await settled()
    assert.deepEqual([row?.payload.after?.[1], row?.attempts], [ids[1], 0])
    assert.ok(inMs(row) > 5_000 && inMs(row) <= 7_000, String(inMs(row)))
    room = 10
    const next = made(refeed)
    await claimed(next)
    assert.equal(await settled(), undefined)
    assert.deepEqual(fed, ids)
  })

  it('feeds nothing while the doors are closed to its tenant', async () => {
    let asked = 0
    const many = made(
      async () => {
        asked += 1
        return NOTHING
      },
      () => new Problem(429, 'overload', 'The readers of your events lag.', { retryAfterS: 5 }),
    )
    await claimed(many)
    const row = await settled()
    assert.deepEqual([asked, row?.payload.after], [0, null])
    assert.ok(inMs(row) > 3_000 && inMs(row) <= 5_000, String(inMs(row)))
  })

  it('ends a step after three seconds and goes on at once', async () => {
    const real = performance.now.bind(performance)
    let passed = 0
    const now = mock.method(performance, 'now', () => real() + passed)
    const fed: string[] = []
    const many = made(async (_tenant, _endpoint, id) => {
      passed += 1_600
      fed.push(id)
      return NOTHING
    })
    await claimed(many)
    // The program's clock goes by the same, and is ahead by what was passed.
    const row = await settled(4_000)
    now.mock.restore()
    assert.deepEqual([fed, row?.payload.after?.[1]], [ids.slice(0, 2), ids[1]])
    assert.ok(inMs(row) < 1_000)
  })

  it('notes with a receipt what nobody expected, and goes on', async () => {
    const many = made(async (_tenant, _endpoint, id) => {
      if (id === ids[1]) throw new Error('a\u0000b')
      if (id === ids[2]) throw new Problem(422, 'inbound/mapping', 'It says so itself.')
      return NOTHING
    })
    await claimed(many)
    assert.equal(await settled(), undefined)
    const rows = await program.database.worker.query<{ code: string; reason: string | null }>(
      'select code, reason from inbound_receipt where endpoint = $1 order by received_at',
      [endpoint],
    )
    assert.deepEqual(
      rows.map(({ code, reason }) => [code, reason]),
      ids.map((_, i) => (i === 1 ? ['inbound/failed', 'ab'] : ['inbound/mapping', null])),
    )
  })

  it('is looked for in windows, whatever lies between', async () => {
    const { worker } = program.database
    await worker.query(`update inbound_receipt set status = 'taken' where id = any($1)`, [[ids[2], ids[4]]])
    const look = (after: Place | null, limit: number) =>
      refeedable(worker, TENANT, endpoint, { status: 'taken' }, after, { limit, window: 2 })
    const first = await look(null, 5)
    assert.deepEqual([first.chosen, first.end?.[1], first.isLast], [[], ids[1], false])
    const second = await look(first.end, 1)
    assert.deepEqual([second.chosen.map(({ id }) => id), second.end, second.isLast], [[ids[2]], null, false])
    const { at = '', id = '' } = second.chosen[0] ?? {}
    const third = await look([at, id], 5)
    assert.deepEqual([third.chosen.map((one) => one.id), third.end?.[1], third.isLast], [[ids[4]], ids[4], false])
    const last = await look(third.end, 5)
    assert.deepEqual(last, { chosen: [], end: null, isLast: true })
  })

  it('keeps its pace', async () => {
    const many = made(async () => NOTHING)
    const wall = program.runtime.clock.wall()
    await program.database.transaction(async (tx) =>
      tx.schedule([refeedRow(TENANT, KEY, wall, { endpoint, filter: {}, perSecond: 2, after: null })]),
    )
    await claimed(many)
    const row = await settled()
    assert.equal(row?.payload.after?.[1], ids[1])
    assert.ok(inMs(row) > 0 && inMs(row) <= 1_000, String(inMs(row)))
  })
})
