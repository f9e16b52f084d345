import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '#platform/event.ts'
import { says } from '#platform/problem.ts'
import { BUILT_IN_TEMPLATES, withBuiltIn } from './built-in.ts'
import { FOLLOW_UP_TEMPLATES } from './built-in-follow-ups.ts'
import { sampleOf } from './samples.ts'
import { compileTexts, fitted, pickLocale, renderTexts, spelledLocale } from './template.ts'

test('every template that ships compiles, and reads well with and without a name and a link', () => {
  for (const version of BUILT_IN_TEMPLATES.filter(({ key }) => key === 'come-back')) {
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

const HOME = 'https://c.cl'

test('what operators are told of webhooks reads well for one and for many, in both languages', () => {
  const endpoint = { subscriptionId: 's1', url: 'https://x.example/', since: '2026-04-04 17:10 UTC' }
  const until = '2026-04-09 17:10 UTC'
  const versions = BUILT_IN_TEMPLATES.filter(({ key }) => key.startsWith('webhook-'))
  assert.deepEqual(Object.keys(Object.groupBy(versions, ({ key, locale }) => `${key} ${locale}`)).length, 6)
  for (const version of versions) {
    const { compiled, faults } = compileTexts(version.channel, version)
    assert.ok(compiled, JSON.stringify(faults))
    const read = (count: number, reason: string | null) => {
      const data = { count, more: count - 1, home: HOME, endpoints: [{ ...endpoint, until, reason }] }
      return renderTexts(version.channel, compiled, { contact: {}, data }, {})
    }
    const one = read(1, 'gone')
    const many = read(3, null)
    for (const text of [one, many]) assert.doesNotMatch(`${text.title}${text.body}`, /[{}]|null|undefined/)
    assert.match(one.body, /https:\/\/x\.example\/.*\nhttps:\/\/c\.cl\/webhooks\/s1\n/)
    assert.doesNotMatch(one.body, /\b2 (más|more)/)
    assert.match(many.body, /\b2 (más|more)/)
    assert.match(many.title ?? '', /3 webhooks/)
    if (version.key === 'webhook-failing') assert.match(one.body, /2026-04-09 17:10 UTC/)
    if (version.key === 'webhook-disabled') assert.match(one.body, /410/)
    if (version.key !== 'webhook-disabled') assert.match(many.body, /2026-04-04 17:10 UTC/)
  }
})

test('what operators are told of flows reads well for one and for many, in both languages', () => {
  const versions = BUILT_IN_TEMPLATES.filter(({ key }) => key.startsWith('flow-'))
  assert.deepEqual(Object.keys(Object.groupBy(versions, ({ key, locale }) => `${key} ${locale}`)).length, 4)
  const flow = { flowId: 'f1', name: 'Citas', since: '2026-04-04 17:10 UTC' }
  const troubles: { [name: string]: string | number }[] = [
    { what: 'runs_overdue', runs: 1, nodeId: 'the step', dueAt: '2026-04-04 17:00 UTC' },
    { what: 'firing_stopped', usualPauseMs: 1 },
    { what: 'failures_risen', failed: 12, usual: 1 },
  ]
  const says = { es: 'el paso «Avisar» falló: la llamada falló', en: 'step “Avisar” failed: the call failed' }
  for (const version of versions) {
    const { compiled, faults } = compileTexts(version.channel, version)
    assert.ok(compiled, JSON.stringify(faults))
    const read = (...flows: { [name: string]: Json }[]) =>
      renderTexts(
        version.channel,
        compiled,
        { contact: {}, data: { count: flows.length, more: flows.length - 1, home: HOME, flows } },
        {},
      )
    const each = troubles.map((trouble) => read({ ...flow, ...trouble }))
    assert.equal(new Set(each.map(({ body }) => body)).size, 3)
    const many = read(...troubles.map((trouble) => ({ ...flow, ...trouble })))
    for (const text of [...each, many]) {
      assert.doesNotMatch(`${text.title}${text.body}`, /[{}]|null|undefined|_/)
      assert.match(text.body, /^Citas: .*\nhttps:\/\/c\.cl\/flows\/f1\/runs(\?status=\w+(&step=[\w%+]+)?)?\n/)
    }
    if (version.key === 'flow-troubled') {
      const explained = read({ ...flow, ...troubles[2], nodeId: 'n', cause: 'the call failed', alike: 11, says })
      assert.match(
        explained.body,
        /\b12 .*\b11 .*: (el paso «Avisar» falló|step “Avisar” failed): .*\.\n.*status=failed\n/,
      )
    }
    assert.match(many.title ?? '', /3 (flujos|flows)/)
    assert.match(many.body, /\b2 (más|more)/)
  }
})

test('what the sample flows say reads well with little and with much, in both languages, in the hour of the reader', () => {
  const bare = {
    type: 'x',
    time: '2026-03-02T10:00:00.000Z',
    data: { leadId: 'L1', complaintId: 'C1', start: '2026-05-02T15:30:00-03:00' },
  }
  const full = {
    ...bare,
    data: {
      ...bare.data,
      title: 'Frenos',
      service: 'Kine',
      place: 'Box 2',
      number: 'R-7',
      timeZone: 'America/Santiago',
    },
  }
  const read = new Map<string, string>()
  for (const version of FOLLOW_UP_TEMPLATES) {
    const { compiled, faults } = compileTexts(version.channel, version)
    assert.ok(compiled, JSON.stringify(faults))
    const { key, channel, locale } = version
    for (const [event, contact] of [
      [bare, {}],
      [full, { name: 'Ana' }],
    ] as const) {
      const texts = renderTexts(channel, compiled, { event, last: null, contact }, { locale })
      assert.doesNotMatch(`${texts.title}${texts.body}${texts.html}`, /[{}]|null null|undefined| {2}/)
      read.set(`${key} ${channel} ${locale} ${event === bare ? 'bare' : 'full'}`, `${texts.title} | ${texts.body}`)
    }
  }
  assert.equal(
    read.get('appointment-reminder push es full'),
    'Su cita: Kine | Le recordamos su cita de Kine del sábado 2 de mayo, 14:30, en Box 2.',
  )
  assert.equal(
    read.get('appointment-reminder push en bare'),
    'Your appointment | A reminder of your appointment on Saturday, May 2, 18:30 (UTC).',
  )
  assert.match(read.get('complaint-received push es full') ?? '', /^Recibimos su reclamo R-7 \| .*número es R-7:/)
  assert.match(read.get('complaint-received push en bare') ?? '', /^We got your complaint C1 \|/)
})

test('every template that ships is shown with data of its own, in the language of its text', () => {
  const now = Date.parse('2026-03-02T10:20:00Z')
  for (const version of BUILT_IN_TEMPLATES) {
    const { key, channel, locale } = version
    const { compiled } = compileTexts(channel, version)
    assert.ok(compiled)
    const scope = { contact: { name: 'Ana' }, link: 'https://c.cl/r/x', ...sampleOf(key, locale, now) }
    const { title, body } = renderTexts(channel, compiled, scope, { locale })
    assert.doesNotMatch(`${title}${body}`, /[{}]|null|undefined/)
  }
  assert.deepEqual(sampleOf('of-a-tenant', 'es', now), {})
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

test('a misspelt name of a conversation or a queue is told of a new text; what was published before is sent as it is', () => {
  const texts = {
    body: '{{ queue.nme }} {{ encounter.statuss }} {{ queue.name }} {% if encounter %}x{% endif %} {{ event.data.x }}',
  }
  const { faults = [] } = compileTexts('push', texts, { newlyWritten: true })
  assert.deepEqual(
    faults.map(({ message }) => /there is no variable ([\w.]+);/.exec(message)?.[1]),
    ['queue.nme', 'encounter.statuss'],
  )
  assert.ok(compileTexts('push', texts).compiled)
})

test('a channel needs its texts and takes no others', () => {
  assert.deepEqual(compileTexts('email', { body: 'x' }).faults, [
    { path: 'title', ...says('an email template needs it', 'hace falta en una plantilla de correo') },
  ])
  assert.deepEqual(compileTexts('push', { body: 'x', html: 'y' }).faults, [
    { path: 'html', ...says('push has no place for it', 'no cabe en este canal (push)') },
  ])
  assert.ok(compileTexts('inbox', { body: 'x' }).compiled)
})

test('a title has one line and a push its limit', () => {
  const long = fitted('push', { title: `Hello ${'Anabel '.repeat(60)}`, body: 'x', html: null }).title ?? ''
  assert.ok(long.length <= 250 && /^Hello Anabel .* Anabel…$/.test(long), long)
  assert.equal(fitted('email', { title: 'a\r\nBcc: x@y.z\u2028b', body: 'x', html: null }).title, 'a Bcc: x@y.z b')
  assert.throws(() => fitted('push', { title: null, body: 'x'.repeat(2_001), html: null }), /at most 2000/)
  assert.throws(() => fitted('inbox', { title: null, body: ' \n', html: null }), /empty/)
})

test('a push that is too long whatever it is shown with is refused when it is written', () => {
  const faults = (channel: 'push' | 'inbox', body: string, may: { newlyWritten?: true } = { newlyWritten: true }) =>
    compileTexts(channel, { body }, may).faults?.map(({ path, message }) => [path, message])
  const long = `${'x'.repeat(2_001)} {{ contact.name }}`
  assert.deepEqual(faults('push', long), [['body', 'a push carries at most 2000 characters']])
  assert.equal(faults('push', `${'x'.repeat(1_990)} {{ contact.name | default: "somebody" }}`), undefined)
  assert.equal(faults('push', `{% if vars.a %}${'x'.repeat(3_000)}{% else %}short{% endif %}`), undefined)
  assert.equal(faults('inbox', long), undefined)
  assert.equal(faults('push', long, {}), undefined, 'what was published before is told of when it is sent')
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

test('a locale has one spelling, and what is none keeps its own', () => {
  assert.deepEqual(['es-cl', 'ES', 'zh-hant-TW', 'es-419', 'es-a1b'].map(spelledLocale), [
    'es-CL',
    'es',
    'zh-Hant-TW',
    'es-419',
    'es-a1b',
  ])
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
