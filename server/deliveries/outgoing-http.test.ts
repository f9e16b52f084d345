import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { attemptOfAnswer } from './http-answer.ts'
import { createOutgoingHttp, type OutgoingHttp } from './outgoing-http.ts'
import { startRawReceiver, startReceiver } from './testing.ts'

const open = createOutgoingHttp(['127.0.0.0/8'])
const shut = createOutgoingHttp([])
after(async () => {
  await open.close()
  await shut.close()
})

const call = (http: OutgoingHttp, url: string, more: object = {}, timeoutMs = 3_000) =>
  http.request({ method: 'POST', url, body: '{}', ...more }, AbortSignal.timeout(timeoutMs))

test('a plain answer comes back with status, headers and body', async () => {
  const receiver = await startReceiver((request, response) => {
    response.writeHead(201, { 'x-request-id': 'r1' }).end(`got ${request.body}`)
  })
  const answer = await call(open, `${receiver.url}/hook?a=1`, { body: '{"a":"ñ"}' })
  assert.equal(answer.status, 201)
  assert.equal(answer.body, 'got {"a":"ñ"}')
  assert.equal(answer.truncated, false)
  assert.deepEqual(attemptOfAnswer(answer, 0).headers?.['x-request-id'], 'r1')
  assert.equal(receiver.received[0]?.path, '/hook?a=1')
  await receiver.close()
})

test('without an allow-list nothing reaches this machine, however it is spelt', async () => {
  const receiver = await startReceiver()
  const port = new URL(receiver.url).port
  const spellings = [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.1',
    '127.0.0.1.',
    'localhost',
    'LOCALHOST.',
  ]
  spellings.push(
    '[::1]',
    '[::]',
    '0',
    '0.0.0.0',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::7f00:1]',
    '１２７.0.0.1',
  )
  for (const host of spellings) {
    await assert.rejects(call(shut, `http://${host}:${port}/`), { name: 'Refused' }, host)
  }
  assert.equal(receiver.received.length, 0)
  await receiver.close()
})

test('a name is judged on the address connected to, at each connection', async () => {
  const receiver = await startReceiver()
  const port = new URL(receiver.url).port
  // Rebinding: public when first asked, private afterwards; and a name with both.
  const answers: Record<string, string[][]> = {
    'private.example': [['127.0.0.1']],
    'mapped.example': [['::ffff:127.0.0.1']],
    'metadata.example': [['169.254.169.254'], ['fd00:ec2::254']],
  }
  const http = createOutgoingHttp([], async (name) => answers[name]?.shift() ?? ['127.0.0.1'])
  for (const name of Object.keys(answers)) {
    await assert.rejects(call(http, `http://${name}:${port}/`), { name: 'Refused' }, name)
  }
  assert.equal(receiver.received.length, 0)
  const allowed = createOutgoingHttp(['receiver.example'], async () => ['127.0.0.1'])
  assert.equal((await call(allowed, `http://receiver.example:${port}/`)).status, 200)
  // Of a name with a public and a private address only the public one may be used: here none answers.
  const both = createOutgoingHttp(['127.0.0.0/8'], async () => ['10.0.0.1', '127.0.0.1'])
  assert.equal((await call(both, `http://both.example:${port}/`)).status, 200)
  await Promise.all([http.close(), allowed.close(), both.close(), receiver.close()])
})

test('a name server that never answers costs its own request only', async () => {
  const receiver = await startReceiver()
  const http = createOutgoingHttp(['127.0.0.0/8'], (name) =>
    name === 'silent.example' ? new Promise(() => {}) : Promise.resolve(['127.0.0.1']),
  )
  const silent = call(http, `http://silent.example:${new URL(receiver.url).port}/`, {}, 200)
  assert.equal((await call(http, `http://well.example:${new URL(receiver.url).port}/`)).status, 200)
  await assert.rejects(silent, { name: 'TimeoutError' })
  await Promise.all([http.close(), receiver.close()])
})

test('redirects are an answer unless followed, and then each hop is judged', async () => {
  const secret = await startReceiver((_request, response) => response.end('secret'))
  const receiver = await startReceiver((request, response) => {
    const status = Number(request.path.slice(1, 4))
    const to = request.path.slice(5)
    response.writeHead(status, { location: to === 'loop' ? `/${status}/loop` : `${secret.url}/${to}` }).end()
  })
  for (const status of [301, 302, 303, 307, 308]) {
    assert.equal((await call(open, `${receiver.url}/${status}/there`)).status, status)
    assert.equal(secret.received.length, 0)
  }
  const followed = await call(open, `${receiver.url}/302/there`, {
    followRedirects: 5,
    headers: { authorization: 'Bearer x', 'x-kept': '1', 'content-type': 'application/json' },
  })
  assert.equal(followed.body, 'secret')
  // Another origin gets no credentials, and a 302 no body.
  assert.equal(secret.received[0]?.method, 'GET')
  assert.equal(secret.received[0]?.headers.authorization, undefined)
  assert.equal(secret.received[0]?.headers['content-type'], undefined)
  assert.equal(secret.received[0]?.headers['x-kept'], '1')
  assert.equal((await call(open, `${receiver.url}/307/there`, { followRedirects: 5 })).status, 200)
  assert.deepEqual([secret.received[1]?.method, secret.received[1]?.body], ['POST', '{}'])
  assert.equal((await call(open, `${receiver.url}/302/loop`, { followRedirects: 50 })).status, 302)
  await Promise.all([receiver.close(), secret.close()])
})

