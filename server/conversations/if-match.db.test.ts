import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openConversations } from './testing.ts'

const WEEK = { mon: [{ from: '09:00', to: '18:00' }] }
const KINDS = [
  [
    '/api/v1/queues/coach',
    { name: 'Coach', brand: 'clinica', thresholds: { withBot: { max_inactive_patient_time: 5 } } },
  ],
  ['/api/v1/calendars/office', { timeZone: 'America/Santiago', name: 'Office', week: WEEK }],
  [
    '/api/v1/contacts/maria',
    { name: 'María', addresses: { push: 'b', email: 'a@example.com' }, attributes: { z: 1, a: 2 } },
  ],
] as const

describe('what is replaced whole', () => {
  let c: Awaited<ReturnType<typeof openConversations>>
  before(async () => {
    c = await openConversations()
  })
  after(() => c.close())

  const put = (path: string, body: object, tag?: string) =>
    c.call('PUT', path, body, 'default', tag === undefined ? {} : { 'if-match': tag })

  for (const [path, given] of KINDS) {
    it(`is not written over by who did not see the change of another: ${path}`, async () => {
      assert.equal((await put(path, given, '*')).status, 409, 'there is nothing yet')
      assert.equal((await put(path, given)).status, 200)
      const read = await c.call('GET', path)
      const tag = String(read.headers.etag)
      const changed = await put(path, { ...given, name: 'Ana' }, tag)
      assert.equal(changed.status, 200)
      const refused = await put(path, { ...given, name: 'Bea' }, tag)
      assert.equal(refused.status, 409)
      assert.match(refused.text, /"stale".*Alguien cambió esto/)
      const kept = await c.call('GET', path)
      assert.equal(kept.body.name, 'Ana')
      assert.equal(kept.headers.etag, changed.headers.etag, 'what was written can be written on')
    })

    it(`takes one of two that write in the same moment: ${path}`, async () => {
      const tag = String((await c.call('GET', path)).headers.etag)
      const both = await Promise.all(['Uno', 'Dos'].map((name) => put(path, { ...given, name }, tag)))
      assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409])
    })
  }
})
