/**
 * Two programs over one database; one stands still inside a transaction and comes back after the other took over.
 * In full (7 points and a random moment, 20 s each; some 5 minutes): E2E_FULL=1 node cauce.mjs test e2e/nodes
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, describe, it } from 'node:test'
import { testDatabase } from '../server/platform/testing.ts'
import { pause, settled } from './harness/client.ts'
import { freePort, type ProgramProcess, programProcess } from './harness/program.ts'
import { type Receiver, startReceiver } from './harness/receiver.ts'
import { count, FULL } from './harness/scale.ts'
import { underLoad } from './harness/under-load.ts'
import { makeWorld, subjectOf, type World, worldSettings } from './harness/world.ts'

/** Where the first node stands still; with what it holds then. */
const POINTS = FULL
  ? [
      'flows:wake:3',
      'timers:fire:2',
      'consumer:before-commit:9',
      'transaction:before-commit:40',
      'deliveries:after-send:9',
      'log:before-append:9',
      'shards:renew:2',
    ]
  : ['flows:wake:3']
/** Longer than leases (8 s), than what a transaction may idle (10 s), and than a claimed key (15 s) in full. */
const STOPPED_S = count(12, 20)
const SILENT_MS = 2_000
const WRITERS = 8

describe('a node stands still', { skip: process.platform === 'win32', timeout: 7_200_000 }, () => {
  let database: Awaited<ReturnType<typeof testDatabase>>
  let receiver: Receiver
  let first: ProgramProcess
  let second: ProgramProcess
  let world: World

  before(async () => {
    database = await testDatabase()
    receiver = await startReceiver(subjectOf)
    const settings = { ...worldSettings(receiver), DATABASE_URL: database.url }
    first = programProcess('', await freePort(), settings)
    second = programProcess('', await freePort(), settings)
    await second.start()
    world = await makeWorld([second, first], receiver, { silentMs: SILENT_MS })
  })
  after(async () => {
    first?.signal('SIGCONT')
    await Promise.all([first?.stop(), second?.stop()])
    receiver?.close()
    await database?.drop()
  })

  /** Who holds how many of the shards. */
  async function holders(): Promise<number[]> {
    const client = await second.database()
    try {
      const { rows } = await client.query<{ held: number }>(
        'select count(*)::int as held from shard_lease where until > clock_timestamp() and node is not null group by node',
      )
      return rows.map(({ held }) => held)
    } finally {
      await client.end()
    }
  }

  const shared = () => settled(async () => ((await holders()).join() === '8,8' ? '' : `${await holders()}`))

  async function standStill(stopped: () => Promise<void>): Promise<void> {
    await underLoad(
      (stop) => world.loadUntil(stop, WRITERS),
      async () => {
        await stopped()
        await settled(async () => (isStopped(first.pid()) ? '' : 'the first node goes on'))
        await pause(STOPPED_S * 1_000)
        assert.deepEqual(await holders(), [16], 'the second node took everything over')
        first.signal('SIGCONT')
        await pause(3_000)
      },
    )
    await world.verify()
    assert.ok(first.alive() && second.alive())
    await shared()
  }

  for (const point of POINTS) {
    it(`at ${point} for ${STOPPED_S} s, and spoils nothing when it goes on`, async () => {
      await first.stop()
      await standStill(async () => first.startDoomed(`${point}:stop`))
    })
  }

  it(`at a random moment for ${STOPPED_S} s`, { skip: !FULL && 'in full only' }, async () => {
    await standStill(async () => {
      await pause(1_000 + Math.random() * 1_000)
      first.signal('SIGSTOP')
    })
  })

  it('stops, and the other goes on at once with what it held', async () => {
    await shared()
    const loading = world.load(60, WRITERS)
    assert.equal(await first.stop(), 0)
    await loading
    await world.verify(8_000)
  })
})

const isStopped = (pid: number): boolean =>
  execFileSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('T')
