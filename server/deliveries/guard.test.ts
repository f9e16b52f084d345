import assert from 'node:assert/strict'
import { test } from 'node:test'
import { says } from '#platform/problem.ts'
import { assertPublicUrl, mayConnect, readAllowList } from './guard.ts'

const none = readAllowList([])
const refused = (url: string, allow = none) => assertPublicUrl(url, allow).length > 0

/** Spellings of addresses that are not for outsiders; from OWASP's and others' lists of bypasses. */
const PRIVATE_HOSTS = [
  ...['127.0.0.1', '127.1', '127.0.1', '0', '0.0.0.0', '2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '0177.1'],
  ...[
    '127.0.0.1.',
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.localhost',
    '１２７.０.０.１',
    '①②⑦.0.0.1',
    '127.255.255.254',
  ],
  ...[
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
  ],
  ...[
    '[64:ff9b:1::7f00:1]',
    '[2002:7f00:1::]',
    '[2001:0::]',
    '[2001:0:7f00:1::]',
    '[fe80::1]',
    '[fc00::1]',
    '[fd00::1]',
  ],
  ...['[ff02::1]', '[2001:db8::1]', '[fec0::1]', '[100::1]', '[fd00:ec2::254]', '[::ffff:169.254.169.254]'],
  ...['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.254', '192.168.0.1', '169.254.169.254', '2852039166'],
  ...[
    '0xa9fea9fe',
    '0251.0376.0251.0376',
    '169.254.170.2',
    '100.64.0.1',
    '100.100.100.200',
    '192.0.0.192',
    '192.0.2.1',
  ],
  ...['198.18.0.1', '198.19.255.255', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.250', '240.0.0.1'],
  ...['255.255.255.255', '168.63.129.16'],
]

test('addresses that are private, special or hidden in others are refused in every spelling', () => {
  for (const host of PRIVATE_HOSTS) {
    for (const scheme of ['http', 'https']) assert.ok(refused(`${scheme}://${host}/hook`), `${scheme}://${host}`)
  }
})

test('public addresses and names pass', () => {
  for (const host of ['93.184.216.34', '8.8.8.8', '172.32.0.1', '100.128.0.1', '[2606:4700::1111]', '[2a00:1450::1]']) {
    assert.deepEqual(assertPublicUrl(`https://${host}/hook`, none), [], host)
  }
  for (const url of [
    'https://example.com',
    'http://example.com:8080/a?b=c',
    'https://xn--bcher-kva.example/',
    'http://receiver:9000/x',
  ]) {
    assert.deepEqual(assertPublicUrl(url, none), [], url)
  }
})

const BAD_SYNTAX = [
  ...[
    '',
    'example.com/hook',
    '//example.com',
    'http://',
    'https:///hook',
    'http://exa mple.com',
    'http://example.com:99999/',
  ],
  ...[
    'http://user@example.com/',
    'http://user:pw@example.com/',
    'http://@example.com/',
    'http://127.0.0.1@example.com/',
  ],
  ...[
    'http://example.com\\@127.0.0.1/',
    'http://exam\tple.com',
    'http://example.com\n/',
    'http://example.com/\r\nx',
    ' http://example.com',
  ],
  ...['http://example.com%00.evil/', 'http://[::1%25eth0]/', `http://example.com/${'a'.repeat(65_536)}`],
  ...[
    'file:///etc/passwd',
    'gopher://example.com/',
    'dict://example.com/',
    'ftp://example.com/',
    'tftp://example.com/',
  ],
  ...[
    'ldap://example.com/',
    'jar:http://example.com!/',
    'data:text/plain,x',
    'unix:/var/run/docker.sock',
    'javascript:alert(1)',
  ],
  ...[0, 22, 25, 5432, 6379, 5672, 15672, 11434].map((port) => `http://example.com:${port}/`),
]

test('what is no plain http(s) URL of a web port is refused', () => {
  for (const url of BAD_SYNTAX) assert.ok(refused(url), JSON.stringify(url.slice(0, 80)))
})

test('a percent-encoded or full-width host is judged as what it means', () => {
  assert.ok(refused('http://127%2e0%2e0%2e1/'))
  assert.ok(refused('http://loc%61lhost/'))
})

test('the fault names the field and what is wrong', () => {
  assert.deepEqual(assertPublicUrl('http://10.0.0.1/', none, '/webhookUrl'), [
    { path: '/webhookUrl', ...says('must not be a private address', 'no debe ser una dirección privada') },
  ])
})

test('the allow-list opens ranges, addresses and names, and nothing beside them', () => {
  const allow = readAllowList(['127.0.0.0/8', '10.1.2.3', 'fd00::/8', 'Hooks.Internal'])
  for (const host of [
    '127.0.0.1',
    '0x7f.1',
    'localhost',
    '10.1.2.3',
    '[fd12::1]',
    '[::ffff:127.0.0.1]',
    'hooks.internal:5432',
  ]) {
    assert.ok(!refused(`http://${host}/`, allow), host)
  }
  for (const host of ['10.1.2.4', '192.168.0.1', '[::1]', '169.254.169.254', 'other.internal:5432']) {
    assert.ok(refused(`http://${host}/`, allow), host)
  }
  assert.ok(mayConnect('127.9.9.9', allow))
  assert.ok(!mayConnect('not an address', allow))
  assert.ok(!mayConnect('169.254.169.254', readAllowList(['0.0.0.0/32'])))
})

test('a bad allow-list says which item', () => {
  for (const item of ['10.0.0.0/33', 'http://x', '10.0.0', '*.example.com', 'a b', '1.2.3.4/']) {
    assert.throws(() => readAllowList([item]), new RegExp(item.replace(/[.*/]/g, '\\$&')))
  }
})
