import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { asOwner, createLedger, ledger, until } from '#events/testing.ts'
import { isTransient } from '#platform/database.ts'
import { Problem } from '#platform/problem.ts'
import { testDatabase } from '#platform/testing.ts'
import { flatEvent, testProgram } from '../testing.ts'

/** How long the load goes on, and at most until all of it was taken and read. */
const LOAD_MS = 4_000
const PATIENCE_MS = 30_000
const CUT_EACH_MS = 200

/** A way to the database that can be cut without a word: no farewell of the server, no end of the stream. */
async function openWay(url: string) {
  const { hostname, port } = new URL(url)
  const host = decodeURIComponent(hostname)
  const number = Number(port || 5432)
  // Where the server listens on a socket file, so does the way behind; before it there is always TCP, to be reset.
  const target = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${number}` } : { host, port: number }
  const clients = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(target)
    clients.add(client)
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => {})
      one.on('close', () => void other.destroy())
      one.pipe(other)
    }
    client.on('close', () => void clients.delete(client))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const through = new URL(url)
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const cut = () => {
    for (const client of clients) client.resetAndDestroy()
  }
  return {
    url: through.href,
    cut,
    close() {
      server.close()
      cut()
    },
  }
}

describe('connections that are cut under load', () => {
  let place: Awaited<ReturnType<typeof testDatabase>>
  let way: Awaited<ReturnType<typeof openWay>>
  let program: Awaited<ReturnType<typeof testProgram>>
  before(async () => {
    place = await testDatabase()
    await createLedger(place.url)
    way = await openWay(place.url)
    program = await testProgram([ledger('one'), ledger('two')], { url: way.url })
    await program.start()
  })
  after(async () => {
    await program.close()
    way.close()
    await place.drop()
  })

  const rowsOf = <Row extends object>(text: string, values: unknown[] = []) =>
    asOwner(place.url, async (client) => (await client.query<Row>(text, values)).rows)
  const terminate = () =>
    rowsOf(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'cauce' and datname = current_database()`,
    )

  it('lose nothing that was accepted, double nothing, and keep the order of each subject', async (t) => {
    const began = performance.now()
    const accepted = new Map<string, string[]>()
    let refused = 0
    /** One event after the other, each sent again until it is taken: a caller who was not answered knows no better. */
    async function lane(name: string, append: (id: string) => Promise<unknown>) {
      const ids: string[] = []
      accepted.set(`of ${name}`, ids)
      do {
        const id = `${name}-${String(ids.length).padStart(5, '0')}`
        for (let taken = false; !taken; ) {
          assert.ok(performance.now() < began + PATIENCE_MS, `${id} was never taken`)
          try {
            await append(id)
            taken = true
          } catch (error) {
            assert.ok(error instanceof Problem ? error.status === 503 : isTransient(error), String(error))
            refused += 1
            await pause(5)
          }
        }
        ids.push(id)
      } while (performance.now() < began + LOAD_MS)
    }
    const byDoor = (name: string) =>
      lane(name, (id) => program.log.append(flatEvent({ id, encounterId: `of ${name}` })))
    const byTransaction = (name: string) =>
      lane(name, (id) =>
        program.database.transaction(async (tx) => {
          await tx.query('select 1')
          tx.append([flatEvent({ id, encounterId: `of ${name}` })])
        }),
      )
    let cuts = 0
    async function cutting() {
      while (performance.now() < began + LOAD_MS) {
        await pause(CUT_EACH_MS)
        if (cuts++ % 2 === 0) way.cut()
        else await terminate()
      }
    }
    await Promise.all([
      ...Array.from({ length: 16 }, (_, i) => byDoor(`door-${i}`)),
      ...Array.from({ length: 4 }, (_, i) => byTransaction(`tx-${i}`)),
      cutting(),
    ])
    const sent = [...accepted.values()].reduce((sum, ids) => sum + ids.length, 0)
    t.diagnostic(`${cuts} cuts, ${sent} events taken, ${refused} tries refused`)
    assert.ok(cuts >= 5 && refused > 0, 'the cuts met nobody')

    for (const consumer of ['one', 'two']) {
      await until(
        async () =>
          (await rowsOf<{ n: number }>('select count(*)::int as n from ledger where consumer = $1', [consumer]))[0]?.n,
        (n) => n === sent,
        PATIENCE_MS,
      )
      // An event that was handled twice would have failed on the key of the ledger.
      const rows = await rowsOf<{ id: string; subject: string }>(
        'select id, subject from ledger where consumer = $1 order by n',
        [consumer],
      )
      const handled = new Map<string, string[]>()
      for (const { id, subject } of rows) handled.set(subject, [...(handled.get(subject) ?? []), id])
      assert.deepEqual(handled, accepted)
    }
    const [logged] = await rowsOf<{ n: number }>('select count(*)::int as n from event_log')
    assert.equal(logged?.n, sent)
    assert.deepEqual(await rowsOf('select * from event_exception'), [])
  })

  it('are all given back', async () => {
    await program.log.append(flatEvent({ id: 'last', encounterId: 'last' }))
    await program.log.settled()
    // The committer's, that of the hints, and the pools'. The server may not know yet that a client is gone.
    await until(
      () =>
        rowsOf<{ all: number; open: number }>(
          `select count(*)::int as all, (count(*) filter (where state like 'idle in transaction%'))::int as open
           from pg_stat_activity where application_name = 'cauce' and datname = current_database()`,
        ),
      ([found]) => found !== undefined && found.all <= 26 && found.open === 0,
      PATIENCE_MS,
    )
  })
})
