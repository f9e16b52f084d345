/** What others change, and what goes on by itself, while somebody types: nobody's words are lost. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type Admin, noBrowser, OWNER, openAdmin } from './harness.ts'

type Queue = { name: string; brand: string | null; service: string | null }

describe('what is being written', { skip: noBrowser, timeout: 600_000 }, () => {
  let admin: Admin
  before(async () => {
    admin = await openAdmin()
  })
  after(() => admin?.close())

  const queue = () => admin.api.persist<Queue>('GET', '/api/v1/queues/coach')
  const making = (given: object) => admin.api.persist('PUT', '/api/v1/queues/coach', given)
  /** As when somebody comes back from another tab: what is shown is asked for again, once it is no longer fresh. */
  const comeBack = async (page: Page) => {
    await page.waitForTimeout(2_500)
    await page.evaluate(() => (globalThis as unknown as EventTarget).dispatchEvent(new Event('visibilitychange')))
  }
  const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true })

  it('of a queue goes together with what another has saved, and is asked about where both changed the same', async () => {
    await making({ name: 'Coach', brand: 'clinica' })
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/settings/queues?selected=coach')
    const save = page.getByRole('button', { name: 'Guardar cola' })
    await field(page, 'Servicio').fill('entrenador')
    await making({ name: 'Coach de salud', brand: 'clinica' })
    // What was not touched follows, at the latest when it is saved.
    await save.click()
    await page.getByText('Cola guardada').waitFor()
    const both = await queue()
    assert.deepEqual([both.name, both.brand, both.service], ['Coach de salud', 'clinica', 'entrenador'])
    await page.getByRole('heading', { name: 'Coach de salud' }).waitFor()

    await field(page, 'Nombre').fill('Mi nombre')
    await field(page, 'Marca').fill('marca mía')
    await making({ name: 'Su nombre', brand: 'clinica', service: 'suyo' })
    await comeBack(page)
    await page.getByRole('heading', { name: 'Su nombre' }).waitFor()
    assert.equal(await field(page, 'Nombre').inputValue(), 'Mi nombre')
    assert.equal(await field(page, 'Servicio').inputValue(), 'suyo')
    await save.click()
    await page.getByRole('alert').getByText('Otra persona cambió lo mismo mientras lo editabas: Nombre.').waitFor()
    assert.equal((await queue()).name, 'Su nombre')
    await assertAccessible()
    await save.click()
    await page.getByRole('heading', { name: 'Mi nombre' }).waitFor()
    const kept = await queue()
    assert.deepEqual([kept.name, kept.brand, kept.service], ['Mi nombre', 'marca mía', 'suyo'])
    assertCalm()
    await close()
  })

  it('of a flow tells who saved second what differs, and overwrites nothing unasked', async () => {
    const { id } = await admin.api.persist<{ id: string }>('POST', '/api/v1/flows', { name: 'Dos a la vez' })
    const ends = (outcome: string) =>
      admin.api.persist('PUT', `/api/v1/flows/${id}/draft`, {
        name: 'Dos a la vez',
        nodes: [{ id: 'fin', type: 'end', position: { x: 0, y: 0 }, data: { outcome } }],
        edges: [],
      })
    const stored = async () => {
      const { draft } = await admin.api.persist<{ draft: { nodes: { data: object }[] } }>('GET', `/api/v1/flows/${id}`)
      return draft.nodes[0]?.data
    }
    await ends('a')
    const { page, allow, assertCalm, close } = await admin.signedIn(`/flows/${id}?step=fin`)
    allow(/status of 409/)
    const outcome = page.getByRole('complementary', { name: 'Ajustes' }).getByLabel('Cómo resultó')
    await outcome.waitFor()
    await ends('theirs')
    await outcome.fill('mine')
    const dialog = page.getByRole('dialog', { name: /guardó este flujo mientras lo cambiabas/ })
    await dialog.getByRole('definition').filter({ hasText: 'theirs' }).waitFor()
    await dialog.getByRole('definition').filter({ hasText: 'mine' }).waitFor()
    assert.doesNotMatch(await dialog.innerText(), /after you read it/)
    assert.deepEqual(await stored(), { outcome: 'theirs' })
    await dialog.getByRole('button', { name: 'Guardar lo mío encima' }).click()
    await page.getByRole('status').getByText('Guardado').waitFor()
    assert.deepEqual(await stored(), { outcome: 'mine' })
    assertCalm()
    await close()
  })

  it('of a page is not left behind without a question', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/settings/queues?selected=coach')
    await field(page, 'Producto').fill('salud')
    await page.getByRole('button', { name: 'Cerrar detalle' }).click()
    const asked = page.getByRole('dialog', { name: '¿Salir sin guardar?' })
    await asked.waitFor()
    await assertAccessible()
    await asked.getByRole('button', { name: 'Cancelar' }).click()
    await asked.waitFor({ state: 'detached' })
    assert.equal(await field(page, 'Producto').inputValue(), 'salud')
    await page.getByRole('link', { name: 'Conversaciones' }).click()
    await asked.getByRole('button', { name: 'Salir sin guardar' }).click()
    await page.getByRole('heading', { level: 1, name: 'Conversaciones' }).waitFor()
    assertCalm()
    await close()
  })

  it('of a form over the page is not thrown away by a key without a question', async () => {
    const { page, assertCalm, close } = await admin.signedIn('/settings/queues')
    const form = page.getByRole('dialog', { name: 'Crear cola' })
    const asked = page.getByRole('dialog', { name: '¿Salir sin guardar?' })
    const open = async () => {
      await page.getByRole('button', { name: 'Crear cola' }).first().click()
      await form.waitFor()
    }
    await open()
    // Nothing was typed: nothing is asked.
    await page.keyboard.press('Escape')
    await form.waitFor({ state: 'detached' })
    await open()
    const name = form.getByRole('textbox', { name: 'Nombre' })
    await name.fill('Urgencias')
    await page.keyboard.press('Escape')
    await asked.waitFor()
    await page.keyboard.press('Escape')
    await asked.waitFor({ state: 'detached' })
    assert.equal(await name.inputValue(), 'Urgencias')
    await page.keyboard.press('Escape')
    await asked.getByRole('button', { name: 'Salir sin guardar' }).click()
    await form.waitFor({ state: 'detached' })
    assert.equal(await page.getByRole('dialog').count(), 0)
    assertCalm()
    await close()
  })

  it('of a duration that nobody understands is not taken for what stood there before', async () => {
    await making({ name: 'Coach', max_inactive_patient_warning_time: 1_440 })
    const { page, assertCalm, close } = await admin.signedIn('/settings/queues?selected=coach')
    const time = page.getByRole('combobox', { name: 'Avisar tras este silencio' })
    const save = page.getByRole('button', { name: 'Guardar cola' })
    await time.fill('un ratito')
    await field(page, 'Servicio').fill('entrenador')
    await save.click()
    await page.getByText(/No entiendo «un ratito»/).waitFor()
    await time.and(page.locator(':focus')).waitFor()
    assert.equal((await queue()).service, null)
    await time.fill('2 horas')
    await save.click()
    await page.getByText('Cola guardada').waitFor()
    assert.equal((await queue()).service, 'entrenador')
    assertCalm()
    await close()
  })

  it('of a flow is not left behind while it cannot be kept, and is kept where it can', async () => {
    const { id } = await admin.api.persist<{ id: string }>('POST', '/api/v1/flows', { name: 'Sin red' })
    const kept = async () =>
      (await admin.api.persist<{ draft: { name: string } }>('GET', `/api/v1/flows/${id}`)).draft.name
    const { page, context, allow, assertCalm, assertAccessible, close } = await admin.signedIn(`/flows/${id}`)
    allow(/ERR_INTERNET_DISCONNECTED|preload CSS/)
    await page.getByRole('button', { name: 'Añadir el inicio' }).click()
    await page.getByRole('status').getByText('Guardado').waitFor()
    await context.setOffline(true)
    await field(page, 'Nombre').fill('Dibujado sin red')
    await page.getByRole('button', { name: 'Publicar flujo' }).click()
    await page
      .getByRole('alert')
      .getByText(/no responde/)
      .waitFor()
    await page.getByRole('link', { name: 'Versiones' }).click()
    const asked = page.getByRole('dialog', { name: '¿Salir sin guardar?' })
    await asked.waitFor()
    await assertAccessible()
    await asked.getByRole('button', { name: 'Cancelar' }).click()
    await asked.waitFor({ state: 'detached' })
    await context.setOffline(false)
    await page.getByRole('link', { name: 'Ejecuciones' }).click()
    // The address changes before the page is there.
    await page.getByRole('button', { name: 'Muchas a la vez' }).waitFor()
    assert.equal(await kept(), 'Dibujado sin red')
    // A page that does not come says so in the reader's words, and comes when asked again.
    await context.setOffline(true)
    await page.getByRole('link', { name: 'Repetir lo que pasó' }).click()
    await page.getByText('Esta parte no llegó al navegador').waitFor()
    await context.setOffline(false)
    await page.getByRole('button', { name: 'Reintentar' }).click()
    await page.getByRole('heading', { level: 1, name: 'Dibujado sin red' }).waitFor()
    assertCalm()
    await close()
  })

  it('goes on once somebody signed in again, also where an older refusal comes in late', async () => {
    const { id } = await admin.api.persist<{ id: string }>('POST', '/api/v1/flows', { name: 'Sesión' })
    const { page, context, allow, assertCalm, close } = await admin.signedIn(`/flows/${id}`)
    allow(/status of 401/)
    await page.getByRole('button', { name: 'Añadir el inicio' }).waitFor()
    await context.clearCookies()
    const [letGo, tell] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    await page.route(
      '**/draft?*',
      async (route) => {
        const refused = await route.fetch()
        letGo.resolve()
        await tell.promise
        await route.fulfill({ response: refused })
      },
      { times: 1 },
    )
    await page.getByRole('button', { name: 'Añadir el inicio' }).click()
    const again = page.getByRole('dialog', { name: 'Tu sesión terminó' })
    await letGo.promise
    await again.getByLabel('Contraseña', { exact: true }).fill(OWNER.password)
    await page.keyboard.press('Enter')
    await again.waitFor({ state: 'detached' })
    tell.resolve()
    await page.getByRole('button', { name: 'No se guardó. Reintentar' }).click()
    await page.getByRole('status').getByText('Guardado').waitFor()
    assert.equal(await again.count(), 0)
    assertCalm()
    await close()
  })

  it('of a subscription stays while its deliveries go on', async () => {
    await admin.api.persist('POST', '/api/v1/subscriptions', {
      routingKeyPattern: 'encounter.*',
      webhookUrl: `${admin.url}/health`,
    })
    const [made] = await admin.api.persist<{ id: string }[]>('GET', '/api/v1/subscriptions')
    const path = `/api/v1/subscriptions/${made?.id}`
    const { page, assertCalm, close } = await admin.signedIn(`/webhooks/${made?.id}`)
    await page.getByRole('button', { name: 'Más acciones' }).click()
    await page.getByRole('menuitem', { name: 'Cambiar suscripción' }).click()
    const form = page.getByRole('dialog', { name: 'Cambiar suscripción' })
    await form.getByLabel('Dirección').fill(`${admin.url}/ready`)
    // Its state changes with every delivery; so does what somebody else makes of it.
    await admin.api.persist('PATCH', path, { routingKeyPattern: 'encounter.closed' })
    await comeBack(page)
    await form.locator('input[value="encounter.closed"]').waitFor()
    assert.equal(await form.getByLabel('Dirección').inputValue(), `${admin.url}/ready`)
    await form.getByRole('button', { name: 'Cambiar suscripción' }).click()
    await form.waitFor({ state: 'detached' })
    const kept = await admin.api.persist<{ webhookUrl: string; routingKeyPattern: string }>('GET', path)
    assert.deepEqual([kept.webhookUrl, kept.routingKeyPattern], [`${admin.url}/ready`, 'encounter.closed'])
    assertCalm()
    await close()
  })

  it('of a person leaves alone what a program wrote meanwhile', async () => {
    await admin.api.persist('PUT', '/api/v1/contacts/maria', { name: 'María', addresses: { email: 'a@example.com' } })
    const { page, assertCalm, close } = await admin.signedIn('/people?selected=maria')
    await page.getByRole('button', { name: 'Editar datos' }).click()
    const form = page.getByRole('dialog')
    await form.getByLabel('Nombre').fill('María Rojas')
    const changed = { name: 'María', addresses: { email: 'nueva@example.com', fax: '55' }, attributes: { plan: 'oro' } }
    await admin.api.persist('PUT', '/api/v1/contacts/maria', changed)
    await form.getByRole('button', { name: 'Guardar' }).click()
    await form.waitFor({ state: 'detached' })
    const kept = await admin.api.persist<typeof changed>('GET', '/api/v1/contacts/maria')
    assert.deepEqual(
      [kept.name, kept.addresses, kept.attributes],
      ['María Rojas', changed.addresses, changed.attributes],
    )
    assertCalm()
    await close()
  })
})
