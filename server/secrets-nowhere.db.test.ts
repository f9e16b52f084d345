import assert from 'node:assert/strict'
import { createServer, type Server, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { bootstrap } from '#access/index.ts'
import { until } from '#events/testing.ts'
import { type HttpSink, httpSink } from '#notifications/receivers/http-sink.ts'
import { createLogger } from '#platform/telemetry/logger.ts'
import { serve } from './serve.ts'
import { services } from './services.ts'
import { testProgram } from './testing.ts'
import { answering, createPaths } from './testing-paths.ts'

/*
 * A secret of its own in every place that takes one, receivers that send back all they get, and a look at everything that is
 * kept, logged or shown afterwards.
 */

const KEY = 'planted-api-key-0123456789abcdef0123456789'
const PASSWORD = 'planted password of the administrator'
const planted = {
  named: 'planted-named-Zx81-"quoted"',
  inHeader: 'planted-named-header-77aa',
  smtp: 'planted-smtp-9c1f',
  push: 'planted-push-token-41d0',
  mqtt: 'planted-mqtt-password-5e5e',
  command: 'planted-command-token-8b3a',
  userinfo: 'planted-userinfo-2d2d',
  password: 'planted password of a person',
}
/** What the program made up and told once. */
const told: { [name: string]: string } = {}

/** Signing secrets stand in a table of their own, which requests cannot read: an HMAC needs the secret itself. */
const MAY_HOLD: { [table: string]: readonly string[] } = { subscription_secret: ['signing', 'rotated'] }

const lines: string[] = []
let program: Awaited<ReturnType<typeof testProgram>>
let app: FastifyInstance
let echo: HttpSink
let mail: Server
let runId = ''
const answers: { what: string; text: string }[] = []

/** A mail server that refuses every login and tells the world what it got. */
function talkativeMailServer(): Promise<Server> {
  const server = createServer((socket: Socket) => {
    socket.on('error', () => {})
    socket.write('220 mail.test ESMTP\r\n')
    socket.on('data', (data) => {
      const line = data.toString().trim()
      if (/^EHLO/i.test(line)) socket.write('250-mail.test\r\n250 AUTH PLAIN LOGIN\r\n')
      else if (/^AUTH PLAIN (.*)$/i.test(line)) {
        const [, given = ''] = /^AUTH PLAIN (.*)$/i.exec(line) ?? []
        const plain = Buffer.from(given, 'base64').toString().replaceAll('\0', ' ')
        socket.write(`535 5.7.8 not with ${given} (${plain})\r\n`)
      } else socket.write('250 fine\r\n')
    })
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}
const portOf = (server: Server) => (server.address() as { port: number }).port

async function call(method: string, url: string, payload?: object, credential = KEY) {
  const answer = await app.inject({
    method: method as 'GET',
    url,
    headers: { authorization: `Bearer ${credential}` },
    ...(payload === undefined ? {} : { payload }),
  })
  return { status: answer.statusCode, text: answer.body, body: /^[[{]/.test(answer.body) ? answer.json() : {} }
}
/** Kept, to be looked through at the end; not for what tells a new secret. */
async function say(method: string, url: string, payload?: object) {
  const answer = await call(method, url, payload)
  answers.push({ what: `${method} ${url}: ${answer.status}`, text: answer.text })
  return answer
}
async function ok(method: string, url: string, payload?: object) {
  const { status, text, body } = await say(method, url, payload)
  assert.ok(status < 300, `${method} ${url}: ${status} ${text}`)
  return body
}
async function tells(name: string, method: string, url: string, payload: object, member: string) {
  const { status, text, body } = await call(method, url, payload)
  assert.ok(status < 300, text)
  assert.equal(typeof body[member], 'string')
  told[name] = body[member]
  return body
}

before(async () => {
  echo = await httpSink(({ headers, body, path }) => {
    const all = { headers, body: body.toString(), authorization: headers.authorization ?? '' }
    return {
      status: path.includes('well') ? 200 : 422,
      headers: { 'x-got': headers.authorization ?? 'none' },
      body: all,
    }
  })
  mail = await talkativeMailServer()
  program = await testProgram(services, {
    env: {
      CAUCE_API_KEY: KEY,
      CAUCE_ADMIN_EMAIL: 'admin@example.org',
      CAUCE_ADMIN_PASSWORD: PASSWORD,
      CAUCE_WEBHOOK_ALLOW: '127.0.0.1',
      CAUCE_PUSH_URL: echo.url,
      CAUCE_PUSH_TOKEN: planted.push,
      SMTP_URL: `smtp://mailer:${planted.smtp}@127.0.0.1:${portOf(mail)}`,
      CAUCE_MAIL_FROM: 'cauce@example.org',
      MQTT_HOST: '127.0.0.1',
      // Nobody listens there.
      MQTT_PORT: '1',
      MQTT_USUARIO: 'cauce',
      MQTT_PASSWORD: planted.mqtt,
      WA_CLIENTES_BASE_URL: echo.url,
      WA_COMMAND_TOKEN: planted.command,
    },
    logger: createLogger({ level: 'trace', destination: { write: (line) => void lines.push(line) } }),
  })
  const { runtime, database } = program
  await bootstrap({ database, settings: runtime.settings, clock: runtime.clock })
  app = await serve(program, [])
  await program.start()
})
after(async () => {
  await app?.close()
  await program?.close()
  await echo?.close()
  mail?.close()
})

test('secrets are planted, used and refused', async () => {
  await tells('jwt', 'POST', '/api/v1/login', { email: 'admin@example.org', password: PASSWORD }, 'token')
  await say('POST', '/api/v1/login', { email: 'admin@example.org', password: planted.password })
  await ok('POST', '/api/v1/users', {
    email: 'ana@example.org',
    name: 'Ana',
    role: 'agent',
    password: planted.password,
  })
  await tells('key', 'POST', '/api/v1/keys', { name: 'k', scopes: ['events:write'] }, 'key')
  await tells('tenantKey', 'POST', '/api/v1/tenants', { id: 'acme', name: 'Acme' }, 'key')

  // As a part of a path, a query, a header and a body that are refused.
  await say('GET', `/api/v1/me?token=${planted.userinfo}`)
  await call('GET', '/api/v1/me', undefined, planted.userinfo)
  await say('PUT', '/api/v1/secrets/crm', { value: planted.named, secret: planted.named })
  await ok('PUT', '/api/v1/secrets/crm', { value: planted.named })
  await ok('PUT', '/api/v1/secrets/head', { value: planted.inHeader })

  const withUser = `https://user:${planted.userinfo}@hooks.example.org/x`
  const refused = [
    await say('POST', '/api/v1/subscriptions', { routingKeyPattern: 'go.#', webhookUrl: withUser }),
    await say('POST', '/api/v1/timers', { delay: 'PT1H', callbackUrl: withUser }),
  ]
  assert.deepEqual(
    refused.map(({ status }) => status),
    [400, 400],
  )

  const hook = await tells(
    'signing',
    'POST',
    '/api/v1/subscriptions',
    { routingKeyPattern: 'go.#', webhookUrl: `${echo.url}/hook` },
    'secret',
  )
  await tells('rotated', 'POST', `/api/v1/subscriptions/${hook.id}/rotate-secret`, {}, 'secret')

  await ok('PUT', '/api/v1/contacts/ana', { name: 'Ana', addresses: { push: 'device-1', email: 'ana@example.org' } })
  await ok('POST', '/api/v1/notifications', {
    to: { contactId: 'ana' },
    content: { title: 'T', body: 'Hola' },
    channels: ['push', 'email'],
  })
  await ok('POST', '/api/v1/notifications', {
    to: { contactId: 'ana' },
    content: { title: 'T', body: 'Hola' },
    channels: ['email'],
  })
  await ok('POST', '/api/v1/whatsapp/commands', { line: 'clientes', to: '+56911112222', message: 'Hola' })

  const { id } = await ok('POST', '/api/v1/flows', { name: 'F' })
  const callNode = (path: string) => ({
    url: `${echo.url}/${path}`,
    secret: ['crm', 'head'],
    headers: { Authorization: 'Bearer {{ secrets.head }}' },
    body: { pass: '{{ secrets.crm }}' },
    save: 'answer',
    retry: { attempts: 1 },
  })
  const flow = (url: object) => ({
    nodes: [
      { id: 'start', type: 'trigger', data: { event: 'go.now' } },
      { id: 'well', type: 'http', data: { ...callNode('well'), ...url } },
      { id: 'ill', type: 'http', data: callNode('ill') },
      { id: 'tell', type: 'emit', data: { type: 'went.on', data: { answer: '{{ vars.answer | json }}' } } },
      { id: 'end', type: 'end', data: {} },
    ],
    edges: [
      { id: '1', source: 'start', target: 'well' },
      { id: '2', source: 'well', target: 'ill' },
      { id: '3', source: 'ill', target: 'tell' },
      { id: '4', source: 'tell', target: 'end' },
    ],
  })
  await ok('PUT', `/api/v1/flows/${id}/draft`, flow({ url: `${echo.url}/{{ secrets.crm }}` }))
  assert.equal((await say('POST', `/api/v1/flows/${id}/publish`, {})).status, 422, 'a secret does not go into a URL')
  await ok('PUT', `/api/v1/flows/${id}/draft`, flow({}))
  await ok('POST', `/api/v1/flows/${id}/publish`, {})
  await ok('POST', `/api/v1/flows/${id}/simulate`, { event: { type: 'go.now' } })
  await ok('POST', '/api/v1/events', {
    event_id: 'e1',
    type: 'go',
    subtype: 'now',
    encounter_id: 'c1',
    datetime: Date.now(),
  })

  // All of it has had its attempts.
  await until(
    async () =>
      (await call('GET', '/api/v1/deliveries?limit=200')).body.items as { channel: string; attempts: number }[],
    (items) => {
      const tried = new Set(items.filter(({ attempts }) => attempts > 0).map(({ channel }) => channel))
      return ['webhook', 'http', 'push', 'email', 'whatsapp-command'].every((channel) => tried.has(channel))
    },
    20_000,
  )
  const runs = await until(
    async () => (await call('GET', `/api/v1/flows/${id}/runs`)).body.items as { id: string; status: string }[],
    (found) => found.length === 1 && found[0]?.status !== 'waiting',
    20_000,
  )
  runId = String(runs[0]?.id)
})

/** How a secret may stand somewhere: as it is, in JSON, in a URL, in base64, in the hex of a dump. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  // Inside other text the base64 of it begins at any of three places; what is left of the middle is the same.
  const shifted = [0, 1, 2].map((n) =>
    Buffer.concat([Buffer.alloc(n, 32), bytes])
      .toString('base64')
      .slice(n === 0 ? 0 : 4, -4),
  )
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), bytes.toString('hex'), ...shifted]
}

const secrets = () =>
  Object.entries({
    ...planted,
    key: KEY,
    adminPassword: PASSWORD,
    ...Object.fromEntries(Object.entries(told).map(([name, text]) => [`told ${name}`, text])),
  })

/** Which secrets a text holds. */
const heldIn = (text: string): string[] =>
  secrets()
    .filter(([, secret]) => formsOf(secret).some((form) => text.includes(form)))
    .map(([name]) => name)

test('a secret that is there would be seen', () => {
  for (const [name, secret] of secrets()) {
    const auth = Buffer.from(`\0mailer\0${secret}`).toString('base64')
    for (const text of [`a ${secret} b`, JSON.stringify({ secret }), encodeURIComponent(secret), auth]) {
      assert.ok(heldIn(text).includes(name), `${name} in ${text}`)
    }
  }
})

test('no table holds one', async () => {
  const { worker } = program.database
  const tables = await worker.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'
       and has_table_privilege(current_user, quote_ident(table_name), 'select')`,
  )
  assert.ok(tables.length > 40)
  const found: string[] = []
  for (const { name } of tables) {
    const rows = await worker.query<{ row: string }>(`select t::text as row from "${name}" t limit 20000`)
    const held = new Set(rows.flatMap(({ row }) => heldIn(row)))
    for (const secret of held) {
      if (!MAY_HOLD[name]?.some((allowed) => secret === `told ${allowed}`)) found.push(`${name}: ${secret}`)
    }
  }
  assert.deepEqual(found, [])
})

test('no answer shows one: neither what was asked so far nor any list or thing that there is', async () => {
  const pathsOf = createPaths((url) => call('GET', url), {
    '/api/v1/events': ['e1'],
    '/api/v1/runs': [runId],
    '/api/v1/whatsapp/commands': ['clientes'],
  })
  for (const route of answering(program.routes)) {
    for (const url of await pathsOf(route)) await say('GET', url)
  }
  const shownOf = (pattern: RegExp) => answers.filter(({ what }) => pattern.test(what)).length
  assert.ok(shownOf(/^GET \/api\/v1\/deliveries\/[^/]+: 200/) >= 5, 'attempts were shown')
  assert.ok(shownOf(/\/runs\/[^/]+: 200/) >= 1 && shownOf(/\/attempts: 200/) >= 1, 'and runs')
  assert.ok(
    answers.some(({ text }) => text.includes('[secret]')),
    'and what receivers sent back',
  )
  const shown = answers.flatMap(({ what, text }) => heldIn(text).map((secret) => `${what}: ${secret}`))
  assert.deepEqual(shown, [])
})

test('no line of the log has one', () => {
  assert.ok(lines.length > 5)
  const logged = lines.flatMap((line) => heldIn(line).map((secret) => `${secret}: ${line.slice(0, 300)}`))
  assert.deepEqual(logged, [])
})
