import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { access } from '#access/index.ts'
import { graph } from '#flows/testing.ts'
import { type FlowsHarness, openFlows } from '#flows/testing-program.ts'

let flows: FlowsHarness
before(async () => {
  flows = await openFlows()
})
after(() => flows.close())

const greets = (text: string) =>
  graph(
    [
      ['start', 'trigger', { event: 'go' }],
      ['say', 'message', { text }],
    ],
    ['start say'],
  )
const GREETING = {
  event: { type: 'go', subject: 'e1', data: {} },
  encounter: {},
  expect: { steps: ['start', 'say'], messages: [{ text: 'hola' }] },
}

test('cases are kept, played, and a red one stops a publish', async () => {
  const tenant = 'cases'
  const { id } = await flows.ok(tenant, 'POST', '/api/v1/flows', { name: 'G' })
  const url = `/api/v1/flows/${id}`
  await flows.ok(tenant, 'PUT', `${url}/draft`, greets('hola'))
  const name = encodeURIComponent('saluda: ¿sí?')
  await flows.ok(tenant, 'PUT', `${url}/cases/${name}`, GREETING)
  const shown = await flows.ok(tenant, 'GET', `${url}/cases/${name}`)
  assert.deepEqual([shown.name, shown.expect, shown.updatedBy], ['saluda: ¿sí?', GREETING.expect, `key:${tenant}`])
  assert.equal((await flows.ok(tenant, 'GET', `${url}/cases`)).items.length, 1)
  assert.deepEqual((await flows.ok(tenant, 'POST', `${url}/cases/run`, {})).passed, 1)
  await flows.ok(tenant, 'POST', `${url}/publish`, {})
  await flows.ok(tenant, 'PUT', `${url}/draft`, greets('adiós'))
  const seen = await flows.ok(tenant, 'POST', `${url}/publish/preview`, {})
  assert.deepEqual([seen.cases.total, seen.cases.red.length], [1, 1])
  const refused = await flows.call(tenant, 'POST', `${url}/publish`, {})
  assert.deepEqual([refused.status, refused.body.code], [422, 'flows/red-cases'])
  assert.deepEqual(refused.body.errors, [
    {
      path: '/cases/saluda: ¿sí?/expect/messages/0/text',
      message: 'saluda: ¿sí?: message 1, its text: expected "hola", came "adiós"',
      messages: {
        en: 'saluda: ¿sí?: message 1, its text: expected "hola", came "adiós"',
        es: 'saluda: ¿sí?: mensaje 1, su texto: se esperaba "hola", fue "adiós"',
      },
    },
  ])
  assert.equal((await flows.ok(tenant, 'GET', url)).published, 1)
  const old = await flows.ok(tenant, 'POST', `${url}/cases/run`, { version: 1 })
  assert.deepEqual([old.passed, old.failed], [1, 0])
  const forced = await flows.call(tenant, 'POST', `${url}/publish`, { force: true })
  assert.deepEqual([forced.status, forced.body.code], [403, 'forbidden'], 'a designer may not')
  assert.equal((await flows.call(tenant, 'DELETE', `${url}/cases/${name}`)).status, 204)
  assert.equal((await flows.call(tenant, 'DELETE', `${url}/cases/${name}`)).status, 404)
  assert.equal((await flows.call('another', 'GET', `${url}/cases`)).status, 404)
})

test('one that is being written is played alone, told as others are, and not kept', async () => {
  const tenant = 'written'
  const { id } = await flows.ok(tenant, 'POST', '/api/v1/flows', { name: 'G' })
  const url = `/api/v1/flows/${id}`
  await flows.ok(tenant, 'PUT', `${url}/draft`, greets('adiós'))
  await flows.ok(tenant, 'PUT', `${url}/cases/kept`, GREETING)
  const written = { name: 'written', ...GREETING, expect: { messages: [{ text: 'adiós' }] } }
  const { passed, failed, results } = await flows.ok(tenant, 'POST', `${url}/cases/run`, { case: written })
  assert.deepEqual([passed, failed, results[0].name], [1, 0, 'written'])
  const senseless = { ...written, later: [{ after: 'soon', reply: 'hola' }] }
  const [red] = (await flows.ok(tenant, 'POST', `${url}/cases/run`, { case: senseless })).results
  assert.deepEqual([red.passed, red.misses[0].path], [false, '/later/0/after'])
  const refused = await flows.call(tenant, 'POST', `${url}/cases/run`, { case: { ...written, expect: {} } })
  assert.deepEqual([refused.status, refused.body.errors[0].path], [400, '/case/expect'])
  const { items } = await flows.ok(tenant, 'GET', `${url}/cases`)
  assert.deepEqual(
    items.map(({ name }: { name: string }) => name),
    ['kept'],
  )
})

test('an administrator publishes in spite of a red case, which the audit keeps', async () => {
  const tenant = 'forced'
  const admin = await openFlows([access])
  try {
    const { id } = await admin.ok(tenant, 'POST', '/api/v1/flows', { name: 'G' })
    const url = `/api/v1/flows/${id}`
    await admin.ok(tenant, 'PUT', `${url}/draft`, greets('adiós'))
    await admin.ok(tenant, 'PUT', `${url}/cases/greets`, GREETING)
    assert.equal((await admin.call(tenant, 'POST', `${url}/publish`, {})).status, 422)
    assert.equal((await admin.ok(tenant, 'POST', `${url}/publish`, { force: true })).version, 1)
    const { items } = await admin.ok(tenant, 'GET', '/api/v1/audit?action=flow.published')
    assert.deepEqual(items[0].after.inSpiteOf, ['greets'])
  } finally {
    await admin.close()
  }
})

test('what is no case is refused naming each field, and nothing is kept', async () => {
  const tenant = 'nocases'
  const { id } = await flows.ok(tenant, 'POST', '/api/v1/flows', { name: 'G' })
  const url = `/api/v1/flows/${id}/cases`
  const refused = async (body: object) => {
    const answer = await flows.call(tenant, 'PUT', `${url}/x`, body)
    assert.equal(answer.status, 400, JSON.stringify(body))
    return answer.body.errors.map(({ path }: { path: string }) => path).sort()
  }
  assert.deepEqual(await refused({}), ['/event', '/expect'])
  assert.deepEqual(await refused({ ...GREETING, expect: { steps: [1] }, x: 1 }), ['/expect/steps/0', '/x'])
  assert.deepEqual(await refused({ ...GREETING, later: [{ after: 'P1X', reply: 'a' }] }), ['/later/0/after'])
  assert.deepEqual(await refused({ ...GREETING, event: { type: 'a.#' } }), ['/event/type'])
  assert.equal((await flows.call(tenant, 'PUT', `${url}/${'x'.repeat(201)}`, GREETING)).status, 400)
  assert.equal((await flows.call(tenant, 'PUT', `${url}/a%2Fb`, GREETING)).status, 400)
  assert.deepEqual((await flows.ok(tenant, 'GET', url)).items, [])
  for (let i = 0; i < 100; i++) await flows.ok(tenant, 'PUT', `${url}/case-${i}`, GREETING)
  assert.equal((await flows.call(tenant, 'PUT', `${url}/one-more`, GREETING)).status, 422)
  assert.equal((await flows.call(tenant, 'PUT', `${url}/case-7`, GREETING)).status, 200)
})
