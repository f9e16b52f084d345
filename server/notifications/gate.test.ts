import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressFor, decide, type Facts, noLongerTrue, type Person } from './gate.ts'
import type { ChannelName, NotifyRequest } from './request.ts'
import { withBuiltIn } from './templates/built-in.ts'
import { compileTexts } from './templates/template.ts'

const NOW = Date.parse('2026-03-02T10:00:00Z')

const person = (change: Partial<Person> = {}): Person => ({
  kind: 'contact',
  id: 'c-1',
  name: 'María',
  locale: 'es-CL',
  timeZone: 'America/Santiago',
  attributes: {},
  addresses: { email: 'maria@example.com', push: 'device-1' },
  bare: false,
  ...change,
})

const facts = (change: Partial<Facts> = {}): Facts => ({
  person: person(),
  versions: withBuiltIn('come-back', []),
  compiled: (version) => compileTexts(version.channel, version).compiled,
  configured: new Set<ChannelName>(['inbox', 'push', 'email']),
  duplicateOf: null,
  encounter: null,
  link: 'https://cauce.example/r/abc',
  linkOf: null,
  fallbackLocale: 'es',
  rules: null,
  pace: null,
  ...change,
})

const request = (change: Partial<NotifyRequest> = {}): NotifyRequest => ({
  tenant: 't',
  id: '00000000-0000-8000-a000-000000000001',
  to: { contactId: 'c-1' },
  template: 'come-back',
  channels: ['push', 'email'],
  ...change,
})

function handed(change: Partial<NotifyRequest> = {}, known: Partial<Facts> = {}, tried = 0) {
  const decision = decide(request(change), facts(known), tried, NOW)
  assert.equal(decision.kind, 'hand', JSON.stringify(decision))
  return decision as Extract<typeof decision, { kind: 'hand' }>
}

test('a link that would run, or opens nothing, does not leave', () => {
  const disguised = ['java\tscript:alert(1)', 'java\nscript:alert(1)', '\u0001javascript:alert(1)']
  for (const url of [
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    ...disguised,
    'data:text/html,x',
    '/relative',
    '',
  ]) {
    const decision = decide(request({ deepLink: { url } }), facts(), 0, NOW)
    assert.equal(decision.kind, 'fail', url)
  }
  for (const url of ['https://shop.example/quote/7', 'myapp://chat/7']) handed({ deepLink: { url } })
})

test('an e-mail without a subject takes the beginning of what it says, whatever stands where it is cut', () => {
  const said = (body: string, format: 'plain' | 'liquid') =>
    handed({ template: undefined, content: { body, format }, channels: ['email'] }).rendered
  assert.equal(said('Hola', 'plain').title, 'Hola')
  const long = 'Le esperamos. Siga cuando pueda su conversación con el equipo de la clínica aquí: {{ link }}'
  const { title, body } = said(long, 'liquid')
  assert.equal(title, 'Le esperamos. Siga cuando pueda su conversación con el equipo de la clínica…')
  assert.match(body, /aquí: https:/)
  const cut = said('😀'.repeat(60), 'plain').title ?? ''
  assert.ok(cut.isWellFormed() && cut.length <= 78, cut)
})

test('the first channel that can reach the person takes it, in their language', () => {
  const push = handed()
  assert.equal(push.channel, 'push')
  assert.equal(push.address, 'device-1')
  assert.equal(push.locale, 'es')
  assert.equal(push.rendered.title, '¡Hola, María!')
  const english = handed({ channels: ['email'] }, { person: person({ locale: 'en-GB', name: null }) })
  assert.equal(english.locale, 'en')
  assert.match(english.rendered.body, /^Hello,\n/)
  assert.match(english.rendered.html ?? '', /href="https:\/\/cauce.example\/r\/abc"/)
})

