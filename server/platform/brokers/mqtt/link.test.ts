import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { pino } from 'pino'
import { MqttAway, type MqttLink, type MqttMessage, MqttRefused, openLink } from './index.ts'
import type { LinkOptions } from './link.ts'
import { type Mosquitto, startMosquitto, withoutMosquitto } from './testing.ts'

const withoutOpenssl = () =>
  spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is not installed on this machine'

const logger = pino({ level: 'silent' })
const links: MqttLink[] = []
let ids = 0

function link(port: number, options: Partial<LinkOptions> = {}): MqttLink {
  const made = openLink(
    {
      address: { host: '127.0.0.1', port },
      protocol: 'auto',
      clientId: `client-${++ids}`,
      sessionS: 300,
      keepaliveS: 30,
      mostInHand: 100,
      maxPacketBytes: 1_048_576,
      onMessage: async () => {},
      logger,
      name: 'test',
      ...options,
    },
    Date.now,
  )
  links.push(made)
  return made
}

/** A link that is subscribed, and what reached it. */
async function subscriber(port: number, filters: string[], options: Partial<LinkOptions> = {}) {
  const got: MqttMessage[] = []
  const made = link(port, {
    onMessage: async (message) => void got.push(message),
    onConnected: async (connection) => void (await connection.subscribe(filters)),
    ...options,
  })
  await made.ready(5_000)
  return { link: made, got, texts: () => got.map(({ payload }) => payload.toString()) }
}

async function until(fact: () => boolean, what: string, withinMs = 8_000): Promise<void> {
  const end = performance.now() + withinMs
  while (!fact()) {
    assert.ok(performance.now() < end, what)
    await pause(5)
  }
}

