import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { access } from '#access/index.ts'
import type { Runtime, Service } from '#platform/service.ts'
import { testProgram, testServer } from '../testing.ts'
import { declareFlag, type Flag, flags } from './index.ts'

type Declared = { tea: Flag<boolean>; colour: Flag<string>; closed: Flag<boolean>; slow: Flag<boolean> }
const declared = new WeakMap<Runtime, Declared>()

/** A context with a flag of each sort. */
const kitchen: Service = {
  name: 'kitchen',
  settings: {},
  migrations: null,
  open(runtime) {
    const common = { effect: { es: 'Hace algo.', en: 'Does something.' }, live: true } as const
    declared.set(runtime, {
      tea: declareFlag<boolean>(runtime, { ...common, name: 'tea', default: false, scope: 'tenant' }),
      colour: declareFlag<string>(runtime, {
        ...common,
        name: 'colour',
        default: 'red',
        scope: 'tenant',
        choices: ['red', 'blue', 'green'],
        check: (value) => (value === 'green' ? [{ path: '/value', message: 'is sold out' }] : []),
      }),
      closed: declareFlag<boolean>(runtime, { ...common, name: 'closed', default: false, scope: 'installation' }),
      slow: declareFlag<boolean>(runtime, { ...common, name: 'slow', default: false, scope: 'tenant', live: false }),
    })
    return {}
  },
}

let one: Awaited<ReturnType<typeof testProgram>>
let other: Awaited<ReturnType<typeof testProgram>>
let app: FastifyInstance
let otherApp: FastifyInstance

const of = (program: { runtime: Runtime }) => declared.get(program.runtime) as Declared

before(async () => {
  one = await testProgram([access, flags, kitchen], { node: 'one' })
  other = await testProgram([access, flags, kitchen], { node: 'other', url: one.url })
  app = await testServer(one)
  otherApp = await testServer(other)
  await one.start()
  await other.start()
})
after(async () => {
  await app?.close()
  await otherApp?.close()
  await other?.close()
  await one?.close()
})

async function call(tenant: string, method: 'GET' | 'PUT' | 'DELETE', name = '', value?: unknown, at = app) {
  const answer = await at.inject({
    method,
    url: `/api/v1/flags${name === '' ? '' : `/${name}`}`,
    headers: { authorization: `Bearer ${tenant}` },
    ...(value === undefined ? {} : { payload: { value } }),
  })
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() }
}

async function until(holds: () => boolean): Promise<number> {
  const began = performance.now()
  while (!holds()) {
    assert.ok(performance.now() - began < 5_000, 'it never held')
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  return performance.now() - began
}

test('a flag is listed with default, effect and what holds, and only the operator sees those of the installation', async () => {
  const { body } = await call('default', 'GET')
  const names = body.items.map(({ name }: { name: string }) => name)
  assert.deepEqual(
    ['tea', 'colour', 'closed', 'slow'].filter((name) => !names.includes(name)),
    [],
  )
  const colour = body.items.find(({ name }: { name: string }) => name === 'colour')
  assert.deepEqual(colour, {
    name: 'colour',
    kind: 'string',
    value: 'red',
    default: 'red',
    effect: { es: 'Hace algo.', en: 'Does something.' },
    scope: 'tenant',
    live: true,
    choices: ['red', 'blue', 'green'],
    changedAt: null,
    changedBy: null,
  })
  const others = (await call('acme', 'GET')).body.items.map(({ name }: { name: string }) => name)
  assert.ok(others.includes('tea') && !others.includes('closed'))
  assert.equal((await call('acme', 'GET', 'closed')).status, 404)
  assert.equal((await call('acme', 'PUT', 'closed', true)).status, 404)
  assert.equal(of(one).closed.of('acme'), false)
})

test('a change holds for its tenant on this node when it is answered, on the others at once, and is audited', async () => {
  const { status, body } = await call('default', 'PUT', 'tea', true)
  assert.equal(status, 200)
  assert.equal(body.value, true)
  assert.equal(body.changedBy, 'key:default')
  assert.equal(of(one).tea.of('default'), true)
  assert.equal(of(one).tea.of('acme'), false)
  const took = await until(() => of(other).tea.of('default'))
  assert.ok(took < 900, `the other node took ${took} ms, no better than its sweep`)
  await call('default', 'PUT', 'tea', false, otherApp)
  await until(() => !of(one).tea.of('default'))
  const rows = await one.database.worker.query<{ before: object; after: object; actor: string }>(
    `select before, after, actor from audit where action = 'flag.changed' and target = 'flag:tea' order by at, id`,
  )
  assert.deepEqual(rows, [
    { before: { value: false }, after: { value: true }, actor: 'key:default' },
    { before: { value: true }, after: { value: false }, actor: 'key:default' },
  ])
})

test('a node that missed the message finds the change by its own look', async () => {
  // As another program would that is not connected to this one.
  await one.database.worker.query(
    `with set as (insert into flag (tenant, name, value, changed_at, changed_by)
       values ('lost', 'tea', 'true', to_timestamp(0), 'key:x'))
     insert into change (topic, version) values ('flags', 1) on conflict (topic) do update set version = change.version + 1`,
  )
  await until(() => of(one).tea.of('lost') && of(other).tea.of('lost'))
})

test('a flag of the installation holds for everybody', async () => {
  assert.equal((await call('default', 'PUT', 'closed', true)).status, 200)
  assert.equal(of(one).closed.of('acme'), true)
  assert.equal((await call('default', 'DELETE', 'closed')).status, 204)
  assert.equal(of(one).closed.of('acme'), false)
})

test('a wrong value is refused, naming the field, and changes nothing', async () => {
  for (const [name, value, message] of [
    ['tea', 'yes', 'must be a boolean'],
    ['colour', true, 'must be a string'],
    ['colour', 'pink', 'must be one of red, blue, green'],
    ['colour', 'green', 'is sold out'],
  ] as const) {
    const { status, body } = await call('acme', 'PUT', name, value)
    assert.equal(status, 400, name)
    assert.deepEqual(body.errors, [{ path: '/value', message }])
  }
  assert.equal((await call('acme', 'PUT', 'none', true)).status, 404)
  assert.equal(of(one).colour.of('acme'), 'red')
})

test('a flag that is not live keeps what it had at the start, and says what comes after the next', async () => {
  const { body } = await call('acme', 'PUT', 'slow', true)
  assert.equal(body.value, false)
  assert.equal(body.afterRestart, true)
  assert.equal(of(one).slow.of('acme'), false)
  const third = await testProgram([access, flags, kitchen], { node: 'third', url: one.url })
  await third.start()
  assert.equal(of(third).slow.of('acme'), true)
  await third.close()
})
