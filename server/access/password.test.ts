import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashPassword, passwordFault, verifyPassword } from '#access/password.ts'

test('a password fits its own hash and no other does', async () => {
  const hash = await hashPassword('correct horse')
  assert.ok(await verifyPassword('correct horse', hash))
  assert.ok(!(await verifyPassword('correct horse ', hash)))
  assert.notEqual(hash, await hashPassword('correct horse'), 'each has a salt of its own')
  assert.match(hash, /^scrypt\$16384\$8\$5\$/)
})

test('a letter is the same however it was typed', async () => {
  assert.ok(await verifyPassword('contrase\u006e\u0303a', await hashPassword('contrase\u00f1a')))
})

test('what is no hash of ours fits nothing', async () => {
  for (const stored of ['', 'scrypt', 'md5$1$2$3$AA$AA', 'x$16384$8$5$AA$AA'])
    assert.ok(!(await verifyPassword('', stored)))
})

test('passwords that everybody tries first, and short ones, are refused', () => {
  for (const bad of ['changeme', 'CHANGEME', '12345678', 'short', '        ', 'aaaaaaaa', 'abababab', 'x'.repeat(257)])
    assert.ok(passwordFault(bad), bad)
  assert.equal(passwordFault('correct horse'), null)
})

test('a crowd waits in line, and beyond that is told to come back', async () => {
  // The cheapest cost there is: it is the line that is tried here.
  const cheap = 'scrypt$2$1$1$c2FsdA$AAAA'
  const results = await Promise.allSettled(Array.from({ length: 70 }, () => verifyPassword('nope', cheap)))
  const refused = results.filter((result) => result.status === 'rejected')
  // Two run, 64 wait.
  assert.equal(refused.length, 4)
  assert.equal(refused[0]?.reason.status, 503)
  assert.equal(await verifyPassword('nope', cheap), false, 'the line is empty again')
})
