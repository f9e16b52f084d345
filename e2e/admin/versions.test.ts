/** What a flow was: its versions beside its draft. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Admin, noBrowser, openAdmin } from './harness.ts'

const GRAPH = {
  name: 'Prueba',
  settings: { onePerKey: false, goal: { event: 'back', within: 'PT1S' } },
  nodes: [
    { id: 'start', type: 'trigger', position: { x: 0, y: 0 }, data: { event: 'quiet' } },
    {
      ...{ id: 'try', type: 'split', position: { x: 0, y: 100 } },
      data: {
        arms: ['push', 'email'].map((handle) => ({ handle, weight: 1 })),
        winner: { minimum: 100 },
      },
    },
    { id: 'done', type: 'end', position: { x: 0, y: 200 }, data: {} },
  ],
  edges: [
    { id: 'a', source: 'start', target: 'try' },
    { id: 'b', source: 'try', sourceHandle: 'push', target: 'done' },
    { id: 'c', source: 'try', sourceHandle: 'email', target: 'done' },
  ],
}

describe('a flow that was published', { skip: noBrowser, timeout: 600_000 }, () => {
  let admin: Admin
  let id = ''
  before(async () => {
    admin = await openAdmin()
    id = (await admin.api.persist<{ id: string }>('POST', '/api/v1/flows', { name: GRAPH.name })).id
    await admin.api.persist('PUT', `/api/v1/flows/${id}/draft`, GRAPH)
    await admin.api.persist('POST', `/api/v1/flows/${id}/publish`, {})
  })
  after(() => admin?.close())

  it('offers to discard its draft only while that differs', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn(`/flows/${id}/versions`)
    await page.getByText('No hay diferencias.').waitFor()
    const discard = page.getByRole('button', { name: 'Descartar el borrador' })
    assert.equal(await discard.count(), 0)
    await admin.api.persist('PUT', `/api/v1/flows/${id}/draft`, {
      ...GRAPH,
      settings: { ...GRAPH.settings, goal: { event: 'back', within: 'PT2S' } },
    })
    await page.reload()
    await discard.click()
    const asked = page.getByRole('dialog', { name: 'Descartar el borrador' })
    await assertAccessible()
    await asked.getByRole('button', { name: 'Descartar el borrador' }).click()
    await page.getByText('No hay diferencias.').waitFor()
    await discard.waitFor({ state: 'detached' })
    await asked.waitFor({ state: 'detached' })
    assertCalm()
    await close()
  })
})
