import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BUILT_IN_TEMPLATES, withBuiltIn } from './built-in.ts'
import { compileTexts, fitted, pickLocale, renderTexts } from './template.ts'

test('every template that ships compiles, and reads well with and without a name and a link', () => {
  for (const version of BUILT_IN_TEMPLATES) {
    const { compiled, faults } = compileTexts(version.channel, version)
    assert.ok(compiled, JSON.stringify(faults))
    const bare = renderTexts(version.channel, compiled, { contact: {} }, {})
    const full = renderTexts(version.channel, compiled, { contact: { name: '<Ana>' }, link: 'https://c.cl/r/x' }, {})
    assert.doesNotMatch(`${bare.title}${bare.body}`, /[{}]|null|undefined/)
    assert.match(full.title ?? '', /<Ana>/)
    if (version.channel === 'email') {
      assert.match(full.body, /https:\/\/c\.cl\/r\/x/)
      assert.match(full.html ?? '', /&lt;Ana&gt;/)
      assert.doesNotMatch(bare.html ?? '', /href/)
    }
  }
})

test('unknown and unsafe variables are named, each with its text', () => {
  const { faults } = compileTexts('email', {
    title: '{{ contact.nme }}',
    body: '{{ contact.constructor }} {{ user }}',
    html: '{{ data.x | raw }}',
  })
  assert.deepEqual(
    faults?.map(({ path }) => path),
    ['title', 'body', 'body', 'body', 'html'],
  )
  assert.match(faults?.[0]?.message ?? '', /no variable contact\.nme/)
  assert.match(JSON.stringify(faults), /contact\.constructor is not allowed/)
  assert.match(JSON.stringify(faults), /no variable user/)
})

test('a channel needs its texts and takes no others', () => {
  assert.deepEqual(compileTexts('email', { body: 'x' }).faults, [
    { path: 'title', message: 'an email template needs it' },
  ])
  assert.deepEqual(compileTexts('push', { body: 'x', html: 'y' }).faults, [
    { path: 'html', message: 'push has no place for it' },
  ])
  assert.ok(compileTexts('inbox', { body: 'x' }).compiled)
})

test('a title has one line and a push its limit', () => {
  assert.equal(fitted('email', { title: 'a\r\nBcc: x@y.z\u2028b', body: 'x', html: null }).title, 'a Bcc: x@y.z b')
  assert.throws(() => fitted('push', { title: null, body: 'x'.repeat(2_001), html: null }), /at most 2000/)
  assert.throws(() => fitted('inbox', { title: null, body: ' \n', html: null }), /empty/)
})

test('the reader’s language is found, or the nearest', () => {
  const of = (...locales: string[]) => locales.map((locale) => ({ locale }))
  assert.equal(pickLocale(of('en', 'es', 'es-CL'), 'es-CL', 'en')?.locale, 'es-CL')
  assert.equal(pickLocale(of('en', 'es'), 'es-MX', 'en')?.locale, 'es')
  assert.equal(pickLocale(of('en', 'pt'), 'de', 'pt')?.locale, 'pt')
  assert.equal(pickLocale(of('fr', 'en'), null, 'es')?.locale, 'en')
  assert.equal(pickLocale(of('fr'), 'de', 'es')?.locale, 'fr')
  assert.equal(pickLocale([], 'de', 'es'), undefined)
})

test('a tenant’s own text replaces the one that ships, for that channel and language only', () => {
  const own = { key: 'come-back', channel: 'push' as const, locale: 'es', version: 4, body: 'Vuelva' }
  const all = withBuiltIn('come-back', [own])
  assert.deepEqual(
    all.filter(({ channel, locale }) => channel === 'push' && locale === 'es').map(({ version }) => version),
    [4],
  )
  assert.equal(all.length, 4)
})
