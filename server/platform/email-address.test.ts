import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isEmail } from '#platform/email-address.ts'

test('one address is one; nothing that breaks out of a header or names two people is', () => {
  for (const good of ['josé.pérez+aviso@correo.example', 'admin@localhost', 'a@b.c', `${'a'.repeat(64)}@b.c`]) {
    assert.ok(isEmail(good), good)
  }
  for (const bad of [
    '',
    'foo',
    'a@b@c',
    'a@b\r\nBcc: c@d.e',
    'a@b.c\n',
    'a@b.c\u2028',
    'a b@c.d',
    'a@b,c@d',
    'a@b.c, c@d.org',
    '<a@b>',
    'Ana <a@b.c>',
    '@b',
    'a@',
    'a@.b',
    'a@b.',
    'a@b..c',
    '.a@b.c',
    `${'a'.repeat(65)}@b.c`,
    `a@${'b'.repeat(191)}`,
    'a\u0000@b.c',
  ]) {
    assert.ok(!isEmail(bad), JSON.stringify(bad))
  }
})

test('a long text that is none is told in no time', () => {
  const began = performance.now()
  for (const text of [
    `${'a.'.repeat(100_000)}`,
    `a@${'b.'.repeat(100_000)}`,
    `${'a.'.repeat(32)}@${'b.'.repeat(95)}`,
  ]) {
    assert.ok(!isEmail(text))
  }
  assert.ok(performance.now() - began < 500)
})
