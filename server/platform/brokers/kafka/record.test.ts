import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readHeaders, recordOf } from '#platform/brokers/kafka/record.ts'

const pairs = (headers: Record<string, string>): [Buffer, Buffer][] =>
  Object.entries(headers).map(([name, value]) => [Buffer.from(name), Buffer.from(value)])

test('a message goes under its subject, with its attributes as CloudEvents headers', () => {
  const message = {
    key: 'encounter.closed',
    subject: 'enc-1',
    id: 'e-1',
    source: 'cauce:events',
    type: 'encounter.closed',
    at: 1_800_000_000_000,
    contentType: 'application/json',
    attributes: { id: 'e-1', source: 'cauce:events' },
    cause: 'e-0',
    body: '{}',
  }
  assert.deepEqual(recordOf(message, 'pet.events'), {
    topic: 'pet.events',
    key: 'enc-1',
    value: '{}',
    at: 1_800_000_000_000,
    headers: {
      'content-type': 'application/json',
      message_id: 'e-1',
      type: 'encounter.closed',
      correlation_id: 'e-0',
      ce_id: 'e-1',
      ce_source: 'cauce:events',
    },
  })
  assert.equal(recordOf({ ...message, to: 'elsewhere' }, 'pet.events').topic, 'elsewhere')
  const { headers } = recordOf({ ...message, mark: 'ours' }, 'pet.events')
  assert.equal(readHeaders(pairs({ ...headers })).mark, 'ours')
})

test('headers are read as UTF-8; those without a value are none', () => {
  const read = readHeaders([
    ...pairs({ ce_id: 'e-1', ce_type: 'cañón', 'content-type': 'text/plain', message_id: 'm-1', tracestate: 'a=b' }),
    [Buffer.from('ce_subject'), null],
    [null, null],
  ])
  assert.deepEqual(
    [...read.attributes],
    [
      ['id', 'e-1'],
      ['type', 'cañón'],
    ],
  )
  assert.deepEqual(
    [read.id, read.contentType, read.tracestate, read.traceparent],
    ['m-1', 'text/plain', 'a=b', undefined],
  )
  assert.equal(readHeaders([]).attributes.size, 0)
})
