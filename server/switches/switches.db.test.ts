import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { access } from '#access/index.ts'
import { flags } from '#flags/index.ts'
import type { Runtime, Service } from '#platform/service.ts'
import { testProgram, testServer } from '../testing.ts'
import { declareSwitch, type Switch, switches } from './index.ts'

const declared = new WeakMap<Runtime, Switch>()

const WHAT = { es: 'Correo', en: 'Mail' }

/** A context that sends something by post or by pigeon. */
const mail: Service = {
  name: 'mail',
  settings: {},
  migrations: null,
  open(runtime) {
    const effect = { es: 'Por paloma.', en: 'By pigeon.' }
    const flag = { name: 'USE_PIGEON', default: false, scope: 'tenant', live: true, effect } as const
    declared.set(runtime, declareSwitch(runtime, { flag, what: WHAT, ways: ['post', 'pigeon'] }))
    return {}
  },
}

let program: Awaited<ReturnType<typeof testProgram>>
let app: FastifyInstance
let sending: Switch

before(async () => {
  program = await testProgram([access, flags, switches, mail])
  app = await testServer(program)
  await program.start()
  sending = declared.get(program.runtime) as Switch
})
after(async () => {
  await app?.close()
  await program?.close()
})

async function call(method: 'GET' | 'POST', url: string, payload?: object, tenant = 'acme') {
  const answer = await app.inject({ method, url, payload, headers: { authorization: `Bearer ${tenant}` } })
  return { status: answer.statusCode, body: answer.json() }
}
const change = (body: object) => call('POST', '/api/v1/switches/USE_PIGEON', body)
const compared = async () => {
  // What is recorded is written beside the work.
  await program.runtime.database.worker.query('select 1')
  return (await call('GET', '/api/v1/switches/USE_PIGEON/comparison')).body
}

async function recorded(count: number): Promise<void> {
  for (const end = performance.now() + 5_000; ; ) {
    const [row] = await program.database.worker.query<{ n: number }>('select count(*)::int as n from switch_record')
    if (row?.n === count) return
    assert.ok(performance.now() < end, `${row?.n} of ${count} records`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

test('without a shadow one way is active and nothing is recorded', async () => {
  assert.equal(sending.active('acme'), 'post')
  assert.equal(sending.shadow('acme'), null)
  sending.record('acme', 'post', { key: 'a', outcome: 'sent', tookMs: 1 })
  const { body } = await call('GET', '/api/v1/switches')
  assert.deepEqual(body.items, [
    {
      name: 'USE_PIGEON',
      ways: ['post', 'pigeon'],
      active: 'post',
      shadow: null,
      what: WHAT,
      effect: { es: 'Por paloma.', en: 'By pigeon.' },
    },
  ])
  await recorded(0)
})

test('in the shadow the other way is compared with the active one: outcomes, contents, times', async () => {
  assert.equal((await change({ shadow: true })).body.shadow, 'pigeon')
  assert.equal(sending.shadow('acme'), 'pigeon')
  assert.equal(sending.shadow('globex'), null)
  const both = (key: string, post: string, pigeon: string, digest = 'x') => {
    sending.record('acme', 'post', { key, outcome: post, tookMs: 100, digest: 'x' })
    sending.record('acme', 'pigeon', { key, outcome: pigeon, tookMs: 10, digest })
  }
  for (let i = 0; i < 20; i++) both(`m-${i}`, 'sent', 'sent')
  await recorded(40)
  assert.equal((await compared()).agree, true)

  both('lost', 'sent', 'eaten by a hawk')
  both('changed', 'sent', 'sent', 'y')
  sending.record('acme', 'post', { key: 'only', outcome: 'sent', tookMs: 100 })
  await recorded(45)
  const body = await compared()
  assert.deepEqual(body.ways, { post: 23, pigeon: 22 })
  assert.equal(body.both, 22)
  assert.deepEqual(body.tookMs, { post: { p50: 100, p95: 100 }, pigeon: { p50: 10, p95: 10 } })
  assert.equal(body.differing.count, 2)
  const lost = body.differing.examples.find(({ key }: { key: string }) => key === 'lost')
  assert.deepEqual(lost.outcomes, { post: 'sent', pigeon: 'eaten by a hawk' })
  assert.equal(body.only.post.count, 1)
  assert.equal(body.only.post.mayStillCome, 1)
  assert.equal(body.agree, false)
})

test('it is switched and switched back, the shadow changing sides, each act in the audit', async () => {
  assert.deepEqual((await change({ active: 'pigeon' })).body.active, 'pigeon')
  assert.equal(sending.active('acme'), 'pigeon')
  assert.equal(sending.shadow('acme'), 'post')
  await change({ active: 'post', shadow: false })
  assert.equal(sending.active('acme'), 'post')
  assert.equal(sending.shadow('acme'), null)
  assert.equal((await change({ active: 'boat' })).status, 400)
  assert.equal((await call('POST', '/api/v1/switches/none', { active: 'x' })).status, 404)
  const rows = await program.database.worker.query<{ target: string }>(
    `select target from audit where tenant = 'acme' and action = 'flag.changed' order by at, id`,
  )
  assert.deepEqual(
    rows.map(({ target }) => target.replace('flag:USE_PIGEON', '')),
    ['.shadow', '', '', '.shadow'],
  )
})

test('a thing whose name the database cannot keep spoils no records of others', async () => {
  await change({ shadow: true })
  sending.record('acme', 'post', { key: 'a\u0000b\ud800', outcome: 'sent\u0000', tookMs: 1 })
  sending.record('acme', 'post', { key: 'beside', outcome: 'sent', tookMs: 1 })
  await recorded(47)
  await change({ shadow: false })
})

test('records are forgotten after a week, however many they are and whatever comes meanwhile', async () => {
  await program.database.worker.query(
    `insert into switch_record (tenant, switch, way, key, at, outcome, took_ms)
     select 'acme', 'USE_PIGEON', 'post', 'old-' || n, now() - interval '8 days', 'sent', 1 from generate_series(1, 12000) n`,
  )
  const kind = program.parts.flatMap(({ dueKinds = [] }) => dueKinds).find(({ kind }) => kind === 'switches.purge')
  const now = program.runtime.clock.wall()
  const row = { kind: 'switches.purge', tenant: 'acme', key: 'USE_PIGEON' }
  await program.database.transaction(async (tx) => {
    await kind?.handle([{ ...row, dueAt: now, payload: null, attempts: 0 }], tx, now)
    // The first record of the next day.
    tx.schedule([{ ...row, dueAt: now + 86_400_000 }])
  })
  await recorded(47)
})
