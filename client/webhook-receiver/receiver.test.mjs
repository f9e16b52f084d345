import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, request as httpRequest } from 'node:http'
import { test } from 'node:test'
import { createReceiver, memoryStore, verify } from './index.mjs'

const NOW = 1_800_000_000_000
const SECRET = `whsec_${randomBytes(32).toString('base64')}`

const headersFor = (id, body, { secret = SECRET, timestamp = NOW / 1000 } = {}) => {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}` }
}

test('every published vector is accepted or refused as it says', () => {
  const file = new URL('../../server/deliveries/vectors/standard-webhooks.vectors.json', import.meta.url)
  const { vectors } = JSON.parse(readFileSync(file, 'utf8'))
  assert.equal(vectors.length, 19)
  assert.ok(vectors.some(({ publicKey }) => publicKey !== undefined))
  for (const { name, secret, publicKey, id, timestamp, body, signature, now, valid } of vectors) {
    const headers = { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signature }
    for (const raw of [body, Buffer.from(body), new TextEncoder().encode(body).buffer]) {
      const verdict = verify({ keys: secret ?? publicKey, headers, body: raw, now: now * 1000 })
      assert.equal(verdict.ok, valid, `${name}: ${verdict.reason}`)
    }
  }
})

test('the age is judged to the second, in both directions', () => {
  const at = (timestamp) => {
    const headers = headersFor('m', '{}', { timestamp })
    return verify({ keys: SECRET, headers, body: '{}', now: NOW + 999 }).reason
  }
  const now = NOW / 1000
  assert.equal(at(now - 300), undefined)
  assert.equal(at(now + 300), undefined)
  assert.equal(at(now - 301), 'bad-timestamp')
  assert.equal(at(now + 301), 'bad-timestamp')
  for (const odd of ['', '1e9', ' 1800000000', '1800000000.5', '0x6b49d200', 'now']) {
    const headers = { ...headersFor('m', '{}'), 'webhook-timestamp': odd }
    assert.notEqual(verify({ keys: SECRET, headers, body: '{}', now: NOW }).ok, true, odd)
  }
})

test('without an id, or with two, nothing is accepted', () => {
  const good = headersFor('m', '{}')
  const ask = (headers) => verify({ keys: SECRET, headers, body: '{}', now: NOW })
  assert.equal(ask(good).ok, true)
  for (const name of Object.keys(good)) {
    for (const value of [undefined, '', ['a', 'b']]) {
      assert.deepEqual(ask({ ...good, [name]: value }), { ok: false, reason: 'missing-header' })
    }
  }
  // A signature over an empty id does not help.
  assert.equal(ask(headersFor('', '{}')).ok, false)
})

test('headers in any case, of any kind', () => {
  const good = headersFor('m', '{}')
  const loud = Object.fromEntries(Object.entries(good).map(([name, value]) => [name.toUpperCase(), value]))
  const listed = Object.fromEntries(Object.entries(good).map(([name, value]) => [name, [value]]))
  for (const headers of [good, loud, listed, new Headers(good), new Map(Object.entries(good))]) {
    assert.deepEqual(verify({ keys: SECRET, headers, body: '{}', now: NOW }), {
      ok: true,
      id: 'm',
      timestamp: NOW / 1000,
    })
  }
})

test('while keys are rotated any of them will do, of either kind; unknown versions are passed over', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const open = `whpk_${publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')}`
  const body = Buffer.from('{"text":"¡Hola! ✨"}\r\n')
  const headers = headersFor('m', body)
  const content = Buffer.concat([Buffer.from(`m.${NOW / 1000}.`), body])
  const ed = `v1a,${sign(null, content, privateKey).toString('base64')}`
  const ask = (keys, signature) =>
    verify({ keys, headers: { ...headers, 'webhook-signature': signature }, body, now: NOW }).ok
  const hmac = headers['webhook-signature']
  assert.equal(ask(open, ed), true)
  assert.equal(ask(open, `v9,AAAA ${hmac} ${ed}`), true)
  assert.equal(ask([`whsec_${randomBytes(24).toString('base64')}`, SECRET], `${ed} ${hmac}`), true)
  assert.equal(ask(open, hmac), false)
  assert.equal(ask(SECRET, ed), false)
  // The public key is no HMAC secret: what anybody can compute with it is refused.
  const forged = createHmac('sha256', Buffer.from(open.slice(5), 'base64'))
    .update(content)
    .digest('base64')
  assert.equal(ask(open, `v1,${forged}`), false)
  assert.equal(ask(open, `v1a,${forged}`), false)
})

test('damaged and private keys, and bodies that were parsed, are refused loudly', () => {
  for (const keys of [
    '',
    'whsec_',
    'whsec_not base64',
    'whpk_AAAA',
    `whsk_${randomBytes(32).toString('base64')}`,
    [],
  ]) {
    assert.throws(() => createReceiver({ keys }), TypeError, String(keys))
  }
  for (const body of [{ a: 1 }, null, undefined, 5]) {
    assert.throws(() => verify({ keys: SECRET, headers: headersFor('m', '{}'), body, now: NOW }), TypeError)
  }
})

test('work is done once for an id; a repeat is answered well, one that overtakes is put off', async () => {
  const { receive } = createReceiver({ keys: SECRET, now: () => NOW })
  const done = []
  let finish
  const slow = ({ id, json }) =>
    new Promise((resolve) => {
      done.push([id, json().n])
      finish = resolve
    })
  const ask = (id, work, more) => receive({ headers: headersFor(id, '{"n":1}', more), body: '{"n":1}' }, work)
  const first = ask('a', slow)
  await new Promise(setImmediate)
  assert.deepEqual(await ask('a', slow), { status: 409, id: 'a', reason: 'in-progress' })
  finish()
  assert.deepEqual(await first, { status: 200, id: 'a', repeat: false })
  // A retry has a signature of its own, and the same id.
  assert.deepEqual(await ask('a', slow, { timestamp: NOW / 1000 + 5 }), { status: 200, id: 'a', repeat: true })
  assert.deepEqual(done, [['a', 1]])
})

