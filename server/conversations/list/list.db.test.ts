import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { MINUTE, openConversations } from '../testing.ts'
import { LOOKED_THROUGH } from './store.ts'

describe('the list of conversations', () => {
  let c: Awaited<ReturnType<typeof openConversations>>
  const post = async (url: string, body: object) => {
    const answer = await c.call('POST', url, body)
    assert.ok(answer.status < 300, answer.text)
    return answer
  }
  before(async () => {
    c = await openConversations()
    for (const [id, name] of [
      ['maria', 'María Núñez'],
      ['john', 'John [the] Smith'],
    ])
      await c.call('PUT', `/api/v1/contacts/${id}`, { name, addresses: { email: `${id}@example.com` } })
    for (const [id, brand, service] of [
      ['coach', 'dkv', 'coach'],
      ['desk', 'cruz', 'desk'],
    ])
      await c.call('PUT', `/api/v1/queues/${id}`, { name: `Cola ${id}`, brand, service })
    for (const [id, contactId, queueId, channel] of [
      ['b-first', 'maria', 'coach', 'app'],
      ['a-second', 'john', 'desk', 'web'],
      ['c-third', 'maria', 'desk', 'app'],
    ]) {
      await post('/api/v1/encounters', { id, contactId, queueId, channel })
      await c.advance(MINUTE)
    }
    await post('/api/v1/encounters/b-first/messages', { from: 'patient', text: 'Me duele la espalda 100%' })
    await post('/api/v1/encounters/b-first/messages', { from: 'agent', text: 'Enseguida <b>la</b> llamo' })
    await post('/api/v1/encounters/a-second/assign', { user: 'ana', team: 'night' })
    await post('/api/v1/encounters/c-third/close', { reason: 'solved' })
  })
  after(() => c.close())

  const list = async (query: string) => (await c.call('GET', `/api/v1/conversations?${query}`)).body
  const ids = async (query: string) => (await list(query)).items.map(({ id }) => id)

  it('has the newest first, with person, queue and last word', async () => {
    const { items } = await list('')
    assert.deepEqual(
      items.map(({ id }) => id),
      ['c-third', 'a-second', 'b-first'],
    )
    const { contactName, queueName, brandId, service, lastMessage } = items[2] as unknown as Record<string, unknown>
    assert.deepEqual(
      { contactName, queueName, brandId, service },
      { contactName: 'María Núñez', queueName: 'Cola coach', brandId: 'dkv', service: 'coach' },
    )
    assert.equal((lastMessage as { text: string }).text, 'Enseguida <b>la</b> llamo')
    assert.equal((items[1] as unknown as { lastMessage: null }).lastMessage, null)
  })

  it('goes on where the last page ended', async () => {
    const first = await list('limit=2')
    assert.equal(first.items.length, 2)
    const next = await list(`limit=2&cursor=${first.nextCursor}`)
    assert.deepEqual([next.items.map(({ id }) => id), next.nextCursor], [['b-first'], null])
    assert.equal((await c.call('GET', '/api/v1/conversations?cursor=eyJ4IjoxfQ')).status, 400)
  })

  it('lets through what is asked for', async () => {
    const [second] = (await list('queueId=desk')).items.slice(-1)
    const opened = (second as unknown as { openedAt: string }).openedAt
    for (const [query, found] of [
      ['queueId=desk', ['c-third', 'a-second']],
      ['contactId=maria', ['c-third', 'b-first']],
      ['status=closed', ['c-third']],
      ['handling=assigned', ['a-second']],
      ['user=ana', ['a-second']],
      ['team=night', ['a-second']],
      ['brand=dkv', ['b-first']],
      ['service=desk&channel=app', ['c-third']],
      ['tag=none', []],
      [`from=${opened}`, ['c-third', 'a-second']],
      [`to=${opened}`, ['b-first']],
    ] as const)
      assert.deepEqual(await ids(query), found, query)
  })

  it('finds names, ids and what was said, however it is typed', async () => {
    for (const [q, found] of [
      ['maria nun', ['c-third', 'b-first']],
      ['ESPALDA 100%', ['b-first']],
      ['<b>', ['b-first']],
      ['[the]', ['a-second']],
      ['second', ['a-second']],
      ['.', []],
    ] as const)
      assert.deepEqual(await ids(`q=${encodeURIComponent(q)}`), found, q)
    assert.deepEqual(await ids('q=maria&status=open'), ['b-first'])
  })

  it('has first those of the people who are meant, from page to page, then those in which it was said', async () => {
    await post('/api/v1/encounters', { id: 'd-fourth', contactId: 'john', queueId: 'coach', channel: 'web' })
    await post('/api/v1/encounters/d-fourth/messages', { from: 'patient', text: '¿Está María?' })
    assert.deepEqual(await ids('q=maria'), ['c-third', 'b-first', 'd-fourth'])
    const found: string[] = []
    let cursor = ''
    do {
      const page = await list(`q=maria&limit=1${cursor}`)
      found.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`
    } while (cursor !== '')
    assert.deepEqual(found, ['c-third', 'b-first', 'd-fourth'])
    await post('/api/v1/encounters/d-fourth/close', { reason: 'solved' })
  })

  it('looks further back with the next page when it found less than one', async () => {
    const at = (n: number) => new Date(Date.parse('2027-01-01T00:00:00Z') + n * 1_000).toISOString()
    await c.program.runtime.database.worker.query(
      `insert into encounter (tenant, encounter_id, opened_at, clock_from)
       select 'default', 'much-' || n, $1::timestamptz + n * interval '1 second', $1::timestamptz from generate_series(1, $2) n`,
      [at(0), LOOKED_THROUGH],
    )
    const first = await list('q=espalda')
    assert.deepEqual(first.items, [])
    const next = await list(`q=espalda&cursor=${first.nextCursor}`)
    assert.deepEqual(
      next.items.map(({ id }) => id),
      ['b-first'],
    )
    assert.equal(next.nextCursor, null)
  })

  it('shows a tenant nothing of another', async () => {
    assert.deepEqual((await c.call('GET', '/api/v1/conversations?q=a', undefined, 'other')).body.items, [])
  })

  it('gives more time until the close, and not to a closed one', async () => {
    await post('/api/v1/encounters', { id: 'later', contactId: 'john', queueId: 'coach', channel: 'app' })
    const extended = await post('/api/v1/encounters/later/extend', { minutes: 90 })
    assert.equal(extended.body.status, 'open')
    assert.ok((await c.told('later')).includes('extended'))
    const closed = await c.call('POST', '/api/v1/encounters/c-third/extend', { minutes: 90 })
    assert.equal(closed.status, 409)
    const wrong = await c.call('POST', '/api/v1/encounters/later/extend', { minutes: 0 })
    assert.deepEqual([wrong.status, wrong.body.errors[0]?.path], [400, '/minutes'])
  })

  it('reads a thread from its end', async () => {
    const thread = async (query: string) =>
      (await c.call('GET', `/api/v1/encounters/b-first/messages?order=newest&${query}`)).body
    const last = await thread('limit=1')
    assert.deepEqual(
      last.items.map(({ from }) => from),
      ['agent'],
    )
    const before = await thread(`limit=1&cursor=${last.nextCursor}`)
    assert.deepEqual([before.items.map(({ from }) => from), before.nextCursor], [['patient'], null])
  })

  it('finds people by name, id and address', async () => {
    const people = async (q: string) =>
      (await c.call('GET', `/api/v1/contacts?q=${encodeURIComponent(q)}`)).body.items.map(({ id }) => id)
    assert.deepEqual(await people('nunez'), ['maria'])
    assert.deepEqual(await people('john@EXAMPLE'), ['john'])
    assert.deepEqual(await people('example.com'), ['john', 'maria'])
    assert.deepEqual(await people('%'), [])
  })
})
