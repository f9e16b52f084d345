import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MultipleErrors, NetworkError, ProtocolError, ResponseError } from '@platformatic/kafka'
import { errorWords, lastingFault } from '#platform/brokers/kafka/errors.ts'

/** As the client wraps what a broker says of a batch. */
const produced = (...ids: string[]) =>
  new MultipleErrors('Producing messages failed.', [
    new ResponseError(
      0,
      7,
      Object.fromEntries(ids.map((id, i) => [`/${i}`, [new ProtocolError(id as never).apiCode as number, null]])),
      {},
    ),
  ])

test('only what can never be taken is held against a record or its topic', () => {
  assert.equal(lastingFault(produced('MESSAGE_TOO_LARGE')), 'message')
  assert.equal(lastingFault(produced('TOPIC_AUTHORIZATION_FAILED')), 'topic')
  assert.equal(lastingFault(produced('NOT_ENOUGH_REPLICAS')), null)
  assert.equal(lastingFault(produced('MESSAGE_TOO_LARGE', 'NOT_LEADER_OR_FOLLOWER')), null)
  assert.equal(lastingFault(new MultipleErrors('x', [new NetworkError('connect ECONNREFUSED')])), null)
})

test('an operator is told what lies at the bottom, once', () => {
  const refused = new NetworkError('Connection to a:1 failed.', {
    cause: new Error('connect ECONNREFUSED 127.0.0.1:1'),
  })
  assert.equal(
    errorWords(new MultipleErrors('metadata failed 4 times.', [refused, refused])),
    'connect ECONNREFUSED 127.0.0.1:1',
  )
  assert.match(errorWords(produced('MESSAGE_TOO_LARGE')), /^MESSAGE_TOO_LARGE \(/)
})
