import assert from 'node:assert/strict'
import { it } from 'node:test'
import { delaysIn, NEW, placeIn, valuesOf } from './values.ts'

const known = { id: '1', routingKeyPattern: '#', createdAt: '2026-01-01T00:00:00.000Z', status: 'ACTIVE' as const }

it('reads each sort of subscription into the form and back', () => {
  for (const place of [
    { webhookUrl: 'https://x.example' },
    { destination: { kind: 'rabbitmq' as const, exchange: 'e', routingKey: 'a' } },
    { destination: { kind: 'rabbitmq' as const, exchange: 'e' } },
    { destination: { kind: 'kafka' as const, topic: 't' } },
    { destination: { kind: 'mqtt' as const, topic: 't', retain: true } },
    { destination: { kind: 'mqtt' as const, topic: 't' } },
  ])
    assert.deepEqual(placeIn(valuesOf({ ...known, ...place }, 'es')), place)
})

it('writes delays in words and reads them, hours as days', () => {
  const { delays } = valuesOf({ ...known, retryDelays: ['PT5S', 'PT2H', 'PT24H'] }, 'es')
  assert.deepEqual(delays, ['5 segundos', '2 horas', '1 día'])
  assert.deepEqual(delaysIn(delays), ['PT5S', 'PT2H', 'P1D'])
  assert.equal(delaysIn(['pronto']), undefined)
  assert.deepEqual(delaysIn([]), [])
  assert.equal(NEW.delays.length, 0)
})
