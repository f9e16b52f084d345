/**
 * The database is killed, its connections are cut, and others hold transactions open, all under load.
 * In full (10 kills, 5 dead server processes, cuts for 60 s, transactions of 30 s; some 5 minutes):
 * E2E_FULL=1 node cauce.mjs test e2e/database
 */
import assert from 'node:assert/strict'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'node:test'
import pg from 'pg'
import { removeEmbedded } from '../server/platform/embedded/index.ts'
import { pause } from './harness/client.ts'
import { freePort, type ProgramProcess, programProcess } from './harness/program.ts'
import { type Receiver, startReceiver } from './harness/receiver.ts'
import { count, seeded } from './harness/scale.ts'
import { underLoad } from './harness/under-load.ts'
import { makeWorld, subjectOf, type World, worldSettings } from './harness/world.ts'

const KILLS = count(1, 10)
const DEAD_BACKENDS = count(1, 5)
const CUT_S = count(4, 60)
const OPEN_S = count(3, 30)
const WRITERS = 16
/** What may be lost to a snapshot that others hold: the noise of a shared machine, more in a short look. */
const LEAST_SHARE = count(0.4, 0.7)

describe('the database fails and comes back', { timeout: 7_200_000 }, () => {
  let dataDir: string
  let program: ProgramProcess
  let receiver: Receiver
  let world: World
  let pid: number
  const random = seeded()

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cauce-database-'))
    receiver = await startReceiver(subjectOf)
    program = programProcess(dataDir, await freePort(), worldSettings(receiver))
    await program.start()
    pid = program.pid()
    world = await makeWorld([program], receiver)
  })
  afterEach(() => {
    assert.ok(program.alive() && program.pid() === pid, `the program itself ended:\n${program.output().slice(-3000)}`)
  })
  after(async () => {
    await program.stop()
    receiver.close()
    await removeEmbedded(dataDir)
  })

  const loaded = (happens: () => Promise<void>) => underLoad((stop) => world.loadUntil(stop, WRITERS), happens)

  async function withDatabase<T>(fn: (database: pg.Client) => Promise<T>): Promise<T> {
    const database = await program.database()
    try {
      return await fn(database)
    } finally {
      await database.end()
    }
  }

  it(`its server is killed ${KILLS} times`, async () => {
    for (let i = 0; i < KILLS; i++) {
      await loaded(async () => {
        await pause(100 + random() * 700)
        const killed = await program.postmasterPid()
        process.kill(killed, 'SIGKILL')
        while ((await program.postmasterPid().catch(() => killed)) === killed) await pause(50)
      })
    }
    await world.verify()
  })

  it(`${DEAD_BACKENDS} times one of its processes dies and takes all connections with it`, async () => {
    for (let i = 0; i < DEAD_BACKENDS; i++) {
      await loaded(async () => {
        await pause(100 + random() * 700)
        const pids = await withDatabase(connections)
        process.kill(pids[Math.floor(random() * pids.length)] as number, 'SIGKILL')
      })
    }
    await world.verify()
  })

  it(`a connection is cut each second for ${CUT_S} s`, async () => {
    await loaded(async () => {
      await withDatabase(async (database) => {
        for (let second = 0; second < CUT_S; second++) {
          const pids = await connections(database)
          await database.query('select pg_terminate_backend($1)', [pids[Math.floor(random() * pids.length)]])
          await pause(1_000)
        }
      })
    })
    await world.verify()
  })

  it(`somebody else's transaction stays open for ${OPEN_S} s`, async () => {
    await withDatabase((database) => database.query('create database neighbour'))
    await withDatabase(async ({ host, port, password }) => {
      const neighbour = new pg.Client({ host, port, password: `${password}`, user: 'cauce', database: 'neighbour' })
      await neighbour.connect()
      await neighbour.query('begin; create table held (n int); insert into held values (1)')
      const until = Date.now() + OPEN_S * 1_000
      // Settled while it is open: nobody waits for its end.
      while (Date.now() < until) {
        await world.load(50, WRITERS)
        await world.verify(10_000)
      }
      await neighbour.query('commit')
      await neighbour.end()
    })
  })

  it(`a snapshot is held for ${OPEN_S} s`, async () => {
    const WINDOW = 60
    const pace = async () => {
      const began = performance.now()
      await world.load(WINDOW, WRITERS)
      return WINDOW / ((performance.now() - began) / 1_000)
    }
    await pace()
    const before = [await pace(), await pace(), await pace()]
    await withDatabase(async (holder) => {
      await holder.query('begin isolation level repeatable read')
      await holder.query('select count(*) from due')
      const began = new Date()
      const during: number[] = []
      while (Date.now() < began.getTime() + OPEN_S * 1_000 || during.length < 3) during.push(await pace())
      await world.verify(10_000)
      const share = median(during) / median(before)
      assert.ok(share >= LEAST_SHARE, `${median(during)} orders/s with the snapshot, ${median(before)} without`)
      const late = await withDatabase((database) => lateness(database, began))
      assert.ok(late < 1, `timers fired ${late} s late (p95)`)
      await holder.query('commit')
    })
  })
})

async function connections(database: pg.Client): Promise<number[]> {
  const { rows } = await database.query<{ pid: number }>(
    "select pid from pg_stat_activity where application_name = 'cauce' order by pid",
  )
  return rows.map(({ pid }) => pid)
}

/** 95th percentile of how many seconds after their time the timers made since `began` fired. */
async function lateness(database: pg.Client, began: Date): Promise<number> {
  const { rows } = await database.query<{ late: number }>(
    `select percentile_cont(0.95) within group (order by extract(epoch from fired_at - due_at))::float8 as late
     from timer where created_at > $1`,
    [began],
  )
  return (rows[0] as { late: number }).late
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] as number
