/**
 * RabbitMQ fails in every way, under load, and comes back: nothing is lost, no effect is doubled, each subject stays in
 * order. In full (10 outages of 30 s, 100 resets, confirms 10 s late, 10,000 redeliveries, 100 kills of the program, a
 * node that stands still for 30 s; some 25 minutes): E2E_FULL=1 node cauce.mjs test e2e/brokers
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { type TcpProxy, tcpProxy } from '../server/platform/brokers/testing.ts'
import { removeEmbedded } from '../server/platform/embedded/index.ts'
import { testDatabase } from '../server/platform/testing.ts'
import { BUS_POINTS, bothRun, busLoad, busVerify, isKilled, isLost, standsStill } from './harness/bus-trials.ts'
import { type BusWorld, makeBusWorld } from './harness/bus-world.ts'
import { pause, settled } from './harness/client.ts'
import { freePort, type ProgramProcess, programProcess } from './harness/program.ts'
import { type OwnBroker, ownBroker, withoutRabbitmq } from './harness/rabbitmq.ts'
import { busSettings, rabbitmqSide } from './harness/rabbitmq-side.ts'
import { count, seeded } from './harness/scale.ts'

const OUTAGES = count(1, 10)
const OUTAGE_S = count(3, 30)
const KILLS = count(1, 10)
const RESETS = count(2, 100)
const LATE_S = count(2, 10)
const REDELIVERED = count(1_600, 10_400)
/** With those that come twice fewer than a node may have in hand. */
const IN_HAND = 800
const PROGRAM_KILLS = count(1, 100)
const FLOOD = count(5_000, 100_000)
/** What a flood may add to the program's memory: what is in hand is bounded, whatever waits at the broker. */
const FLOOD_MIB = 400
const FLOOD_MS = count(180_000, 600_000)
const STOPPED_S = count(10, 30)
const AHEAD_S = 30
const LARGEST = 65_536

const skip = withoutRabbitmq()

