import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { hear, isHeard } from '#conversations/encounters/hear.ts'
import { writeMessages } from '#conversations/index.ts'
import { hashId } from '#platform/ids.ts'
import { HOUR, MINUTE, openConversations } from '../testing.ts'

type Waiting = { id: string; waitsFor: 'us' | 'them' | null; unansweredSince: string | null }

describe('conversations that wait for us', () => {
  let c: Awaited<ReturnType<typeof openConversations>>
  const post = async (url: string, body: object = {}) => {
    const answer = await c.call('POST', url, body)
    assert.ok(answer.status < 300, answer.text)
  }
  const open = (id: string, queueId = 'desk') =>
    post('/api/v1/encounters', { id, queueId, contactId: 'person', channel: 'app' })
  const says = (id: string, from: string, text = 'x') => post(`/api/v1/encounters/${id}/messages`, { from, text })
  const does = (id: string, act: string, body: object = {}) => post(`/api/v1/encounters/${id}/${act}`, body)
  const one = async (id: string) => (await c.call('GET', `/api/v1/encounters/${id}`)).body as unknown as Waiting
  const list = async (query = '') => (await c.call('GET', `/api/v1/conversations?${query}`)).body
  const waiting = async (query = '') => (await list(`waitsFor=us${query}`)).items.map(({ id }) => id)
  const now = () => new Date(c.clock.now()).toISOString()

  before(async () => {
    c = await openConversations()
    await c.call('PUT', '/api/v1/contacts/person', {})
    await c.call('PUT', '/api/v1/queues/desk', {
      name: 'Desk',
      max_inactive_patient_warning_time: 30,
      max_inactive_patient_time: null,
    })
    await c.call('PUT', '/api/v1/queues/other', { max_inactive_patient_warning_time: null })
  })
  after(() => c.close())

  it('are those whose person spoke last, from their first word that nobody answered', async () => {
    await open('maria')
    assert.deepEqual([(await one('maria')).waitsFor, await waiting()], [null, []], 'nobody has spoken')
    const first = now()
    await says('maria', 'patient')
    await c.advance(MINUTE)
    await says('maria', 'patient')
    assert.deepEqual([(await one('maria')).waitsFor, (await one('maria')).unansweredSince], ['us', first])
    await says('maria', 'agent')
    assert.deepEqual([(await one('maria')).waitsFor, (await one('maria')).unansweredSince], ['them', null])
    assert.deepEqual(await waiting(), [])
    await c.advance(MINUTE)
    const again = now()
    await says('maria', 'patient')
    assert.equal((await one('maria')).unansweredSince, again)
    assert.deepEqual(await waiting(), ['maria'])
  })

  it('go on to wait when the system warns the person, and when the system says something', async () => {
    const since = (await one('maria')).unansweredSince
    await c.advance(30 * MINUTE)
    const [row] = (await list('waitsFor=us')).items as unknown as (Waiting & {
      status: string
      lastMessage: { from: string }
    })[]
    assert.deepEqual([row?.status, row?.lastMessage.from], ['warned', 'system'])
    assert.deepEqual([row?.waitsFor, row?.unansweredSince], ['us', since])
    await says('maria', 'system')
    assert.equal((await one('maria')).waitsFor, 'us')
  })

  it('do not while the bot has them, while they rest, or once they are closed', async () => {
    const since = (await one('maria')).unansweredSince
    const stands = async (waitsFor: Waiting['waitsFor']) => {
      assert.deepEqual([(await one('maria')).waitsFor, await waiting()], [waitsFor, waitsFor === 'us' ? ['maria'] : []])
    }
    await does('maria', 'bot')
    await stands(null)
    await does('maria', 'return')
    await stands('us')
    await does('maria', 'snooze', { until: new Date(c.clock.now() + 5 * MINUTE).toISOString() })
    await stands(null)
    await c.advance(5 * MINUTE)
    await stands('us')
    assert.equal((await one('maria')).unansweredSince, since, 'their word is no younger for it')
    await does('maria', 'close', { reason: 'r' })
    await stands(null)
    await c.outside('reopened', 'maria')
    await stands('us')
    assert.equal((await one('maria')).unansweredSince, now(), 'nobody waited while it was closed')
  })

  it('are answered by a flow, and heard of from another system', async () => {
    const at = c.clock.now()
    const from = { tenant: 'default', encounterId: 'maria', from: 'bot', text: 'x', at } as const
    await c.runtime.database.transaction(async (tx) =>
      writeMessages(tx, [{ ...from, id: hashId('x'), cause: null, hops: 0, traceparent: null }]),
    )
    assert.equal((await one('maria')).waitsFor, 'them')
    await c.outside('message_received', 'outside', { at: at - HOUR, fields: { queue_id: 'other' } })
    assert.deepEqual(await waiting(), ['outside'])
    await c.outside('message_sent', 'outside', { at, fields: { from: 'agent' } })
    assert.deepEqual(await waiting(), [])
  })

  it('come in the order in which they wait, page after page, with the other filters', async () => {
    for (const id of ['z', 'a', 'm']) await open(id, id === 'a' ? 'other' : 'desk')
    for (const id of ['m', 'z', 'a']) {
      await says(id, 'patient', `pain ${id}`)
      await c.advance(MINUTE)
    }
    // Of the same moment: by their ids.
    for (const id of ['t2', 't1']) {
      await open(id)
      await says(id, 'patient')
    }
    assert.deepEqual(await waiting(), ['m', 'z', 'a', 't1', 't2'])
    for (const limit of [1, 2, 3]) {
      const found: string[] = []
      let cursor = ''
      do {
        const page = await list(`waitsFor=us&limit=${limit}${cursor}`)
        found.push(...page.items.map(({ id }) => id))
        cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`
      } while (cursor !== '')
      assert.deepEqual(found, ['m', 'z', 'a', 't1', 't2'])
    }
    assert.deepEqual(await waiting('&queueId=other'), ['a'])
    assert.deepEqual(await waiting('&q=pain'), ['m', 'z', 'a'])
    assert.deepEqual(await waiting('&status=warned'), [])
    const page = await list('waitsFor=us&q=pain&limit=1')
    const next = await list(`waitsFor=us&q=pain&limit=1&cursor=${page.nextCursor}`)
    assert.deepEqual(
      [...page.items, ...next.items].map(({ id }) => id),
      ['m', 'z'],
    )
  })

  it('take no cursor of the list that has the newest first, nor give it one', async () => {
    const [newest, longest] = [await list('limit=1'), await list('waitsFor=us&limit=1')]
    const status = async (query: string) => (await c.call('GET', `/api/v1/conversations?${query}`)).status
    assert.equal(await status(`waitsFor=us&cursor=${newest.nextCursor}`), 400)
    assert.equal(await status(`cursor=${longest.nextCursor}`), 400)
    assert.equal(await status('waitsFor=them'), 400)
  })

  it('are known after the migration too, by what was said', async () => {
    const file = await readFile(new URL('../migrations/0010-unanswered.sql', import.meta.url), 'utf8')
    const fill = file.split(';').find((statement) => statement.trimStart().startsWith('update encounter'))
    const { worker } = c.runtime.database
    const since = () =>
      worker.query('select encounter_id, unanswered_since from encounter where waits_since is not null order by 1')
    await says('m', 'agent')
    await says('m', 'patient')
    await c.advance(MINUTE)
    await says('m', 'patient')
    const kept = await since()
    assert.equal(kept.length, 5)
    await worker.query('update encounter set unanswered_since = null')
    await worker.query(fill as string)
    assert.deepEqual(await since(), kept)
  })

  it('cost a message no entry in an index, but where the turn changes', async () => {
    const tell = (id: string, n: number) =>
      c.runtime.database.transaction(async (tx) => {
        const updates = async () => {
          const [row] = await tx.query<{ hot: number; all: number }>(
            `select pg_stat_get_xact_tuples_hot_updated('encounter'::regclass)::int as hot,
              pg_stat_get_xact_tuples_updated('encounter'::regclass)::int as all`,
          )
          return row as { hot: number; all: number }
        }
        const input = { kind: 'message', from: 'patient', text: 'x', id: hashId(id, String(n)), at: c.clock.now() }
        const because = { cause: null, hops: 0, traceparent: null }
        const before = await updates()
        await hear(tx, [{ tenant: 'default', encounterId: id, input, because } as never].filter(isHeard))
        const after = await updates()
        return [after.all - before.all, after.hot - before.hot]
      })
    await open('hot', 'other')
    assert.deepEqual(await tell('hot', 1), [1, 0])
    assert.deepEqual(await tell('hot', 2), [1, 1])
    await does('hot', 'bot')
    await says('hot', 'bot')
    assert.deepEqual(await tell('hot', 3), [1, 1])
  })
})
