/**
 * Two starts on one data directory, SIGTERM under load, kill -9 while the database is brought up to date.
 * In full (10 stops, a kill around each migration; 2 minutes): E2E_FULL=1 node cauce.mjs test e2e/lifecycle
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import pg from 'pg'
import { removeEmbedded } from '../server/platform/embedded/index.ts'
import { isAlive } from '../server/platform/embedded/postmaster.ts'
import { testDatabase } from '../server/platform/testing.ts'
import { pause } from './harness/client.ts'
import { freePort, type ProgramProcess, programProcess } from './harness/program.ts'
import { type Receiver, startReceiver } from './harness/receiver.ts'
import { count, FULL, seeded } from './harness/scale.ts'
import { makeWorld, subjectOf, type World, worldSettings } from './harness/world.ts'

const STOPS = count(2, 10)
const DRAIN_MS = 10_000
const WRITERS = 16
const STEPS = ['start:migrate:3', 'start:migrated:2']

describe('one program on one data directory', { timeout: 7_200_000 }, () => {
  let dataDir: string
  let program: ProgramProcess
  let receiver: Receiver
  let world: World
  const random = seeded()

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cauce-lifecycle-'))
    receiver = await startReceiver(subjectOf)
    program = programProcess(dataDir, await freePort(), worldSettings(receiver))
    await program.start()
    world = await makeWorld([program], receiver)
  })
  after(async () => {
    await program.kill()
    receiver.close()
    await removeEmbedded(dataDir)
  })

  it('refuses a second start with a sentence, and the first goes on', async () => {
    const loading = world.load(40, WRITERS)
    const second = programProcess(dataDir, await freePort())
    await assert.rejects(second.start(), /ended before it was ready/)
    assert.equal((await second.ended()).code, 1)
    assert.match(second.output(), /already runs on .* \(process \d+\)\. Stop it first/)
    assert.doesNotMatch(second.output(), /\n\s+at /, 'a sentence, no stack')
    await loading
    await world.verify()
  })

  it('refuses a port that is taken with a sentence, and takes its own database down with it', async () => {
    const other = await mkdtemp(join(tmpdir(), 'cauce-port-'))
    const second = programProcess(other, Number(new URL(program.url).port))
    try {
      second.startDoomed('never:reached')
      assert.deepEqual([await second.died(), (await second.ended()).code], [true, 1])
      assert.match(second.output(), /PORT/)
      assert.doesNotMatch(second.output(), /\n\s+at /, 'a sentence, no stack')
      await assert.rejects(second.postmasterPid(), 'its database is gone')
    } finally {
      await second.kill()
      await removeEmbedded(other)
    }
  })

  it(`drains within 10 s of SIGTERM or SIGHUP under load, ${STOPS} times, and keeps what it accepted`, async () => {
    for (let i = 0; i < STOPS; i++) {
      let over = false
      const loading = world.loadUntil(() => over, WRITERS)
      await pause(200 + random() * 1_000)
      // The other one is what a closed terminal sends.
      program.signal(i % 2 === 0 ? 'SIGTERM' : 'SIGHUP')
      const { code, tookMs } = await program.ended()
      over = true
      assert.equal(code, 0, program.output().slice(-2_000))
      assert.ok(tookMs < DRAIN_MS, `took ${Math.round(tookMs)} ms`)
      await assert.rejects(program.postmasterPid(), 'the database is gone too')
      await program.start()
      await loading
    }
    await world.verify()
  })

  it('is gone within 10 s with its database when a statement keeps it from draining, and goes on with the next start', async () => {
    const postmaster = { pid: await program.postmasterPid() }
    const database = await program.database()
    const { rows } = await database.query<{ pid: number }>(
      "select pid from pg_stat_activity where application_name = 'cauce'",
    )
    await database.end()
    // A stopped backend answers nothing, as one would on a disk that hangs.
    for (const { pid } of rows) process.kill(pid, 'SIGSTOP')
    try {
      program.signal('SIGTERM')
      const { code, tookMs } = await program.ended()
      assert.equal(code, 1)
      assert.match(program.output(), /draining took too long/)
      assert.ok(tookMs < DRAIN_MS, `took ${Math.round(tookMs)} ms`)
      assert.equal(isAlive(postmaster), false, 'the postmaster is gone too')
    } finally {
      for (const { pid } of rows) process.kill(pid, 'SIGCONT')
    }
    await program.start()
    await world.load(40, WRITERS)
    await world.verify()
  })
})

describe('the program is killed while it brings its database up to date', { timeout: 7_200_000 }, () => {
  const server = new URL(process.env.CAUCE_TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres')
  const name = `cauce_test_${randomBytes(6).toString('hex')}`
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href

  async function owner<T>(database: string, fn: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: database })
    await client.connect()
    try {
      return await fn(client)
    } finally {
      await client.end()
    }
  }
  const applied = (database: string) =>
    owner(database, async (client) => {
      const { rows } = await client.query<{ name: string }>(
        `select service || '/' || name as name from cauce_migration order by 1`,
      )
      return rows.map((row) => row.name)
    })

  it('and the next start finishes it', async () => {
    const done = await testDatabase()
    const all = await applied(done.url)
    await done.drop()
    await owner(server.href, (client) => client.query(`create database ${name} template template0`))
    const program = programProcess('', await freePort(), { DATABASE_URL: url })
    try {
      // Killed before the commit of a migration it is not there, killed behind it it is.
      const steps = FULL ? all.flatMap((_, i) => (i % 2 === 0 ? ['start:migrate:2'] : ['start:migrated'])) : STEPS
      let expected = 0
      for (const step of steps.slice(0, all.length - 1)) {
        const [, point, passage = '1'] = step.split(':')
        program.startDoomed(step)
        assert.ok(await program.died(), `the point ${step} was never passed`)
        expected += Number(passage) - (point === 'migrate' ? 1 : 0)
        assert.deepEqual((await applied(url)).length, expected, step)
      }
      await program.start()
      assert.deepEqual(await applied(url), all)
      assert.equal(await program.stop(), 0)
    } finally {
      await program.kill()
      await owner(server.href, (client) => client.query(`drop database ${name} with (force)`))
    }
  })
})

describe('SIGTERM while the program starts', { timeout: 7_200_000 }, () => {
  it('calls off a first start, and leaves no server behind and nothing in the way of the next one', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'cauce-called-off-'))
    const program = programProcess(dataDir, await freePort(), { CAUCE_LOG_LEVEL: 'info' })
    try {
      program.startDoomed('never:reached')
      while (!program.output().includes('made a new embedded database')) await pause(5)
      program.signal('SIGTERM')
      assert.equal((await program.ended()).code, 0, program.output())
      assert.match(program.output(), /called off/)
      assert.doesNotMatch(program.output(), /Cauce is running|Made for you/, 'it did not start first')
      await assert.rejects(program.postmasterPid(), 'its database is gone')
      await program.start()
      assert.match(program.output(), /Sample key/)
      assert.equal(await program.stop(), 0)
    } finally {
      await program.kill()
      await removeEmbedded(dataDir)
    }
  })

  it('is not kept waiting by a database that takes the connection and says nothing', async () => {
    const mute = createServer().listen(0, '127.0.0.1')
    await once(mute, 'listening')
    const { port } = mute.address() as { port: number }
    const program = programProcess('', await freePort(), { DATABASE_URL: `postgres://cauce:x@127.0.0.1:${port}/cauce` })
    const sockets: { destroy(): void }[] = []
    try {
      program.startDoomed('never:reached')
      const [socket] = await once(mute, 'connection')
      sockets.push(socket)
      program.signal('SIGTERM')
      const { code, tookMs } = await program.ended()
      assert.equal(code, 0, program.output())
      assert.ok(tookMs < 5_000, `took ${Math.round(tookMs)} ms`)
    } finally {
      await program.kill()
      for (const socket of sockets) socket.destroy()
      mute.close()
    }
  })
})