test('channels that cannot take it are passed over with the reason', () => {
  const byEmail = handed({}, { configured: new Set<ChannelName>(['email']) })
  assert.equal(byEmail.channel, 'email')
  assert.deepEqual(byEmail.skipped, [{ channel: 'push', reason: 'push is not set up' }])

  const none = decide(request({ channels: ['email'] }), facts({ person: person({ addresses: {} }) }), 0, NOW)
  assert.deepEqual(none, {
    kind: 'fail',
    reason: 'no email address',
    skipped: [{ channel: 'email', reason: 'no email address' }],
  })
  assert.equal(decide(request({ template: 'unknown' }), facts({ versions: [] }), 0, NOW).kind, 'fail')
  assert.equal(decide(request(), facts(), 2, NOW).kind, 'fail')
  assert.equal(handed({}, {}, 1).channel, 'email')
})

test('a text that cannot be written passes the turn on instead of saying half', () => {
  const versions = [
    { key: 'k', channel: 'push' as const, locale: 'es', version: 3, body: 'Su cita: {{ data.when }}' },
    { key: 'k', channel: 'inbox' as const, locale: 'es', version: 1, body: 'Tiene una cita' },
  ]
  const decision = handed({ template: 'k', channels: ['push', 'inbox'] }, { versions })
  assert.equal(decision.channel, 'inbox')
  assert.match(decision.skipped[0]?.reason ?? '', /undefined variable: data.when/)
  assert.equal(handed({ template: 'k', channels: ['push'], data: { when: 'hoy' } }, { versions }).templateVersion, 3)
})

test('the inbox shows the push when it has no text of its own', () => {
  assert.equal(handed({ channels: ['inbox'] }).rendered.title, '¡Hola, María!')
  assert.equal(
    decide(request({ to: { address: 'x' }, channels: ['inbox'] }), facts({ person: undefined }), 0, NOW).kind,
    'fail',
  )
})

test('plain content is never read as a template, Liquid content is', () => {
  const body = 'Hola {{ contact.name }}'
  assert.equal(handed({ template: undefined, content: { format: 'plain', body } }).rendered.body, body)
  assert.equal(handed({ template: undefined, content: { format: 'liquid', body } }).rendered.body, 'Hola María')
  const mail = handed({
    template: undefined,
    content: { format: 'plain', body: 'Uno\r\nBcc: x@y.zz' },
    channels: ['email'],
  })
  assert.equal(mail.rendered.title, 'Uno Bcc: x@y.zz')
})

test('it waits for its time, and what is no longer true does not leave', () => {
  assert.deepEqual(decide(request({ sendAt: NOW + 1 }), facts(), 0, NOW), {
    kind: 'hold',
    until: NOW + 1,
    lookAt: NOW + 1,
    reason: 'waits for its time',
  })
  assert.equal(handed({ sendAt: NOW }).channel, 'push')
  const closed = { status: 'closed' as const, lastPatientAt: null, renewedAt: null }
  const still = { encounterId: 'e', statuses: ['warned' as const] }
  assert.deepEqual(decide(request({ stillTrue: still }), facts({ encounter: closed }), 0, NOW), {
    kind: 'suppress',
    reason: 'the encounter is closed',
  })
  assert.equal(decide(request(), facts({ duplicateOf: 'x' }), 0, NOW).kind, 'suppress')
  assert.equal(decide(request(), facts({ person: null }), 0, NOW).kind, 'fail')
})

test('a sign of life after the silence began makes a nudge untrue; an unknown encounter proves nothing', () => {
  const still = { encounterId: 'e', statuses: ['open', 'warned'] as const, quietSince: NOW }
  const at = (lastPatientAt: number | null) => noLongerTrue(still, { status: 'warned', lastPatientAt, renewedAt: null })
  assert.equal(at(null), null)
  assert.equal(at(NOW), null)
  assert.equal(at(NOW + 1), 'the person came back')
  const renewed = (renewedAt: number) => noLongerTrue(still, { status: 'warned', lastPatientAt: null, renewedAt })
  assert.equal(renewed(NOW - 1), null)
  assert.equal(renewed(NOW), 'somebody took the conversation up')
  assert.equal(
    noLongerTrue({ ...still, statuses: ['warned'] }, { status: 'open', lastPatientAt: null, renewedAt: null }),
    'the person came back',
  )
  assert.equal(noLongerTrue(still, null), null)
  assert.equal(noLongerTrue(undefined, { status: 'closed', lastPatientAt: null, renewedAt: null }), null)
})

