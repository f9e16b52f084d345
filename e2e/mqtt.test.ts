/**
 * The MQTT broker is stopped, killed and cut off, the program is killed, sessions are taken over, instances stand still.
 * In full (10 × 30 s away, 5 kills of the broker, 100 resets, 20 kills; some 20 minutes):
 * E2E_FULL=1 node cauce.mjs test e2e/mqtt
 */
import assert from 'node:assert/strict'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pino } from 'pino'
import { openLink } from '../server/platform/brokers/mqtt/index.ts'
import { type Mosquitto, startMosquitto, withoutMosquitto } from '../server/platform/brokers/mqtt/testing.ts'
import { type TcpProxy, tcpProxy } from '../server/platform/brokers/testing.ts'
import { removeEmbedded } from '../server/platform/embedded/index.ts'
import { testDatabase } from '../server/platform/testing.ts'
import { pause, settled } from './harness/client.ts'
import { commandOf, type MqttWorld, makeMqttWorld, mqttWorldSettings } from './harness/mqtt-world.ts'
import { freePort, type ProgramProcess, programProcess } from './harness/program.ts'
import { type Receiver, startReceiver } from './harness/receiver.ts'
import { count, FULL, seeded } from './harness/scale.ts'
import { underLoad } from './harness/under-load.ts'

const OUTAGES = count(1, 10)
const OUTAGE_S = count(2, 30)
const BROKER_KILLS = count(1, 5)
/** Within this the broker has written down what it confirmed. */
const WRITTEN_MS = 1_000
const RESETS = count(2, 100)
const KILLS = count(1, 20)
const TAKEOVERS = count(1, 5)
/** Longer than the keep-alive at the broker and the leases of sessions. */
const STOPPED_S = count(12, 30)

const random = seeded()

/** Loads while `fault` does its work, and compares afterwards. */
async function under(world: MqttWorld, fault: () => Promise<void>): Promise<void> {
  const before = world.confirmed
  await underLoad(world.loadUntil, async () => {
    await pause(300)
    await fault()
  })
  assert.ok(world.confirmed > before, 'something was done meanwhile')
  await world.verify()
}

describe('MQTT loses nothing and doubles nothing', { skip: withoutMosquitto(), timeout: 7_200_000 }, () => {
  let broker: Mosquitto
  let way: TcpProxy
  let side: TcpProxy
  let receiver: Receiver
  let program: ProgramProcess
  let world: MqttWorld
  let dataDir: string

  before(async () => {
    broker = await startMosquitto({ durable: true })
    way = await tcpProxy(broker.port)
    side = await tcpProxy(broker.port)
    receiver = await startReceiver(commandOf)
    dataDir = await mkdtemp(join(tmpdir(), 'cauce-mqtt-'))
    program = programProcess(dataDir, await freePort(), mqttWorldSettings(way.port, receiver))
    await program.start()
    world = await makeMqttWorld({ brokerPort: side.port, programs: [program], receiver, ordered: true })
  })
  after(async () => {
    await world?.close()
    await program?.kill()
    await way?.close()
    await side?.close()
    receiver?.close()
    await broker?.close()
    if (dataDir !== undefined) await removeEmbedded(dataDir)
  })

  it('while nothing happens, with one message in ten sent twice', () => under(world, () => pause(1_000)))

  it(`when the broker is stopped ${OUTAGES} times for ${OUTAGE_S} s`, () =>
    under(world, async () => {
      for (let n = 0; n < OUTAGES; n++) {
        await broker.stop()
        await pause(OUTAGE_S * 1_000)
        await broker.start()
        await pause(2_000)
      }
    }))

  it(`when the broker is killed ${BROKER_KILLS} times`, () =>
    under(world, async () => {
      for (let n = 0; n < BROKER_KILLS; n++) {
        // What it confirms it writes down a moment later, and takes back when it is killed before: its loss, and not ours. So
        // nobody hears what it confirms in its last moments.
        for (const proxy of [way, side]) proxy.delay(WRITTEN_MS)
        await pause(WRITTEN_MS)
        await broker.kill()
        for (const proxy of [way, side]) proxy.delay(0)
        await broker.start()
        await pause(500 + random() * 2_000)
      }
    }))

  it(`when its connections are reset ${RESETS} times in the middle of everything`, () =>
    under(world, async () => {
      for (let n = 0; n < RESETS; ) {
        // While it waits before it connects again there is nothing to reset.
        if (way.reset() > 0) n += 1
        await pause(20 + random() * 400)
      }
    }))

  it(`when the program is killed ${KILLS} times`, () =>
    under(world, async () => {
      for (let n = 0; n < KILLS; n++) {
        await program.kill()
        await program.start()
        await pause(300 + random() * 1_000)
      }
    }))

  it(`when another client takes its session over, ${TAKEOVERS} times`, () =>
    under(world, async () => {
      const { sessions } = await world.client.persist<{ sessions: { clientId: string }[] }>('GET', '/backoffice/mqtt')
      for (let n = 0; n < TAKEOVERS; n++) {
        const thief = openLink(
          {
            address: { host: '127.0.0.1', port: broker.port },
            protocol: '5',
            clientId: sessions[0]?.clientId ?? '',
            sessionS: 3_600,
            keepaliveS: 10,
            mostInHand: 1_000,
            maxPacketBytes: 1_000_000,
            logger: pino({ level: 'silent' }),
            name: 'thief',
            // It takes and never acknowledges.
            onMessage: () => new Promise(() => {}),
          },
          Date.now,
        )
        await thief.ready(10_000)
        await pause(300)
        await thief.stop({ withinMs: 0 })
        await pause(2_500)
      }
    }))

  it('when it is stopped in order, under load', () =>
    under(world, async () => {
      // Also where the machine is too slow for it and the stop is cut off: what that costs in order is lifecycle.test.ts.
      await program.stop()
      await program.start()
    }))
})

