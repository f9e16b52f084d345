import assert from 'node:assert/strict'
import { it } from 'node:test'
import { failureWords } from './words.ts'

it('says why a delivery failed, and what the machine said', () => {
  assert.equal(
    failureWords('connect ECONNREFUSED 127.0.0.1:9', 'es'),
    'Nadie contesta en esa dirección (connect ECONNREFUSED 127.0.0.1:9)',
  )
  assert.match(failureWords('getaddrinfo ENOTFOUND crm.example', 'en'), /^That server cannot be found/)
  assert.match(failureWords('the host has no public address', 'es'), /^Es una dirección privada/)
  assert.equal(failureWords('the receiver answered 503', 'es'), 'Contestó con un error (the receiver answered 503)')
  assert.match(failureWords('Socket closed abruptly during opening handshake', 'es'), /^Cortó la conexión/)
  assert.equal(failureWords('no queue is bound for it', 'es'), 'no queue is bound for it')
})
