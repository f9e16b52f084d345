import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { writeMessages } from '#conversations/index.ts'
import { hashId } from '#platform/ids.ts'
import { HOUR, MINUTE, openConversations } from './testing.ts'

const warning = (minutes: number | null) => ({ max_inactive_patient_warning_time: minutes })

/** One for each state, all apart, in minutes; the queue itself warns after a day. */
const THRESHOLDS = {
  neverWrote: warning(5),
  agentSpokeLast: warning(60),
  botSpokeLast: warning(30),
  personSpokeLast: warning(600),
  transferred: warning(120),
  returned: warning(90),
  withBot: warning(15),
  snoozed: warning(45),
}

describe('times of a queue for single silences', () => {
  let c: Awaited<ReturnType<typeof openConversations>>
  let count = 0
  let id: string

  before(async () => {
    c = await openConversations()
    await c.call('PUT', '/api/v1/contacts/maria', { name: 'María', locale: 'es' })
    for (const queue of ['all', 'other']) await put(queue, THRESHOLDS)
    await swept()
  })
  after(() => c.close())
  beforeEach(() => {
    id = `e-${++count}`
  })

  const put = async (queue: string, thresholds?: object, more: object = {}) => {
    const body = { ...warning(1_440), max_inactive_patient_time: 60, close_inactive_encounters: true, ...more }
    const answer = await c.call('PUT', `/api/v1/queues/${queue}`, { ...body, ...(thresholds ? { thresholds } : {}) })
    assert.equal(answer.status, 200, answer.text)
    return answer.body as unknown as { thresholds: object }
  }
  /** Both passes after a change of a queue are over: what was armed too late stays so from here on. */
  const swept = async () => {
    await c.advance(0)
    await c.advance(MINUTE)
  }
  const open = async (queueId = 'all') =>
    assert.equal(
      (await c.call('POST', '/api/v1/encounters', { id, queueId, contactId: 'maria', channel: 'app' })).status,
      201,
    )
  const write = (from: string) => c.call('POST', `/api/v1/encounters/${id}/messages`, { from, text: 'x' })
  const does = async (name: string, body: object = {}) =>
    assert.equal((await c.call('POST', `/api/v1/encounters/${id}/${name}`, body)).status, 200)
  const read = async () => (await c.call('GET', `/api/v1/encounters/${id}`)).body
  /** What is next, in minutes from now, and which time gave it. */
  const next = async () => {
    const { nextAction, threshold } = (await read()) as unknown as {
      nextAction: { what: string; at: string } | null
      threshold: string | null
    }
    const inMin = nextAction === null ? null : (Date.parse(nextAction.at) - c.clock.now()) / MINUTE
    return [threshold, nextAction?.what ?? null, inMin]
  }

  it('count for each state, and change when it does', async () => {
    await open()
    assert.deepEqual(await next(), ['neverWrote', 'warn', 5])
    await write('patient')
    assert.deepEqual(await next(), ['personSpokeLast', 'warn', 600])
    await c.advance(MINUTE)
    await write('agent')
    assert.deepEqual(await next(), ['agentSpokeLast', 'warn', 60])
    await c.advance(MINUTE)
    // Whose turn it is has not changed: the time counts from the first answer.
    await write('bot')
    assert.deepEqual(await next(), ['botSpokeLast', 'warn', 29])
    await write('system')
    assert.deepEqual(await next(), ['botSpokeLast', 'warn', 29])
    await does('transfer', { queueId: 'other' })
    assert.deepEqual(await next(), ['transferred', 'warn', 120])
    await does('return')
    assert.deepEqual(await next(), ['returned', 'warn', 90])
    await does('assign', { user: 'ana' })
    assert.deepEqual(await next(), ['botSpokeLast', 'warn', 30])
    await does('bot')
    assert.deepEqual(await next(), ['withBot', 'warn', 15])
    await does('snooze', { until: new Date(c.clock.now() + 2 * HOUR).toISOString() })
    assert.deepEqual(await next(), ['snoozed', 'warn', 120 + 45])
    await write('patient')
    assert.deepEqual(await next(), ['personSpokeLast', 'warn', 600])
  })

  it('ring at their time in every state', async () => {
    const ways: [minutes: number, reach: () => Promise<unknown>][] = [
      [5, async () => {}],
      [600, () => write('patient')],
      [60, () => write('patient').then(() => write('agent'))],
      [30, () => write('patient').then(() => write('bot'))],
      [120, () => write('patient').then(() => does('transfer', { queueId: 'other' }))],
      [90, () => write('patient').then(() => does('return'))],
      [15, () => write('patient').then(() => does('bot'))],
      [
        105,
        async () => {
          await write('patient')
          await does('snooze', { until: new Date(c.clock.now() + HOUR).toISOString() })
        },
      ],
    ]
    for (const [minutes, reach] of ways) {
      id = `e-${++count}`
      await open()
      await reach()
      await c.advance(minutes * MINUTE - 1)
      assert.equal((await read()).status, 'open', `before ${minutes}`)
      await c.advance(1)
      assert.equal((await read()).status, 'warned', `after ${minutes}`)
      await does('close', { reason: 'seen' })
    }
  })

  it('bring the timer nearer when the person writes, although that way reads nothing', async () => {
    await put('slow', { neverWrote: warning(1_000), personSpokeLast: warning(10) })
    await swept()
    await open('slow')
    await write('patient')
    await write('patient')
    assert.deepEqual(await next(), ['personSpokeLast', 'warn', 10])
    await c.advance(10 * MINUTE)
    assert.equal((await read()).status, 'warned')
  })

  it('bring the timer nearer when a flow speaks', async () => {
    await put('flow', { botSpokeLast: warning(10) })
    await swept()
    await open('flow')
    await write('patient')
    const { database, clock } = c.runtime
    await database.transaction(async (tx) =>
      writeMessages(tx, [
        {
          tenant: 'default',
          encounterId: id,
          id: hashId('m', id),
          from: 'bot',
          text: '¿Sigue ahí?',
          at: clock.now(),
          cause: 'run:1',
          hops: 1,
          traceparent: null,
        },
      ]),
    )
    await c.settled()
    assert.deepEqual(await next(), ['botSpokeLast', 'warn', 10])
    await c.advance(10 * MINUTE)
    assert.equal((await read()).status, 'warned')
  })

  it('hold at once for open encounters when the queue changes, both ways', async () => {
    await put('changing')
    await open('changing')
    await write('patient')
    await write('agent')
    assert.deepEqual(await next(), [null, 'warn', 1_440])
    const shown = await put('changing', { agentSpokeLast: warning(20), neverWrote: {} })
    assert.deepEqual(shown.thresholds, { agentSpokeLast: warning(20) })
    assert.deepEqual(await next(), ['agentSpokeLast', 'warn', 20])
    await c.advance(20 * MINUTE)
    assert.equal((await read()).status, 'warned')

    id = `e-${++count}`
    await open('changing')
    await write('patient')
    await write('agent')
    await put('changing', { agentSpokeLast: warning(null) })
    assert.deepEqual(await next(), ['agentSpokeLast', null, null])
    await c.advance(48 * HOUR)
    assert.equal((await read()).status, 'open')
    await put('changing')
    await c.advance(0)
    assert.equal((await read()).status, 'warned')
  })

  it('may be for the close alone, with the extension of a continuity queue on top', async () => {
    const thresholds = { withBot: { max_inactive_patient_time: 7 } }
    await put('close', thresholds, { continuity: true, continuity_extension_time: 3, ...warning(30) })
    await open('close')
    await does('bot')
    assert.deepEqual(await next(), [null, 'warn', 30])
    await c.advance(30 * MINUTE)
    assert.deepEqual(await next(), ['withBot', 'close', 10])
    await c.advance(10 * MINUTE)
    assert.equal((await read()).status, 'closed')
  })

  it('count for encounters of another system, moved by its events', async () => {
    const outside = (subtype: string, fields = {}) => c.outside(subtype, id, { fields: { queue_id: 'all', ...fields } })
    await outside('created')
    assert.deepEqual(await next(), ['neverWrote', 'warn', 5])
    await c.advance(MINUTE)
    await outside('message_received')
    assert.deepEqual(await next(), ['personSpokeLast', 'warn', 600])
    await c.advance(MINUTE)
    await outside('message_sent')
    assert.deepEqual(await next(), ['agentSpokeLast', 'warn', 60])
    await c.advance(MINUTE)
    await outside('message_sent', { from: 'bot' })
    assert.deepEqual(await next(), ['botSpokeLast', 'warn', 29])
    await outside('transferred', { queue_id: 'other' })
    assert.deepEqual(await next(), ['transferred', 'warn', 120])
    assert.equal((await read()).queueId, 'other')
    await outside('returned', { queue_id: 'other' })
    assert.deepEqual(await next(), ['returned', 'warn', 90])
    await outside('with_bot', { queue_id: 'other' })
    assert.deepEqual(await next(), ['withBot', 'warn', 15])
    await outside('snoozed', { queue_id: 'other', until: new Date(c.clock.now() + HOUR).toISOString() })
    assert.deepEqual(await next(), ['snoozed', 'warn', 60 + 45])
    await outside('snoozed', { queue_id: 'other', until: 'later' })
    assert.deepEqual(await next(), ['snoozed', 'warn', 60 + 45])
    await c.advance(MINUTE)
    // As our own events say it: in one type, with `to`.
    await outside('assigned', { to: 'bot', queue_id: 'other' })
    assert.deepEqual(await next(), ['withBot', 'warn', 15])
    await outside('assigned', { to: 'queued', queue_id: 'other' })
    assert.deepEqual(await next(), ['returned', 'warn', 90])
    await outside('assigned', { to: 'queued', queue_id: 'all' })
    assert.deepEqual(await next(), ['transferred', 'warn', 120])
    await c.advance(120 * MINUTE)
    assert.equal((await read()).status, 'warned')
    assert.deepEqual(await c.told(id), ['tmipw_expired'])
    await outside('snoozed', { until: c.clock.now() + HOUR })
    await c.advance(MINUTE)
    await outside('closed')
    assert.equal((await read()).status, 'closed')
  })

  it('are refused with the field at fault', async () => {
    const bad = await c.call('PUT', '/api/v1/queues/bad', {
      thresholds: { asleep: {}, withBot: { max_inactive_patient_time: 0, minutes: 5 }, snoozed: 5 },
    })
    assert.equal(bad.status, 400)
    assert.deepEqual(
      bad.body.errors.map(({ path, message }) => `${path} ${message}`),
      [
        '/thresholds/asleep is not a known field',
        '/thresholds/snoozed must be an object',
        '/thresholds/withBot/minutes is not a known field',
        '/thresholds/withBot/max_inactive_patient_time must be at least 1',
      ],
    )
  })
})
