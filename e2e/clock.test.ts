/**
 * kill -9 while an hour passes each second: what waits fires once, nothing early, nothing lost, and time never goes back.
 * In full (1,000 conversations, 1,000 timers, 12 kills; a minute): E2E_FULL=1 node cauce.mjs test e2e/clock
 */
import assert from 'node:assert/strict'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type pg from 'pg'
import { removeEmbedded } from '../server/platform/embedded/index.ts'
import { type Client, clientOf, pause, Refused, settled } from './harness/client.ts'
import { freePort, type ProgramProcess, programProcess } from './harness/program.ts'
import { count, seeded } from './harness/scale.ts'

const SCALE = 3_600
const CONVERSATIONS = count(60, 1_000)
const TIMERS = count(60, 1_000)
const KILLS = count(2, 12)
/** Hours of silence to the warning, from it to the close, and of the flow's wait. */
const HOURS = { warn: 4, close: 4, wait: 3 }

const waitGraph = {
  name: 'Wait',
  settings: { onePerKey: false },
  nodes: [
    { id: 'start', type: 'trigger', position: { x: 0, y: 0 }, data: { event: 'encounter.tmipw_expired' } },
    { id: 'pause', type: 'wait', position: { x: 0, y: 1 }, data: { for: `PT${HOURS.wait}H` } },
    { id: 'tell', type: 'emit', position: { x: 0, y: 2 }, data: { type: 'wait.over', data: {} } },
  ],
  edges: [
    { id: '1', source: 'start', target: 'pause' },
    { id: '2', source: 'pause', target: 'tell' },
  ],
}

