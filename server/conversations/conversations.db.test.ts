import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { commandEncounters, contextKeyOf, loadContexts, writeMessages } from '#conversations/index.ts'
import { hashId } from '#platform/ids.ts'
import { HOUR, MINUTE, openConversations, START } from './testing.ts'

describe('conversations', () => {
  let c: Awaited<ReturnType<typeof openConversations>>
  before(async () => {
    c = await openConversations()
    await c.call('PUT', '/api/v1/contacts/maria', { name: 'María', locale: 'es-CL', timeZone: 'America/Santiago' })
    await c.call('PUT', '/api/v1/contacts/john', { name: 'John', locale: 'en' })
    await c.call('PUT', '/api/v1/queues/coach', {
      name: 'Coach',
      brand: 'dkv',
      service: 'coach',
      continuity: true,
      max_inactive_patient_warning_time: 1440,
      max_inactive_patient_time: 60,
      close_inactive_encounters: true,
      continuity_extension_time: 30,
    })
  })
  after(() => c.close())

  const open = async (id: string, contactId = 'maria', queueId = 'coach') => {
    const answer = await c.call('POST', '/api/v1/encounters', { id, queueId, contactId, channel: 'app' })
    assert.equal(answer.status, 201, answer.text)
    return answer.body
  }
  const write = async (id: string, from: string, text: string) => {
    const answer = await c.call('POST', `/api/v1/encounters/${id}/messages`, { from, text })
    assert.equal(answer.status, 201, answer.text)
    return answer.body
  }
  const read = async (id: string) => (await c.call('GET', `/api/v1/encounters/${id}`)).body
  const thread = async (id: string) => (await c.call('GET', `/api/v1/encounters/${id}/messages`)).body.items

  it('warns who went quiet in their language, extends, and closes with message and reason', async () => {
    const opened = await open('quiet')
    assert.deepEqual(opened.nextAction, { what: 'warn', at: new Date(c.clock.now() + 24 * HOUR).toISOString() })
    await c.advance(HOUR)
    await write('quiet', 'patient', 'Hola')
    await c.advance(24 * HOUR - 1)
    assert.equal((await read('quiet')).status, 'open')
    await c.advance(1)
    const warned = await read('quiet')
    assert.equal(warned.status, 'warned')
    assert.deepEqual(warned.nextAction, { what: 'close', at: new Date(c.clock.now() + 90 * MINUTE).toISOString() })
    assert.match((await thread('quiet')).at(-1)?.text ?? '', /Sigue ahí/)
    await c.advance(90 * MINUTE)
    const closed = await read('quiet')
    assert.equal(closed.status, 'closed')
    assert.equal(closed.closeReason, 'inactivity')
    assert.equal(closed.nextAction, null)
    assert.deepEqual(
      (await thread('quiet')).map((m) => m.from),
      ['patient', 'system', 'system'],
    )
    assert.deepEqual(await c.told('quiet'), [
      'created',
      'message_received',
      'tmipw_expired',
      'extended',
      'tmip_expired',
      'closed',
    ])
    // What comes of each silence is one trace, though nobody's request began it.
    const [warning, extension, end, close] = ['tmipw_expired', 'extended', 'tmip_expired', 'closed'].map((subtype) =>
      c.seen
        .find(({ encounterId, type }) => encounterId === 'quiet' && type === `encounter.${subtype}`)
        ?.traceparent?.slice(3, 35),
    )
    assert.match(warning ?? '', /^[0-9a-f]{32}$/)
    assert.deepEqual([extension, close], [warning, end])
    assert.notEqual(end, warning)
    assert.equal(
      (await c.call('POST', '/api/v1/encounters/quiet/messages', { from: 'patient', text: 'x' })).status,
      409,
    )
  })

  it('takes the warning back when the person writes, and counts anew', async () => {
    await open('back', 'john')
    await c.advance(24 * HOUR)
    assert.match((await thread('back'))[0]?.text ?? '', /still there/)
    await c.advance(89 * MINUTE)
    await write('back', 'patient', 'Here I am')
    const { status, nextAction, stageKey } = await read('back')
    assert.deepEqual(
      { status, nextAction, stageKey },
      {
        status: 'open',
        nextAction: { what: 'warn', at: new Date(c.clock.now() + 24 * HOUR).toISOString() },
        stageKey: 'back/1',
      },
    )
    await c.advance(2 * MINUTE)
    assert.equal((await read('back')).status, 'open')
    assert.deepEqual(await c.told('back'), ['created', 'tmipw_expired', 'extended', 'message_received', 'resumed'])
  })

  it('counts from our first answer to the last word of the person, not from later words of ours', async () => {
    await open('turn')
    await c.advance(HOUR)
    await write('turn', 'patient', 'Una pregunta')
    await c.advance(20 * HOUR)
    await write('turn', 'agent', 'Una respuesta')
    const expected = new Date(c.clock.now() + 24 * HOUR).toISOString()
    assert.equal((await read('turn')).nextAction.at, expected)
    await c.advance(5 * HOUR)
    await write('turn', 'bot', '¿Algo más?')
    assert.equal((await read('turn')).nextAction.at, expected)
    assert.equal((await read('turn')).status, 'open')
  })

  it('counts anew after assignment, return, bot and snooze', async () => {
    await open('moves')
    for (const [name, body] of [
      ['assign', { user: 'ana' }],
      ['return', {}],
      ['bot', {}],
    ] as const) {
      await c.advance(HOUR)
      const moved = (await c.call('POST', `/api/v1/encounters/moves/${name}`, body)).body
      assert.equal(moved.nextAction.at, new Date(c.clock.now() + 24 * HOUR).toISOString(), name)
    }
    const until = new Date(c.clock.now() + 48 * HOUR).toISOString()
    const snoozed = (await c.call('POST', '/api/v1/encounters/moves/snooze', { until })).body
    assert.equal(snoozed.handling, 'snoozed')
    assert.equal(snoozed.nextAction.at, new Date(c.clock.now() + 72 * HOUR).toISOString())
    await c.advance(25 * HOUR)
    assert.equal((await read('moves')).status, 'open')
    await write('moves', 'patient', 'Antes de tiempo')
    assert.equal((await read('moves')).handling, 'queued')
    assert.equal((await read('moves')).nextAction.at, new Date(c.clock.now() + 24 * HOUR).toISOString())
    assert.deepEqual(await c.told('moves'), ['created', ...Array(4).fill('assigned'), 'message_received'])
    const rest = c.seen
      .filter(({ encounterId, type }) => encounterId === 'moves' && type === 'encounter.assigned')
      .at(-1)
    assert.partialDeepStrictEqual(rest?.data, { to: 'snoozed', until })
  })

  it('says by itself only what will happen, and what did', async () => {
    const warned = { max_inactive_patient_warning_time: 60, max_inactive_patient_time: 60 }
    const queues = {
      closing: { ...warned, close_inactive_encounters: true },
      staying: { ...warned, close_inactive_encounters: false },
      endless: { ...warned, max_inactive_patient_time: null, close_inactive_encounters: true },
    }
    for (const [id, queue] of Object.entries(queues)) {
      await c.call('PUT', `/api/v1/queues/${id}`, queue)
      await open(`says-${id}`, 'maria', id)
    }
    await c.advance(HOUR)
    const last = async (id: string) => (await thread(`says-${id}`)).at(-1)?.text ?? ''
    assert.match(await last('closing'), /Sigue ahí.*cerraremos/)
    for (const id of ['staying', 'endless']) assert.match(await last(id), /Sigue ahí.*para continuar\.$/, id)
    await c.call('POST', '/api/v1/encounters/says-staying/close', { reason: 'done' })
    assert.match(await last('staying'), /^Hemos cerrado esta conversación\. /)
    await c.advance(HOUR)
    assert.match(await last('closing'), /porque no recibimos su respuesta/)
  })

  it('reopens where the queue says so', async () => {
    await c.call('PUT', '/api/v1/queues/soft', { name: 'Soft', reopen_closed_encounters: true })
    await open('again', 'maria', 'soft')
    assert.equal((await c.call('POST', '/api/v1/encounters/again/close', { reason: 'done' })).body.status, 'closed')
    assert.equal((await c.call('POST', '/api/v1/encounters/again/close', { reason: 'twice' })).body.closeReason, 'done')
    await write('again', 'patient', 'Una cosa más')
    assert.equal((await read('again')).status, 'open')
    assert.deepEqual(await c.told('again'), ['created', 'closed', 'reopened', 'message_received'])
  })

  it('knows who wrote for the agent, and tells neither the person nor other systems', async () => {
    await open('signed')
    const { writtenBy } = await write('signed', 'agent', 'Hola, soy yo')
    await write('signed', 'patient', 'Hola')
    await write('signed', 'bot', 'Un momento')
    assert.equal(writtenBy, 'key:test')
    assert.deepEqual(
      (await thread('signed')).map((message) => [message.from, message.writtenBy]),
      [
        ['agent', 'key:test'],
        ['patient', null],
        ['bot', null],
      ],
    )
    await c.settled()
    const told = c.seen.filter(({ encounterId }) => encounterId === 'signed')
    assert.ok(!JSON.stringify(told.map(({ data }) => data)).includes('key:test'))
    const { url } = (await c.call('POST', '/api/v1/encounters/signed/link', {})).body
    const { text } = await c.form('GET', new URL(url).pathname)
    assert.ok(text.includes('Hola, soy yo') && !text.includes('key:test'))
  })

  it('takes no message and no name in which nothing can be seen', async () => {
    await open('seen')
    for (const text of ['   ', '\n\u200b', '\u202e']) {
      const message = await c.call('POST', '/api/v1/encounters/seen/messages', { from: 'agent', text })
      assert.deepEqual([message.status, message.body.errors[0]?.path], [400, '/text'])
      const closed = await c.call('POST', '/api/v1/encounters/seen/close', { reason: 'x', message: text })
      assert.deepEqual([closed.status, closed.body.errors[0]?.path], [400, '/message'])
      const queue = await c.call('PUT', '/api/v1/queues/blank', { name: text })
      assert.deepEqual([queue.status, queue.body.errors[0]?.path], [400, '/name'])
    }
    await write('seen', 'agent', ' 👋 ')
  })

  it('refuses what it does not know, naming the field', async () => {
    const answer = await c.call('POST', '/api/v1/encounters', { queueId: 'no', contactId: 'nobody', channel: 'app' })
    assert.equal(answer.status, 400)
    assert.deepEqual(
      answer.body.errors.map((fault) => fault.path),
      ['/queueId', '/contactId'],
    )
    assert.equal(
      (await c.call('POST', '/api/v1/encounters', { id: 'quiet', queueId: 'coach', contactId: 'maria', channel: 'x' }))
        .status,
      409,
    )
    for (const path of ['', '/messages'])
      assert.equal((await c.call('GET', `/api/v1/encounters/none${path}`)).status, 404)
    assert.equal((await c.call('POST', '/api/v1/encounters/none/messages', { from: 'patient', text: 'x' })).status, 404)
    assert.equal((await c.call('POST', '/api/v1/encounters/none/link')).status, 404)
    assert.equal((await c.call('POST', '/api/v1/encounters/back/messages', { from: 'doctor', text: 'x' })).status, 400)
    assert.equal(
      (await c.call('POST', '/api/v1/encounters/back/messages', { from: 'patient', text: 'a\u0000b' })).status,
      400,
    )
    assert.equal((await c.call('PUT', '/api/v1/contacts/bad', { attributes: { a: '\ud800' } })).status, 400)
    assert.equal((await c.call('PUT', '/api/v1/contacts/nameless', { name: ' \t ' })).body.name, null)
    assert.equal((await c.call('PUT', '/api/v1/queues/bad', { max_inactive_patient_time: 0 })).status, 400)
    assert.equal((await c.call('PUT', '/api/v1/queues/bad', { colour: 'red' })).status, 400)
    assert.equal((await c.call('PUT', '/api/v1/queues/bad', { calendarId: 'none' })).status, 400)
    const empty = await c.call('PUT', '/api/v1/calendars/empty', { timeZone: 'Europe/Madrid', week: {} })
    assert.deepEqual([empty.status, empty.body.errors[0]?.path], [400, '/week'])
  })

  it('shows a tenant nothing of another', async () => {
    assert.equal((await c.call('GET', '/api/v1/encounters/quiet', undefined, 'other')).status, 404)
    assert.equal(
      (await c.call('POST', '/api/v1/encounters/back/messages', { from: 'patient', text: 'x' }, 'other')).status,
      404,
    )
    assert.deepEqual((await c.call('GET', '/api/v1/contacts', undefined, 'other')).body.items, [])
    const crossed = await c.call(
      'POST',
      '/api/v1/encounters',
      { queueId: 'coach', contactId: 'maria', channel: 'x' },
      'other',
    )
    assert.equal(crossed.status, 400)
  })

  it('lists with filters and cursor', async () => {
    const first = (await c.call('GET', '/api/v1/encounters?queueId=coach&limit=2')).body
    assert.equal(first.items.length, 2)
    const next = (await c.call('GET', `/api/v1/encounters?queueId=coach&limit=2&cursor=${first.nextCursor}`)).body
    assert.ok((next.items[0]?.id ?? '') > (first.items[1]?.id ?? ''))
  })

  it('refuses to give it to nobody, and to let it rest for longer than anybody means', async () => {
    await open('meant')
    const at = async (name: string, body: object) => {
      const answer = await c.call('POST', `/api/v1/encounters/meant/${name}`, body)
      return [answer.status, answer.body.errors?.map(({ path }) => path)]
    }
    assert.deepEqual(await at('assign', {}), [400, ['/user']])
    assert.deepEqual(await at('assign', { user: null, team: null }), [400, ['/user']])
    for (const until of ['9999-12-31T23:59:59Z', new Date(c.clock.now()).toISOString()]) {
      assert.deepEqual(await at('snooze', { until }), [400, ['/until']])
    }
    assert.deepEqual(await c.told('meant'), ['created'])
  })

  it('says to the person what whoever closes has to say', async () => {
    for (const id of ['farewell', 'wordless']) await open(id)
    const message = 'Gracias por escribirnos. ¡Que mejore!'
    await c.call('POST', '/api/v1/encounters/farewell/close', { reason: 'solved', message })
    await c.call('POST', '/api/v1/encounters/wordless/close', { reason: 'solved' })
    assert.deepEqual(
      (await thread('farewell')).map(({ from, text }) => [from, text]),
      [['system', message]],
    )
    assert.deepEqual(await thread('wordless'), [])
    await c.settled()
    const closed = c.seen.find(({ encounterId, type }) => encounterId === 'farewell' && type === 'encounter.closed')
    assert.partialDeepStrictEqual(closed?.data, { reason: 'solved', text: message })
  })

  it('takes a warning back when an agent speaks or it comes into another hand: both stages begin anew', async () => {
    const acts: [string, (id: string) => Promise<unknown>][] = [
      ['said', (id) => write(id, 'agent', 'Estoy con usted')],
      ['moved', (id) => c.call('POST', `/api/v1/encounters/${id}/transfer`, { queueId: 'coach' })],
      ['given', (id) => c.call('POST', `/api/v1/encounters/${id}/assign`, { user: 'ana' })],
    ]
    for (const [id] of acts) await open(id)
    await c.advance(24 * HOUR)
    for (const [id, does] of acts) {
      const warned = await read(id)
      assert.equal(warned.status, 'warned', id)
      await c.advance(MINUTE)
      await does(id)
      const renewed = await read(id)
      assert.deepEqual([renewed.status, renewed.nextAction.what], ['open', 'warn'], id)
      assert.equal(Date.parse(renewed.nextAction.at), c.clock.now() + 24 * HOUR, id)
      assert.notEqual(renewed.stageKey, warned.stageKey)
    }
    // A word of the bot may well be because of the warning: it puts off the close only.
    await open('bot')
    await c.advance(24 * HOUR - 1)
    for (const [id] of acts) assert.ok(!(await c.told(id)).includes('resumed'), `nobody came back to ${id}`)
    await c.advance(2)
    await write('bot', 'bot', '¿Sigue ahí?')
    assert.deepEqual((await read('bot')).nextAction, {
      what: 'close',
      at: new Date(c.clock.now() + 90 * MINUTE).toISOString(),
    })
    for (const [id] of acts) {
      const again = await read(id)
      assert.deepEqual([again.status, again.nextAction.what], ['warned', 'close'], id)
      assert.equal((await c.told(id)).filter((told) => told === 'tmipw_expired').length, 2, id)
    }
    await c.advance(2 * HOUR)
    for (const [id] of acts) assert.equal((await read(id)).status, 'closed', id)
  })

  it('keeps bare rows for what only events tell of, silently', async () => {
    await c.outside('created', 'old-1', {
      fields: { queue_id: 'old-queue', patient_id: 'old-patient', brand_id: 'dkv' },
    })
    const bare = await read('old-1')
    assert.deepEqual(
      [bare.status, bare.queueId, bare.contactId, bare.brandId, bare.nextAction],
      ['open', 'old-queue', 'old-patient', 'dkv', null],
    )
    assert.equal((await c.call('GET', '/api/v1/contacts/old-patient')).body.name, null)
    assert.deepEqual(await c.told('old-1'), [])
    await c.outside('tmipw_expired', 'old-1')
    assert.deepEqual([(await read('old-1')).status, (await read('old-1')).nextAction], ['warned', null])

    // Its queue gets times: the close of what was warned is armed.
    await c.call('PUT', '/api/v1/queues/old-queue', { max_inactive_patient_time: 10, close_inactive_encounters: true })
    await c.advance(10 * MINUTE)
    assert.equal((await read('old-1')).status, 'closed')
    assert.deepEqual(await c.told('old-1'), ['tmip_expired', 'closed'])
  })

  it('lets an outside warning stand for ours, and closes by it where the queue has times', async () => {
    await open('led')
    await c.advance(20 * HOUR)
    await c.outside('tmipw_expired', 'led')
    const warned = await read('led')
    assert.equal(warned.status, 'warned')
    assert.deepEqual(warned.nextAction, { what: 'close', at: new Date(c.clock.now() + 90 * MINUTE).toISOString() })
    await c.outside('tmipw_expired', 'led')
    await c.advance(90 * MINUTE)
    assert.equal((await read('led')).status, 'closed')
    assert.deepEqual(await c.told('led'), ['created', 'extended', 'tmip_expired', 'closed'])
  })

  it('takes outside signs of life, and old news for nothing', async () => {
    await open('mixed')
    await c.advance(24 * HOUR)
    assert.equal((await read('mixed')).status, 'warned')
    await c.outside('message_received', 'mixed', { at: c.clock.now() - 30 * HOUR })
    assert.equal((await read('mixed')).status, 'warned')
    await c.advance(MINUTE)
    await c.outside('message_received', 'mixed')
    assert.equal((await read('mixed')).status, 'open')
    await c.outside('resumed', 'mixed')
    await c.outside('tmipw_expired', 'mixed', { at: c.clock.now() - HOUR })
    await c.outside('closed', 'mixed', { at: c.clock.now() - HOUR })
    assert.equal((await read('mixed')).status, 'open')
    assert.deepEqual(await c.told('mixed'), ['created', 'tmipw_expired', 'extended', 'resumed'])
    await c.advance(MINUTE)
    await c.outside('closed', 'mixed', { fields: { reason: 'cured' } })
    assert.deepEqual([(await read('mixed')).status, (await read('mixed')).closeReason], ['closed', 'cured'])
  })

  it('takes an encounter over that only events had told of', async () => {
    await c.outside('created', 'adopted', { fields: { queue_id: 'coach' } })
    await c.advance(24 * HOUR)
    assert.equal((await read('adopted')).status, 'warned')
    const taken = await open('adopted')
    assert.deepEqual([taken.status, taken.contactId], ['warned', 'maria'])
  })

  it('carries out commands of other contexts once, and what they say', async () => {
    await open('asked')
    const { database, clock } = c.runtime
    const because = { cause: 'run:1', hops: 3, traceparent: null }
    const base = { tenant: 'default', encounterId: 'asked', at: clock.now(), ...because }
    await database.transaction(async (tx) => {
      writeMessages(tx, [
        { ...base, id: hashId('m1'), from: 'bot', text: 'Uno', queueId: 'coach', contactId: 'maria' },
        { ...base, id: hashId('m2'), from: 'bot', text: 'Dos', queueId: 'coach', contactId: 'maria' },
      ])
      commandEncounters(tx, [{ ...base, id: hashId('x'), kind: 'extend', byMs: 2 * HOUR }])
    })
    await c.advance(0)
    assert.deepEqual(
      (await thread('asked')).map((m) => m.text),
      ['Uno', 'Dos'],
    )
    await c.advance(24 * HOUR)
    assert.equal((await read('asked')).nextAction.at, new Date(c.clock.now() + 90 * MINUTE + 2 * HOUR).toISOString())
    const quietSince = c.clock.now()
    await c.advance(MINUTE)
    await write('asked', 'patient', 'Sigo aquí')
    const close = { ...base, at: c.clock.now(), kind: 'close' as const, reason: 'abandoned' }
    await database.transaction(async (tx) => commandEncounters(tx, [{ ...close, id: hashId('c1'), quietSince }]))
    await c.advance(0)
    assert.equal((await read('asked')).status, 'open', 'the person came back after the run began to wait')
    await database.transaction(async (tx) =>
      commandEncounters(tx, [
        { ...close, id: hashId('c2') },
        { ...close, id: hashId('c3'), reason: 'again' },
      ]),
    )
    await c.advance(0)
    assert.equal((await read('asked')).status, 'closed')
    const closed = c.seen.filter((event) => event.type === 'encounter.closed' && event.encounterId === 'asked')
    await c.settled()
    assert.equal((await c.told('asked')).filter((type) => type === 'closed').length, 1)
    assert.ok(closed.every((event) => event.cause === 'run:1' && event.hops === 3))
  })

  it('carries out what is asked of one encounter at one moment in the order in which it was asked', async () => {
    const hands = Array.from({ length: 12 }, (_, i) => `hand-${i}`)
    await open('ordered')
    const { database, clock } = c.runtime
    const base = {
      tenant: 'default',
      encounterId: 'ordered',
      at: clock.now(),
      cause: 'run:2',
      hops: 1,
      traceparent: null,
    }
    await database.transaction(async (tx) =>
      commandEncounters(
        tx,
        hands.map((user) => ({ ...base, id: hashId('ordered', user), kind: 'assign', team: null, user })),
      ),
    )
    await c.advance(0)
    await c.settled()
    const told = c.seen.filter(({ type, encounterId }) => type === 'encounter.assigned' && encounterId === 'ordered')
    assert.deepEqual(
      told.map(({ data }) => (data as { user?: string }).user),
      hands,
    )
  })

  it('makes the bare row of an encounter that a flow speaks into first', async () => {
    await c.runtime.database.transaction(async (tx) =>
      writeMessages(tx, [
        {
          tenant: 'default',
          encounterId: 'unheard',
          id: hashId('u'),
          from: 'bot',
          text: 'Hola',
          at: START,
          cause: null,
          hops: 1,
          traceparent: null,
        },
      ]),
    )
    assert.equal((await thread('unheard')).length, 1)
  })

  it('gives contexts of known and unknown encounters in one statement', async () => {
    const keys = [
      { tenant: 'default', encounterId: 'again' },
      { tenant: 'default', encounterId: 'none', contactId: 'john', queueId: 'coach' },
      { tenant: 'other', encounterId: 'again' },
    ]
    let statements = 0
    const db = {
      query: ((text: string, values: unknown[]) => {
        statements++
        return c.runtime.database.worker.query(text, values)
      }) as never,
    }
    const contexts = await loadContexts(db, keys)
    assert.equal(statements, 1)
    const [again, none, other] = keys.map((key) => contexts.get(contextKeyOf(key)))
    assert.deepEqual([again?.contact?.name, again?.queue?.name, again?.encounter?.round], ['María', 'Soft', 1])
    assert.deepEqual([none?.contact?.name, none?.queue?.id, none?.encounter], ['John', 'coach', null])
    assert.deepEqual(other, { contact: null, encounter: null, queue: null })
  })
})
