import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createNetworks } from '#platform/http/networks.ts'

test('an address is inside its network, in either form of IPv4', () => {
  const inside = createNetworks(['10.0.0.0/8', '192.0.2.7', 'fd00::/8'])
  for (const address of ['10.255.0.1', '::ffff:10.0.0.1', '192.0.2.7', 'fd12::1']) assert.ok(inside(address), address)
  for (const address of ['11.0.0.1', '192.0.2.8', '::1', 'fe80::1%eth0', 'nonsense', '', undefined]) {
    assert.ok(!inside(address), String(address))
  }
})

test('no network is the default, and trusts nobody', () => {
  assert.equal(createNetworks([])('127.0.0.1'), false)
})

test('what is no network is named', () => {
  for (const bad of ['10.0.0.0/40', 'office', '10.0.0.0/8/8', '']) {
    assert.throws(() => createNetworks([bad]), new RegExp(JSON.stringify(bad).replace(/[/]/g, '\\/')))
  }
})
