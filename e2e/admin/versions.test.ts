/** What a flow was and what it did: its versions beside its draft, and its experiment. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { settled } from '../harness/client.ts'
import { type Admin, NARROW, noBrowser, openAdmin } from './harness.ts'

const PEOPLE = 12
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

  it('says of how many it is known which arm wins, and draws rates as shares of all', async () => {
    for (let n = 0; n < PEOPLE; n++)
      await admin.api.persist(
        'POST',
        '/api/v1/events',
        {
          ...{ specversion: '1.0', id: `quiet-${n}`, source: '/clinic', type: 'quiet', subject: `p${n}` },
          data: { patient_id: `p${n}` },
        },
        { 'content-type': 'application/cloudevents+json' },
      )
    type Report = { versions: { arms: { arm: string; observed: number; rate: { value: number; high: number } }[] }[] }
    const arms = async () =>
      (await admin.api.persist<Report>('GET', `/api/v1/flows/${id}/report`)).versions[0]?.arms ?? []
    await settled(async () => {
      const known = (await arms()).reduce((sum, { observed }) => sum + observed, 0)
      return known === PEOPLE ? '' : `it is known of ${known}`
    })
    const [first, second] = await arms()
    assert.ok(first && second)
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn(`/flows/${id}/report`)
    const search = page.getByRole('alert').filter({ hasText: 'Se busca la rama ganadora' })
    await search.getByText('con las primeras 100 personas de cada rama').waitFor()
    for (const { arm, observed } of [first, second]) await search.getByText(`${observed} de 100 en «${arm}»`).waitFor()
    await search.getByText('Todavía no entraron todas, así que no hay fecha.').waitFor()
    const row = page.getByRole('listitem').filter({ hasText: first.arm })
    const [track, interval] = [row.locator('[aria-hidden]'), row.locator('[aria-hidden] > span').last()]
    const [whole, part] = [await track.first().boundingBox(), await interval.boundingBox()]
    assert.ok(whole && part)
    assert.ok(
      Math.abs((part.x + part.width - whole.x) / whole.width - first.rate.high) < 0.01,
      `${part.x + part.width - whole.x} of ${whole.width} px are not ${first.rate.high}`,
    )
    await page.getByText('75 %', { exact: true }).waitFor()
    await assertAccessible()
    await page.setViewportSize(NARROW)
    await assertAccessible()
    assertCalm()
    await close()
  })
})
