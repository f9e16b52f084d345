/**
 * kill -9 at random moments while runs of generated flows go on, over every kind of node and every way to begin; and at the
 * steps of entry control, of work on many runs and of waking. All runs end as a model kept apart says; what leaves is seen once
 * by a receiver that honours its key.
 * In full (10,000 runs, 1,000 random moments; about an hour): E2E_FULL=1 node cauce.mjs test e2e/flows
 */
import assert from 'node:assert/strict'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { KINDS } from '../server/flows/nodes/kinds.ts'
import { removeEmbedded } from '../server/platform/embedded/index.ts'
import { type Client, clientOf, pause, settled } from './harness/client.ts'
import { type FlowWorld, makeFlowWorld } from './harness/flow-world.ts'
import { freePort, type ProgramProcess, programProcess } from './harness/program.ts'
import { count, FULL, seeded } from './harness/scale.ts'
import { type StrictReceiver, startStrictReceiver } from './harness/strict-receiver.ts'

const PLANS = count(17, 200)
const RUNS = count(85, 10_000)
const KILLS = count(3, 1_000)
const MANY = count(20, 600)
const POINTS = ['flows:entry', 'flows:wake', 'flows:bulk'] as const
const PASSAGES = count(1, 5)
const VERIFY_MS = count(120_000, 600_000)

describe('runs of generated flows go on while the program is killed', { timeout: 14_400_000 }, () => {
  let dataDir: string
  let program: ProgramProcess
  let receiver: StrictReceiver
  let client: Client
  let world: FlowWorld
  const random = seeded()

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cauce-flows-'))
    receiver = await startStrictReceiver()
    program = programProcess(dataDir, await freePort(), {
      CAUCE_PUSH_URL: receiver.url,
      LLM_URL: `${receiver.url}/v1`,
      CAUCE_REQUESTS_PER_MINUTE: '0',
    })
    await program.start()
    client = clientOf([program.url], { unansweredMs: 600_000 })
    world = await makeFlowWorld({ client, program, receiver, random, plans: PLANS })
  })
  after(async () => {
    world?.stop()
    await program?.kill()
    receiver?.close()
    await removeEmbedded(dataDir)
  })

  it('with every kind of node in them', () => {
    assert.deepEqual([...world.kinds].sort(), [...KINDS.keys()].sort())
  })

  it(`at ${KILLS} random moments, ${RUNS} runs`, async () => {
    for (let i = 0; i < KILLS; i++) {
      const begun = world.begin(Math.floor(((i + 1) * RUNS) / KILLS) - world.runs)
      await pause(100 + random() * (i % 5 === 4 ? 2_500 : 900))
      await program.kill()
      await program.start()
      await begun
      if (FULL && i % 100 === 99) await world.verify(VERIFY_MS)
    }
    await world.verify(VERIFY_MS)
  })

  for (const point of POINTS) {
    if (point === 'flows:bulk') continue
    it(`at ${point}`, async () => {
      for (let passage = 1; passage <= PASSAGES; passage++) {
        await program.kill()
        program.startDoomed(`${point}:${passage * passage + 2}`)
        const begun = world.begin(PLANS)
        assert.ok(await program.died(), `the point ${point} was never passed`)
        await program.start()
        await begun
      }
      await world.verify(VERIFY_MS)
    })
  }

  /** Runs of a flow in their states. */
  async function states(flow: string): Promise<Record<string, number>> {
    const database = await program.database()
    try {
      const { rows } = await database.query<{ status: string; n: number }>(
        'select status, count(*)::int as n from flow_run where flow_id = $1 group by 1',
        [flow],
      )
      return Object.fromEntries(rows.map(({ status, n }) => [status, n]))
    } finally {
      await database.end()
    }
  }
  const all = (flow: string, status: string) =>
    settled(async () => {
      const found = await states(flow)
      return found[status] === MANY ? '' : JSON.stringify(found)
    }, VERIFY_MS)

  type Progress = { state: string; total: number; done: number; refused: number }
  /** Asks for work on many runs, and kills the program in the middle of it. */
  async function onMany(flow: string, action: 'cancel' | 'retry' | 'replay', key: string): Promise<void> {
    const work = { action, perSecond: Math.ceil(MANY / 3) }
    for (let passage = 1; passage <= PASSAGES; passage++) {
      await program.kill()
      program.startDoomed(`flows:bulk:${1 + (passage % 3)}`)
      const url = `/api/v1/flows/${flow}/runs/bulk`
      const { id } = await client.persist<{ id: string }>('POST', url, work, { 'idempotency-key': key })
      await program.died(5_000)
      await program.kill()
      await program.start()
      let progress: Progress | undefined
      await settled(async () => {
        progress = await client.persist<Progress>('GET', `${url}/${id}`)
        return progress.state === 'done' ? '' : JSON.stringify(progress)
      })
      assert.deepEqual([progress?.total, progress?.done, progress?.refused], [MANY, MANY, 0], action)
    }
  }

  it('while many runs are cancelled, retried and replayed at once', async () => {
    await program.kill()
    await program.start()
    const waiting = await world.publish('Waiting', [
      ['start', 'trigger', { event: 'many.wait' }],
      ['stay', 'wait', { for: 'P9Y' }],
    ])
    await world.tell('many.wait', MANY)
    await all(waiting, 'waiting')
    await onMany(waiting, 'cancel', 'cancel-all')
    await all(waiting, 'cancelled')

    receiver.refusing = true
    const failing = await world.publish('Failing', [
      ['start', 'trigger', { event: 'many.fail' }],
      [
        'call',
        'http',
        {
          method: 'POST',
          url: `${receiver.url}/switch`,
          body: { key: 'many/{{ event.data.n }}' },
          retry: { attempts: 1 },
        },
      ],
    ])
    await world.tell('many.fail', MANY)
    await all(failing, 'failed')
    receiver.refusing = false
    await onMany(failing, 'retry', 'retry-all')
    await all(failing, 'completed')
    for (let n = 0; n < MANY; n++) {
      assert.equal(receiver.calls.get(`many/${n}`)?.ids.size, 1, 'a call that may have arrived goes out under its key')
    }

    await onMany(failing, 'replay', 'replay-all')
    await settled(async () => {
      const found = await states(failing)
      return found.completed === 2 * MANY ? '' : JSON.stringify(found)
    }, VERIFY_MS)
    for (let n = 0; n < MANY; n++) assert.equal(receiver.calls.get(`many/${n}`)?.ids.size, 2, 'a new run, once')
  })
})
