import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'
import { reasonOf } from '../../notifications/reasons.ts'
import { channelWords, failureWords, originOf, withCode } from './words.ts'

it('says why a delivery failed, and what the machine said', () => {
  assert.equal(
    failureWords('connect ECONNREFUSED 127.0.0.1:9', 'es'),
    'Nadie contesta en esa dirección (connect ECONNREFUSED 127.0.0.1:9)',
  )
  assert.match(failureWords('getaddrinfo ENOTFOUND crm.example', 'en'), /^That server cannot be found/)
  assert.match(failureWords('Socket closed abruptly during opening handshake', 'es'), /^Cortó la conexión/)
  assert.equal(failureWords('something of a library', 'es'), 'something of a library')
})

it('says in Spanish alone what the program said itself', () => {
  assert.equal(failureWords('the receiver answered 503', 'es'), 'El receptor respondió 503')
  assert.equal(failureWords('the receiver answered 503', 'en'), 'the receiver answered 503')
  assert.match(failureWords('the host has no public address', 'es'), /dirección privada/)
  assert.equal(failureWords('no queue is bound for it', 'es'), 'Ninguna cola lo recibe')
  assert.equal(
    failureWords('mqtt cannot be: this program is not set up with an MQTT broker (MQTT_HOST)', 'es'),
    'No hay conexión con MQTT broker: falta MQTT_HOST',
  )
})

it('has a name for every way out that this program is shipped with', () => {
  const named = ['webhook', 'push', 'email', 'inbox', 'http', 'callback', 'mqtt', 'mqtt-publish', 'forwarding', 'llm']
  for (const channel of named) assert.notEqual(channelWords(channel, 'es'), channel)
})

it('says the code of an answer once', () => {
  assert.equal(withCode('El receptor respondió 503', 503, 'HTTP 503'), 'El receptor respondió 503')
  assert.equal(withCode('Cortó la conexión', 503, 'HTTP 503'), 'Cortó la conexión · HTTP 503')
  assert.equal(withCode(null, 200, 'HTTP 200'), 'HTTP 200')
  assert.equal(withCode('Cortó la conexión', null, 'HTTP 0'), 'Cortó la conexión')
})

it('has words for whatever the program says of an attempt', () => {
  const files = [
    ...['deliveries/hand.ts', 'deliveries/claims.ts', 'deliveries/http-answer.ts', 'deliveries/guarded-connect.ts'],
    ...['deliveries/outgoing-http.ts', 'deliveries/marking/marker.ts', 'deliveries/channels/http.ts'],
    ...['deliveries/channels/secrets-in.ts', 'subscriptions/channels/webhook.ts', 'subscriptions/destinations/bus.ts'],
    ...['forwarding/channel.ts', 'flows/llm/channel.ts', 'notifications/channels/email.ts', 'timers/due.ts'],
    ...[
      'subscriptions/replay/progress.ts',
      'notifications/channels/still-wanted.ts',
      'platform/brokers/mqtt/publishing.ts',
    ],
  ]
  const said = files.flatMap((file) => [
    ...readFileSync(new URL(`../../../../../server/${file}`, import.meta.url), 'utf8').matchAll(
      /(?:error[:=] |error = |cancelled: |reason = |new (?:Refused|Error|MqttAway)\(|nothing\(|GONE = |STOPPED = |\?\? |: )(['`])((?:(?!\1)[^\n])* (?:(?!\1)[^\n])*)\1/g,
    ),
  ])
  // Of what is said only where a webhook is off.
  for (const why of ['the receiver answered 410 Gone', 'every attempt failed for 120 hours', 'disabled by its owner'])
    assert.notEqual(failureWords(why, 'es'), why)
  // What is filled in is a number, a name or what a broker said.
  const sentences = [...new Set(said.map((found) => (found[2] as string).replaceAll(/\$\{[^}]*\}/g, '7')))]
  const ours = sentences.filter((sentence) => /^(?:the|a|no|there|it|port|too|LLM_URL) /.test(sentence))
  assert.ok(ours.length > 30, ours.join('\n'))
  const unknown = ours.filter(
    (sentence) => failureWords(sentence, 'es') === sentence && reasonOf(sentence).key === 'other',
  )
  assert.deepEqual(unknown, [])
})

it('says what led to a delivery that tells of no event', () => {
  assert.equal(originOf({ cause: 'timer:t-1', target: 'callback:crm.example' }), 'byTimer')
  assert.equal(originOf({ cause: 'run:r-1', target: 'http:crm.example' }), 'byRun')
  assert.equal(originOf({ cause: null, target: 'subscription:s' }), 'tests')
})
