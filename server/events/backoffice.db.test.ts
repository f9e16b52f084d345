import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { access } from '#access/index.ts'
import { createLedger, ledger, pushedClock, until } from '#events/testing.ts'
import { flatEvent, testProgram, testServer } from '../testing.ts'

describe('what the operator does with events that were set aside', () => {
  const clock = pushedClock()
  const poison = new Set<string>()
  const handedOver = new Map<string, unknown>()
  let program: Awaited<ReturnType<typeof testProgram>>
  let server: FastifyInstance

  before(async () => {
    const weak = ledger('weak', (events) => {
      for (const { id, data } of events) {
        handedOver.set(id, data)
        const mended = (data as { note?: string }).note === 'put right'
        if (poison.has(id) && !mended) throw new Error(`cannot read ${id.slice(0, 3)}`)
      }
    })
    program = await testProgram([access, weak], { clock })
    await createLedger(program.url)
    await program.start()
    server = await testServer(program)
  })
  after(async () => {
    await server.close()
    await program.close()
  })

  async function call(tenant: string, method: 'GET' | 'POST' | 'PUT', path: string, payload?: object) {
    const answer = await server.inject({
      method,
      url: `/backoffice/events/${path}`,
      headers: { authorization: `Bearer ${tenant}` },
      ...(payload === undefined ? {} : { payload }),
    })
    return { status: answer.statusCode, body: answer.json() }
  }
  const failed = async (tenant: string) =>
    (await call(tenant, 'GET', 'outbox?status=failed')).body.items as { id: string }[]
  const handled = async () =>
    (await program.database.worker.query<{ id: string }>('select id from ledger order by n')).map(({ id }) => id)

  type Settled = { at: string; setAsideAt: string }
  async function weaklyOf(id: string) {
    const answer = await server.inject({ url: `/api/v1/events/${id}`, headers: { authorization: 'Bearer acme' } })
    const { name, at, settled, ...rest } = answer
      .json()
      .consumers.find((each: { name: string }) => each.name === 'weak')
    assert.deepEqual([name, at], ['weak', null])
    const timeless = settled.map(({ at, setAsideAt, ...one }: Settled) => {
      assert.ok(setAsideAt <= at)
      return one
    })
    return { ...rest, settled: timeless }
  }

  const audited = async (action: string) =>
    (
      await program.database.worker.query<{ after: { reason: string } }>(
        "select after from audit where tenant = 'acme' and action = $1 order by id",
        [action],
      )
    ).map(({ after }) => after)

  /** Appends them and lets all their attempts pass. */
  async function setAside(...events: [tenant: string, id: string, source?: string][]): Promise<void> {
    for (const [tenant, id, source] of events) {
      poison.add(id)
      const event = flatEvent({ id, tenant, encounterId: `of ${id}` })
      // Of another subject: it would wait behind the other else.
      await program.log.append(source === undefined ? event : { ...event, source, subject: `${source} ${id}` })
    }
    await until(
      async () => {
        clock.push(20_000)
        const lists = await Promise.all([...new Set(events.map(([tenant]) => tenant))].map(failed))
        return lists.flat().length
      },
      (n) => n === events.length,
      9_000,
    )
  }

  it('sees them grouped by error, gives them back or forgets them, and touches no other tenant', async () => {
    await setAside(['acme', 'bad-1'], ['acme', 'bad-2'], ['acme', 'sad-1'], ['other', 'bad-3'])

    const groups = (await call('acme', 'GET', 'failures')).body.items as {
      error: string
      count: number
      eventIds: string[]
      events: { id: string; subject: string }[]
    }[]
    assert.deepEqual(
      groups.map(({ error, count, eventIds }) => ({ error, count, eventIds: eventIds.sort() })),
      [
        { error: 'cannot read bad', count: 2, eventIds: ['bad-1', 'bad-2'] },
        { error: 'cannot read sad', count: 1, eventIds: ['sad-1'] },
      ],
    )
    assert.deepEqual(
      groups[1]?.events.map(({ id, subject }) => [id, subject]),
      [['sad-1', 'of sad-1']],
    )

    assert.equal((await call('acme', 'POST', 'retry', {})).status, 400)
    assert.equal((await call('acme', 'POST', 'retry', { ids: ['bad-1'], filter: {} })).status, 400)
    assert.equal((await call('acme', 'POST', 'discard', { ids: ['bad-1'] })).status, 400, 'without a reason')
    // Of another tenant, so not known here.
    assert.deepEqual(await call('acme', 'POST', 'retry', { ids: ['bad-3'] }), {
      status: 202,
      body: { retried: 0, unknown: ['bad-3'] },
    })
    assert.deepEqual(await call('acme', 'POST', 'discard', { ids: ['bad-3'], reason: 'x' }), {
      status: 200,
      body: { discarded: 0, unknown: ['bad-3'] },
    })

    const listed = async (query: string) =>
      (await call('acme', 'GET', `outbox?${query}`)).body.items.map(({ id }: { id: string }) => id).sort()
    for (const status of ['', '&status=failed']) {
      for (const type of ['encounter.*', 'encounter.created', '%23'])
        assert.deepEqual(await listed(`type=${type}${status}`), ['bad-1', 'bad-2', 'sad-1'], type)
      for (const type of ['ticket.*', 'encounter.closed']) assert.deepEqual(await listed(`type=${type}${status}`), [])
    }
    assert.equal((await call('acme', 'GET', 'outbox?type=a..b')).body.errors[0].path, '/type')
    const wrong = await call('acme', 'POST', 'retry', { filter: { type: 'a..b' } })
    assert.equal(wrong.body.errors[0].path, '/filter/type')
    assert.equal((await call('acme', 'POST', 'retry', { filter: { type: 'ticket.#' } })).body.retried, 0)

    // The event itself says who could not handle it, and those of its subject that wait behind it.
    const { consumers } = (
      await server.inject({ url: '/api/v1/events/bad-1', headers: { authorization: 'Bearer acme' } })
    ).json()
    const weakly = consumers.find(({ name }: { name: string }) => name === 'weak')
    assert.deepEqual([weakly.state, weakly.error], ['failed', 'cannot read bad'])

    // A group is one consumer's events with one error: no other event is touched with it.
    const group = { filter: { consumer: 'weak', error: 'cannot read nothing' } }
    assert.equal((await call('acme', 'POST', 'retry', group)).body.retried, 0)

    poison.clear()
    assert.deepEqual(await call('acme', 'POST', 'retry', { ids: ['bad-1', 'nobody', 'nobody'] }), {
      status: 202,
      body: { retried: 1, unknown: ['nobody'] },
    })
    await until(handled, (ids) => ids.includes('bad-1'))
    assert.deepEqual((await failed('acme')).map(({ id }) => id).sort(), ['bad-2', 'sad-1'])

    const discard = { ids: ['sad-1'], reason: 'sent by mistake' }
    assert.deepEqual(await call('acme', 'POST', 'discard', discard), { status: 200, body: { discarded: 1 } })
    assert.deepEqual(await audited('outbox.discarded'), [
      { reason: 'x', discarded: 0, events: [] },
      { reason: 'sent by mistake', discarded: 1, events: ['sad-1'] },
    ])
    // The event still tells that it was set aside, and who gave it up or back; another tenant's knows nothing of it.
    const error = 'cannot read sad'
    const gaveUp = { attempts: 5, error, outcome: 'discarded', actor: 'key:acme', reason: 'sent by mistake' }
    assert.deepEqual(await weaklyOf('sad-1'), { state: 'discarded', attempts: 0, error: null, settled: [gaveUp] })
    const gaveBack = { ...gaveUp, error: 'cannot read bad', outcome: 'retried', reason: null }
    assert.deepEqual(await weaklyOf('bad-1'), { state: 'passed', attempts: 0, error: null, settled: [gaveBack] })
    const filter = { consumer: 'weak', type: 'encounter.*', error: 'cannot read bad' }
    assert.deepEqual(await call('acme', 'POST', 'retry', { filter }), { status: 202, body: { retried: 1 } })
    await until(handled, (ids) => ids.includes('bad-2'))
    assert.deepEqual(await failed('acme'), [])
    assert.deepEqual(await handled(), ['bad-1', 'bad-2'])
    assert.deepEqual(
      (await failed('other')).map(({ id }) => id),
      ['bad-3'],
    )
  })

  it('gives up one alone, by its id and system, and leaves those that failed alike and its namesake of another', async () => {
    await setAside(['acme', 'bad-5'], ['acme', 'bad-6'], ['acme', 'bad-5', 'another'])
    const events = async () => (await failed('acme')).map(({ id }) => id).sort()
    const { source } = flatEvent({ id: 'bad-5' })
    const discard = { ids: ['bad-5'], source, reason: 'a test of theirs' }
    assert.deepEqual(await call('acme', 'POST', 'discard', discard), { status: 200, body: { discarded: 1 } })
    assert.deepEqual(await events(), ['bad-5', 'bad-6'])
    assert.deepEqual((await call('acme', 'POST', 'discard', discard)).body, { discarded: 0, unknown: ['bad-5'] })
    const rest = { ids: ['bad-5', 'bad-6'], reason: 'theirs too' }
    assert.deepEqual(await call('acme', 'POST', 'discard', rest), { status: 200, body: { discarded: 2 } })
    assert.deepEqual(await events(), [])
  })

  it('puts the data of one right and lets it go on; the log keeps what came, and the edit is shown with its reason', async () => {
    await setAside(['acme', 'bad-4'])
    const edit = (body: object, path = 'failures/bad-4', tenant = 'acme') => call(tenant, 'PUT', path, body)
    const came = JSON.parse(flatEvent({ id: 'bad-4', encounterId: 'of bad-4' }).raw)
    const data = { ...came, queue_id: 'coach', note: 'put right' }
    const reason = 'the queue was missing'

    assert.equal((await edit({ data })).status, 400, 'without a reason')
    assert.equal((await edit({ data, reason }, 'failures/bad-4', 'other')).status, 404)
    assert.equal((await edit({ data, reason }, 'failures/nobody')).status, 404)
    for (const [wrong, path] of [
      [{ ...data, encounter_id: 'another' }, '/data'],
      [{ ...data, datetime: 'yesterday' }, '/data/datetime'],
      [{ ...data, amount: 2 ** 53 }, '/data'],
      ['text', '/data'],
    ] as const) {
      const refused = await edit({ data: wrong, reason })
      assert.equal(refused.status, 400)
      assert.equal(refused.body.errors[0].path, path)
    }

    assert.deepEqual(await edit({ data, reason }), { status: 202, body: { id: 'bad-4', retried: 1 } })
    await until(handled, (ids) => ids.includes('bad-4'))
    assert.deepEqual(handedOver.get('bad-4'), data)
    const shown = (
      await server.inject({ url: '/api/v1/events/bad-4', headers: { authorization: 'Bearer acme' } })
    ).json()
    assert.deepEqual(shown.data, came)
    assert.deepEqual(
      shown.edits.map((one: { at: string }) => ({ ...one, at: null })),
      [{ at: null, actor: 'key:acme', reason, data }],
    )
    assert.equal((await audited('outbox.edited'))[0]?.reason, reason)
    assert.equal((await edit({ data, reason })).status, 404, 'nothing is set aside any more')
  })
})
