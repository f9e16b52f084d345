/**
 * What every setting of CAUCE_BUS must pass. A bus is added by a `testing.ts` of its own beside these and a line in
 * BUSES; TEST_BUS=rabbitmq tries one alone.
 */
import assert from 'node:assert/strict'
import { env } from 'node:process'
import { after, before, describe, it } from 'node:test'
import { bornEvent, compilePattern } from '#events/index.ts'
import { createLedger, ledger, pushedClock, until } from '#events/testing.ts'
import { kafka } from '#gateway/acceptance/kafka/testing.ts'
import { postgres } from '#gateway/acceptance/postgres/testing.ts'
import { rabbitmq } from '#gateway/acceptance/rabbitmq/testing.ts'
import type { BusUnderTest, BusWorld, Told } from '#gateway/acceptance/testing.ts'
import { gateway } from '#gateway/index.ts'
import { databaseProxy } from '#platform/brokers/testing.ts'
import { testDatabase } from '#platform/testing.ts'
import vectors from '../../events/vectors/amqp-topic-matching.vectors.json' with { type: 'json' }
import { testProgram } from '../../testing.ts'

const BUSES: readonly BusUnderTest[] = [postgres, rabbitmq, kafka]
const chosen = BUSES.filter(({ name }) => (env.TEST_BUS ?? name) === name)

type Opened = Awaited<ReturnType<typeof testProgram>>
const SUBJECTS = 12
/** A fact that does not come at all is what fails; a machine with much to do may be slow. */
const PATIENCE_MS = 90_000

const told = (run: string, count: number): Told[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `${run}-${String(i).padStart(5, '0')}`,
    subject: `${run}-subject-${i % SUBJECTS}`,
  }))

