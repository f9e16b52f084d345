import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { HOUR, openConversations } from '../testing.ts'

const PATH = '/api/v1/conversation-texts'

type Read = { place: Record<string, string | null>; readings: { from: string; item?: number; text: string }[] }

describe('the texts of warning and close', () => {
  let c: Awaited<ReturnType<typeof openConversations>>
  const items = [
    { on: 'warning', locale: 'es', text: 'para todos' },
    { on: 'warning', locale: 'es', text: 'de la marca', brand: 'dkv' },
    { on: 'warning', locale: 'es', text: 'del servicio', service: 'coach' },
    { on: 'closing', locale: 'es', text: 'adiós' },
  ]
  before(async () => {
    c = await openConversations()
    await c.call('PUT', '/api/v1/contacts/maria', { name: 'María', locale: 'es-CL' })
    await c.call('PUT', '/api/v1/queues/coach', {
      ...{ name: 'Coach', brand: 'dkv', service: 'coach', max_inactive_patient_warning_time: 60 },
      ...{ max_inactive_patient_time: 60, close_inactive_encounters: true },
    })
    await c.call('PUT', PATH, { items })
  })
  after(() => c.close())

  const ask = async (body: object, tenant = 'default') => {
    const answer = await c.call('POST', `${PATH}/read`, body, tenant)
    assert.equal(answer.status, 200, answer.text)
    return answer.body as unknown as Read
  }
  const textsOf = ({ readings }: Read) => readings.map(({ text }) => text)

  it('says what a person of a queue reads, which is what the platform writes, and what would be read instead', async () => {
    const place = { queue: 'coach', locale: 'es-CL' }
    const warning = await ask({ on: 'warning', ...place })
    assert.deepEqual(warning.place, { ...place, brand: 'dkv', product: null, service: 'coach' })
    assert.deepEqual(textsOf(warning).slice(0, 3), ['del servicio', 'de la marca', 'para todos'])
    assert.deepEqual(
      warning.readings.map(({ from, item }) => [from, item]),
      [
        ['texts', 2],
        ['texts', 1],
        ['texts', 0],
        ['builtIn', undefined],
      ],
    )
    assert.match(warning.readings[3]?.text ?? '', /cerraremos/)
    const opened = { id: 'quiet', queueId: 'coach', contactId: 'maria', channel: 'app' }
    assert.equal((await c.call('POST', '/api/v1/encounters', opened)).status, 201)
    await c.advance(2 * HOUR)
    await c.advance(HOUR)
    const said = (await c.call('GET', '/api/v1/encounters/quiet/messages')).body.items.map(({ text }) => text)
    const [closing] = textsOf(await ask({ on: 'closing', ...place }))
    assert.deepEqual(said, [textsOf(warning)[0], closing])
  })

  it('tries a list that is not kept, and another place than that of a queue', async () => {
    const tried = [...items, { on: 'warning', locale: 'es-CL', text: 'chilena', queue: 'coach' }]
    assert.equal(textsOf(await ask({ on: 'warning', queue: 'coach', locale: 'es-CL', items: tried }))[0], 'chilena')
    assert.equal(textsOf(await ask({ on: 'warning', queue: 'coach', service: 'otro' }))[0], 'de la marca')
    assert.match(textsOf(await ask({ on: 'warning', locale: 'en' }))[0] ?? '', /Are you still there/)
    assert.deepEqual((await c.call('GET', PATH)).body.items, items)
    assert.match(textsOf(await ask({ on: 'warning', queue: 'coach' }, 'other'))[0] ?? '', /¿Sigue ahí\?/)
  })

  it('is not overwritten by who read it before somebody else changed it, and says what is different', async () => {
    const read = String((await c.call('GET', PATH)).headers.etag)
    const changed = items.with(0, { on: 'warning', locale: 'es', text: 'para todos, otra vez' })
    const first = await c.call('PUT', PATH, { items: changed }, 'default', { 'if-match': read })
    assert.equal(first.status, 200, first.text)
    const mine = [...items.slice(0, 2), { on: 'closing', locale: 'en', text: 'bye' }]
    const second = await c.call('PUT', PATH, { items: mine }, 'default', { 'if-match': read })
    assert.equal(second.status, 409)
    assert.deepEqual(
      second.body.errors.map(({ path }) => path),
      ['/items/0/text', '/items/2', '/items', '/items'],
    )
    const now = await c.call('GET', PATH)
    assert.deepEqual(now.body.items, changed)
    assert.equal(now.headers.etag, first.headers.etag)
    // Of several who read the same, one is kept.
    const at = { 'if-match': String(now.headers.etag) }
    const all = await Promise.all(
      ['a', 'b', 'c'].map((text) =>
        c.call('PUT', PATH, { items: [{ on: 'warning', locale: 'es', text }] }, 'default', at),
      ),
    )
    assert.deepEqual(all.map(({ status }) => status).sort(), [200, 409, 409])
  })

  it('keeps one of two first lists that come at once, and both where neither asks what was there', async () => {
    const put = (text: string, headers: Record<string, string>) =>
      c.call('PUT', PATH, { items: [{ on: 'warning', locale: 'es', text }] }, 'fresh', headers)
    const at = { 'if-match': String((await c.call('GET', PATH, undefined, 'fresh')).headers.etag) }
    const all = await Promise.all(['a', 'b'].map((text) => put(text, at)))
    assert.deepEqual(all.map(({ status }) => status).sort(), [200, 409])
    const any = await Promise.all(['c', 'd'].map((text) => put(text, {})))
    assert.deepEqual(
      any.map(({ status }) => status),
      [200, 200],
    )
  })
})
