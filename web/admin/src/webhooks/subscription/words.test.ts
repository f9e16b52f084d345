import assert from 'node:assert/strict'
import { it } from 'node:test'
import { backupOf, placeOf, readBackup } from './words.ts'

it('says where a subscription goes, without what may be a token', () => {
  assert.equal(placeOf({ webhookUrl: 'https://x.example/hook?token=abc' }), 'https://x.example/hook')
  assert.equal(placeOf({ destination: { kind: 'kafka', topic: 'cauce' } }), 'Kafka cauce')
  assert.equal(
    placeOf({ destination: { kind: 'rabbitmq', exchange: 'events', routingKey: 'a.b' } }),
    'RabbitMQ events / a.b',
  )
})

it('writes the backup form and reads it back', () => {
  const known = { id: '1', routingKeyPattern: '#', createdAt: '2026-01-01T00:00:00.000Z', status: 'ACTIVE' as const }
  const backup = backupOf([
    { ...known, webhookUrl: 'https://x.example', format: 'cloudevents' },
    { ...known, id: '2', destination: { kind: 'mqtt', topic: 't' } },
  ])
  assert.deepEqual(backup, [{ ...known, webhookUrl: 'https://x.example' }])
  assert.deepEqual(readBackup(JSON.stringify(backup)), backup)
})

it('takes no other file for a backup', () => {
  for (const text of ['', '{}', '[]', '[1]', '[null]', 'x']) assert.equal(readBackup(text), null, text)
})
