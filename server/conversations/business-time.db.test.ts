import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { HOUR, openConversations } from './testing.ts'

describe('the business time of a queue', () => {
  let c: Awaited<ReturnType<typeof openConversations>>
  before(async () => {
    c = await openConversations()
    await c.call('PUT', '/api/v1/contacts/maria', { name: 'María', locale: 'es-CL', timeZone: 'America/Santiago' })
  })
  after(() => c.close())

  const open = async (id: string, queueId: string) => {
    const answer = await c.call('POST', '/api/v1/encounters', { id, queueId, contactId: 'maria', channel: 'app' })
    assert.equal(answer.status, 201, answer.text)
    return answer.body
  }
  const read = async (id: string) => (await c.call('GET', `/api/v1/encounters/${id}`)).body

  it('counts in the business time of the queue and follows a changed calendar at once', async () => {
    // In the evening of a Monday: the nine hours are those of Tuesday.
    await c.advance(10 * HOUR)
    const week = { mon: [{ from: '09:00', to: '18:00' }], tue: [{ from: '09:00', to: '18:00' }] }
    await c.call('PUT', '/api/v1/calendars/office', { timeZone: 'Etc/UTC', week })
    await c.call('PUT', '/api/v1/queues/hours', {
      name: 'Hours',
      max_inactive_patient_warning_time: 540,
      calendarId: 'office',
    })
    const opened = await open('hours', 'hours')
    const at = new Date(opened.nextAction.at)
    assert.ok([1, 2].includes(at.getUTCDay()), opened.nextAction.at)
    assert.ok(at.getTime() > c.clock.now() + 9 * HOUR)
    const all = Object.fromEntries(
      ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((d) => [d, [{ from: '00:00', to: '24:00' }]]),
    )
    await c.call('PUT', '/api/v1/calendars/office', { timeZone: 'Etc/UTC', week: all })
    await c.advance(9 * HOUR)
    assert.equal((await read('hours')).status, 'warned')
    assert.equal((await c.call('DELETE', '/api/v1/calendars/office')).status, 409)
  })

  it('serves a queue whose calendar hardly ever opens as any other', async () => {
    const week = { mon: [{ from: '09:00', to: '09:01' }] }
    await c.call('PUT', '/api/v1/calendars/rare', { timeZone: 'Etc/UTC', week })
    await c.call('PUT', '/api/v1/queues/rare', {
      calendarId: 'rare',
      max_inactive_patient_warning_time: 1_440,
      max_inactive_patient_time: 5_256_000,
      close_inactive_encounters: true,
    })
    await open('rare-1', 'rare')
    await c.call('POST', '/api/v1/encounters/rare-1/messages', { from: 'patient', text: 'Hola' })
    assert.equal((await read('rare-1')).nextAction?.what, 'warn')
    await c.advance(HOUR)
    await c.outside('tmipw_expired', 'rare-1')
    // Millions of minutes at one a week: further ahead than anybody counts, and nothing fails over it.
    const warned = await read('rare-1')
    assert.deepEqual([warned.status, warned.nextAction?.what], ['warned', 'close'])
  })
})
