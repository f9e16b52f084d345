import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { bootstrap } from '#access/index.ts'
import { until } from '#events/testing.ts'
import { type HttpSink, httpSink } from '#notifications/receivers/http-sink.ts'
import { serve } from './serve.ts'
import { services } from './services.ts'
import { testProgram } from './testing.ts'
import { answering, createPaths } from './testing-paths.ts'

/*
 * A signed link is what lets a person into their conversation. It is planted wherever one can come to stand, and then all
 * that there is is read by who may write conversations and by who may not.
 */

const KEY = 'first-key-of-the-tests-0123456789abcdef'
const PASSWORD = 'correct horse battery'
/** A signed link, as it begins; what is behind the path is a token. */
const LINK = /\/r\/[\w-]{56,}/

let program: Awaited<ReturnType<typeof testProgram>>
let app: FastifyInstance
let echo: HttpSink
let link: string
let runId: string
let tokenOf: Record<'viewer' | 'agent', string>

async function call(credential: string, method: string, url: string, payload?: object) {
  const headers = { authorization: `Bearer ${credential}` }
  const answer = await app.inject({
    method: method as 'GET',
    url,
    headers,
    ...(payload === undefined ? {} : { payload }),
  })
  return { status: answer.statusCode, text: answer.body, body: /^[[{]/.test(answer.body) ? answer.json() : {} }
}
async function ok(method: string, url: string, payload?: object) {
  const { status, text, body } = await call(KEY, method, url, payload)
  assert.ok(status < 300, `${method} ${url}: ${status} ${text}`)
  return body
}
async function signedIn(role: string): Promise<string> {
  const email = `${role}@example.org`
  await ok('POST', '/api/v1/users', { email, name: role, role, password: PASSWORD })
  return (await call(KEY, 'POST', '/api/v1/login', { email, password: PASSWORD })).body.token
}

before(async () => {
  echo = await httpSink(({ body }) => ({ status: 200, body: { got: body.toString() } }))
  program = await testProgram(services, {
    env: { CAUCE_API_KEY: KEY, CAUCE_WEBHOOK_ALLOW: '127.0.0.1', CAUCE_PUSH_URL: echo.url },
  })
  const { runtime, database } = program
  await bootstrap({ database, settings: runtime.settings, clock: runtime.clock })
  app = await serve(program, [])
  await program.start()
  tokenOf = { viewer: await signedIn('viewer'), agent: await signedIn('agent') }
  await plant()
})
after(async () => {
  await app?.close()
  await program?.close()
  await echo?.close()
})

/** Links in a conversation, a person, notifications, events, webhooks, timers, texts, and a run with what it called. */
async function plant(): Promise<void> {
  await ok('PUT', '/api/v1/queues/q', { name: 'Q' })
  await ok('PUT', '/api/v1/contacts/maria', { name: 'María', addresses: { push: 'device-1' } })
  await ok('POST', '/api/v1/encounters', { id: 'enc', queueId: 'q', contactId: 'maria', channel: 'chat' })
  link = (await ok('POST', '/api/v1/encounters/enc/link', {})).url
  assert.match(link, LINK)
  const [, token] = link.split('/r/')
  await ok('PUT', '/api/v1/contacts/maria', { name: 'María', addresses: { push: 'device-1' }, attributes: { link } })
  await ok('POST', '/api/v1/encounters/enc/messages', { from: 'bot', text: `Siga aquí: ${link}` })
  await ok('POST', '/api/v1/notifications', {
    to: { contactId: 'maria' },
    content: { title: 'T', body: 'Siga aquí: {{ link }} o app://{{ link | split: "/r/" | last }}' },
    channels: ['push', 'inbox'],
    deepLink: { encounterId: 'enc' },
  })
  await ok('POST', '/api/v1/subscriptions', { routingKeyPattern: '#', webhookUrl: `${echo.url}/hook` })
  await ok('POST', '/api/v1/timers', {
    id: 'tea',
    delay: 'PT4H',
    event: { type: 'tea.ready', subject: 's', data: { link } },
  })
  await ok('PUT', '/api/v1/conversation-texts', { items: [{ on: 'closing', locale: 'es', text: `Vuelva: ${link}` }] })
  const { id } = await ok('POST', '/api/v1/flows', { name: 'F' })
  await ok('PUT', `/api/v1/flows/${id}/draft`, {
    nodes: [
      { id: 'start', type: 'trigger', data: { event: 'go.now' } },
      {
        id: 'ask',
        type: 'http',
        data: { url: `${echo.url}/x`, body: { at: '{{ event.data.link }}' }, save: 'answer' },
      },
      { id: 'tell', type: 'emit', data: { type: 'went.on', data: { answer: '{{ vars.answer | json }}' } } },
      { id: 'end', type: 'end', data: {} },
    ],
    edges: [
      { id: '1', source: 'start', target: 'ask' },
      { id: '2', source: 'ask', target: 'tell' },
      { id: '3', source: 'tell', target: 'end' },
    ],
  })
  await ok('POST', `/api/v1/flows/${id}/publish`, {})
  const went = { event_id: 'e1', type: 'go', subtype: 'now', encounter_id: 'enc', datetime: Date.now() }
  await ok('POST', '/api/v1/events', { ...went, link, token, coded: encodeURIComponent(link) })
  const runs = await until(
    async () => (await ok('GET', `/api/v1/flows/${id}/runs`)).items as { id: string; status: string }[],
    (found) => found.length === 1 && found[0]?.status === 'completed',
    20_000,
  )
  runId = String(runs[0]?.id)
  await until(
    async () => (await ok('GET', '/api/v1/deliveries?limit=200')).items as { status: string; channel: string }[],
    (items) => items.some(({ channel }) => channel === 'push') && items.every(({ status }) => status === 'delivered'),
    20_000,
  )
}

test('who may not write conversations is shown no signed link by any route, and all else as it is', async () => {
  const pathsOf = createPaths((url) => call(KEY, 'GET', url), { '/api/v1/events': ['e1'], '/api/v1/runs': [runId] })
  const shown: string[] = []
  const wrong: string[] = []
  const tokens = new Set<string>()
  for (const route of answering(program.routes)) {
    for (const url of await pathsOf(route)) {
      const whole = await call(tokenOf.agent, 'GET', url)
      const veiled = await call(tokenOf.viewer, 'GET', url)
      const found = [...whole.text.matchAll(/\/r\/([\w-]{56,})/g)]
      if (found.length > 0) shown.push(route.path)
      for (const [, token] of found) tokens.add(String(token))
      if (veiled.status !== whole.status && veiled.status !== 403) wrong.push(`${url}: ${veiled.status}`)
      if ([...tokens].some((token) => veiled.text.includes(token))) wrong.push(`${url} shows a link`)
      if (found.length > 0 && veiled.status === 200 && !veiled.text.includes('/r/***')) wrong.push(`${url} hides more`)
    }
  }
  assert.deepEqual(wrong, [])
  const places = [
    '/api/v1/contacts/:id',
    '/api/v1/conversation-texts',
    '/api/v1/conversations',
    '/api/v1/deliveries/:id',
    '/api/v1/encounters/:id/messages',
    '/api/v1/events/:id',
    '/api/v1/notifications/:id',
    '/api/v1/runs/:id',
    '/api/v1/subscriptions/:id/deliveries/:deliveryId/payload',
    '/api/v1/timers/:id',
  ]
  assert.deepEqual(
    places.filter((path) => !shown.includes(path)),
    [],
    'there was something to hide',
  )
  assert.ok(tokens.size >= 2, 'the link that was asked for, and the one that a notification made')
})

test('a token by itself, one that is coded for a URL, and one in a refusal are hidden too', async () => {
  const [, token = ''] = link.split('/r/')
  const whole = await call(tokenOf.agent, 'GET', '/api/v1/events/e1')
  const veiled = await call(tokenOf.viewer, 'GET', '/api/v1/events/e1')
  assert.equal(whole.text.split(token).length > 3, true)
  assert.equal(veiled.text, whole.text.replaceAll(token, '***'))
  const refused = await call(tokenOf.viewer, 'GET', `/api/v1/contacts/${token}`)
  assert.equal(refused.status, 404)
  assert.ok(!refused.text.includes(token))
})

test('who asks by a key without that scope is shown none either, and a person reads their own', async () => {
  const { key } = await ok('POST', '/api/v1/keys', { name: 'k', scopes: ['notifications:read', 'events:read'] })
  const { token } = await ok('POST', '/api/v1/tokens', { contactId: 'maria' })
  assert.doesNotMatch((await call(key, 'GET', '/api/v1/notifications')).text, LINK)
  assert.doesNotMatch((await call(key, 'GET', '/api/v1/events/e1')).text, LINK)
  const { text } = await call(token, 'GET', '/notifications/me')
  assert.match(text, /\/r\/|\*\*\*|"items":\[\]/)
  assert.doesNotMatch(text, /\*\*\*/)
})
