import assert from 'node:assert/strict'
import { it } from 'node:test'
import { addressesOf, type Contact, contactOf, formOf, isBare, nobody } from './contact.ts'

const maria: Contact = {
  id: 'maria',
  name: 'María',
  locale: 'es-CL',
  timeZone: null,
  addresses: { email: ['a@x.org', 'b@x.org'], push: 'device', fax: { number: 1 } },
  attributes: { plan: 'pleno' },
}

it('saves what it showed unchanged, and what it does not show', () => {
  const { id: _, ...same } = maria
  assert.deepEqual(contactOf(maria, formOf(maria)), same)
})

it('takes one address, several or none', () => {
  const form = { ...formOf(maria), email: ' c@x.org ', push: '', phone: '1\n\n2' }
  assert.deepEqual(contactOf(maria, form).addresses, { email: 'c@x.org', fax: { number: 1 }, phone: ['1', '2'] })
  assert.deepEqual(addressesOf(maria, 'email'), ['a@x.org', 'b@x.org'])
  assert.deepEqual(addressesOf(maria, 'fax'), [])
})

it('tells those whom only events named', () => {
  assert.ok(!isBare(maria))
  assert.ok(isBare(nobody('x')))
})
