import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { HOUR, MINUTE, openConversations } from '../testing.ts'

type Preview = { warned: number; closed: number; atLeast: boolean }

const DAYS = { max_inactive_patient_warning_time: 2_880, max_inactive_patient_time: 2_880 }
const NINE_TO_SIX = [{ from: '09:00', to: '18:00' }]

describe('what a change of a queue would do at once', () => {
  let c: Awaited<ReturnType<typeof openConversations>>
  const put = async (body: object) => assert.equal((await c.call('PUT', '/api/v1/queues/q', body)).status, 200)
  const asked = (body: object, id = 'q') => c.call('POST', `/api/v1/queues/${id}/preview`, body)
  const preview = async (body: object) => {
    const { status, body: answer, text } = await asked(body)
    assert.equal(status, 200, text)
    return answer as unknown as Preview
  }
  const standing = async () =>
    c.program.runtime.database.worker.query<{ status: string; n: number }>(
      "select status, count(*)::int as n from encounter where queue_id = 'q' group by status order by status",
    )

  before(async () => {
    c = await openConversations()
    await c.call('PUT', '/api/v1/contacts/p', {})
    // Open on another day than that of the start, so that no business time has gone by.
    await c.call('PUT', '/api/v1/calendars/far', { timeZone: 'UTC', week: { sun: NINE_TO_SIX } })
    await put({ ...DAYS, close_inactive_encounters: true })
    const open = (id: string) =>
      c.call('POST', '/api/v1/encounters', { id, queueId: 'q', contactId: 'p', channel: 'x' })
    // Two are warned: the other system says so.
    for (const id of ['w1', 'w2']) {
      await open(id)
      await c.outside('tmipw_expired', id)
    }
    for (const id of ['a', 'b', 'bot']) await open(id)
    await c.call('POST', '/api/v1/encounters/bot/bot', {})
    await open('gone')
    await c.call('POST', '/api/v1/encounters/gone/close', { reason: 'r' })
    await c.advance(2 * HOUR)
    await open('new')
  })
  after(() => c.close())

  it('counts who would be warned and who closed, and changes nothing', async () => {
    const before = await standing()
    const shorter = { max_inactive_patient_warning_time: 60, max_inactive_patient_time: 60 }
    assert.deepEqual(await preview({ ...shorter, close_inactive_encounters: true }), {
      warned: 3,
      closed: 2,
      atLeast: false,
    })
    assert.deepEqual(await preview(shorter), { warned: 3, closed: 0, atLeast: false }, 'a queue that does not close')
    assert.deepEqual(await standing(), before)
  })

  it('counts what comes due within a minute, by the times of single silences and by the calendar too', async () => {
    const warning = (minutes: number | null, more: object = {}) =>
      preview({ ...DAYS, max_inactive_patient_warning_time: minutes, ...more }).then(({ warned }) => warned)
    assert.equal(await warning(121), 3, '2 h have gone by: it comes in a minute')
    assert.equal(await warning(122), 0)
    assert.equal(await warning(null), 0)
    assert.equal(await warning(60, { thresholds: { withBot: { max_inactive_patient_warning_time: null } } }), 2)
    assert.equal(await warning(2_880, { thresholds: { withBot: { max_inactive_patient_warning_time: 60 } } }), 1)
    assert.equal(await warning(60, { calendarId: 'far' }), 0)
  })

  it('does not count what the times that hold would do as well', async () => {
    await c.advance(46 * HOUR - MINUTE)
    const kept = { ...DAYS, close_inactive_encounters: true }
    assert.deepEqual(await preview({ ...kept, name: 'Other' }), { warned: 0, closed: 0, atLeast: false })
    assert.deepEqual(await preview({ ...kept, max_inactive_patient_warning_time: 60 }), {
      warned: 1,
      closed: 0,
      atLeast: false,
    })
  })

  it('refuses what a save would refuse, and a queue that is not there', async () => {
    const refused = await asked({ max_inactive_patient_time: 0, calendarId: 'none' })
    assert.deepEqual([refused.status, refused.body.errors[0]?.path], [400, '/max_inactive_patient_time'])
    assert.equal((await asked({ calendarId: 'none' })).body.errors[0]?.path, '/calendarId')
    assert.equal((await asked({}, 'none')).status, 404)
    assert.equal((await c.call('POST', '/api/v1/queues/q/preview', {}, 'other')).status, 404)
  })

  it('counts the same for a change of the calendar that queues count in', async () => {
    const ofCalendar = async (id: string, week: object) =>
      (await c.call('POST', `/api/v1/calendars/${id}/preview`, { timeZone: 'UTC', week })).body
    const always = Object.fromEntries(
      ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, [{ from: '00:00', to: '24:00' }]]),
    )
    await put({ ...DAYS, calendarId: 'far', max_inactive_patient_warning_time: 60 })
    const before = await standing()
    assert.deepEqual(await ofCalendar('far', always), { warned: 4, closed: 0, atLeast: false })
    assert.deepEqual(await ofCalendar('far', { sun: NINE_TO_SIX }), { warned: 0, closed: 0, atLeast: false })
    assert.equal(
      (await c.call('POST', '/api/v1/calendars/far/preview', { timeZone: 'UTC', week: always }, 'other')).status,
      404,
    )
    assert.deepEqual(await standing(), before)
    const refused = await c.call('POST', '/api/v1/calendars/far/preview', { timeZone: 'Mars', week: always })
    assert.deepEqual([refused.status, refused.body.errors[0]?.path], [400, '/timeZone'])
    await put({ ...DAYS, close_inactive_encounters: true })
  })

  it('says that it may be more where there are too many to look at', async () => {
    await c.program.runtime.database.worker.query(
      `insert into encounter (tenant, encounter_id, queue_id, opened_at, clock_from)
       select 'default', 'many' || n, 'q', $1::timestamptz, $1::timestamptz from generate_series(1, 5001) n`,
      [new Date(c.clock.now() - HOUR).toISOString()],
    )
    const { warned, atLeast } = await preview({ ...DAYS, max_inactive_patient_warning_time: 30 })
    assert.ok(atLeast && warned > 4_990, `${warned}`)
  })
})