describe('RabbitMQ fails and comes back', { skip: skip || process.platform === 'win32', timeout: 7_200_000 }, () => {
  let dataDir: string
  let broker: OwnBroker
  let proxy: TcpProxy
  let program: ProgramProcess
  let world: BusWorld
  const random = seeded()

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cauce-brokers-'))
    broker = await ownBroker({ max_message_size: String(LARGEST) })
    await broker.start()
    proxy = await tcpProxy(broker.port)
    program = programProcess(dataDir, await freePort(), busSettings(proxy.port))
    await program.start()
    world = await makeBusWorld([program], await rabbitmqSide(broker.port), { random })
  })
  after(async () => {
    await program?.stop()
    await world?.close()
    await proxy?.close()
    await broker?.remove()
    await removeEmbedded(dataDir)
  })

  it(`is stopped for ${OUTAGE_S} s, ${OUTAGES} times; the intake answers all the while`, async () => {
    for (let i = 0; i < OUTAGES; i++) {
      await busLoad(world, async () => {
        await pause(300)
        await broker.stop()
        const began = performance.now()
        await world.client.persist('GET', '/api/v1/events?limit=1')
        assert.ok(performance.now() - began < 2_000, 'the API answers without the broker')
        await pause(OUTAGE_S * 1_000)
        await broker.start()
      })
    }
    await busVerify(world)
  })

  it(`is killed ${KILLS} times`, async () => {
    for (let i = 0; i < KILLS; i++) {
      await busLoad(world, async () => {
        await pause(200 + random() * 800)
        await broker.kill()
        await broker.start()
      })
    }
    await busVerify(world)
  })

  it(`is cut off in the middle of it ${RESETS} times`, async () => {
    await busLoad(world, async () => {
      for (let i = 0; i < RESETS; i++) {
        // The connections are there again a second after each cut.
        await pause(1_200 + random() * 600)
        proxy.reset()
      }
    })
    await busVerify(world)
  })

  it(`confirms late, by ${LATE_S} s`, async () => {
    await busLoad(world, async () => {
      proxy.delay(LATE_S * 1_000)
      await pause(LATE_S * 1_500)
      proxy.delay(0)
    })
    await busVerify(world)
  })

  it(`delivers ${REDELIVERED} messages again that could not be stored`, async () => {
    const database = await program.database()
    try {
      await database.query('begin')
      // No append gets on while somebody holds this lock.
      await database.query('select pg_advisory_xact_lock(7205002)')
      await world.produce(IN_HAND)
      for (let again = 0; again < REDELIVERED; again += IN_HAND) {
        // All are in the hands of the program, none is acknowledged.
        await settled(async () => ((await world.waiting()) === 0 ? '' : 'not delivered yet'))
        await pause(200)
        proxy.reset()
        await settled(async () => ((await world.waiting()) > 0 ? '' : 'not given back yet'))
      }
      await database.query('rollback')
    } finally {
      await database.end()
    }
    await busVerify(world)
  })

  it(`floods it with ${FLOOD} messages: it takes them as fast as it can, in bounded memory, and serves on`, async () => {
    const before = residentMib(program.pid())
    let most = 0
    const watching = setInterval(() => {
      most = Math.max(most, residentMib(program.pid()))
    }, 100)
    try {
      await world.produce(FLOOD, { asFastAsItGoes: true })
      const began = performance.now()
      await world.client.persist('GET', '/api/v1/events?limit=1')
      assert.ok(performance.now() - began < 5_000, 'the API answers during the flood')
      await world.verify(FLOOD_MS)
    } finally {
      clearInterval(watching)
    }
    assert.ok(most - before < FLOOD_MIB, `it grew from ${before} to ${most} MiB`)
  })

  it('is short of memory: what goes out waits, what comes in and the API do not', async () => {
    await broker.control('set_vm_memory_high_watermark', 'absolute', '1MB')
    await busLoad(world, async () => {
      await settled(async () => ((await state()) === 'blocked' ? '' : await state()))
      await pause(1_000)
      assert.equal(await state(), 'blocked')
      await broker.control('set_vm_memory_high_watermark', '0.4')
    })
    await busVerify(world)
  })

  const state = async () => (await world.client.persist<{ state: string }>('GET', '/backoffice/brokers')).state

  it('does not take an event that is too large for it: that one is set aside, the others go on', async () => {
    const large = {
      event_id: 'large-1',
      type: 'note',
      subtype: 'written',
      encounter_id: 'n',
      datetime: Date.now(),
      text: 'x'.repeat(LARGEST),
    }
    await world.client.persist('POST', '/api/v1/events', large)
    await world.client.persist('POST', '/api/v1/events', { ...large, event_id: 'small-1', text: '' })
    type Outbox = { items: { id: string; status: string; error?: string }[] }
    const outbox = async () =>
      (await world.client.persist<Outbox>('GET', '/backoffice/events/outbox?type=note.written')).items
    await settled(async () => {
      const states = (await outbox()).map(({ id, status }) => `${id} ${status}`)
      return states.join() === 'small-1 published,large-1 failed' ? '' : states.join()
    }, 30_000)
    assert.match((await outbox())[1]?.error ?? '', /bytes/)
    const database = await program.database()
    await database.query('delete from event_exception')
    await database.end()
  })

  it(`meets a program that is killed ${BUS_POINTS.length} times at its steps and ${PROGRAM_KILLS} times at random`, () =>
    isKilled(world, program, { kills: PROGRAM_KILLS, random }))
})

const residentMib = (pid: number): number =>
  Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024

describe('two instances at one RabbitMQ', { skip: skip || process.platform === 'win32', timeout: 7_200_000 }, () => {
  let database: Awaited<ReturnType<typeof testDatabase>>
  let broker: OwnBroker
  let first: ProgramProcess
  let second: ProgramProcess
  let world: BusWorld

  before(async () => {
    database = await testDatabase()
    broker = await ownBroker()
    await broker.start()
    const settings = { ...busSettings(broker.port), DATABASE_URL: database.url }
    first = programProcess('', await freePort(), settings)
    second = programProcess('', await freePort(), settings)
    // The first one reads the queue, and the second a half of the log.
    await first.start()
    await second.start()
    world = await makeBusWorld([second, first], await rabbitmqSide(broker.port), {
      random: seeded(),
      patience: { silentMs: 2_000 },
    })
  })
  beforeEach(() => bothRun([first, second]))
  after(async () => {
    first?.signal('SIGCONT')
    await Promise.all([first?.stop(), second?.stop()])
    await world?.close()
    await broker?.remove()
    await database?.drop()
  })

  it(`one of which has a clock that is ${AHEAD_S} s ahead`, async () => {
    const preload = new URL('./harness/ahead.mjs', import.meta.url).href
    await second.stop()
    await second.start({ NODE_OPTIONS: `--import=${preload}`, CLOCK_AHEAD_MS: String(AHEAD_S * 1_000) })
    await busLoad(world, () => pause(count(6_000, 60_000)))
    await busVerify(world)
    await second.stop()
  })

  it(`one of which stands still for ${STOPPED_S} s while it holds messages, and spoils nothing when it goes on`, () =>
    standsStill(world, first, second, STOPPED_S))

  it('one of which is killed: the other reads and sends on', () => isLost(world, first))
})
