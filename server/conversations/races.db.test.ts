import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { commandEncounters } from '#conversations/index.ts'
import { hashId } from '#platform/ids.ts'
import { HOUR, MINUTE, openConversations } from './testing.ts'

/** Far above what a machine needs that has nothing else to do: some 3 s. */
const LIMIT_MS = 60_000

describe('races', () => {
  let c: Awaited<ReturnType<typeof openConversations>>
  before(async () => {
    c = await openConversations()
    await c.call('PUT', '/api/v1/contacts/p', { name: 'P' })
    await c.call('PUT', '/api/v1/queues/q', {
      max_inactive_patient_warning_time: 60,
      max_inactive_patient_time: 60,
      close_inactive_encounters: true,
    })
  })
  after(() => c.close())

  const many = (prefix: string, n: number) => Array.from({ length: n }, (_, i) => `${prefix}-${i}`)
  const openAll = (ids: readonly string[]) =>
    Promise.all(
      ids.map(async (id) => {
        const answer = await c.call('POST', '/api/v1/encounters', { id, queueId: 'q', contactId: 'p', channel: 'x' })
        assert.equal(answer.status, 201)
      }),
    )
  const write = (id: string) => c.call('POST', `/api/v1/encounters/${id}/messages`, { from: 'patient', text: 'x' })
  const toldOf = async () => {
    await c.settled()
    const by = new Map<string, string[]>()
    for (const event of c.seen.toSorted((a, b) => a.position - b.position)) {
      const id = event.encounterId ?? ''
      by.set(id, [...(by.get(id) ?? []), event.type.replace('encounter.', '')])
    }
    return by
  }

  it('lets no calendar go that a queue takes up in the same moment', async () => {
    const week = { mon: [{ from: '09:00', to: '17:00' }] }
    for (const id of many('calendar', 30)) {
      assert.equal((await c.call('PUT', `/api/v1/calendars/${id}`, { timeZone: 'UTC', week })).status, 200)
      const [taken, gone] = await Promise.all([
        c.call('PUT', `/api/v1/queues/${id}`, { calendarId: id }),
        c.call('DELETE', `/api/v1/calendars/${id}`),
      ])
      assert.ok(
        (taken.status === 200 && gone.status === 409) || (taken.status === 400 && gone.status === 204),
        `${taken.status} for the queue, ${gone.status} for the calendar`,
      )
    }
  })

  it('gives a conversation to one of two who take it at once, where they say from whom', async () => {
    await openAll(['wanted'])
    const take = (user: string, from?: string | null) =>
      c.call('POST', '/api/v1/encounters/wanted/assign', { user, ...(from === undefined ? {} : { from }) })
    const answers = await Promise.all([take('ana', null), take('berta', null)])
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409])
    const refused = answers.find(({ status }) => status === 409)
    assert.match(refused?.text ?? '', /"conversations\/taken"/)
    const user = (await c.call('GET', '/api/v1/encounters/wanted')).body.user as string
    assert.equal((await take(user, null)).status, 200, 'who has it may ask again')
    const other = user === 'ana' ? 'berta' : 'ana'
    assert.equal((await take(other, user)).body.user, other)
    assert.equal((await take(user)).body.user, user, 'who does not say from whom takes it')
  })

  it('never leaves a warning standing over a reply in the same moment', async (t) => {
    const ids = many('same', 150)
    await openAll(ids)
    // Replies and timers start together; whoever gets the row first decides what the other one sees.
    const timers = c.advance(HOUR)
    const answers: Awaited<ReturnType<typeof write>>[] = []
    while (answers.length < ids.length) {
      answers.push(...(await Promise.all(ids.slice(answers.length, answers.length + 10).map(write))))
    }
    await timers
    await c.advance(0)
    assert.ok(answers.every(({ status }) => status === 201))
    const told = await toldOf()
    let warned = 0
    for (const id of ids) {
      const story = told.get(id) ?? []
      assert.ok(
        [
          ['created', 'message_received'],
          ['created', 'tmipw_expired', 'message_received', 'resumed'],
        ].some((right) => right.join() === story.join()),
        `${id}: ${story.join()}`,
      )
      if (story.includes('tmipw_expired')) warned += 1
      assert.equal((await c.call('GET', `/api/v1/encounters/${id}`)).body.status, 'open')
    }
    t.diagnostic(`${warned} of ${ids.length} timers were first`)
    const [wrong] = await c.runtime.database.worker.query<{ n: number }>(
      `select count(*)::int as n from encounter e
      where e.message_count <> (select count(*) from message m where m.tenant = e.tenant and m.encounter_id = e.encounter_id)`,
    )
    assert.equal(wrong?.n, 0)
  })

  it('closes or continues, never both, when person, timer, flow and the other system meet', async () => {
    const ids = many('meet', 60)
    await openAll(ids)
    await c.advance(HOUR)
    const timers = c.advance(HOUR)
    const { database, clock } = c.runtime
    const because = { cause: null, hops: 0, traceparent: null }
    const commands = database.transaction(async (tx) =>
      commandEncounters(
        tx,
        ids.map((encounterId) => ({
          ...because,
          tenant: 'default',
          encounterId,
          id: hashId(encounterId),
          at: clock.now(),
          kind: 'close',
          reason: 'flow',
        })),
      ),
    )
    const heard = Promise.all(ids.slice(0, 20).map((id) => c.outside('message_received', id)))
    const answers = await Promise.all(ids.map(write))
    await Promise.all([timers, commands, heard])
    await c.advance(0)
    const told = await toldOf()
    for (const [i, id] of ids.entries()) {
      const story = told.get(id) ?? []
      assert.equal(story.filter((type) => type === 'closed').length <= 1, true, story.join())
      const { status } = (await c.call('GET', `/api/v1/encounters/${id}`)).body
      assert.equal(status === 'closed', story.includes('closed'), `${id} ${status}: ${story.join()}`)
      // A refused message left nothing; one that was taken is told.
      const taken = answers[i]?.status === 201
      assert.ok(taken || answers[i]?.status === 409)
      const own = c.seen.filter((event) => event.encounterId === id && event.origin === 'internal')
      assert.equal(
        own.some((event) => event.type === 'encounter.message_received'),
        taken,
      )
    }
  })

  it('lets a shortened time hold at once for 50,000 open encounters', async (t) => {
    const warning = (minutes: number) =>
      c.call('PUT', '/api/v1/queues/big', { max_inactive_patient_warning_time: minutes })
    await warning(1_440)
    const { database } = c.runtime
    await database.worker.query(
      `insert into encounter (tenant, encounter_id, queue_id, contact_id, channel, opened_at, clock_from, armed_at)
      select 'default', 'big-' || lpad(n::text, 6, '0'), 'big', 'p', 'x', to_timestamp($1::double precision), to_timestamp($1::double precision), to_timestamp($1::double precision) + interval '1 day'
      from generate_series(1, 50000) as n`,
      [c.clock.now() / 1000],
    )
    const began = performance.now()
    await warning(10)
    await c.until(
      'all are armed anew',
      async () => {
        const [row] = await database.worker.query<{ n: number }>(
          `select count(*)::int as n from due where kind = 'encounter.inactivity' and key like 'big-%' and due_at = to_timestamp($1::double precision / 1000)`,
          [c.clock.now() + 10 * MINUTE],
        )
        return row?.n
      },
      (n) => n === 50_000,
      LIMIT_MS,
    )
    const tookMs = performance.now() - began
    assert.ok(tookMs < LIMIT_MS, `took ${Math.round(tookMs)} ms`)
    t.diagnostic(`50,000 armed anew in ${Math.round(tookMs)} ms`)
  })

  for (const from of ['patient', 'agent'] as const) {
    it(`writes a message of the ${from} once when a request overtakes its own repeat`, async () => {
      const id = `twice-${from}`
      await openAll([id])
      const { database } = c.runtime
      await database.worker.query('delete from idempotency_key')
      const send = () =>
        c.call('POST', `/api/v1/encounters/${id}/messages`, { from, text: 'x' }, 'default', { 'idempotency-key': id })
      const waiting = async () => {
        const [row] = await database.worker.query<{ n: number }>(
          `select count(*)::int as n from pg_locks where not granted
           and pid in (select pid from pg_stat_activity where datname = current_database())`,
        )
        return row?.n
      }
      const tries: ReturnType<typeof send>[] = []
      await database.transaction(async (tx) => {
        await tx.query('select 1 from encounter where encounter_id = $1 for update', [id])
        for (let nth = 1; nth <= 2; nth++) {
          tries.push(send())
          await c.until('it waits for the lock', waiting, (n) => n === nth)
          // The claim of the first one runs out while it stands still.
          const [claims] = await database.worker.query<{ n: number }>('select count(*)::int as n from idempotency_key')
          assert.equal(claims?.n, 1)
          if (nth === 1) await database.worker.query('delete from idempotency_key')
        }
      })
      const answers = await Promise.all(tries)
      assert.deepEqual(
        answers.map(({ status }) => status),
        [201, 201],
      )
      assert.equal(answers[0]?.body.id, answers[1]?.body.id)
      assert.equal((await c.call('GET', `/api/v1/encounters/${id}/messages`)).body.items.length, 1)
      assert.equal((await c.call('GET', `/api/v1/encounters/${id}`)).body.messageCount, 1)
    })
  }
})
