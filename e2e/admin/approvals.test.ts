/** What flows ask people: found, answered by who was asked, and the run goes on. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { settled } from '../harness/client.ts'
import { type Admin, NARROW, noBrowser, openAdmin } from './harness.ts'

describe('approvals in the admin', { skip: noBrowser, timeout: 600_000 }, () => {
  let admin: Admin
  let asked: Awaited<ReturnType<Admin['user']>>
  let other: Awaited<ReturnType<Admin['user']>>
  let flowId = ''
  before(async () => {
    admin = await openAdmin()
    asked = await admin.user('agent', 'Valentina Cruz')
    other = await admin.user('agent', 'Otra Persona')
    const { api } = admin
    await api.persist('PUT', '/api/v1/contacts/maria', { name: 'María Rojas', locale: 'es' })
    const { id } = await api.persist<{ id: string }>('POST', '/api/v1/flows', { name: 'Devolver un pago' })
    flowId = id
    const node = (id: string, type: string, data: object) => ({ id, type, position: { x: 0, y: 0 }, data })
    await api.persist('PUT', `/api/v1/flows/${id}/draft`, {
      name: 'Devolver un pago',
      nodes: [
        node('inicio', 'trigger', { event: 'payment.disputed' }),
        node('permiso', 'approval', {
          to: { userId: asked.id },
          text: '¿Devolvemos {{ event.data.amount }} a {{ contact.name }}? <b>Hoy</b>',
        }),
        node('si', 'end', { outcome: 'devuelto' }),
        node('no', 'end', { outcome: 'no devuelto' }),
      ],
      edges: [
        { id: '1', source: 'inicio', target: 'permiso' },
        { id: '2', source: 'permiso', sourceHandle: 'approved', target: 'si' },
        { id: '3', source: 'permiso', sourceHandle: 'rejected', target: 'no' },
      ],
    })
    await api.persist('POST', `/api/v1/flows/${id}/publish`, {})
    for (const [n, amount] of [
      ['p1', 100],
      ['p2', 200],
    ] as const)
      await api.persist(
        'POST',
        '/api/v1/events',
        {
          ...{ specversion: '1.0', id: n, source: '/pagos', type: 'payment.disputed', subject: n },
          data: { amount, contactId: 'maria' },
        },
        { 'content-type': 'application/cloudevents+json' },
      )
    await settled(async () => {
      const { items } = await api.persist<{ items: object[] }>('GET', '/api/v1/approvals?status=pending')
      return items.length === 2 ? '' : 'nobody was asked yet'
    })
  })
  after(() => admin?.close())

  const outcomes = async () => {
    const { items } = await admin.api.persist<{ items: { outcome: string | null }[] }>(
      'GET',
      `/api/v1/flows/${flowId}/runs`,
    )
    return items.map(({ outcome }) => outcome).sort()
  }

  it('are answered by who was asked, with a note, and the flow goes on', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/overview', { as: asked })
    await page.getByRole('link', { name: /Aprobaciones que esperan respuesta\s*2/ }).click()
    await page.waitForURL(/\/approvals\?status=pending/)
    await page.getByRole('navigation', { name: 'Menú principal' }).getByRole('link', { name: 'Aprobaciones' }).click()
    const table = page.getByRole('table', { name: 'Aprobaciones' })
    await table.getByText('Valentina Cruz').first().waitFor()
    await table.getByRole('link', { name: '¿Devolvemos 100 a María Rojas? <b>Hoy</b>' }).click()
    const detail = page.getByRole('complementary', { name: 'Detalle' })
    await detail.getByRole('heading', { name: 'Devolver un pago' }).waitFor()
    await assertAccessible()
    const again = await admin.signedIn(`/approvals${new URL(page.url()).search}`, { as: asked })
    const late = again.page.getByRole('complementary', { name: 'Detalle' })
    await late.getByRole('button', { name: 'Rechazar' }).waitFor()
    await detail.getByLabel('Nota').fill('Tiene razón')
    await detail.getByRole('button', { name: 'Aprobar' }).click()
    await page.getByText('Aprobada: el flujo sigue').waitFor()
    await detail.getByText('Tiene razón').waitFor()
    // Who comes too late, in another window, is told so and shown the answer.
    again.allow(/409/)
    const reject = late.getByRole('button', { name: 'Rechazar' })
    if (await reject.isVisible()) await reject.click()
    await late.getByText('Tiene razón').waitFor()
    await again.close()
    await settled(async () => ((await outcomes()).includes('devuelto') ? '' : 'the run waits still'))
    assert.deepEqual(await outcomes(), ['devuelto', null].sort())
    await detail.getByRole('link', { name: 'Ver la ejecución' }).click()
    await page.getByText('devuelto').first().waitFor()
    assertCalm()
    await close()
  })

  it('are for nobody else to answer, and fit a phone', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/approvals?status=pending', {
      as: other,
      viewport: NARROW,
    })
    await page.getByRole('link', { name: /¿Devolvemos 200/ }).click()
    const over = page.getByRole('dialog')
    await over.getByText('Se le preguntó a otra persona').waitFor()
    assert.equal(await over.getByRole('button', { name: 'Aprobar' }).count(), 0)
    await assertAccessible()
    assertCalm()
    await close()
  })
})
