import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillSample } from './sample.ts'
import { services } from './services.ts'
import { testProgram, testServer } from './testing.ts'

test('the sample speaks the language in which it is asked for, under the same ids', async () => {
  const program = await testProgram(services)
  const app = await testServer(program)
  // The credential of a test is a tenant.
  const read = async (tenant: string, url: string) =>
    (await app.inject({ url, headers: { authorization: `Bearer ${tenant}` } })).json()
  const names = async (tenant: string) => {
    const { items: flows } = await read(tenant, '/api/v1/flows')
    const flow = await read(tenant, `/api/v1/flows/${flows[0].id}`)
    return {
      flow: flow.name,
      steps: flow.draft.nodes.map(({ id, data }: { id: string; data: { label: string } }) => `${id}: ${data.label}`),
      cases: (await read(tenant, `/api/v1/flows/${flow.id}/cases`)).items.length,
      queues: (await read(tenant, '/api/v1/queues')).items.map(
        ({ id, name }: { id: string; name: string }) => `${id}: ${name}`,
      ),
      holiday: (await read(tenant, '/api/v1/calendars/office')).holidays[0].name,
      people: (await read(tenant, '/api/v1/contacts')).items.map(({ id }: { id: string }) => id).sort(),
    }
  }
  try {
    await fillSample(app, 'aqui', 'es')
    await fillSample(app, 'here', 'en')
    const [es, en] = [await names('aqui'), await names('here')]
    assert.deepEqual([es.flow, es.cases, es.holiday], ['Conversación abandonada', 8, 'Año Nuevo'])
    assert.deepEqual(es.queues.sort(), ['coach: Coach de salud', 'support: Soporte'])
    assert.ok(es.steps.includes('push: Llamar de vuelta'))
    assert.deepEqual([en.flow, en.cases, en.holiday], ['Abandoned conversation', 8, "New Year's Day"])
    assert.deepEqual(en.queues.sort(), ['coach: Health coach', 'support: Support'])
    assert.ok(en.steps.includes('push: Call back'))
    assert.deepEqual(es.people, en.people)
  } finally {
    await app.close()
    await program.close()
  }
})
