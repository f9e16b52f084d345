import assert from 'node:assert/strict'
import { connect, createServer, type Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { asOwner, createLedger, ledger, until } from '#events/testing.ts'
import { Problem } from '#platform/problem.ts'
import { testDatabase } from '#platform/testing.ts'
import { flatEvent, testProgram } from '../testing.ts'

/** A way to the database that can be cut without a word: no farewell of the server, no end of the stream. */
async function openWay(url: string) {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 5432), target.hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.pipe(upstream).pipe(client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const through = new URL(url)
  through.hostname = '127.0.0.1'
  through.port = String((server.address() as { port: number }).port)
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    url: through.href,
    cut,
    close() {
      cut()
      server.close()
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

  const terminate = () =>
    asOwner(place.url, (client) =>
      client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'cauce' and datname = current_database()`,
      ),
    )

  it('lose nothing that was accepted, double nothing, and keep the order of each subject', async () => {
    const end = performance.now() + 4_000
    let sent = 0
    let refused = 0
    async function lane(name: string, append: (id: string) => Promise<unknown>) {
      for (let i = 0; performance.now() < end; i++) {
        const id = `${name}-${String(i).padStart(5, '0')}`
        for (;;) {
          try {
            await append(id)
            break
          } catch (error) {
            assert.ok(error instanceof Problem ? error.status === 503 : error instanceof Error, String(error))
            refused += 1
          }
        }
        sent += 1
      }
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
    const loading = Promise.all([
      ...Array.from({ length: 16 }, (_, i) => byDoor(`door-${i}`)),
      ...Array.from({ length: 4 }, (_, i) => byTransaction(`tx-${i}`)),
    ])
    let cuts = 0
    while (performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 250))
      if (cuts++ % 2 === 0) await terminate()
      else way.cut()
    }
    await loading
    assert.ok(cuts > 8 && sent > 200, `${cuts} cuts, ${sent} events, ${refused} refused`)
    for (const consumer of ['one', 'two']) {
      const rows = await until(
        () =>
          asOwner(place.url, async (client) => {
            const { rows } = await client.query<{ id: string; subject: string }>(
              'select id, subject from ledger where consumer = $1 order by n',
              [consumer],
            )
            return rows
          }),
        (found) => found.length >= sent,
      )
      assert.equal(rows.length, sent)
      const lanes = new Map<string, string[]>()
      for (const { id, subject } of rows) lanes.set(subject, [...(lanes.get(subject) ?? []), id])
      for (const ids of lanes.values()) assert.deepEqual(ids, [...ids].sort())
    }
    assert.deepEqual(
      await asOwner(place.url, async (client) => (await client.query('select * from event_exception')).rows),
      [],
    )
  })

  it('are all given back', async () => {
    await program.log.append(flatEvent({ id: 'last', encounterId: 'last' }))
    await program.log.settled()
    const count = async () =>
      asOwner(place.url, async (client) => {
        const { rows } = await client.query<{ n: number }>(
          `select count(*)::int as n from pg_stat_activity where application_name = 'cauce' and datname = current_database()`,
        )
        return rows[0]?.n ?? 0
      })
    // The committer's, that of the hints, and the pools'.
    assert.ok((await count()) <= 26)
    await until(
      () =>
        asOwner(
          place.url,
          async (client) =>
            (
              await client.query(
                "select 1 from pg_stat_activity where state like 'idle in transaction%' and datname = current_database()",
              )
            ).rowCount,
        ),
      (n) => n === 0,
      2_000,
    )
  })
})