describe('a link to Mosquitto', { skip: withoutMosquitto() }, () => {
  let broker: Mosquitto
  before(async () => {
    broker = await startMosquitto({
      config: 'allow_anonymous true\nacl_file {dir}/acl\npassword_file {dir}/passwords\nmax_queued_messages 100000',
      files: {
        acl: 'topic readwrite #\ntopic deny forbidden/#\n',
        // user "known", password "secret"
        passwords:
          'known:$7$101$/JpOw2mOq+aJJ0Bp$zeCSqfTcYgcwLQRXHuuGMRHL2uYBmaj/pqR8OvStxJkCvP0UMHFdPpUVMnUUuy7Ax4Qj0UJQ1fJTuDEDKNDx6Q==\n',
      },
    })
  })
  after(async () => {
    await Promise.all(links.map((one) => one.stop({ withinMs: 0 })))
    await broker?.close()
  })

  for (const protocol of ['5', '3.1.1'] as const) {
    it(`carries messages at QoS 1 over ${protocol}`, async () => {
      const one = await subscriber(broker.port, [`carry/${protocol}/#`], { protocol })
      const topic = `carry/${protocol}/a`
      await one.link.publish({ topic, payload: 'x', contentType: 'text/plain', userProperties: { who: 'me' } })
      await until(() => one.got.length === 1, 'the message came')
      const [message] = one.got
      assert.equal(message?.topic, topic)
      assert.equal(message?.qos, 1)
      assert.equal(one.link.state().protocol, protocol)
      assert.equal(message?.contentType, protocol === '5' ? 'text/plain' : undefined)
      assert.deepEqual([...(message?.userProperties ?? [])], protocol === '5' ? [['who', 'me']] : [])
    })
  }

  it('answers at once: nothing waits for a delayed acknowledgement of TCP', async () => {
    const asker = await subscriber(broker.port, ['quick/answer'])
    const answerer = await subscriber(broker.port, ['quick/ask'], {
      onMessage: async () => void answerer.link.publish({ topic: 'quick/answer', payload: 'a' }),
    })
    const took: number[] = []
    for (let n = 0; n < 50; n++) {
      const began = performance.now()
      await asker.link.publish({ topic: 'quick/ask', payload: 'q' })
      await until(() => asker.got.length > n, 'the answer came')
      took.push(performance.now() - began)
    }
    // With Nagle's algorithm on our side each takes 40 ms or more.
    assert.ok((took.sort((a, b) => a - b)[25] as number) < 20, `median ${took[25]} ms`)
  })

  it('acknowledges when the handler is done: what was in hand comes again after a cut, marked', async () => {
    const gate = Promise.withResolvers<void>()
    const options = { clientId: 'redelivered' }
    const first = await subscriber(broker.port, ['cut/#'], {
      ...options,
      onMessage: async ({ payload }) => {
        if (payload.toString() !== 'done') await gate.promise
      },
    })
    const sender = link(broker.port)
    await sender.ready(5_000)
    for (const payload of ['done', 'held 1', 'held 2']) await sender.publish({ topic: 'cut/x', payload })
    await pause(50)
    await first.link.stop({ withinMs: 0 })
    const second = await subscriber(broker.port, ['cut/#'], options)
    await until(() => second.got.length === 2, 'two came again')
    assert.deepEqual(second.texts(), ['held 1', 'held 2'])
    assert.deepEqual(
      second.got.map(({ redelivered }) => redelivered),
      [true, true],
    )
    gate.resolve()
  })

  it('stops gracefully: takes no more, finishes what is in hand, leaves the rest in the session', async () => {
    let began = 0
    let finished = 0
    const options = { clientId: 'graceful' }
    const one = await subscriber(broker.port, ['graceful/#'], {
      ...options,
      mostInHand: 5,
      onMessage: async () => {
        began += 1
        await pause(100)
        finished += 1
      },
    })
    const sender = link(broker.port)
    await sender.ready(5_000)
    await Promise.all(Array.from({ length: 20 }, (_, n) => sender.publish({ topic: 'graceful/x', payload: `${n}` })))
    await until(() => began > 0, 'some are in hand')
    await one.link.stop()
    assert.equal(finished, began)
    assert.ok(began < 20, 'some are left')
    const rest = await subscriber(broker.port, ['graceful/#'], options)
    await until(() => rest.got.length >= 20 - began, 'the rest came')
    await pause(50)
    assert.deepEqual(
      rest.texts(),
      Array.from({ length: 20 - began }, (_, n) => `${began + n}`),
    )
  })

  it('hears what the broker answers while as many messages as it may have are in hand', async () => {
    const options = { clientId: 'full-hands', mostInHand: 3, keepaliveS: 1 }
    const gone = await subscriber(broker.port, ['full/#'], options)
    await gone.link.stop()
    const sender = link(broker.port)
    await sender.ready(5_000)
    await Promise.all(Array.from({ length: 10 }, (_, n) => sender.publish({ topic: 'full/x', payload: `${n}` })))
    const gate = Promise.withResolvers<void>()
    let began = 0
    const back = await subscriber(broker.port, ['full/#'], {
      ...options,
      onMessage: () => {
        began += 1
        return gate.promise
      },
    })
    await until(() => began === 3, 'as many as it may have')
    // Two pings go unanswered where nothing is read.
    await pause(3_500)
    assert.deepEqual(await back.link.connection()?.subscribe(['more/#']), [{ filter: 'more/#', refused: null }])
    assert.equal(began, 3)
    gate.resolve()
    await until(() => began === 10, 'all came')
    assert.equal(back.link.state().lastError, null)
  })

  it('turns away whoever publishes while it stops', async () => {
    const one = link(broker.port)
    await one.ready(5_000)
    const wrong: unknown[] = []
    let turnedAway = 0
    let over = false
    const publish = async () => {
      while (!over) {
        one.publish({ topic: 'ending/x', payload: 'x' }).catch((error) => {
          if (error instanceof MqttAway) turnedAway += 1
          else wrong.push(error)
        })
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
    const publishing = publish()
    await pause(20)
    await one.stop()
    await pause(20)
    over = true
    await publishing
    assert.deepEqual(wrong, [])
    assert.ok(turnedAway > 0)
  })

  it('keeps the order with one message in hand at a time', async () => {
    const texts: string[] = []
    let inHand = 0
    const one = await subscriber(broker.port, ['single/#'], {
      mostInHand: 1,
      onMessage: async ({ payload }) => {
        inHand += 1
        assert.equal(inHand, 1)
        await pause(Number(payload.toString()) % 3)
        texts.push(payload.toString())
        inHand -= 1
      },
    })
    const numbers = Array.from({ length: 40 }, (_, n) => `${n}`)
    await Promise.all(numbers.map((payload) => one.link.publish({ topic: 'single/x', payload })))
    await until(() => texts.length === 40, 'all came')
    assert.deepEqual(texts, numbers)
  })

  it('bounds what is in the hands of the handler also where the broker does not', async () => {
    let inHand = 0
    let most = 0
    let done = 0
    const one = await subscriber(broker.port, ['bounded/#'], {
      protocol: '3.1.1',
      mostInHand: 3,
      onMessage: async () => {
        inHand += 1
        most = Math.max(most, inHand)
        await pause(2)
        inHand -= 1
        done += 1
      },
    })
    const sender = link(broker.port)
    await sender.ready(5_000)
    await Promise.all(Array.from({ length: 30 }, (_, n) => sender.publish({ topic: 'bounded/x', payload: `${n}` })))
    await until(() => done === 30, 'all came')
    assert.equal(most, 3)
    await one.link.stop()
  })

  it('sends no more at once than the broker takes, and all of it', async () => {
    const one = await subscriber(broker.port, ['many/#'])
    await Promise.all(Array.from({ length: 2_000 }, (_, n) => one.link.publish({ topic: 'many/x', payload: `${n}` })))
    await until(() => one.got.length === 2_000, 'all came')
    assert.deepEqual(
      one.texts(),
      Array.from({ length: 2_000 }, (_, n) => `${n}`),
    )
  })

  it('takes nothing that was retained before it subscribed on MQTT 5, and marks it on 3.1.1', async () => {
    const sender = link(broker.port)
    await sender.ready(5_000)
    await sender.publish({ topic: 'kept/x', payload: 'old', retain: true })
    const five = await subscriber(broker.port, ['kept/#'], { protocol: '5' })
    const older = await subscriber(broker.port, ['kept/#'], { protocol: '3.1.1' })
    await sender.publish({ topic: 'kept/x', payload: 'new' })
    await until(() => five.got.length > 0 && older.got.length > 1, 'the new one came')
    assert.deepEqual(five.texts(), ['new'])
    assert.deepEqual(
      older.got.map(({ payload, retained }) => [payload.toString(), retained]),
      [
        ['old', true],
        ['new', false],
      ],
    )
  })

  it('says when nobody is subscribed, where the broker does', async () => {
    const one = await subscriber(broker.port, ['heard/#'], { protocol: '5' })
    assert.deepEqual(
      await Promise.all(['heard/x', 'unheard/x'].map((topic) => one.link.publish({ topic, payload: '' }))),
      [{ heard: true }, { heard: false }],
    )
  })

  it('tells a refusal that lasts from a broker that is away', async () => {
    const one = link(broker.port, { protocol: '5' })
    await one.ready(5_000)
    await assert.rejects(one.publish({ topic: 'forbidden/x', payload: '' }), (error) => {
      assert.ok(error instanceof MqttRefused)
      assert.equal(error.reasonCode, 135)
      return true
    })
    await one.stop()
    await assert.rejects(one.publish({ topic: 'a', payload: '' }), MqttAway)
  })

  it('stops with a clear line when the password is wrong, and tries again only when asked to', async () => {
    for (const protocol of ['5', '3.1.1'] as const) {
      let tries = 0
      const one = link(broker.port, {
        protocol,
        address: { host: '127.0.0.1', port: broker.port, username: 'known', password: 'wrong' },
        onTrouble: () => void tries++,
      })
      await assert.rejects(one.ready(5_000), MqttAway)
      assert.equal(one.state().state, 'stopped')
      assert.match(one.state().lastError ?? '', /refused the connection: (not authorised|bad user name or password)/)
      await pause(1_300)
      assert.equal(tries, 1)
      one.retryNow()
      await until(() => tries === 2, 'it tried again')
    }
  })

  it('does not fight a client that takes its id over', async () => {
    let troubles = 0
    const options = { clientId: 'contested' }
    const first = await subscriber(broker.port, ['contested/#'], { ...options, onTrouble: () => void troubles++ })
    const second = await subscriber(broker.port, ['contested/#'], options)
    await until(() => first.link.state().state !== 'connected', 'the first lost its session')
    await pause(4_000)
    // Where the broker does not say why (3.1.1, and Mosquitto 2.0 on 5), the tries grow rarer all the same.
    assert.ok(troubles <= 3, `${troubles} tries in 4 s`)
    await first.link.stop()
    second.link.retryNow()
    await second.link.ready(5_000)
  })

  it('comes back by itself after the broker was away, and says at once that it is', async () => {
    const own = await startMosquitto()
    try {
      const one = await subscriber(own.port, ['back/#'], { clientId: 'back' })
      await own.stop()
      await until(() => one.link.state().state === 'away', 'it noticed')
      const began = performance.now()
      await assert.rejects(one.link.publish({ topic: 'back/x', payload: 'lost' }), MqttAway)
      assert.ok(performance.now() - began < 100)
      await own.start()
      await one.link.ready(10_000)
      await one.link.publish({ topic: 'back/x', payload: 'here' })
      await until(() => one.got.length === 1, 'it is subscribed again')
      assert.deepEqual(one.texts(), ['here'])
    } finally {
      await own.close()
    }
  })
})

describe('a link by TLS', { skip: withoutMosquitto() || withoutOpenssl() }, () => {
  it('reaches a broker whose certificate it can check, and no other', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'cauce-tls-'))
    const made = ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${dir}/key`, '-out', `${dir}/cert`, '-days', '1']
    const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    execFileSync('openssl', ['req', '-x509', ...made, ...name], { stdio: 'ignore' })
    const [key, cert] = ['key', 'cert'].map((file) => readFileSync(`${dir}/${file}`, 'utf8')) as [string, string]
    rmSync(dir, { recursive: true })
    const broker = await startMosquitto({
      config: 'allow_anonymous true\ncertfile {dir}/cert\nkeyfile {dir}/key',
      files: { key, cert },
    })
    const opened: MqttLink[] = []
    const at = (tls: { ca?: string; verify: boolean }) => {
      const one = link(broker.port, { address: { host: 'localhost', port: broker.port, tls } })
      opened.push(one)
      return one
    }
    try {
      const known = at({ ca: cert, verify: true })
      await known.ready(5_000)
      await known.publish({ topic: 'a', payload: 'b' })
      const stranger = at({ verify: true })
      await assert.rejects(stranger.ready(500), /self-signed certificate/)
    } finally {
      for (const one of opened) await one.stop({ withinMs: 0 })
      await broker.close()
    }
  })
})

describe('a link to brokers that are not Mosquitto', () => {
  const servers: Server[] = []
  after(async () => {
    await Promise.all(links.map((one) => one.stop({ withinMs: 0 })))
    for (const server of servers) server.close()
  })

  async function server(handle: (socket: Socket) => void): Promise<number> {
    const made = createServer(handle).listen(0, '127.0.0.1')
    servers.push(made)
    await once(made, 'listening')
    return (made.address() as { port: number }).port
  }

  /** Protocol level of a CONNECT packet. */
  const levelOf = (connect: Buffer) => connect[8] as number

  for (const [how, answer] of [
    ['refuses version 5', Buffer.from([0x20, 2, 0, 1])],
    ['hangs up on version 5', null],
  ] as const) {
    it(`falls back to 3.1.1 at once where the broker ${how}`, async () => {
      const levels: number[] = []
      const port = await server((socket) => {
        socket.on('error', () => {})
        socket.once('data', (connect) => {
          levels.push(levelOf(connect))
          if (levelOf(connect) === 4) socket.write(Buffer.from([0x20, 2, 0, 0]))
          else if (answer === null) socket.end()
          else socket.end(answer)
        })
      })
      const one = link(port)
      await one.ready(900)
      assert.deepEqual(levels, [5, 4])
      assert.equal(one.state().protocol, '3.1.1')
    })
  }

  it('gives up a confirmation that does not come, and does not send the message later', async () => {
    const packets: number[] = []
    const port = await server((socket) => {
      socket.on('error', () => {})
      socket.on('data', (data) => {
        packets.push((data[0] as number) >> 4)
        if ((data[0] as number) >> 4 === 1) socket.write(Buffer.from([0x20, 3, 0, 0, 0]))
      })
    })
    const one = link(port, { protocol: '5' })
    await one.ready(2_000)
    await assert.rejects(one.publish({ topic: 'a', payload: 'b' }, 100), /did not confirm within 100 ms/)
    await pause(300)
    assert.deepEqual(packets, [1, 3])
  })

  it('refuses by itself what is larger than the broker takes', async () => {
    const port = await server((socket) => {
      socket.on('error', () => {})
      // CONNACK with Maximum Packet Size 100.
      socket.once('data', () => socket.write(Buffer.from([0x20, 8, 0, 0, 5, 0x27, 0, 0, 0, 100])))
    })
    const one = link(port, { protocol: '5' })
    await one.ready(2_000)
    await assert.rejects(one.publish({ topic: 'a', payload: 'x'.repeat(100) }), MqttRefused)
  })
})
