import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backupFaults, registrationFaults, restored } from './registration.ts'

const judge = (url: string, path: string) => (url.startsWith('https:') ? [] : [{ path, message: 'must be https' }])
const entry = {
  id: 'a',
  routingKeyPattern: 'encounter.*',
  webhookUrl: 'https://x.example/',
  createdAt: '2026-04-04T17:10:00Z',
  status: 'ACTIVE',
} as const

test('every bad field of a registration is named', () => {
  assert.deepEqual(registrationFaults(entry, judge), [])
  const faults = registrationFaults({ routingKeyPattern: 'a..b', webhookUrl: 'ftp://x' }, judge)
  assert.deepEqual(
    faults.map((fault) => fault.path),
    ['/routingKeyPattern', '/webhookUrl'],
  )
})

test('a backup names the entry, and an id that stands twice', () => {
  const faults = backupFaults([entry, { ...entry, webhookUrl: 'x' }, { ...entry, id: 'b' }], judge)
  assert.deepEqual(
    faults.map((fault) => fault.path),
    ['/1/webhookUrl', '/1/id'],
  )
})

test('an entry keeps id, time and status', () => {
  assert.deepEqual(restored(entry), {
    id: 'a',
    routingKeyPattern: 'encounter.*',
    webhookUrl: 'https://x.example/',
    destination: null,
    format: 'as-received',
    status: 'ACTIVE',
    statusReason: null,
    createdAt: Date.UTC(2026, 3, 4, 17, 10),
    delaysS: null,
    signature: 'v1',
    publicKeys: [],
    previousUntil: null,
  })
  assert.match(restored({ ...entry, status: 'DISABLED' }).statusReason ?? '', /backup/)
})
