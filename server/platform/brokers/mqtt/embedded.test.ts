import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { pino } from 'pino'
import { parseAcl } from './acl.ts'
import { type EmbeddedBroker, startEmbeddedBroker } from './embedded.ts'
import { MqttAway, type MqttLink, openLink, type SubscribeResult } from './index.ts'

const logger = pino({ level: 'silent' })

describe('the embedded broker', () => {
  let broker: EmbeddedBroker
  const links: MqttLink[] = []
  before(async () => {
    broker = await startEmbeddedBroker({
      host: '127.0.0.1',
      port: 0,
      users: new Map([
        ['own', 'own password'],
        ['alice', 'secret'],
        ['bob', 'other'],
      ]),
      acl: parseAcl('user alice\ntopic readwrite alice/#\ntopic deny alice/hidden\n'),
      own: 'own',
      ownClientIds: 'cauce-1234',
      maxPayloadBytes: 10_000,
      logger,
    })
  })
  after(async () => {
    for (const link of links) await link.stop({ withinMs: 0 })
    await broker?.close()
  })

  async function client(username: string, password: string, filters: string[] = [], clientId = `c-${links.length}`) {
    const got: string[] = []
    let results: SubscribeResult[] = []
    const link = openLink(
      {
        address: { host: '127.0.0.1', port: broker.port, username, password },
        protocol: 'auto',
        clientId,
        sessionS: 60,
        keepaliveS: 30,
        mostInHand: 10,
        maxPacketBytes: 100_000,
        logger,
        name: 'test',
        onMessage: async ({ topic, payload }) => void got.push(`${topic} ${payload}`),
        async onConnected(connection) {
          if (filters.length > 0) results = await connection.subscribe(filters)
        },
      },
      Date.now,
    )
    links.push(link)
    await link.ready(5_000)
    return { link, got, refused: () => results.flatMap(({ filter, refused }) => (refused === null ? [] : [filter])) }
  }

  it('lets in who has a password, with what the list grants', async () => {
    const own = await client('own', 'own password', ['#'], 'cauce-1234-1')
    assert.equal(own.link.state().protocol, '3.1.1')
    const alice = await client('alice', 'secret', ['alice/#', '#', 'bob/#', '$SYS/#'])
    assert.deepEqual(alice.refused(), ['#', 'bob/#', '$SYS/#'])
    await own.link.publish({ topic: 'bob/x', payload: '1' })
    await own.link.publish({ topic: 'alice/hidden', payload: '2' })
    await own.link.publish({ topic: 'alice/x', payload: '3' })
    await alice.link.publish({ topic: 'alice/y', payload: '4' })
    for (let n = 0; n < 100 && (alice.got.length < 2 || own.got.length < 4); n++) await pause(10)
    assert.deepEqual(alice.got.sort(), ['alice/x 3', 'alice/y 4'])
    assert.equal(own.got.length, 4)
  })

  it('ends the connection of who publishes where it may not, or too much', async () => {
    const bob = await client('bob', 'other')
    await assert.rejects(bob.link.publish({ topic: 'alice/x', payload: '' }), MqttAway)
    const alice = await client('alice', 'secret')
    await assert.rejects(alice.link.publish({ topic: 'alice/x', payload: 'x'.repeat(10_001) }), MqttAway)
  })

  it('refuses strangers and wrong passwords, and whoever takes a client id of ours', async () => {
    await assert.rejects(client('alice', 'wrong'), /bad user name or password/)
    await assert.rejects(client('mallory', ''), /bad user name or password/)
    await assert.rejects(client('alice', 'secret', [], 'cauce-1234-1'), /client id rejected/)
  })

  it('cuts off who sends much without having said who it is', async () => {
    const socket = connect(broker.port, '127.0.0.1')
    let closed = false
    socket.on('error', () => {})
    socket.once('close', () => {
      closed = true
    })
    // A CONNECT that promises 256 MB.
    socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]))
    for (let n = 0; n < 200 && !closed; n++) {
      socket.write(Buffer.alloc(16_384))
      await pause(5)
    }
    assert.equal(closed, true)
  })

  it('keeps what comes for a session that is away', async () => {
    const options = ['alice/#'] as string[]
    const first = await client('alice', 'secret', options, 'keeper')
    await first.link.stop()
    const own = await client('own', 'own password')
    await own.link.publish({ topic: 'alice/later', payload: 'kept' })
    const second = await client('alice', 'secret', options, 'keeper')
    for (let n = 0; n < 100 && second.got.length === 0; n++) await pause(10)
    assert.deepEqual(second.got, ['alice/later kept'])
  })
})
