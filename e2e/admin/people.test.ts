/** People: find one, see all that happened with them, put their data right. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Admin, NARROW, noBrowser, openAdmin } from './harness.ts'

/** A flow that somebody begins by hand, and that waits. */
const FLOW = {
  cauce: 'flow/1',
  name: 'Seguimiento',
  settings: {},
  nodes: [
    { id: 'start', type: 'trigger', position: { x: 0, y: 0 }, data: { manual: true } },
    { id: 'w', type: 'wait', position: { x: 0, y: 156 }, data: { for: 'PT1H' } },
    { id: 'fin', type: 'end', position: { x: 0, y: 312 }, data: { outcome: 'fine' } },
  ],
  edges: [
    { id: '1', source: 'start', target: 'w' },
    { id: '2', source: 'w', target: 'fin' },
  ],
  cases: [],
}

const VECTOR = '<img src=x onerror="window.ran=1">'

describe('the people of the admin', { skip: noBrowser, timeout: 600_000 }, () => {
  let admin: Admin
  before(async () => {
    admin = await openAdmin()
    const { api } = admin
    await api.persist('PUT', '/api/v1/queues/coach', { name: 'Coach' })
    for (const [id, name] of [
      ['maria', 'María Rojas'],
      ['xss', VECTOR],
    ]) {
      const addresses = { email: [`${id}@example.com`, `${id}@example.org`], fax: 'kept' }
      await api.persist('PUT', `/api/v1/contacts/${id}`, {
        name,
        locale: 'es',
        addresses,
        attributes: { note: VECTOR },
      })
      await api.persist('POST', '/api/v1/encounters', {
        id: `conv-${id}`,
        queueId: 'coach',
        contactId: id,
        channel: 'web',
      })
      await api.persist('POST', `/api/v1/encounters/conv-${id}/messages`, { from: 'patient', text: `Hola ${VECTOR}` })
      const content = { title: `Novedad ${VECTOR}`, body: 'Tiene un mensaje.' }
      await api.persist('POST', '/api/v1/notifications', { to: { contactId: id }, content, channels: ['inbox'] })
    }
    const { id } = await api.persist<{ id: string }>('POST', '/api/v1/flows/import', FLOW)
    await api.persist('POST', `/api/v1/flows/${id}/publish`, {})
    await api.persist('POST', `/api/v1/flows/${id}/runs`, { subject: 'conv-maria' })
  })
  after(() => admin?.close())

  it('finds a person without their accents, and shows all that happened with them', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/people')
    await page.getByRole('searchbox').fill('maria ro')
    await page.getByText('Una fila, no hay más').waitFor()
    await assertAccessible()
    await page.getByRole('link', { name: 'María Rojas' }).click()
    await page.waitForURL(/selected=maria/)
    const happened = page.getByRole('list', { name: 'Todo lo que pasó' })
    await happened.getByText('Notificación por bandeja').waitFor()
    await happened.getByText('Conversación en Coach').waitFor()
    await happened.getByRole('link', { name: 'Flujo «Seguimiento»' }).waitFor()
    await assertAccessible()
    await happened.getByRole('link', { name: 'Ver conversación' }).click()
    const thread = page.getByRole('list', { name: 'Hilo' })
    await thread.getByText(`Hola ${VECTOR}`).waitFor()
    await thread.getByRole('link', { name: 'Flujo «Seguimiento»' }).waitFor()
    assertCalm()
    await close()
  })

  it('puts data right, says at the field what is wrong, and keeps what it does not show', async () => {
    const { page, allow, assertCalm, assertAccessible, close } = await admin.signedIn('/people?selected=maria')
    allow(/status of 400/)
    await page.getByRole('button', { name: 'Editar datos' }).click()
    const dialogue = page.getByRole('dialog')
    await assertAccessible()
    const mails = dialogue.getByRole('textbox', { name: 'Correo' })
    assert.equal(await mails.inputValue(), 'maria@example.com\nmaria@example.org')
    await mails.fill('maria@example.net\nno es un correo')
    await dialogue.getByRole('button', { name: 'Guardar datos' }).click()
    await dialogue.locator('textarea[aria-invalid=true]').waitFor()
    await dialogue.getByText('debe ser una dirección de correo, como maria@example.com').waitFor()
    await mails.fill('maria@example.net')
    await dialogue.getByRole('textbox', { name: 'Nombre', exact: true }).fill('María Rojas Soto')
    // What else is known of her: a line for each, without a word of JSON.
    await dialogue.getByRole('button', { name: 'Añadir dato' }).click()
    await dialogue.getByPlaceholder('Nombre del dato').last().fill('plan')
    await dialogue.getByPlaceholder('Qué dice').last().fill('pleno')
    await dialogue.getByRole('button', { name: 'Guardar datos' }).click()
    await page.getByText('Datos guardados.').waitFor()
    await page.getByRole('heading', { name: 'María Rojas Soto' }).waitFor()
    const saved = await admin.api.persist<Record<string, unknown>>('GET', '/api/v1/contacts/maria')
    assert.deepEqual(
      [saved.name, saved.addresses, saved.attributes],
      ['María Rojas Soto', { email: 'maria@example.net', fax: 'kept' }, { note: VECTOR, plan: 'pleno' }],
    )
    assertCalm()
    await close()
  })

  it('takes names and data as text, on a phone in the dark too', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/people?selected=xss', {
      viewport: NARROW,
      scheme: 'dark',
      language: 'en',
    })
    const over = page.getByRole('dialog')
    await over.getByRole('heading', { name: VECTOR }).waitFor()
    await over.getByText('Notification by inbox').waitFor()
    await assertAccessible()
    assert.equal(await page.evaluate('window.ran'), undefined)
    assert.equal(await page.locator('main img, [role=dialog] img').count(), 0)
    assertCalm()
    await close()
  })
})
