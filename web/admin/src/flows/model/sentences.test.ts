import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cronOf, cronWords, timetableOf } from './cron-words.ts'
import type { Data } from './graph.ts'
import { KINDS } from './kinds.ts'
import { SAID, sentenceOf } from './sentences.ts'

const say = (type: string, data: Data) => [
  sentenceOf({ id: 'n', type, data }, 'es'),
  sentenceOf({ id: 'n', type, data }, 'en'),
]

describe('what a step says', () => {
  it('is a sentence in both languages', () => {
    assert.deepEqual(say('waitForEvent', { event: 'encounter.resumed', timeout: 'PT4H', calendar: 'queue' }), [
      'Esperar 4 horas hábiles a que la persona vuelva',
      'Wait 4 business hours for the person to come back',
    ])
    assert.deepEqual(say('waitForEvent', { event: 'PaymentReceived' }), [
      'Esperar a que llegue «PaymentReceived»',
      'Wait for “PaymentReceived”',
    ])
    assert.deepEqual(say('trigger', { event: 'encounter.tmipw_expired', where: 'queue.continuity' }), [
      'Cuando una conversación queda en silencio, si la cola tiene continuidad',
      'When a conversation falls silent, if the queue has continuity',
    ])
    assert.deepEqual(say('trigger', { schedule: '0 9 * * 1-5', zone: 'America/Santiago' }), [
      'De lunes a viernes a las 09:00 en Santiago',
      'From Monday to Friday at 09:00 in Santiago',
    ])
    assert.deepEqual(say('notify', { template: 'come-back', channels: ['push', 'email'] }), [
      'Avisar por push, si no correo: «Invitación a volver a la conversación»',
      'Tell by push, else e-mail: “Invitation to come back to the conversation”',
    ])
    assert.deepEqual(
      say('notify', { to: { userId: '{{ event.data.ownerId }}' }, channels: ['inbox'], content: { body: 'Ojo' } }),
      ['Avisar a ownerId por bandeja: «Ojo»', 'Tell ownerId by inbox: “Ojo”'],
    )
    assert.deepEqual(
      say('split', {
        arms: [
          { handle: 'corto', weight: 1 },
          { handle: 'control', weight: 2 },
        ],
      }),
      ['Repartir: 33,3 % corto y 66,7 % control', 'Split: 33.3% corto and 66.7% control'],
    )
    assert.deepEqual(
      say('branch', { cases: [{ handle: 'si', when: 'queue.continuity' }] })[0],
      '¿La cola tiene continuidad?',
    )
    assert.deepEqual(say('wait', { time: '09:00', zone: 'America/Santiago' })[0], 'Esperar hasta las 09:00 en Santiago')
    assert.deepEqual(
      say('http', { url: 'https://crm.example/leads/{{ event.data.id }}', body: {} })[0],
      'Llamar a crm.example (POST)',
    )
    assert.deepEqual(say('message', { text: { en: 'Hello', es: 'Hola' } }), ['Escribir: «Hola»', 'Write: “Hello”'])
    assert.deepEqual(say('close', { reason: 'abandonada' })[0], 'Cerrar la conversación: abandonada')
  })

  it('is known for every kind, also of settings that are not there yet', () => {
    assert.deepEqual(SAID.toSorted(), [...KINDS.keys()].toSorted())
    for (const [type, { starter }] of KINDS) {
      for (const data of [starter, {}])
        for (const said of say(type, data)) assert.ok(said.length > 2 && !said.includes('undefined'), type)
    }
  })

  it('is cut where the text is long, never inside a character', () => {
    const [said = ''] = say('message', { text: '😀'.repeat(200) })
    assert.ok(said.length < 120)
    assert.ok(said.isWellFormed())
  })
})

describe('a timetable', () => {
  it('is read from cron and written back', () => {
    for (const cron of ['0 9 * * 1-5', '30 8 1 * *', '5 0 * * *', '0 18 * * 0,6', '15 7 * * 1-3,5']) {
      const table = timetableOf(cron)
      assert.ok(table, cron)
      assert.equal(cronOf(table), cron)
    }
    assert.equal(cronWords('30 8 1 * *', 'es'), 'el día 1 de cada mes a las 08:30')
    assert.equal(cronWords('0 18 * * 0,6', 'en'), 'every Sunday and Saturday at 18:00')
    for (const other of ['*/5 * * * *', '0 9 * 1 *', '0 9 1 * 1', '0 25 * * *', ''])
      assert.equal(timetableOf(other), null, other)
    assert.equal(cronWords('*/5 * * * *', 'es'), '*/5 * * * *')
  })
})
