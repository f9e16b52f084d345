/**
 * kill -9 while a publish moves the runs of an earlier version, and while that is taken back: every run is of one
 * version or the other, has one timer, and acts once.
 * In full (more runs and a kill at each chunk): E2E_FULL=1 node cauce.mjs test e2e/moves
 */
import assert from 'node:assert/strict'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { removeEmbedded } from '../server/platform/embedded/index.ts'
import { type Client, clientOf, settled } from './harness/client.ts'
import { freePort, type ProgramProcess, programProcess } from './harness/program.ts'
import { count, FULL } from './harness/scale.ts'

const RUNS = count(1_200, 10_000)
const BATCH = 400
const KILLS = FULL ? [1, 2, 3, 4, 5, 6] : [1, 2]

const graph = (time: string) => ({
  nodes: [
    { id: 'start', type: 'trigger', position: { x: 0, y: 0 }, data: { event: 'move.begin' } },
    { id: 'w', type: 'wait', position: { x: 0, y: 1 }, data: { for: time } },
    { id: 'tell', type: 'emit', position: { x: 0, y: 2 }, data: { type: 'move.told' } },
  ],
  edges: [
    { id: '1', source: 'start', target: 'w' },
    { id: '2', source: 'w', target: 'tell' },
  ],
})

type Move = { version: number; state: string; runs: { [name: string]: number } }

describe('runs are moved to another version and the program is killed', { timeout: 7_200_000 }, () => {
  let dataDir: string
  let program: ProgramProcess
  let client: Client
  let flow: string

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cauce-moves-'))
    program = programProcess(dataDir, await freePort())
    await program.start()
    client = clientOf([program.url])
    flow = (await client.persist<{ id: string }>('POST', '/api/v1/flows', { name: 'Moved' })).id
    await client.persist('PUT', `/api/v1/flows/${flow}/draft`, graph('P10D'))
    await client.persist('POST', `/api/v1/flows/${flow}/publish`, {})
    for (let from = 0; from < RUNS; from += BATCH) {
      const events = Array.from({ length: BATCH }, (_, i) => {
        const id = `begin-${from + i}`
        return { specversion: '1.0', id, source: 'e2e', type: 'move.begin', subject: id }
      })
      await client.persist('POST', '/api/v1/events', events, { 'content-type': 'application/cloudevents-batch+json' })
    }
    await stand({ 1: RUNS })
  })
  after(async () => {
    await program.stop()
    await removeEmbedded(dataDir)
  })

  async function sql<Row>(text: string): Promise<Row[]> {
    const database = await program.database()
    try {
      return (await database.query(text)).rows
    } finally {
      await database.end()
    }
  }

  /** Waits until so many runs wait by each version. */
  const stand = (wanted: { [version: number]: number }) =>
    settled(async () => {
      const rows = await sql<{ version: number; runs: number }>(
        `select version, count(*)::int as runs from flow_run where status = 'waiting' and tenant = 'default' group by 1`,
      )
      const found = Object.fromEntries(rows.map(({ version, runs }) => [version, runs]))
      return JSON.stringify(found) === JSON.stringify(wanted) ? '' : JSON.stringify(found)
    })

  /** Each waiting run has one timer, which comes so many days after the run began. */
  async function timed(days: number): Promise<void> {
    const [row] = await sql<{ timers: number; runs: number; right: number }>(
      `select count(*)::int as timers, count(distinct r.id)::int as runs, count(*) filter (
         where abs(extract(epoch from d.due_at - r.started_at) - ${days} * 86400) < 1)::int as right
       from due d join flow_run r on r.id::text = d.payload->>'runId'
       where d.kind = 'flow.wake' and d.tenant = 'default' and d.payload->'look' is null`,
    )
    assert.deepEqual(row, { timers: RUNS, runs: RUNS, right: RUNS })
  }

  /** Kills it at each of these chunks, and lets it end. */
  async function killed(version: number, state: string): Promise<Move> {
    for (const chunk of KILLS) {
      await program.kill()
      program.startDoomed(`flows:move:${chunk}`)
      // The last chunks may be over before it comes to as many.
      await program.died(10_000)
    }
    await program.kill()
    await program.start()
    let last: Move | undefined
    await settled(async () => {
      last = await client.persist<Move>('GET', `/api/v1/flows/${flow}/versions/${version}/move`)
      return last.state === state ? '' : last.state
    })
    return last as Move
  }

  it('moves each run once, with its timer', async () => {
    await client.persist('PUT', `/api/v1/flows/${flow}/draft`, graph('P20D'))
    await program.kill()
    program.startDoomed('flows:move:1')
    const published = client.persist(
      'POST',
      `/api/v1/flows/${flow}/publish`,
      { runs: 'move' },
      { 'idempotency-key': 'move-2' },
    )
    assert.ok(await program.died(), 'no chunk was moved')
    await program.start()
    await published
    const { runs } = await killed(2, 'moved')
    assert.deepEqual(runs, { total: RUNS, moved: RUNS, paced: 0, stopped: 0, kept: 0, restored: 0, lost: 0 })
    await stand({ 2: RUNS })
    await timed(20)
  })

  it('takes it back: each run is what it was', async () => {
    await client.persist('POST', `/api/v1/flows/${flow}/publish/undo`)
    const { runs } = await killed(2, 'undone')
    assert.equal(runs.restored, RUNS)
    await stand({ 1: RUNS })
    await timed(10)
    assert.deepEqual(await sql('select 1 from flow_move_run'), [])
  })

  it('lets each act once that is past its time', async () => {
    await client.persist('PUT', `/api/v1/flows/${flow}/draft`, graph('PT0.1S'))
    await client.persist('POST', `/api/v1/flows/${flow}/publish`, { runs: 'move', perMinute: 60_000 })
    const { runs } = await killed(3, 'moved')
    assert.equal(runs.moved, RUNS)
    await program.kill()
    program.startDoomed('flows:wake:1')
    await program.died(10_000)
    await program.kill()
    await program.start()
    await stand({})
    const [told] = await sql<{ told: number; runs: number }>(
      `select count(*)::int as told, count(distinct subject)::int as runs from event_log
       where type = 'move.told' and tenant = 'default'`,
    )
    assert.deepEqual(told, { told: RUNS, runs: RUNS })
  })
})
