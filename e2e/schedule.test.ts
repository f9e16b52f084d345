/**
 * kill -9 while a flow begins by the clock each minute and a minute passes each second: every time that is told
 * begins one run, none is told twice, and the schedule goes on.
 * In full (12 kills at the step itself, 12 elsewhere): E2E_FULL=1 node cauce.mjs test e2e/schedule
 */
import assert from 'node:assert/strict'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { removeEmbedded } from '../server/platform/embedded/index.ts'
import { type Client, clientOf, pause, settled } from './harness/client.ts'
import { freePort, type ProgramProcess, programProcess } from './harness/program.ts'
import { count, seeded } from './harness/scale.ts'

const KILLS = count(2, 12)

const graph = {
  nodes: [
    { id: 'start', type: 'trigger', position: { x: 0, y: 0 }, data: { schedule: '* * * * *', zone: 'UTC' } },
    { id: 'tell', type: 'emit', position: { x: 0, y: 1 }, data: { type: 'minute.told' } },
  ],
  edges: [{ id: '1', source: 'start', target: 'tell' }],
}

describe('a flow begins by the clock and the program is killed', { timeout: 7_200_000 }, () => {
  let dataDir: string
  let program: ProgramProcess
  let client: Client
  const random = seeded()

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cauce-schedule-'))
    program = programProcess(dataDir, await freePort(), { CAUCE_TIME_SCALE: '60' })
    await program.start()
    client = clientOf([program.url])
    const { id } = await client.persist<{ id: string }>('POST', '/api/v1/flows', { name: 'Minute' })
    await client.persist('PUT', `/api/v1/flows/${id}/draft`, graph)
    await client.persist('POST', `/api/v1/flows/${id}/publish`, {})
  })
  after(async () => {
    await program.stop()
    await removeEmbedded(dataDir)
  })

  async function told(): Promise<{ times: string[]; runs: number; emitted: number; rows: number }> {
    const database = await program.database()
    try {
      const { rows } = await database.query<{ times: string[] | null; runs: number; emitted: number; rows: number }>(
        `select (select array_agg(raw::json -> 'data' ->> 'scheduledAt' order by position) from event_log
           where type = 'flow.scheduled' and tenant = 'default') as times,
         (select count(*)::int from flow_run where tenant = 'default' and status = 'completed') as runs,
         (select count(*)::int from event_log where type = 'minute.told' and tenant = 'default') as emitted,
         (select count(*)::int from due where kind = 'flow.schedule' and tenant = 'default') as rows`,
      )
      const [row] = rows
      assert.ok(row)
      return { ...row, times: row.times ?? [] }
    } finally {
      await database.end()
    }
  }

  const more = async (n: number) => {
    const before = (await told()).times.length
    await settled(async () => {
      const now = (await told()).times.length
      return now >= before + n ? '' : `${now - before} of ${n} further times told`
    })
  }

  it('each time once', async () => {
    for (let i = 0; i < KILLS; i++) {
      await program.kill()
      program.startDoomed(`flows:schedule:${1 + (i % 4)}`)
      assert.ok(await program.died(), 'the step was never passed')
      await program.start()
      await more(2)
      await pause(random() * 1_500)
      await program.kill()
      await program.start()
      await more(1)
    }
    await settled(async () => {
      const { times, runs, emitted } = await told()
      return times.length === runs && runs === emitted ? '' : `${times.length} told, ${runs} run, ${emitted} emitted`
    })
    const { times, rows } = await told()
    assert.equal(new Set(times).size, times.length, 'a time was told twice')
    assert.deepEqual(times, [...times].sort())
    assert.ok(
      times.every((time) => time.endsWith(':00.000Z')),
      'a time that is none of the schedule',
    )
    assert.equal(rows, 1)
  })
})
