/** The builder where somebody has no mouse, or little room: the keys are not lost, and what went wrong is told. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type Admin, NARROW, noBrowser, openAdmin } from './harness.ts'

const step = (page: Page, id: string) => page.locator(`.react-flow__node[data-id="${id}"]`)

describe('the builder', { skip: noBrowser, timeout: 600_000 }, () => {
  let admin: Admin
  before(async () => {
    admin = await openAdmin()
  })
  after(() => admin?.close())

  /** A flow with one fault. */
  const made = async (name: string) => {
    const { id } = await admin.api.persist<{ id: string }>('POST', '/api/v1/flows', { name })
    await admin.api.persist('PUT', `/api/v1/flows/${id}/draft`, {
      name,
      nodes: [
        { id: 'inicio', type: 'trigger', position: { x: 0, y: 0 }, data: { manual: true } },
        { id: 'espera', type: 'wait', position: { x: 0, y: 160 }, data: { for: 'mañana' } },
      ],
      edges: [{ id: '1', source: 'inicio', target: 'espera' }],
    })
    return id
  }

  it('is gone about by keyboard: dialogues and lists give the keys back', async () => {
    const id = await made('Con teclado')
    const { page, allow, assertCalm, assertAccessible, close } = await admin.signedIn('/flows', { scheme: 'dark' })
    // What cannot be published.
    allow(/status of 422/)
    const called = (name: string) => page.getByRole('link', { name }).or(page.getByRole('button', { name }))
    const enter = async (name: string) => {
      await called(name).first().focus()
      await page.keyboard.press('Enter')
    }
    const comesBack = async (name: string) => {
      await page.getByRole('dialog').waitFor()
      await page.keyboard.press('Escape')
      await called(name).and(page.locator(':focus')).waitFor()
    }
    await enter('Crear flujo')
    await comesBack('Crear flujo')
    await page.goto(`${admin.url}/flows/${id}`)
    await enter('Publicar flujo')
    await comesBack('Publicar flujo')
    // The first item has the keys.
    await enter('Más acciones')
    await page.getByRole('menuitem').first().and(page.locator(':focus')).waitFor()
    await assertAccessible()
    await page.keyboard.press('Escape')
    await enter('1 por arreglar')
    await page
      .getByRole('button', { name: /«mañana» no es una duración/ })
      .and(page.locator(':focus'))
      .waitFor()
    await page.keyboard.press('Enter')
    await step(page, 'espera').and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Control+f')
    const search = page.getByRole('combobox', { name: 'Buscar un paso' })
    await search.fill('nada se llama así')
    await page.getByText('Ningún paso coincide').waitFor()
    await assertAccessible()
    await search.fill('alguien')
    await page.keyboard.press('Enter')
    await step(page, 'inicio').and(page.locator(':focus')).waitFor()
    await step(page, 'espera').focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Delete')
    await step(page, 'espera').waitFor({ state: 'detached' })
    await step(page, 'inicio').and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Control+z')
    await step(page, 'espera').waitFor()
    // What the keys moved on to goes, and not what is chosen still.
    await step(page, 'inicio').click()
    await step(page, 'espera').focus()
    await page.keyboard.press('Delete')
    await step(page, 'espera').waitFor({ state: 'detached' })
    assert.equal(await step(page, 'inicio').count(), 1)
    await page.keyboard.press('Control+z')
    await step(page, 'espera').waitFor()
    // Done again, it takes away what has the focus.
    await step(page, 'espera').focus()
    await page.keyboard.press('Control+y')
    await step(page, 'espera').waitFor({ state: 'detached' })
    await step(page, 'inicio').and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Control+z')
    await step(page, 'espera').waitFor()
    await page.goto(`${admin.url}/flows/${id}/cases`)
    await enter('Añadir caso')
    await comesBack('Añadir caso')
    assertCalm()
    await close()
  })

  it('has room for all its buttons on a telephone, and says there what could not be kept', async () => {
    const id = await made('Un nombre más largo que el ancho de un teléfono')
    const { page, context, allow, assertCalm, assertAccessible, close } = await admin.signedIn(`/flows/${id}`, {
      viewport: NARROW,
    })
    allow(/ERR_INTERNET_DISCONNECTED|ERR_FAILED|status of 409/)
    await page.getByRole('button', { name: '1 por arreglar' }).waitFor()
    const box = await page.getByRole('button', { name: 'Más acciones' }).boundingBox()
    assert.ok(box !== null && box.x + box.width <= NARROW.width, JSON.stringify(box))
    await context.setOffline(true)
    const name = page.getByRole('textbox', { name: 'Nombre', exact: true })
    await name.fill('Sin red')
    const again = page.getByRole('button', { name: 'No se guardó. Reintentar' })
    await again.waitFor()
    await assertAccessible()
    await context.setOffline(false)
    await again.click()
    await again.waitFor({ state: 'detached' })
    // Kept, and the answer lost: what one saved oneself is not taken for the words of another.
    await page.route(
      '**/draft?*',
      async (route) => {
        await route.fetch()
        await route.abort()
      },
      { times: 1 },
    )
    await name.fill('Guardado sin saberlo')
    await again.waitFor()
    await name.fill('Guardado')
    await again.waitFor({ state: 'detached' })
    const stored = () => admin.api.persist<{ draft: { name: string } }>('GET', `/api/v1/flows/${id}`)
    for (let tries = 0; tries < 50 && (await stored()).draft.name !== 'Guardado'; tries++)
      await page.waitForTimeout(200)
    assert.equal((await stored()).draft.name, 'Guardado')
    assert.equal(await page.getByRole('dialog').count(), 0)
    assertCalm()
    await close()
  })

  it('chooses what was just added, and that alone, and leaves the first step where it was dropped', async () => {
    const { id } = await admin.api.persist<{ id: string }>('POST', '/api/v1/flows', { name: 'Con ratón' })
    const { page, assertCalm, close } = await admin.signedIn(`/flows/${id}`)
    const canvas = page.locator('.react-flow__pane')
    const drop = (kind: string, at: { x: number; y: number }) =>
      page
        .getByRole('navigation', { name: 'Pasos para añadir' })
        .getByRole('button', { name: kind, exact: true })
        .dragTo(canvas, { targetPosition: at })
    const chosen = (id: string) => page.locator(`.react-flow__node.selected[data-id="${id}"]`).waitFor()
    await drop('Inicio', { x: 200, y: 80 })
    await chosen('trigger')
    // The view would have moved by then.
    await page.waitForTimeout(500)
    const [of, within] = [await step(page, 'trigger').boundingBox(), await canvas.boundingBox()]
    assert.ok(of !== null && within !== null)
    assert.ok(Math.abs(of.y - within.y - 80) < of.height, `dropped at 80, lies at ${of.y - within.y}`)
    await drop('Fin', { x: 300, y: 400 })
    await chosen('end')
    await step(page, 'trigger').click()
    await chosen('trigger')
    assert.equal(await page.locator('.react-flow__node.selected').count(), 1)
    await page.keyboard.press('Delete')
    await step(page, 'trigger').waitFor({ state: 'detached' })
    assert.equal(await step(page, 'end').count(), 1)
    // At the very edge, where the button behind it would be out of sight.
    await drop('Esperar', { x: 300, y: within.height - 10 })
    await chosen('wait')
    await page.waitForTimeout(500)
    const add = await step(page, 'wait')
      .getByRole('button', { name: /^Añadir un paso/ })
      .boundingBox()
    assert.ok(add !== null && add.y + add.height <= within.y + within.height, JSON.stringify([add, within]))
    assertCalm()
    await close()
  })

  it('keeps a way that is chosen once more, and lets go of it by the keys of its button', async () => {
    const id = await made('Lo elegido')
    const { page, assertCalm, close } = await admin.signedIn(`/flows/${id}`)
    await step(page, 'inicio').click()
    const way = page.getByRole('combobox', { name: 'A dónde lleva: después' })
    const target = await way.inputValue()
    assert.notEqual(target, '')
    await way.click()
    await page.getByRole('option', { name: target }).click()
    assert.equal(await way.inputValue(), target)
    const graph = async () =>
      (await admin.api.persist<{ draft: { edges: object[] } }>('GET', `/api/v1/flows/${id}`)).draft
    await page.keyboard.press('Escape')
    await page.keyboard.press('Tab')
    await page.getByRole('button', { name: 'Quitar lo elegido' }).and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Enter')
    await way.and(page.locator(':focus')).waitFor()
    assert.equal(await way.inputValue(), '')
    await page.locator('#page').getByText('Guardado').waitFor()
    for (let tries = 0; tries < 50 && (await graph()).edges.length > 0; tries++) await page.waitForTimeout(200)
    assert.deepEqual((await graph()).edges, [])
    assertCalm()
    await close()
  })

  it('takes a number as it is written: an hour and a half, and one that was emptied first', async () => {
    const { id } = await admin.api.persist<{ id: string }>('POST', '/api/v1/flows', { name: 'Con comas' })
    await admin.api.persist('PUT', `/api/v1/flows/${id}/draft`, {
      name: 'Con comas',
      nodes: [
        { id: 'inicio', type: 'trigger', position: { x: 0, y: 0 }, data: { manual: true } },
        { id: 'espera', type: 'waitForEvent', position: { x: 0, y: 160 }, data: { event: 'reply', timeout: 'PT2H' } },
        {
          id: 'llama',
          type: 'http',
          position: { x: 0, y: 320 },
          data: { url: 'https://example.org', retry: { attempts: 3 } },
        },
      ],
      edges: [{ id: '1', source: 'inicio', target: 'espera' }],
    })
    const { page, assertCalm, close } = await admin.signedIn(`/flows/${id}`)
    await step(page, 'espera').click()
    const length = page.getByLabel('Como máximo', { exact: true })
    await length.fill('')
    await length.pressSequentially('1,5')
    assert.equal(await length.inputValue(), '1,5')
    await page.keyboard.press('Tab')
    assert.equal(await length.inputValue(), '90')
    await step(page, 'llama').click()
    const attempts = page.getByLabel('Intentos en total', { exact: true })
    await attempts.fill('')
    await attempts.pressSequentially('5')
    await page.reload()
    await step(page, 'llama').click()
    assert.equal(await attempts.inputValue(), '5')
    await step(page, 'espera').click()
    assert.equal(await length.inputValue(), '90')
    assertCalm()
    await close()
  })

  it('asks before Escape takes what was typed about a run, and leaves the run open behind it', async () => {
    const { id } = await admin.api.persist<{ id: string }>('POST', '/api/v1/flows', { name: 'De nuevo' })
    await admin.api.persist('PUT', `/api/v1/flows/${id}/draft`, {
      name: 'De nuevo',
      nodes: [
        { id: 'inicio', type: 'trigger', position: { x: 0, y: 0 }, data: { manual: true } },
        { id: 'espera', type: 'wait', position: { x: 0, y: 160 }, data: { for: 'P1D' } },
      ],
      edges: [{ id: '1', source: 'inicio', target: 'espera' }],
    })
    await admin.api.persist('POST', `/api/v1/flows/${id}/publish`, {})
    const run = await admin.api.persist<{ id: string }>('POST', `/api/v1/flows/${id}/runs`, { subject: 'maria' })
    const { page, assertCalm, close } = await admin.signedIn(`/flows/${id}/runs`)
    await page.getByRole('table', { name: 'Ejecuciones' }).getByRole('row').nth(1).click()
    const detail = page.getByRole('complementary', { name: 'Detalle' })
    await detail.getByRole('button', { name: 'Otra desde un paso' }).click()
    const fork = page.getByRole('dialog', { name: 'Otra desde un paso' })
    const question = page.getByRole('dialog', { name: '¿Salir sin guardar?' })
    const values = fork.getByRole('group', { name: 'Valores' })
    await values.getByRole('button', { name: 'Añadir dato' }).click()
    await values.getByRole('textbox', { name: 'Nombre del dato' }).fill('n')
    await values.getByRole('textbox', { name: 'n', exact: true }).fill('{"n": ')
    await values.getByText('Todavía no es JSON').waitFor()
    await page.keyboard.press('Escape')
    await question.waitFor()
    await page.keyboard.press('Escape')
    await question.waitFor({ state: 'detached' })
    await values.getByRole('button', { name: 'Quitar el dato n' }).click()
    await fork.getByRole('button').first().focus()
    await page.keyboard.press('Escape')
    await fork.waitFor({ state: 'detached' })
    assert.match(page.url(), new RegExp(`selected=${run.id}`))
    await detail.waitFor()
    assertCalm()
    await close()
  })

  it('shows who comes back what others saved meanwhile, and says why that cannot be taken', async () => {
    const id = await made('De dos')
    const { page, context, allow, assertCalm, assertAccessible, close } = await admin.signedIn(`/flows/${id}`)
    allow(/ERR_INTERNET_DISCONNECTED|ERR_FAILED|status of 409/)
    const theirs = (name: string, more: object[] = []) =>
      admin.api.persist('PUT', `/api/v1/flows/${id}/draft`, {
        name,
        nodes: [{ id: 'inicio', type: 'trigger', position: { x: 0, y: 0 }, data: { manual: true } }, ...more],
        edges: [],
      })
    await step(page, 'espera').waitFor()
    // What is asked for on the way comes before they save: an answer that is under way serves the next page too.
    const asked = page.waitForResponse((response) => response.url().endsWith(`/api/v1/flows/${id}`))
    await page.getByRole('link', { name: 'Ejecuciones' }).click()
    await page.getByRole('heading', { level: 1, name: 'De dos' }).waitFor()
    await (await asked).finished()
    await theirs('De dos', [{ id: 'suyo', type: 'end', position: { x: 0, y: 160 }, data: {} }])
    await page.getByRole('link', { name: 'Dibujo' }).click()
    await step(page, 'suyo').waitFor()
    const name = page.getByRole('textbox', { name: 'Nombre', exact: true })
    const keptAs = async () =>
      (
        await admin.api.persist<{ draft: { name: string; nodes: { id: string; data: object }[] } }>(
          'GET',
          `/api/v1/flows/${id}`,
        )
      ).draft
    const end = (label: string) => ({ id: 'suyo', type: 'end', position: { x: 0, y: 160 }, data: { label } })
    // Each changes something else: both are there, and one step back takes back what was done here alone.
    await theirs('De dos', [end('Con nombre')])
    await name.fill('De aquí')
    await page.getByText('guardó cambios; se juntaron con los tuyos').waitFor()
    await step(page, 'suyo').getByText('Con nombre').waitFor()
    await page.getByText('Guardado', { exact: true }).first().waitFor()
    const both = await keptAs()
    assert.deepEqual([both.name, both.nodes[1]?.data], ['De aquí', { label: 'Con nombre' }])
    await page.getByRole('button', { name: 'Ver qué cambió' }).click()
    const changed = page.getByRole('dialog', { name: 'Lo que se guardó mientras cambiabas este flujo' })
    await changed.getByText(/«Con nombre»/).waitFor()
    await assertAccessible()
    await changed.getByRole('button', { name: 'Cerrar' }).last().click()
    await page.locator('header').getByRole('button', { name: 'Deshacer', exact: true }).click()
    assert.equal(await name.inputValue(), 'De dos')
    await step(page, 'suyo').getByText('Con nombre').waitFor()

    // Both change the same.
    await page.getByText('Guardado', { exact: true }).first().waitFor()
    await theirs('De ellos', [end('Otra vez')])
    await name.fill('De aquí otra vez')
    const conflict = page.getByRole('dialog', { name: /guardó este flujo mientras lo cambiabas/ })
    await conflict.getByText('Hay un lugar que cambiaron los dos').waitFor()
    await conflict.getByText('«De ellos»').waitFor()
    await conflict.getByText('«De aquí otra vez»').waitFor()
    await conflict.getByText(/«Otra vez»/).waitFor()
    await assertAccessible()
    await conflict.getByRole('button', { name: 'Juntar ambos' }).click()
    await conflict.waitFor({ state: 'detached' })
    await step(page, 'suyo').getByText('Otra vez').waitFor()
    await page.getByText('Guardado', { exact: true }).first().waitFor()
    assert.equal((await keptAs()).name, 'De aquí otra vez')

    await theirs('De ellos')
    await name.fill('De aquí')
    await conflict.waitFor()
    await context.setOffline(true)
    await conflict.getByRole('button', { name: 'Tomar lo guardado' }).click()
    await conflict.getByRole('alert').waitFor()
    await context.setOffline(false)
    await conflict.getByRole('button', { name: 'Tomar lo guardado' }).click()
    await conflict.waitFor({ state: 'detached' })
    assert.equal(await name.inputValue(), 'De ellos')
    assertCalm()
    await close()
  })
})
