import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSettings } from '#platform/settings.ts'
import { settingGroups } from './config.ts'

const groups = settingGroups.map(({ settings }) => settings)
const problemsOf = (env: Record<string, string>) => readSettings(groups, env).problems

test('a value that would be found out later, or by other people, stops the start', () => {
  for (const [name, values] of Object.entries({
    CAUCE_ADMIN_EMAIL: ['zz', 'a@', '@b', 'a b@c', `${'x'.repeat(250)}@example.org`],
    CAUCE_ADMIN_PASSWORD: ['a', 'changeme', 'x'.repeat(257)],
    CAUCE_API_KEY: ['short', 'with a space in the middle of the text'],
    CAUCE_PUBLIC_URL: [
      'https://u:p@x.com',
      'https://u@x.com',
      'https://x.com/path?x=1',
      'https://x.com/#f',
      'ftp://x.com',
    ],
    CAUCE_PUSH_URL: ['https://u:p@x.com', 'https://x.com/?a'],
    CAUCE_LOCALE: ['xx', 'xx-CL', 'klingon', 'e', 'es_', 'es-', '12', 'es-CL-'],
    CAUCE_CRASH_AT: ['nonsense', 'due:', 'due:before-commit:0', 'due:before-commit:1:go'],
    CAUCE_MAIL_FROM: ['zzz', 'A <zzz>', 'a@b, c@d', 'A <a@b', 'a@b\r\nBcc: c@d'],
  })) {
    for (const value of values) {
      const problems = problemsOf({ [name]: value })
      assert.equal(problems.length, 1, `${name}=${value}`)
      assert.ok(problems[0]?.startsWith(`${name} `), problems[0])
    }
  }
})

test('what people write is taken', () => {
  const env = {
    CAUCE_ADMIN_EMAIL: 'admin@localhost',
    CAUCE_ADMIN_PASSWORD: 'correct horse',
    CAUCE_PUBLIC_URL: 'https://chat.example.com/cauce/',
    CAUCE_PUSH_URL: 'http://10.0.0.1:9090/push',
    CAUCE_LOCALE: 'es-CL',
    CAUCE_CRASH_AT: 'due:before-commit:2:stop',
    CAUCE_MAIL_FROM: 'Clínica Sur <avisos@example.com>',
  }
  assert.deepEqual(problemsOf(env), [])
  for (const from of ['avisos@example.com', '"Sur, Clínica" <a@b.example>', 'Cauce <no-reply@localhost>']) {
    assert.deepEqual(problemsOf({ CAUCE_MAIL_FROM: from }), [], from)
  }
  for (const locale of ['es', 'en', 'pt-BR', 'zh-Hant-TW', 'gn'])
    assert.deepEqual(problemsOf({ CAUCE_LOCALE: locale }), [])
})

test('a secret that is refused is not repeated', () => {
  const problems = problemsOf({ CAUCE_ADMIN_PASSWORD: 'changeme', CAUCE_API_KEY: 'hunter2' }).join()
  assert.ok(!problems.includes('changeme') && !problems.includes('hunter2'), problems)
})