test('a bare address serves the channels it fits', () => {
  const to = (address: string) => request({ to: { address } })
  assert.equal(addressFor('email', to('a@b.cl'), undefined), 'a@b.cl')
  assert.equal(addressFor('push', to('a@b.cl'), undefined), null)
  assert.equal(addressFor('push', to('device-token'), undefined), 'device-token')
  assert.equal(addressFor('email', to('device-token'), undefined), null)
  assert.equal(addressFor('push', request(), person({ kind: 'user', addresses: {} })), null)
})

test('a contact without a device gets no push; one known only by events is reached by the id that they gave', () => {
  const email = handed({}, { person: person({ addresses: { email: 'maria@example.com' } }) })
  assert.deepEqual([email.channel, email.skipped], ['email', [{ channel: 'push', reason: 'no push address' }]])
  const nowhere = decide(request(), facts({ person: person({ addresses: {} }) }), 0, NOW)
  assert.deepEqual(nowhere, {
    kind: 'fail',
    reason: 'no email address',
    skipped: [
      { channel: 'push', reason: 'no push address' },
      { channel: 'email', reason: 'no email address' },
    ],
  })
  assert.equal(addressFor('push', request(), person({ addresses: {}, bare: true })), 'c-1')
  assert.equal(addressFor('email', request(), person({ addresses: {}, bare: true })), null)
})

test('a link to a conversation goes to its contact only', () => {
  const of = (known: Partial<Facts>) => decide(request(), facts(known), 0, NOW)
  assert.equal(of({ linkOf: 'c-1' }).kind, 'hand')
  assert.deepEqual(of({ linkOf: 'c-2' }), {
    kind: 'fail',
    reason: 'the link leads to the conversation of another contact',
    skipped: [],
  })
  const user = of({ linkOf: 'c-1', person: person({ kind: 'user' }) })
  assert.equal(user.kind, 'fail', 'who has the link answers in the name of the contact')
  assert.equal(
    decide(request({ to: { address: 'device-9' } }), facts({ linkOf: 'c-1', person: undefined }), 0, NOW).kind,
    'hand',
  )
})

test('a rule holds the channel that would take it, or passes the turn on', () => {
  const quiet = { name: 'Night', from: '06:00', to: '08:00' }
  // In Santiago it is seven in the morning.
  const rules = (action: 'hold' | 'drop', more = {}) => ({
    rules: { timeZone: 'UTC', quietHours: [{ ...quiet, action, ...more }], caps: [] },
  })
  assert.deepEqual(decide(request(), facts(rules('hold')), 0, NOW), {
    kind: 'hold',
    until: NOW + 3_600_000,
    lookAt: NOW + 3_600_000,
    reason: 'quiet hours: Night',
  })
  const skipped = [
    { channel: 'push', reason: 'quiet hours: Night' },
    { channel: 'email', reason: 'quiet hours: Night' },
  ]
  assert.deepEqual(decide(request(), facts(rules('drop')), 0, NOW), {
    kind: 'suppress',
    reason: 'quiet hours: Night',
    skipped,
  })
  const onPush = rules('drop', { channels: ['push'] })
  assert.deepEqual([handed({}, onPush).channel, handed({}, onPush).skipped], ['email', skipped.slice(0, 1)])
  const isBack = { status: 'open' as const, lastPatientAt: NOW, renewedAt: null }
  const still = { encounterId: 'e', statuses: ['open' as const], quietSince: NOW - 1 }
  const untrue = decide(request({ stillTrue: still }), facts({ ...rules('hold'), encounter: isBack }), 0, NOW)
  assert.equal(untrue.kind, 'suppress')
  assert.equal(handed({ critical: true }, rules('hold')).channel, 'push')
})
