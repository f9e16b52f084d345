/**
 * A cluster of Kafka goes away, stands still and breaks connections, and the program is killed on the way to it and from
 * it, under load: nothing is lost, no effect is doubled, each subject stays in order. The cluster is the one that
 * librdkafka plays in memory. In full: E2E_FULL=1 node cauce.mjs test e2e/kafka
 */
import assert from 'node:assert/strict'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { type MockCluster, mockCluster, withoutKcat } from '../server/platform/brokers/kafka/testing.ts'
import { removeEmbedded } from '../server/platform/embedded/index.ts'
import { testDatabase } from '../server/platform/testing.ts'
import { BUS_POINTS, bothRun, busLoad, busVerify, isKilled, isLost, standsStill } from './harness/bus-trials.ts'
import { type BusWorld, makeBusWorld } from './harness/bus-world.ts'
import { type Client, pause, settled } from './harness/client.ts'
import { kafkaSettings, kafkaSide } from './harness/kafka-side.ts'
import { freePort, type ProgramProcess, programProcess } from './harness/program.ts'
import { count, seeded } from './harness/scale.ts'

const OUTAGES = count(1, 10)
const OUTAGE_S = count(3, 30)
const RESETS = count(2, 100)
const LATE_S = count(2, 10)
const PROGRAM_KILLS = count(1, 20)
const STOPPED_S = count(12, 30)

const skip = withoutKcat()

type Diagnosis = { queues: { messages: number | null }[] }
const behind = (world: () => { client: Client }) => async () => {
  const { queues } = await world().client.persist<Diagnosis>('GET', '/backoffice/brokers')
  return queues.reduce((sum, { messages }) => sum + (messages ?? Number.NaN), 0)
}

describe('Kafka fails and comes back', { skip: skip || process.platform === 'win32', timeout: 7_200_000 }, () => {
  let dataDir: string
  let cluster: MockCluster
  let program: ProgramProcess
  let world: BusWorld
  const random = seeded()

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cauce-kafka-'))
    cluster = await mockCluster(2)
    program = programProcess(dataDir, await freePort(), kafkaSettings(cluster))
    await program.start()
    const side = kafkaSide(
      cluster,
      behind(() => world),
    )
    world = await makeBusWorld([program], side, { random })
  })
  after(async () => {
    const code = await program?.stop()
    await world?.close()
    await cluster?.close()
    await removeEmbedded(dataDir)
    assert.equal(code, 0, 'it stops in order, and nothing of the cluster keeps it')
  })

  it(`is away for ${OUTAGE_S} s, ${OUTAGES} times; the intake answers all the while`, async () => {
    for (let i = 0; i < OUTAGES; i++) {
      await busLoad(world, async () => {
        await pause(300)
        cluster.cut()
        const began = performance.now()
        await world.client.persist('GET', '/api/v1/events?limit=1')
        assert.ok(performance.now() - began < 2_000, 'the API answers without the cluster')
        await pause(OUTAGE_S * 1_000)
        cluster.restore()
      })
      // Before the next one: the cluster keeps 5 MB of a partition, and what waited here would push out what waits there.
      await busVerify(world)
    }
    // The group commits a moment after it has passed something.
    await settled(async () => {
      const left = await world.waiting()
      return left === 0 ? '' : `the group has ${left} left`
    })
  })

  it(`is cut off in the middle of it ${RESETS} times`, async () => {
    await busLoad(world, async () => {
      for (let i = 0; i < RESETS; i++) {
        await pause(1_200 + random() * 600)
        cluster.reset()
      }
    })
    await busVerify(world)
  })

  it(`answers late, by ${LATE_S} s`, async () => {
    await busLoad(world, async () => {
      cluster.delay(LATE_S * 1_000)
      await pause(LATE_S * 1_500)
      cluster.delay(0)
    })
    await busVerify(world)
  })

  it(`meets a program that is killed ${BUS_POINTS.length} times at its steps and ${PROGRAM_KILLS} times at random`, () =>
    isKilled(world, program, { kills: PROGRAM_KILLS, random }))
})

describe('two instances at one Kafka', { skip: skip || process.platform === 'win32', timeout: 7_200_000 }, () => {
  let database: Awaited<ReturnType<typeof testDatabase>>
  let cluster: MockCluster
  let first: ProgramProcess
  let second: ProgramProcess
  let world: BusWorld

  before(async () => {
    database = await testDatabase()
    cluster = await mockCluster(2)
    const settings = { ...kafkaSettings(cluster), DATABASE_URL: database.url }
    first = programProcess('', await freePort(), settings)
    second = programProcess('', await freePort(), settings)
    await first.start()
    const side = kafkaSide(
      cluster,
      behind(() => world),
    )
    world = await makeBusWorld([first, second], side, { random: seeded(), patience: { silentMs: 2_000 } })
    await second.start()
  })
  beforeEach(() => bothRun([first, second]))
  after(async () => {
    first?.signal('SIGCONT')
    const codes = await Promise.all([first?.stop(), second?.alive() ? second.stop() : 0])
    await world?.close()
    await cluster?.close()
    await database?.drop()
    assert.deepEqual(codes, [0, 0], 'they stop in order, and nothing of the cluster keeps them')
  })

  it(`one of which stands still for ${STOPPED_S} s while it holds records, and spoils nothing when it goes on`, () =>
    standsStill(world, first, second, STOPPED_S))

  it('one of which is killed: the other reads and sends on', () => isLost(world, second))
})