describe('of two instances that share their messages one stands still', {
  skip: withoutMosquitto() || (process.platform === 'win32' && 'there is no SIGSTOP'),
  timeout: 7_200_000,
}, () => {
  let broker: Mosquitto
  let receiver: Receiver
  let database: Awaited<ReturnType<typeof testDatabase>>
  let first: ProgramProcess
  let second: ProgramProcess
  let world: MqttWorld

  before(async () => {
    broker = await startMosquitto()
    receiver = await startReceiver(commandOf)
    database = await testDatabase()
    const settings = {
      ...mqttWorldSettings(broker.port, receiver),
      DATABASE_URL: database.url,
      MQTT_SESSIONS: '2',
    }
    first = programProcess('', await freePort(), settings)
    second = programProcess('', await freePort(), settings)
    await Promise.all([first.start(), second.start()])
    world = await makeMqttWorld({ brokerPort: broker.port, programs: [second, first], receiver, ordered: false })
  })
  after(async () => {
    first?.signal('SIGCONT')
    await world?.close()
    await Promise.all([first?.stop(), second?.stop()])
    receiver?.close()
    await broker?.close()
    await database?.drop()
  })

  const holders = async (): Promise<string> => {
    const client = await second.database()
    try {
      const { rows } = await client.query<{ nodes: number; held: number }>(
        'select count(distinct node)::int as nodes, count(node)::int as held from mqtt_session where until > clock_timestamp()',
      )
      return `${rows[0]?.held} by ${rows[0]?.nodes}`
    } finally {
      await client.end()
    }
  }
  const held = (wanted: string) => settled(async () => ((await holders()) === wanted ? '' : await holders()))

  it(`for ${STOPPED_S} s: the other takes its messages, and nothing is doubled when it goes on`, async () => {
    await held('2 by 2')
    await under(world, async () => {
      first.signal('SIGSTOP')
      await pause(STOPPED_S * 1_000)
      // The other one has both sessions; a slow machine takes longer to notice.
      await held('2 by 1')
      first.signal('SIGCONT')
      await pause(3_000)
    })
    await held('2 by 2')
  })

  it('and is killed, and comes back', async () => {
    await under(world, async () => {
      await first.kill()
      await pause(FULL ? 12_000 : 1_000)
      await first.start()
    })
    await held('2 by 2')
  })
})
