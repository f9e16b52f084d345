import assert from 'node:assert/strict'
import type { BusWorld } from './bus-world.ts'
import { pause } from './client.ts'
import type { ProgramProcess } from './program.ts'
import { count, FULL } from './scale.ts'
import { underLoad } from './under-load.ts'

// What befalls programs at a broker, whichever that is. Nothing here needs what another trial left.

/** Where a program is killed on the way to its broker and from it. */
export const BUS_POINTS = FULL
  ? ['relay:before-publish', 'relay:after-confirm', 'intake:before-append', 'intake:before-accept']
  : ['relay:after-confirm', 'intake:before-accept']

const WRITERS = 4
const VERIFY_MS = count(180_000, 600_000)

/** Orders come by both doors while something happens. */
export const busLoad = (world: BusWorld, happens: () => Promise<void>): Promise<void> =>
  underLoad((stop) => world.loadUntil(stop, WRITERS), happens)

/** All has had its effect and is outside, each once and in order. */
export const busVerify = (world: BusWorld): Promise<void> => world.verify(VERIFY_MS)

/** The program is killed at each of its steps, and so many times at random. */
export async function isKilled(
  world: BusWorld,
  program: ProgramProcess,
  { kills, random }: { kills: number; random(): number },
): Promise<void> {
  for (const [i, point] of BUS_POINTS.entries()) {
    await program.kill()
    program.startDoomed(`${point}:${3 + i * 2}`)
    await busLoad(world, async () => {
      assert.ok(await program.died(), `the point ${point} was never passed`)
      await program.start()
    })
  }
  for (let i = 0; i < kills; i++) {
    await busLoad(world, async () => {
      await pause(100 + random() * 900)
      await program.kill()
      await program.start()
    })
    if (FULL && i % 10 === 9) await busVerify(world)
  }
  await busVerify(world)
}

/** Both of two nodes run. */
export async function bothRun(nodes: readonly ProgramProcess[]): Promise<void> {
  for (const node of nodes) if (!node.alive()) await node.start()
}

/** One of two nodes stands still while it holds messages, and goes on. */
export async function standsStill(
  world: BusWorld,
  node: ProgramProcess,
  other: ProgramProcess,
  stoppedS: number,
): Promise<void> {
  await busLoad(world, async () => {
    await pause(500)
    node.signal('SIGSTOP')
    await pause(stoppedS * 1_000)
    node.signal('SIGCONT')
    await pause(2_000)
  })
  await busVerify(world)
  assert.ok(node.alive() && other.alive())
}

/** One of two nodes is killed: the other reads and sends on. */
export async function isLost(world: BusWorld, node: ProgramProcess): Promise<void> {
  await busLoad(world, async () => {
    await pause(500)
    await node.kill()
    await pause(3_000)
  })
  await busVerify(world)
}