test('work that failed is done again by the retry; what is refused leaves no trace', async () => {
  const store = memoryStore({ now: () => NOW })
  const { receive } = createReceiver({ keys: SECRET, now: () => NOW, store })
  const ask = (headers, work = () => {}) => receive({ headers, body: '{}' }, work)
  const fails = () => Promise.reject(new Error('no'))
  await assert.rejects(ask(headersFor('a', '{}'), fails), /no/)
  assert.deepEqual(await ask(headersFor('a', '{}')), { status: 200, id: 'a', repeat: false })
  assert.deepEqual(await ask(headersFor('b', '{ }')), { status: 401, reason: 'bad-signature' })
  assert.deepEqual(await ask(headersFor('b', '{}', { timestamp: 1 })), { status: 401, reason: 'bad-timestamp' })
  assert.deepEqual(await ask({}), { status: 400, reason: 'missing-header' })
  assert.equal(store.size, 1)
})

test('the memory keeps the last ids only, and none for ever', () => {
  let now = 0
  const store = memoryStore({ max: 3, keepSeconds: 10, now: () => now })
  for (const id of ['a', 'b', 'c', 'd']) {
    assert.equal(store.begin(id), 'new')
    store.done(id)
  }
  assert.equal(store.size, 3)
  assert.equal(store.begin('d'), 'done')
  assert.equal(store.begin('a'), 'new', 'the oldest is forgotten')
  now = 10_000
  assert.equal(store.begin('d'), 'new', 'too long ago')
  assert.equal(store.size, 1)
})

test('a store of one’s own is asked, and waited for', async () => {
  const asked = []
  const store = {
    async begin(id) {
      asked.push(`begin ${id}`)
      return asked.length > 2 ? 'done' : 'new'
    },
    done: async (id) => void asked.push(`done ${id}`),
    forget: async (id) => void asked.push(`forget ${id}`),
  }
  const { receive } = createReceiver({ keys: SECRET, now: () => NOW, store })
  const ask = () => receive({ headers: headersFor('a', '{}'), body: '{}' }, () => asked.push('work'))
  assert.equal((await ask()).repeat, false)
  assert.equal((await ask()).repeat, true)
  assert.deepEqual(asked, ['begin a', 'work', 'done a', 'begin a'])
})

test('over HTTP: the status says what became of it', async (t) => {
  const { listener } = createReceiver({ keys: SECRET, now: () => NOW })
  const got = []
  const errors = []
  const server = createServer(
    listener(
      ({ id, body }) => {
        if (id === 'bad') throw new Error('cannot')
        got.push([id, body.toString()])
      },
      { maxBytes: 1_000, onError: (error) => errors.push(error.message) },
    ),
  )
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address()
  const ask = (headers, body, method = 'POST') =>
    new Promise((resolve, reject) => {
      const sent = httpRequest({ port, host: '127.0.0.1', method, headers, agent: false }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      sent.once('error', reject)
      sent.end(body)
    })
  const text = '{"name":"María",  "n": 1.0}'
  assert.equal(await ask(headersFor('a', text), text), 200)
  assert.equal(await ask(headersFor('a', text), text), 200)
  assert.equal(await ask(headersFor('bad', text), text), 500)
  assert.equal(await ask(headersFor('b', text), `${text} `), 401)
  assert.equal(await ask({}, text), 400)
  assert.equal(await ask(headersFor('c', ''), '', 'PUT'), 405)
  for (const length of [1_001, 10_000_000]) {
    const long = 'x'.repeat(length)
    assert.equal(await ask(headersFor('d', long), long), 413)
  }
  assert.deepEqual(got, [['a', text]])
  assert.deepEqual(errors, ['cannot'])
})

const PAGES = ['client/webhook-receiver/README.md', 'docs/en/guide.md', 'docs/es/guia.md']

for (const page of PAGES) {
  test(`the example of ${page} runs`, { timeout: 30_000 }, async (t) => {
    const text = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8')
    const [, code] = /^```js\n([\s\S]*?)^```$/m.exec(text) ?? []
    assert.ok(code?.includes('.listen(9090)'), 'there is an example')
    // It names the port by which it is found.
    const ported = code.replace('.listen(9090)', ".listen(0, function () { console.log('port', this.address().port) })")
    const child = spawn(process.execPath, ['--input-type=module', '-e', ported], {
      cwd: new URL('.', import.meta.url),
      env: { ...process.env, WEBHOOK_KEYS: SECRET },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.after(() => child.kill())
    let printed = ''
    child.stdout.setEncoding('utf8').on('data', (data) => {
      printed += data
    })
    const said = async (pattern) => {
      for (;;) {
        const found = pattern.exec(printed)
        if (found !== null) return found[1]
        await once(child.stdout, 'data')
      }
    }
    const port = await said(/port (\d+)/)
    const body = '{"event_id":"e1"}'
    const headers = headersFor('id-1', body, { timestamp: Math.floor(Date.now() / 1000) })
    const post = (signed) => fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers: signed, body })
    assert.equal((await post(headers)).status, 200)
    assert.equal((await post(headers)).status, 200)
    assert.equal((await post({ ...headers, 'webhook-id': 'other' })).status, 401)
    assert.match(await said(/(id-1 .*e1.*)/), /e1/)
    assert.equal(printed.match(/id-1/g)?.length, 1)
  })
}