describe('an hour passes each second and the program is killed', { timeout: 7_200_000 }, () => {
  let dataDir: string
  let program: ProgramProcess
  let client: Client
  const random = seeded()
  let probes = 0

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cauce-clock-'))
    program = programProcess(dataDir, await freePort(), { CAUCE_TIME_SCALE: `${SCALE}` })
    await program.start()
    client = clientOf([program.url])
    await client.persist('PUT', '/api/v1/queues/q', {
      max_inactive_patient_warning_time: HOURS.warn * 60,
      max_inactive_patient_time: HOURS.close * 60,
      close_inactive_encounters: true,
    })
    await client.persist('PUT', '/api/v1/contacts/c', { name: 'C' })
    const { id } = await client.persist<{ id: string }>('POST', '/api/v1/flows', { name: 'Wait' })
    await client.persist('PUT', `/api/v1/flows/${id}/draft`, waitGraph)
    await client.persist('POST', `/api/v1/flows/${id}/publish`, {})
  })
  after(async () => {
    await program.stop()
    await removeEmbedded(dataDir)
  })

  async function asked<T>(fn: (database: pg.Client) => Promise<T>): Promise<T> {
    const database = await program.database()
    try {
      return await fn(database)
    } finally {
      await database.end()
    }
  }

  const rows = <Row extends pg.QueryResultRow>(text: string) =>
    asked(async (database) => (await database.query<Row>(text)).rows)

  /** One event after the other: the time at which each was taken is the clock as a caller sees it. */
  async function probe(): Promise<void> {
    await client.persist(
      'POST',
      '/api/v1/events',
      {
        specversion: '1.0',
        id: `probe-${probes++}`,
        source: 'urn:probe',
        type: 'clock.probe',
      },
      { 'content-type': 'application/cloudevents+json' },
    )
  }

  async function open(n: number): Promise<void> {
    const id = `e-${n}`
    await client.persist(
      'POST',
      '/api/v1/encounters',
      { id, queueId: 'q', contactId: 'c', channel: 'webchat' },
      { 'idempotency-key': id },
    )
    // Every third person writes once, a while later: their silence counts from then.
    if (n % 3 !== 0) return
    await pause(random() * 2_000)
    const message = { from: 'patient', text: 'x' }
    try {
      await client.persist('POST', `/api/v1/encounters/${id}/messages`, message, { 'idempotency-key': `m-${n}` })
    } catch (error) {
      // The server was away for so many hours that the silence ended meanwhile.
      if (!(error instanceof Refused && error.message.includes('conversations/closed'))) throw error
    }
  }

  const setTimer = (n: number) =>
    client.persist(
      'POST',
      '/api/v1/timers',
      { delay: `PT${1 + Math.floor(random() * 600)}M`, event: { type: 'timer.rang', data: { n } } },
      { 'idempotency-key': `t-${n}` },
    )

  const inTurns = async (total: number, work: (n: number) => Promise<unknown>) => {
    let next = 0
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        while (next < total) await work(next++)
      }),
    )
  }

  it(`${CONVERSATIONS} silences, as many flow waits and ${TIMERS} timers live through ${KILLS} kills`, async () => {
    let over = false
    const probing = (async () => {
      while (!over) {
        await probe()
        await pause(20)
      }
    })()
    try {
      const begun = Promise.all([inTurns(CONVERSATIONS, open), inTurns(TIMERS, setTimer)])
      for (let i = 0; i < KILLS; i++) {
        await pause(500 + random() * 2_500)
        await program.kill()
        await program.start()
      }
      await begun
      await settled(async () => {
        const [now] = await rows<Record<'closed' | 'timers' | 'warnings' | 'waits', number>>(`select
          (select count(*)::int from encounter where tenant = 'default' and status = 'closed') as closed,
          (select count(*)::int from event_log where type = 'timer.rang') as timers,
          (select count(*)::int from event_log where tenant = 'default' and type = 'encounter.tmipw_expired') as warnings,
          (select count(*)::int from event_log where type = 'wait.over') as waits`)
        const over = now?.closed === CONVERSATIONS && now.timers === TIMERS && now.waits === now.warnings
        return over ? '' : JSON.stringify(now)
      })
    } finally {
      over = true
      await probing
    }
  })

  it('each fired once', async () => {
    // Who wrote only after the warning came back, and went quiet once more.
    const told = await rows(`
      select subject, count(*) filter (where type = 'encounter.tmipw_expired')::int as warned,
        count(*) filter (where type = 'encounter.resumed')::int as resumed,
        count(*) filter (where type = 'encounter.tmip_expired')::int as expired,
        count(*) filter (where type = 'encounter.closed')::int as closed,
        count(*) filter (where type = 'wait.over')::int as waits
      from event_log where tenant = 'default' and subject like 'e-%' group by subject`)
    assert.equal(told.length, CONVERSATIONS)
    for (const { subject, warned, resumed, expired, closed, waits } of told) {
      assert.deepEqual(
        { warned, expired, closed, waits },
        { warned: resumed + 1, expired: 1, closed: 1, waits: warned },
        subject,
      )
    }
    const [rang] = await rows(
      `select count(*)::int as events, count(distinct raw::json -> 'data' ->> 'n')::int as timers from event_log where type = 'timer.rang'`,
    )
    assert.deepEqual(rang, { events: TIMERS, timers: TIMERS })
    assert.deepEqual(await rows('select kind, error from due_failed'), [])
    assert.deepEqual(
      await rows(
        "select kind from due where tenant = 'default' and kind in ('timer.fire', 'flow.wake', 'encounter.inactivity')",
      ),
      [],
    )
  })

  it('none fired early', async () => {
    const early = await rows(`
      select encounter_id as what from encounter where tenant = 'default' and (
        warned_at < greatest(clock_from, last_patient_at) + interval '${HOURS.warn} hours'
        or closed_at < warned_at + interval '${HOURS.close} hours')
      union all
      select id from timer where fired_at < due_at
      union all
      select o.subject from event_log o join flow_run r on o.cause = 'run:' || r.id
        join event_log w on w.position = r.event_position
      where o.type = 'wait.over' and o.occurred_at < w.occurred_at + interval '${HOURS.wait} hours'`)
    assert.deepEqual(early, [])
  })

  it('time never goes back, whatever the scale of the next start', async () => {
    for (const scale of ['1', '60', `${SCALE}`]) {
      await program.kill()
      await program.start({ CAUCE_TIME_SCALE: scale })
      await probe()
    }
    const backwards = await rows(`select * from (
      select id, received_at, lag(received_at) over (order by position) as before from event_log where type = 'clock.probe') p
      where received_at < before`)
    assert.deepEqual(backwards, [])
    const [span] = await rows<{ probes: number; hours: number }>(
      `select count(*)::int as probes, (extract(epoch from max(received_at) - min(received_at)) / 3600)::int as hours
       from event_log where type = 'clock.probe'`,
    )
    assert.equal(span?.probes, probes)
    assert.ok((span?.hours ?? 0) >= HOURS.warn, 'hours did pass')
  })
})
