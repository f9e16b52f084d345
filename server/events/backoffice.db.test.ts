import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { access } from '#access/index.ts'
import { createLedger, ledger, pushedClock, until } from '#events/testing.ts'
import { flatEvent, testProgram, testServer } from '../testing.ts'

describe('what the operator does with events that were set aside', () => {
  const clock = pushedClock()
  const poison = new Set<string>()
  let program: Awaited<ReturnType<typeof testProgram>>
  let server: FastifyInstance

  before(async () => {
    const weak = ledger('weak', (events) => {
      for (const { id } of events) if (poison.has(id)) throw new Error(`cannot read ${id.slice(0, 3)}`)
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

  async function call(tenant: string, method: 'GET' | 'POST', path: string, payload?: object) {
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

  /** Appends them and lets all their attempts pass. */
  async function setAside(...events: [tenant: string, id: string][]): Promise<void> {
    for (const [tenant, id] of events) {
      poison.add(id)
      await program.log.append(flatEvent({ id, tenant, encounterId: `of ${id}` }))
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
    }[]
    assert.deepEqual(
      groups.map(({ error, count, eventIds }) => ({ error, count, eventIds: eventIds.sort() })),
      [
        { error: 'cannot read bad', count: 2, eventIds: ['bad-1', 'bad-2'] },
        { error: 'cannot read sad', count: 1, eventIds: ['sad-1'] },
      ],
    )

    assert.equal((await call('acme', 'POST', 'retry', {})).status, 400)
    assert.equal((await call('acme', 'POST', 'retry', { ids: ['bad-1'], filter: {} })).status, 400)
    assert.deepEqual(await call('acme', 'POST', 'retry', { ids: ['bad-3'] }), { status: 202, body: { retried: 0 } })
    assert.deepEqual(await call('acme', 'POST', 'discard', { ids: ['bad-3'] }), { status: 200, body: { discarded: 0 } })

    poison.clear()
    assert.deepEqual(await call('acme', 'POST', 'retry', { ids: ['bad-1'] }), { status: 202, body: { retried: 1 } })
    await until(handled, (ids) => ids.includes('bad-1'))
    assert.deepEqual((await failed('acme')).map(({ id }) => id).sort(), ['bad-2', 'sad-1'])

    assert.deepEqual(await call('acme', 'POST', 'discard', { ids: ['sad-1'] }), { status: 200, body: { discarded: 1 } })
    const filter = { consumer: 'weak', type: 'encounter.created' }
    assert.deepEqual(await call('acme', 'POST', 'retry', { filter }), { status: 202, body: { retried: 1 } })
    await until(handled, (ids) => ids.includes('bad-2'))
    assert.deepEqual(await failed('acme'), [])
    assert.deepEqual(await handled(), ['bad-1', 'bad-2'])
    assert.deepEqual(
      (await failed('other')).map(({ id }) => id),
      ['bad-3'],
    )
  })
})
