import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { access, bootstrap } from '#access/index.ts'
import { serve } from '../../serve.ts'
import { flatEvent, testProgram } from '../../testing.ts'

const KEY = 'first-key-of-the-tests-0123456789abcdef'
const PASSWORD = 'correct horse battery'

let program: Awaited<ReturnType<typeof testProgram>>
let other: typeof program
let app: FastifyInstance
let url: string
let globex: string

before(async () => {
  program = await testProgram([access], { env: { CAUCE_API_KEY: KEY, CAUCE_ADMIN_PASSWORD: PASSWORD } })
  const { runtime, database } = program
  await bootstrap({ database, settings: runtime.settings, clock: runtime.clock })
  await program.start()
  other = await testProgram([access], { url: program.url, node: 'other' })
  await other.start()
  app = await serve(program, [])
  url = await app.listen({ port: 0, host: '127.0.0.1' })
  globex = (await made('/api/v1/tenants', { id: 'globex', name: 'Globex' })).key
})

after(async () => {
  await app?.close()
  await other?.close()
  await program?.close()
})

const send = (method: string, path: string, key: string, body: object) =>
  fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** Looks on, and knows what it was told until now. */
async function listen(headers: Record<string, string>) {
  const gone = new AbortController()
  const answer = await fetch(`${url}/api/v1/live`, { headers, signal: gone.signal })
  let text = ''
  const read = async () => {
    for await (const chunk of answer.body ?? []) text += Buffer.from(chunk).toString()
  }
  const ended = read().catch(() => {})
  return {
    answer,
    ended,
    leave: () => gone.abort(),
    text: () => text,
    async until(part: string) {
      for (const end = Date.now() + 5_000; !text.includes(part); ) {
        assert.ok(Date.now() < end, `${part} was not told: ${text}`)
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
  }
}

const made = async (path: string, body: object) =>
  (await (await send('POST', path, KEY, body)).json()) as { id: string; key: string }

const byKey = (key: string) => ({ authorization: `Bearer ${key}` })

async function signedIn(email: string): Promise<string> {
  await send('POST', '/api/v1/users', KEY, { email, name: 'U', role: 'viewer', password: PASSWORD })
  const answer = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email, password: PASSWORD }),
  })
  return String(answer.headers.get('set-cookie')).split(';', 1)[0] as string
}

test('what this node and another one take in is told to its tenant, and to no other', async () => {
  const mine = await listen(byKey(KEY))
  const theirs = await listen(byKey(globex))
  assert.equal(mine.answer.status, 200)
  assert.equal(mine.answer.headers.get('content-type'), 'text/event-stream; charset=utf-8')
  assert.equal(mine.answer.headers.get('cache-control'), 'no-store')
  await program.runtime.appendEvent(flatEvent({ id: 'here', encounterId: 'conversation-1' }))
  await mine.until('"id":"here"')
  await other.runtime.appendEvent(flatEvent({ id: 'there' }))
  await mine.until('"id":"there"')
  await other.runtime.appendEvent(flatEvent({ id: 'theirs', tenant: 'globex' }))
  await theirs.until('"id":"theirs"')
  assert.ok(!mine.text().includes('theirs'))
  assert.ok(!/"here"|"there"/.test(theirs.text()))
  const [, first] = mine.text().split('\n\n')
  const { events, left } = JSON.parse(String(first).slice('data: '.length))
  assert.equal(left, 0)
  const { position, time, ...line } = events[0]
  assert.deepEqual(line, {
    id: 'here',
    type: 'encounter.created',
    subject: 'conversation-1',
    conversationId: 'conversation-1',
  })
  assert.ok(Number.isInteger(position) && Date.parse(time) > 0)
  mine.leave()
  theirs.leave()
})

test('it ends with the session: signing out here, and a role that another node changes', async () => {
  const cookie = await signedIn('one@example.org')
  const one = await listen({ cookie })
  assert.equal(one.answer.status, 200)
  await fetch(`${url}/api/v1/session`, { method: 'DELETE', headers: { cookie, origin: url } })
  await one.ended
  const key = await made('/api/v1/keys', { name: 'k', scopes: ['events:read'] })
  const two = await listen(byKey(key.key))
  await fetch(`${url}/api/v1/keys/${key.id}`, { method: 'DELETE', headers: byKey(KEY) })
  await two.ended
  const three = await listen({ cookie: await signedIn('three@example.org') })
  await other.database.worker.query(
    "update app_user set token_version = token_version + 1 where email = 'three@example.org'",
  )
  other.runtime.signals.send('access')
  await three.ended
})

test('without the permission there is nothing to listen to, and HEAD does not last', async () => {
  const { key } = await made('/api/v1/keys', { name: 'n', scopes: ['queues:read'] })
  assert.equal((await fetch(`${url}/api/v1/live`, { headers: byKey(key) })).status, 403)
  assert.equal((await fetch(`${url}/api/v1/live`)).status, 401)
  const head = await fetch(`${url}/api/v1/live`, { method: 'HEAD', headers: byKey(KEY) })
  assert.deepEqual([head.status, head.headers.get('content-type')], [200, 'text/event-stream; charset=utf-8'])
})

test('a drain waits for nobody who looks on', async () => {
  const one = await listen(byKey(KEY))
  const began = performance.now()
  await app.close()
  assert.ok(performance.now() - began < 2_000)
  await one.ended
  assert.equal(one.text(), 'retry: 2000\n\n')
})
