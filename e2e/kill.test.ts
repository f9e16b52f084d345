import assert from 'node:assert/strict'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { removeEmbedded } from '../server/platform/embedded/index.ts'
import { freePort, type ProgramProcess, programProcess } from './harness/program.ts'
import { type Receiver, startReceiver } from './harness/receiver.ts'
import { makeWorld, orderOf, type World } from './harness/world.ts'

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
] as const

/** How many passages to let by before the kill: CAUCE_E2E_SEEDS=5 for the full count. */
const SEEDS = Number(process.env.E2E_SEEDS ?? 1)
const RANDOM_KILLS = Number(process.env.E2E_KILLS ?? 4)
const DATABASE_KILLS = Number(process.env.E2E_DATABASE_KILLS ?? 2)
const BURST = 40

describe('the program is killed and loses nothing', { timeout: 3_600_000 }, () => {
  let dataDir: string
  let program: ProgramProcess
  let receiver: Receiver
  let world: World

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cauce-kill-'))
    program = programProcess(dataDir, await freePort())
    receiver = await startReceiver(orderOf)
    await program.start()
    world = await makeWorld(program, receiver)
  })
  after(async () => {
    await program.stop()
    receiver.close()
    await removeEmbedded(dataDir)
  })

  for (const point of POINTS) {
    for (let seed = 1; seed <= SEEDS; seed++) {
      it(`at ${point}, passage ${seed * seed}`, async () => {
        await program.stop()
        program.startDoomed(`${point}:${seed * seed}`)
        const loading = world.load(BURST, 8)
        assert.ok(await program.died(20_000), `the point ${point} was never passed`)
        await program.start()
        await loading
        await world.verify()
      })
    }
  }

  it(`at ${RANDOM_KILLS} random moments under load`, async () => {
    for (let i = 0; i < RANDOM_KILLS; i++) {
      const loading = world.load(BURST * 3, 16)
      await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 600))
      await program.kill()
      await program.start()
      await loading
    }
    await world.verify()
  })

  it(`with its database killed ${DATABASE_KILLS} times under load`, async () => {
    for (let i = 0; i < DATABASE_KILLS; i++) {
      const loading = world.load(BURST * 3, 16)
      await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 400))
      process.kill(await program.postmasterPid(), 'SIGKILL')
      await loading
    }
    await world.verify()
  })
})
