import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type NotificationBody, requestOf } from './command.ts'

const BASE = {
  tenant: 't',
  id: '00000000-0000-8000-a000-000000000001',
  traceparent: '',
  cause: 'key:k',
  textsAt: '/content',
} as const
const NAMED = { isContact: false, isUser: false, encounter: undefined, encounterOf: null, templateChannels: undefined }

const faultsOf = (to: NotificationBody['to'], channels: NotificationBody['channels'], named = NAMED) =>
  requestOf({ to, content: { body: 'x' }, channels }, named, BASE, 0).faults?.map(({ path }) => path) ?? []

test('an address that fits none of the channels asked is refused at once', () => {
  for (const address of ['foo', 'a@b.c, c@d.org', 'a b@c.d']) {
    assert.deepEqual(faultsOf({ address }, ['email']), ['/to/address'], address)
    assert.deepEqual(faultsOf(address, ['inbox', 'email']), ['/to'], address)
  }
  assert.deepEqual(faultsOf({ address: 'a@b.cl' }, ['push']), ['/to/address'])
  assert.deepEqual(faultsOf({ address: 'device-1' }, ['inbox']), ['/to/address'])
})

test('an address that fits one of them is taken, and so is the id of a contact', () => {
  assert.deepEqual(faultsOf({ address: 'a@b.cl' }, ['push', 'email']), [])
  assert.deepEqual(faultsOf('device-1', ['push', 'email']), [])
  assert.deepEqual(faultsOf('maria', ['inbox', 'email'], { ...NAMED, isContact: true }), [])
})

test('texts leave as they are, or are filled in where the request says so, and then their faults are told', () => {
  const asked = (body: string, format?: 'plain' | 'liquid', textsAt: '' | '/content' = '/content') =>
    requestOf(
      { to: 'device-1', content: { body, ...(format === undefined ? {} : { format }) }, channels: ['push'] },
      NAMED,
      { ...BASE, textsAt },
      0,
    )
  assert.deepEqual(asked('{{ contact.name }').request?.content, { format: 'plain', body: '{{ contact.name }' })
  assert.deepEqual(asked('{{ contact.name }}', 'liquid').request?.content, {
    format: 'liquid',
    body: '{{ contact.name }}',
  })
  assert.deepEqual(
    asked('{{ nobody }}', 'liquid').faults?.map(({ path }) => path),
    ['/content/body'],
  )
  assert.deepEqual(
    asked('{{ nobody }}', 'liquid', '').faults?.map(({ path }) => path),
    ['/body'],
  )
})

test('what goes with a message is no document', () => {
  const faults = (text: string) =>
    requestOf({ to: 'device-1', content: { body: 'x' }, channels: ['push'], data: { text } }, NAMED, BASE, 0).faults
  assert.equal(faults('x'.repeat(65_000)), undefined)
  assert.deepEqual(faults('ñ'.repeat(33_000)), [{ path: '/data', message: 'must have at most 65536 bytes' }])
})
