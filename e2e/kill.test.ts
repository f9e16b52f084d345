/**
 * kill -9 of the program at named durable steps and at random moments under load.
 * In full (17 points × 5 seeds, 50 random moments; some 10 minutes): E2E_FULL=1 node cauce.mjs test e2e/kill
 */
import assert from 'node:assert/strict'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { removeEmbedded } from '../server/platform/embedded/index.ts'
import { pause } from './harness/client.ts'
import { freePort, type ProgramProcess, programProcess } from './harness/program.ts'
import { type Receiver, startReceiver } from './harness/receiver.ts'
import { count, FULL, seeded } from './harness/scale.ts'
import { makeWorld, subjectOf, type World, worldSettings } from './harness/world.ts'

/** Every durable step of the main road has a point at which the process can be killed. */
const POINTS = [
  'log:before-append',
  'log:after-append',
  'consumer:before-commit',
  'consumer:after-commit',
  'due:before-commit',
  'due:after-commit',
  'shards:renew',
  'deliveries:before-send',
  'deliveries:after-send',
  'deliveries:after-mark',
  'transaction:before-commit',
  'transaction:after-commit',
  'idempotency:before-finish',
  'notifications:hand-over',
  'timers:fire',
  'flows:wake',
  'links:visited',
] as const

const SEEDS = count(1, 5)
const RANDOM_KILLS = count(2, 50)
const WRITERS = 8

describe('the program is killed and loses nothing', { timeout: 7_200_000 }, () => {
  let dataDir: string
  let program: ProgramProcess
  let receiver: Receiver
  let world: World
  const random = seeded()
  const loads: Promise<void>[] = []

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cauce-kill-'))
    receiver = await startReceiver(subjectOf)
    program = programProcess(dataDir, await freePort(), worldSettings(receiver))
    await program.start()
    // A program that dies within a second of its start may leave a request unanswered for many passages.
    world = await makeWorld([program], receiver, { unansweredMs: 600_000 })
  })
  after(async () => {
    await program.kill()
    receiver.close()
    await removeEmbedded(dataDir)
  })

  async function verified(): Promise<void> {
    await program.start()
    await Promise.all(loads.splice(0))
    await world.verify()
    await program.kill()
  }

  for (const point of POINTS) {
    for (let seed = 1; seed <= SEEDS; seed++) {
      // A renewal comes each 2 s, the others many times a second.
      const passage = point === 'shards:renew' ? seed : seed * seed + (FULL ? 0 : 2)
      it(`at ${point}, passage ${passage}`, async () => {
        await program.kill()
        program.startDoomed(`${point}:${passage}`)
        let dead = false
        loads.push(world.loadUntil(() => dead, WRITERS))
        const died = await program.died()
        dead = true
        assert.ok(died, `the point ${point} was never passed`)
        // In the sample one look at the end has to do for all.
        if (FULL) await verified()
      })
    }
  }

  it('and nothing is lost, stuck, doubled or out of order', verified)

  it('while it hands its shards back at the end', async () => {
    program.startDoomed('shards:release')
    await program.ready()
    await world.load(20, WRITERS)
    program.signal('SIGTERM')
    assert.equal((await program.ended()).code, null, 'killed while it stopped')
    await verified()
  })

  it(`at ${RANDOM_KILLS} random moments under load`, async () => {
    for (let i = 0; i < RANDOM_KILLS; i++) {
      await program.start()
      let dead = false
      loads.push(world.loadUntil(() => dead, 2 * WRITERS))
      await pause(50 + random() * (i % 5 === 4 ? 4_000 : 800))
      await program.kill()
      dead = true
      if (i % 10 === 9) await verified()
    }
    await verified()
  })
})
