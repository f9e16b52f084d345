import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isOwnAddress, type OwnPlace } from './own-address.ts'

const own: OwnPlace = {
  publicUrl: 'https://care.example.org',
  port: 8080,
  addresses: new Set(['10.1.2.3', 'fd00::5', '127.0.0.1']),
}

test('an address that is this program is known in every spelling', () => {
  for (const url of [
    'http://localhost:8080/api/v1/events',
    'http://LOCALHOST.:8080/',
    'http://api.localhost:8080/',
    'http://127.0.0.1:8080/api/v1/events',
    'http://127.1:8080/',
    'http://0x7f000001:8080/',
    'http://0:8080/',
    'http://[::1]:8080/',
    'http://[::]:8080/',
    'http://[::ffff:127.0.0.1]:8080/',
    'http://10.1.2.3:8080/x',
    'http://[fd00::5]:8080/x',
    'https://care.example.org/api/v1/events',
    'https://CARE.example.org.:443/',
  ]) {
    assert.equal(isOwnAddress(url, own), true, url)
  }
})

test('another port, host or machine is not', () => {
  for (const url of [
    'http://localhost:8081/api/v1/events',
    'http://10.1.2.4:8080/',
    'http://care.example.org/',
    'https://care.example.org:8443/',
    'https://example.org/',
    'no url',
  ]) {
    assert.equal(isOwnAddress(url, own), false, url)
  }
})

test('where the port was taken by chance, the address that is shown tells it', () => {
  const chance = { ...own, publicUrl: 'http://127.0.0.1:41234', port: 0 }
  assert.equal(isOwnAddress('http://localhost:41234/api/v1/events', chance), true)
  assert.equal(isOwnAddress('http://localhost:8080/api/v1/events', chance), false)
})