for (const bus of chosen) {
  const skip = await bus.missing()
  describe(`the bus ${bus.name}`, { skip }, () => {
    const clock = pushedClock()
    const poison = new Set<string>()
    let gate: Promise<void> | null = null
    let database: Awaited<ReturnType<typeof testDatabase>>
    let world: BusWorld
    let one: Opened
    let lame: Opened | undefined
    /** Between the first node and its database. */
    let way: Awaited<ReturnType<typeof databaseProxy>>

    const reader = () =>
      ledger('reader', async (events) => {
        if (gate !== null) await gate
        const sick = events.find(({ id }) => poison.has(id))
        if (sick !== undefined) throw new Error(`cannot handle ${sick.id}`)
      })
    const start = async (node: string, url: string): Promise<Opened> => {
      const program = await testProgram([gateway, reader()], { env: world.env, url, node, clock })
      await program.start()
      await world.ready(program)
      return program
    }

    before(async () => {
      database = await testDatabase()
      await createLedger(database.url)
      world = await bus.open()
      way = await databaseProxy(database.url)
      one = await start('one', way.url)
    })
    after(async () => {
      way?.restore()
      await lame?.close()
      await one?.close()
      await world?.close()
      await way?.close()
      await database?.drop()
    })

    const born = (run: string, count: number, from = 0) =>
      told(run, from + count)
        .slice(from)
        .map(({ id, subject }) =>
          bornEvent({
            tenant: 'default',
            id,
            subtype: 'extended',
            encounterId: subject,
            queueId: null,
            patientId: null,
            brandId: null,
            at: clock.now(),
            cause: null,
            hops: 0,
            traceparent: null,
          }),
        )

    /** What was handled of a run, in order. */
    const handled = (run: string) =>
      one.database.worker.query<Told>(`select id, subject from ledger where id like $1 order by n`, [`${run}-%`])
    const received = async (run: string) => (await world.received()).filter(({ id }) => id.startsWith(`${run}-`))

    /** Each once, and those of a subject in the order in which they were told. */
    function inOrder(found: readonly { id: string; subject: string }[], count: number): void {
      const first = found.filter(({ id }, i) => found.findIndex((other) => other.id === id) === i)
      assert.equal(first.length, count)
      for (const subject of new Set(first.map((event) => event.subject))) {
        const ids = first.filter((event) => event.subject === subject).map(({ id }) => id)
        assert.deepEqual(ids, ids.toSorted(), subject)
      }
    }

    const all =
      (count: number) =>
      (found: readonly { id: string }[]): boolean =>
        new Set(found.map(({ id }) => id)).size >= count

    it('keeps the order of each subject, from others to us and from us to others', async () => {
      await world.send([one], told('in', 240))
      const appended = born('out', 240)
      for (let i = 0; i < appended.length; i += SUBJECTS) {
        await Promise.all(appended.slice(i, i + SUBJECTS).map((event) => one.log.append(event)))
      }
      inOrder(await until(() => handled('in'), all(240), PATIENCE_MS), 240)
      inOrder(await until(() => handled('out'), all(240), PATIENCE_MS), 240)
      inOrder(await until(() => received('out'), all(240), PATIENCE_MS), 240)
    })

    it('takes what is delivered again for what it is', async () => {
      const events = told('again', 60)
      await world.send([one], events)
      await until(() => handled('again'), all(60), PATIENCE_MS)
      await world.send([one], events.toReversed())
      await world.send([one], told('after', 1))
      await until(() => handled('after'), all(1), PATIENCE_MS)
      // A second effect would have been an error of the ledger, and an event that is parked.
      assert.equal((await handled('again')).length, 60)
      assert.deepEqual(await one.database.worker.query('select 1 from event_exception'), [])
    })

    it('sets poison aside and goes on: what no reader can handle, and what is no event at all', async () => {
      poison.add('poison-00003')
      await world.send([one], [{ id: 'noise', subject: 'noise', body: '{"this is": ' }, ...told('poison', 60)])
      const rows = await until(() => handled('poison'), all(55), PATIENCE_MS)
      inOrder(rows, rows.length)
      assert.equal(
        rows.some(({ subject }) => subject === 'poison-subject-3'),
        false,
        'its subject waits',
      )
      for (const ms of [1_000, 5_000, 30_000, 120_000]) {
        await until(
          () =>
            one.database.worker.query<{ attempts: number }>(
              `select attempts from event_exception where event_id = 'poison-00003'`,
            ),
          ([row]) => row !== undefined,
          PATIENCE_MS,
        )
        const [before] = await one.database.worker.query<{ attempts: number }>(
          `select attempts from event_exception where event_id = 'poison-00003'`,
        )
        clock.push(ms)
        await until(
          () =>
            one.database.worker.query<{ attempts: number }>(
              `select attempts from event_exception where event_id = 'poison-00003'`,
            ),
          ([row]) => (row?.attempts ?? 0) > (before?.attempts ?? 0),
          PATIENCE_MS,
        )
      }
      inOrder(await until(() => handled('poison'), all(59), PATIENCE_MS), 59)
      const [row] = await one.database.worker.query<{ status: string }>(
        `select status from event_exception where event_id = 'poison-00003'`,
      )
      assert.equal(row?.status, 'failed')
      assert.equal(await world.waiting(), 0, 'nothing is left on the bus')
    })

    it('does without for a while: nothing is lost, nothing comes twice, and order is kept', async () => {
      await world.cut([one])
      const sending = world.send([one], told('away-in', 120))
      const appending = (async () => {
        for (const event of born('away-out', 120)) await persist(() => one.log.append(event))
      })()
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      await world.restore()
      await sending
      await appending
      inOrder(await until(() => handled('away-in'), all(120), PATIENCE_MS), 120)
      inOrder(await until(() => handled('away-out'), all(120), PATIENCE_MS), 120)
      inOrder(await until(() => received('away-out'), all(120), PATIENCE_MS), 120)
    })

    it('lets a reader that cannot keep up hold back what comes, and catches up afterwards', async () => {
      const open = Promise.withResolvers<void>()
      gate = open.promise
      await world.send([one], told('flood', 10))
      await until(
        () => one.log.lagMs(),
        (lag) => lag > 0,
      )
      await until(
        () => {
          clock.push(1_000)
          return one.runtime.overload('default')
        },
        (problem) => problem !== null,
      )
      const sending = world.send([one], told('more', 200))
      await new Promise((resolve) => setTimeout(resolve, 800))
      const [row] = await one.database.worker.query<{ n: number }>(
        `select count(*) as n from event_log where id like 'more-%'`,
      )
      assert.equal(row?.n, 0, 'nothing more is taken while the reader lags by half a minute')
      gate = null
      open.resolve()
      await sending
      inOrder(await until(() => handled('more'), all(200), PATIENCE_MS), 200)
    })

    it('is shared by two instances, and when one loses its database the other goes on where it was', async () => {
      const second = await start('two', database.url)
      await until(
        () =>
          one.database.worker.query<{ n: number }>(
            'select count(*) as n from shard_lease where node is not null group by node',
          ),
        (found) => found.length === 2 && found.every(({ n }) => n === 8),
        10_000,
      )
      // The first one reads the bus, and goes on holding what it has in hand.
      lame = one
      one = second
      let over = false
      const appending = (async () => {
        for (let i = 0; !over; i++) {
          const batch = born('pair-out', SUBJECTS, i * SUBJECTS)
          await Promise.all(batch.map((event) => persist(() => one.log.append(event))))
          await new Promise((resolve) => setTimeout(resolve, 5))
        }
      })()
      const sending = world.send([one], told('pair-in', 600))
      await new Promise((resolve) => setTimeout(resolve, 100))
      way.cut()
      await sending
      await world.send([one], told('pair-late', 60))
      await new Promise((resolve) => setTimeout(resolve, 400))
      over = true
      await appending
      inOrder(await until(() => handled('pair-late'), all(60), PATIENCE_MS), 60)
      const [{ n } = { n: 0 }] = await one.database.worker.query<{ n: number }>(
        `select count(*) as n from event_log where id like 'pair-out-%'`,
      )
      inOrder(await until(() => handled('pair-in'), all(600), PATIENCE_MS), 600)
      inOrder(await until(() => handled('pair-out'), all(n), PATIENCE_MS), n)
      inOrder(await until(() => received('pair-out'), all(n), PATIENCE_MS), n)
    })

    it('brings nothing back that we sent, and sends nothing back that it brought', async () => {
      const count = async () =>
        (await one.database.worker.query<{ n: number }>('select count(*) as n from event_log'))[0]?.n ?? 0
      const before = await count()
      await world.send([one], told('loop-in', 30))
      for (const event of born('loop-out', 30)) await one.log.append(event)
      await until(() => handled('loop-in'), all(30), PATIENCE_MS)
      await until(() => received('loop-out'), all(30), PATIENCE_MS)
      await new Promise((resolve) => setTimeout(resolve, 500))
      assert.equal(await count(), before + 60)
      assert.deepEqual(await received('loop-in'), [])
      assert.equal((await received('loop-out')).length, 30)
    })

    it('matches patterns as the vectors say', async () => {
      const patterns = [...new Set(vectors.vectors.map(({ pattern }) => pattern))]
      for (const pattern of patterns) {
        const cases = vectors.vectors.filter((one) => one.pattern === pattern)
        const keys = [...new Set(cases.map(({ key }) => key))]
        const found = await world.matching(pattern, keys)
        for (const { key, match } of cases) {
          assert.equal(found.has(key), match, `${pattern} against ${key}`)
          assert.equal(compilePattern(pattern)(key), match)
        }
      }
    })
  })
}

/** A caller that asks again until it is answered. */
async function persist<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