test('a redirect to a private address or another scheme is refused', async () => {
  const canary = await startReceiver()
  const targets = [canary.url, 'file:///etc/passwd', 'gopher://127.0.0.1/', 'http://169.254.169.254/latest']
  const receiver = await startReceiver((request, response) => {
    response.writeHead(302, { location: targets[Number(request.path.slice(1))] }).end()
  })
  const http = createOutgoingHttp(['front.example'], async () => ['127.0.0.1'])
  const front = `http://front.example:${new URL(receiver.url).port}`
  for (const i of targets.keys()) {
    await assert.rejects(call(http, `${front}/${i}`, { followRedirects: 5 }), { name: 'Refused' })
  }
  assert.equal(canary.received.length, 0)
  await Promise.all([http.close(), receiver.close(), canary.close()])
})

test('a long answer is cut, an endless one is left, a packed one is not unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(10_000_000))
  const receiver = await startReceiver((request, response) => {
    if (request.path === '/long') response.end('x'.repeat(60_000))
    else if (request.path === '/packed') response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)
    else {
      const chunk = Buffer.alloc(16_384, 'y')
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      }
      response.on('drain', more)
      more()
    }
  })
  const long = await call(open, `${receiver.url}/long`, { keepBytes: 100 })
  assert.deepEqual([long.body.length, long.truncated], [100, true])
  const endless = await call(open, `${receiver.url}/endless`, { keepBytes: 65_536 })
  assert.deepEqual([endless.status, endless.body.length, endless.truncated], [200, 65_536, true])
  assert.ok((await call(open, `${receiver.url}/packed`, { keepBytes: 65_536 })).body.length <= 65_536)
  await receiver.close()
})

const rawFaults: [string, (socket: Socket) => void][] = [
  ['closes before it answers', (socket) => socket.destroy()],
  ['answers no HTTP', (socket) => socket.end('SSH-2.0-x\r\n')],
  ['sends a bomb of headers', (socket) => socket.write(`HTTP/1.1 200 OK\r\n${'x-a: 1\r\n'.repeat(5_000)}`)],
  ['never answers', () => {}],
  ['sends its headers one byte at a time', (socket) => drip(socket, 'HTTP/1.1 200 OK\r\n\r\n')],
]

function drip(socket: Socket, text: string): void {
  let i = 0
  const timer = setInterval(() => {
    if (socket.destroyed || i >= text.length) clearInterval(timer)
    else socket.write(text.charAt(i++))
  }, 40)
}

for (const [what, fault] of rawFaults) {
  test(`a receiver that ${what} is a failure within the time-out`, async () => {
    const receiver = await startRawReceiver(fault)
    const began = performance.now()
    await assert.rejects(call(open, receiver.url, { statusSuffices: true }, 300))
    assert.ok(performance.now() - began < 1_000)
    await receiver.close()
  })
}

test('nobody listening is a failure', async () => {
  const receiver = await startReceiver()
  await receiver.close()
  await assert.rejects(call(open, receiver.url), { code: 'ECONNREFUSED' })
})

test('where the status says all, a body that breaks off or drips is no failure; otherwise it is', async () => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n'
  const closing = await startRawReceiver((socket) => socket.end(`${head}abc`))
  const dripping = await startRawReceiver((socket) => {
    socket.write(head)
    drip(socket, 'x'.repeat(1_000))
  })
  for (const receiver of [closing, dripping]) {
    const answer = await call(open, receiver.url, { statusSuffices: true }, 300)
    assert.deepEqual([answer.status, answer.truncated], [200, true])
    await assert.rejects(call(open, receiver.url, {}, 300))
  }
  await Promise.all([closing.close(), dripping.close()])
})

test('headers of the connection cannot be set from outside, nor lines broken', async () => {
  const receiver = await startReceiver()
  for (const name of ['Host', 'Transfer-Encoding', 'content-length', 'Connection', 'Expect']) {
    await assert.rejects(call(open, receiver.url, { headers: { [name]: 'x' } }), { name: 'Refused' })
  }
  for (const bad of [{ headers: { 'x-a': 'b\r\nx-c: d' } }, { headers: { 'x\n': '1' } }, { method: 'GET /' }]) {
    await assert.rejects(call(open, receiver.url, bad), { name: 'Refused' })
  }
  assert.equal(receiver.received.length, 0)
  await receiver.close()
})

test('ports of stores and brokers are refused, unless the operator opened the host', async () => {
  const http = createOutgoingHttp([], async () => ['93.184.216.34'])
  for (const port of [22, 25, 5432, 6379, 5672, 11434]) {
    await assert.rejects(call(http, `http://public.example:${port}/`), { name: 'Refused' }, String(port))
  }
  await http.close()
})

test('a request that timed out while it waited for its connection does not go out late', async () => {
  const receiver = await startReceiver()
  let go = () => {}
  const gate = new Promise<void>((resolve) => {
    go = resolve
  })
  const http = createOutgoingHttp(['127.0.0.0/8'], async () => {
    await gate
    return ['127.0.0.1']
  })
  const url = `http://slow.example:${new URL(receiver.url).port}/`
  await assert.rejects(call(http, `${url}late`, {}, 50), { name: 'TimeoutError' })
  go()
  assert.equal((await call(http, `${url}next`)).status, 200)
  assert.deepEqual(
    receiver.received.map(({ path }) => path),
    ['/next'],
  )
  await Promise.all([http.close(), receiver.close()])
})
