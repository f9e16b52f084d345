/** Flows as their designers make them: drawn from nothing, judged and kept meanwhile, published, simulated, looked after. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type Admin, NARROW, noBrowser, openAdmin } from './harness.ts'
import { drawEnds } from './story.ts'

type Drawn = {
  revision: number
  published: number | null
  draft: {
    nodes: { id: string; type: string; data: Record<string, unknown> }[]
    edges: { source: string; sourceHandle?: string; target: string }[]
  } | null
}

const step = (page: Page, id: string) => page.locator(`.react-flow__node[data-id="${id}"]`)
const panel = (page: Page) => page.getByRole('complementary', { name: 'Ajustes' })
const kept = (page: Page) => page.getByRole('status').getByText('Guardado').waitFor()

describe('flows in the admin', { skip: noBrowser, timeout: 600_000 }, () => {
  let admin: Admin
  const flowIn = (page: Page) => /\/flows\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? ''
  const stored = (id: string) => admin.api.persist<Drawn>('GET', `/api/v1/flows/${id}`)
  const made = async (name: string, graph: object) => {
    const { id } = await admin.api.persist<{ id: string }>('POST', '/api/v1/flows', { name })
    await admin.api.persist('PUT', `/api/v1/flows/${id}/draft`, { name, ...graph })
    return id
  }

  before(async () => {
    admin = await openAdmin()
    await admin.api.persist('PUT', '/api/v1/contacts/maria', {
      name: 'María',
      locale: 'es',
      timeZone: 'America/Santiago',
    })
    // Behind so many others that no list has all of them.
    const others = Array.from({ length: 200 }, (_, n) => [`persona-${n}`, `Persona ${n}`] as const)
    for (const [id, name] of [['zoe', 'Zoé Zamora'] as const, ...others])
      await admin.api.persist('PUT', `/api/v1/contacts/${id}`, { name, locale: 'es' })
    await admin.api.persist('PUT', '/api/v1/queues/coach', {
      name: 'Coach',
      brand: 'dkv',
      product: 'salud',
      service: 'coach',
      continuity: true,
      max_inactive_patient_warning_time: 1_440,
      max_inactive_patient_time: 60,
      close_inactive_encounters: true,
      continuity_extension_time: 30,
    })
  })
  after(() => admin?.close())

  it('are drawn from an empty canvas by mouse and keyboard, kept by themselves, published and simulated', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/flows')
    await page.getByRole('link', { name: 'Crear flujo' }).first().click()
    await page.getByRole('dialog').getByText('Empezar vacío').click()
    await page.getByRole('textbox', { name: 'Nombre' }).fill('Conversación abandonada')
    await page.getByRole('button', { name: 'Crear y dibujar' }).click()

    // When it begins, and only for queues with continuity: the condition is put together, and shown as CEL.
    await page.getByRole('button', { name: 'Añadir el inicio' }).click()
    await step(page, 'trigger').getByText('Cuando una conversación queda en silencio').waitFor()
    await panel(page).getByRole('button', { name: 'Añadir una condición' }).click()
    await panel(page).getByRole('combobox', { name: 'Qué se mira' }).click()
    await page.getByRole('option', { name: 'la cola tiene continuidad' }).click()
    await panel(page).getByText('queue.continuity', { exact: true }).waitFor()

    // A push, dragged out of the palette and joined by drawing the edge.
    const canvas = page.locator('.react-flow__pane')
    const box = await canvas.boundingBox()
    assert.ok(box)
    await page
      .getByRole('navigation', { name: 'Pasos para añadir' })
      .getByRole('button', { name: 'Notificar' })
      .dragTo(canvas, { targetPosition: { x: box.width / 2, y: box.height - 260 } })
    await step(page, 'notify').waitFor()
    const from = await step(page, 'trigger').locator('.react-flow__handle.source').boundingBox()
    const to = await step(page, 'notify').locator('.react-flow__handle.target').boundingBox()
    assert.ok(from && to)
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
    await page.mouse.down()
    await page.mouse.move(to.x, to.y - 30, { steps: 5 })
    await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 5 })
    await page.mouse.up()
    await page.locator('.react-flow__edge').waitFor()
    await panel(page).getByRole('combobox', { name: 'Plantilla' }).click()
    await page.getByRole('option', { name: /come-back/ }).click()
    await panel(page).getByRole('figure').first().waitFor()

    // Wait for the person, by keyboard alone.
    await page.getByRole('button', { name: 'Esperar un evento' }).focus()
    await page.keyboard.press('Enter')
    await step(page, 'waitForEvent').getByText('Esperar 4 horas hábiles a que la persona vuelva').waitFor()
    await page.getByRole('button', { name: '2 por arreglar' }).waitFor()

    // What follows each way, found by its words.
    await drawEnds(page)
    await page.getByRole('button', { name: 'Sin faltas' }).waitFor()
    // The button by which a step was added is gone: the keys go on at the step.
    await step(page, 'close').and(page.locator(':focus')).waitFor()

    // Back and forth.
    await page.locator('h1').first().waitFor({ state: 'attached' })
    await page.evaluate('document.activeElement?.blur()')
    await page.keyboard.press('Control+z')
    await step(page, 'close').waitFor({ state: 'detached' })
    await page.keyboard.press('Control+Shift+z')
    await step(page, 'close').waitFor()
    await kept(page)
    const id = flowIn(page)
    const { draft } = await stored(id)
    assert.deepEqual(
      draft?.edges.map(({ source, sourceHandle, target }) => [source, sourceHandle ?? null, target]),
      [
        ['trigger', null, 'notify'],
        ['notify', null, 'waitForEvent'],
        ['waitForEvent', 'event', 'end'],
        ['waitForEvent', 'timeout', 'close'],
      ],
    )
    assert.deepEqual(draft?.nodes[0]?.data, { event: 'encounter.tmipw_expired', where: 'queue.continuity' })
    await assertAccessible()

    await page.getByRole('button', { name: 'Publicar flujo' }).click()
    const dialog = page.getByRole('dialog', { name: 'Publicar flujo' })
    await dialog.getByLabel('Nota').fill('Primera versión')
    await assertAccessible()
    await dialog.getByRole('button', { name: 'Publicar flujo' }).click()
    await page.getByText('Publicado como versión 1').waitFor()
    assert.equal((await stored(id)).published, 1)

    await page.getByRole('button', { name: 'Simular' }).click()
    const simulation = page.getByRole('region', { name: 'Simular' })
    await simulation.getByText('Responde', { exact: true }).click()
    await simulation.getByRole('button', { name: 'Simular', exact: true }).click()
    await simulation.getByText('Terminó · recuperada').waitFor()
    const lit = await page
      .locator('.react-flow__node:has([data-lit="been"], [data-lit="here"])')
      .evaluateAll((nodes) => nodes.map((node) => (node as unknown as { dataset: { id: string } }).dataset.id).sort())
    assert.deepEqual(lit, ['end', 'notify', 'trigger', 'waitForEvent'])
    await simulation.getByText('esperó 2 horas').waitFor()
    await assertAccessible()
    // About anybody, however many there are: what is typed after a click looks for them, whoever is chosen.
    const person = simulation.getByRole('combobox', { name: 'Persona' })
    const looked = async (words: string) => {
      await person.click()
      await page.keyboard.type(words)
    }
    await looked('nadie se llama así')
    await page.getByRole('option', { name: 'Nadie con esas palabras' }).waitFor()
    assert.equal(await page.getByRole('option').count(), 1)
    await page.keyboard.press('Tab')
    await looked('zoé')
    await page.getByRole('option', { name: 'Zoé Zamora' }).click()
    await page.keyboard.press('Tab')
    await looked('persona 17')
    await page.getByRole('option', { name: 'Persona 173' }).waitFor()
    assert.equal(await page.getByRole('option', { name: 'Zoé' }).count(), 0)
    await page.keyboard.press('Tab')
    assert.equal(await person.inputValue(), 'Zoé Zamora')
    const asked = page.waitForRequest((request) => request.url().endsWith('/simulate'))
    await simulation.getByRole('button', { name: 'Simular', exact: true }).click()
    assert.match((await asked).postData() ?? '', /"zoe"/)
    assertCalm()
    await close()
  })

  it('lead to what is wrong, and copy, paste and delete by keyboard', async () => {
    const id = await made('Con faltas', {
      nodes: [
        { id: 'inicio', type: 'trigger', position: { x: 0, y: 0 }, data: { event: 'go' } },
        { id: 'espera', type: 'wait', position: { x: 0, y: 160 }, data: { for: 'mañana' } },
      ],
      edges: [{ id: '1', source: 'inicio', target: 'espera' }],
    })
    const { page, assertCalm, close } = await admin.signedIn(`/flows/${id}`)
    await page.getByRole('button', { name: '1 por arreglar' }).click()
    await page.getByRole('button', { name: /«mañana» no es una duración/ }).click()
    await panel(page)
      .getByText(/«mañana» no es una duración/)
      .waitFor()
    await page.waitForURL(/[?&]step=espera/)
    await panel(page).getByLabel('Cuánto').fill('PT2H')
    await step(page, 'espera').getByText('Esperar 2 horas').waitFor()
    await step(page, 'espera').click()
    await page.keyboard.press('Control+d')
    await step(page, 'espera-2').waitFor()
    await page.keyboard.press('Delete')
    await step(page, 'espera-2').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Sin faltas' }).waitFor()
    await kept(page)
    assert.deepEqual(
      (await stored(id)).draft?.nodes.map((node) => node.id),
      ['inicio', 'espera'],
    )
    assertCalm()
    await close()
  })

  it('copy steps with their arrows, paste them here and in another flow, and take back and bring again each act', async () => {
    const graph = (names: readonly string[]) => ({
      nodes: names.map((id, i) => ({ id, type: 'wait', position: { x: 0, y: 160 * i }, data: { for: `PT${i + 1}H` } })),
      edges: names.slice(1).map((target, i) => ({ id: `${i}`, source: names[i] as string, target })),
    })
    const id = await made('De donde', graph(['uno', 'dos', 'tres']))
    const other = await made('Adonde', graph(['ajeno']))
    const { page, context, assertCalm, close } = await admin.signedIn(`/flows/${id}`)
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const steps = page.locator('.react-flow__node')
    const edges = page.locator('.react-flow__edge')
    const has = async (nodes: number, joined: number) => {
      await steps.nth(nodes - 1).waitFor()
      await steps.nth(nodes).waitFor({ state: 'detached' })
      await edges.nth(joined).waitFor({ state: 'detached' })
      assert.equal(await edges.count(), joined)
    }
    await step(page, 'uno').click()
    await step(page, 'dos').click({ modifiers: ['Shift'] })
    await page.getByText('2 pasos elegidos').waitFor()
    await page.keyboard.press('Control+c')
    await page.keyboard.press('Control+v')
    await has(5, 3)
    await step(page, 'uno-2').waitFor()
    // What was pasted is chosen, and beside what it was copied from.
    await page.getByText('2 pasos elegidos').waitFor()
    await page.keyboard.press('Control+x')
    await has(3, 2)
    await page.keyboard.press('Control+v')
    await has(5, 3)
    // One act at a time, back to the beginning and forth again.
    for (const [nodes, joined] of [
      [3, 2],
      [5, 3],
      [3, 2],
    ] as const) {
      await page.keyboard.press('Control+z')
      await has(nodes, joined)
    }
    assert.ok(await page.getByRole('button', { name: 'Deshacer', exact: true }).isDisabled())
    await page.keyboard.press('Control+y')
    await has(5, 3)
    await page.getByRole('button', { name: 'Rehacer', exact: true }).click()
    await has(3, 2)
    await page.getByRole('button', { name: 'Deshacer', exact: true }).click()
    await has(5, 3)
    await kept(page)
    const { draft } = await stored(id)
    assert.deepEqual(draft?.nodes.map((node) => node.id).toSorted(), ['dos', 'dos-2', 'tres', 'uno', 'uno-2'])
    assert.ok(draft.edges.some(({ source, target }) => source === 'uno-2' && target === 'dos-2'))

    await page.goto(`${admin.url}/flows/${other}`)
    await step(page, 'ajeno').waitFor()
    await page.keyboard.press('Control+v')
    await has(3, 1)
    // In a field the same keys are the field's.
    await panel(page).waitFor()
    await page.getByRole('textbox', { name: 'Nombre' }).fill('Otro nombre')
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Control+c')
    await page.keyboard.press('End')
    await page.keyboard.press('Control+v')
    await has(3, 1)
    assert.equal(await page.getByRole('textbox', { name: 'Nombre' }).inputValue(), 'Otro nombreOtro nombre')
    assertCalm()
    await close()
  })

  it('say before a publish what changes and who stands there, and are looked after run by run', async () => {
    const graph = (timeout: string) => ({
      nodes: [
        { id: 'inicio', type: 'trigger', position: { x: 0, y: 0 }, data: { event: 'LeadCreated' } },
        {
          id: 'espera',
          type: 'waitForEvent',
          position: { x: 0, y: 160 },
          data: { event: 'LeadStatusChanged', timeout },
        },
        { id: 'fin', type: 'end', position: { x: 0, y: 320 }, data: {} },
      ],
      edges: [
        { id: '1', source: 'inicio', target: 'espera' },
        { id: '2', source: 'espera', target: 'fin' },
      ],
    })
    const id = await made('Consultas', graph('P1D'))
    await admin.api.persist('POST', `/api/v1/flows/${id}/publish`, {})
    for (const subject of ['lead-1', 'lead-2', 'lead-3']) {
      const event = { specversion: '1.0', id: subject, source: 'crm', type: 'LeadCreated', subject, data: {} }
      await admin.api.persist('POST', '/api/v1/events', event, { 'content-type': 'application/cloudevents+json' })
    }
    await admin.api.persist('PUT', `/api/v1/flows/${id}/draft`, { name: 'Consultas', ...graph('P2D') })
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn(`/flows/${id}/runs`)
    await page.getByRole('table', { name: 'Ejecuciones' }).getByText('lead-3').waitFor()
    await page.goto(`${admin.url}/flows/${id}?publish=1`)
    const dialog = page.getByRole('dialog', { name: 'Publicar flujo' })
    await dialog.getByText('el plazo cambió de «1 día» a «2 días»').waitFor()
    await dialog.getByText('3 están en pasos que cambian').waitFor()
    await dialog.getByText('Pasan a la nueva').click()
    await dialog.getByText('3 de 3 pasan', { exact: true }).waitFor()
    // As a hand does that is used to it: once is meant.
    await dialog.getByRole('button', { name: 'Publicar flujo' }).dblclick()
    await page.getByText('Publicado como versión 2').waitFor()
    const { items } = await admin.api.persist<{ items: unknown[] }>('GET', `/api/v1/flows/${id}/versions`)
    assert.equal(items.length, 2)

    // Who waits at a step, from its settings.
    await page.goto(`${admin.url}/flows/${id}?step=espera`)
    await page.getByRole('link', { name: '3 ejecuciones esperan aquí' }).click()
    await page.getByRole('table', { name: 'Ejecuciones' }).getByText('lead-3').waitFor()
    assert.equal(new URL(page.url()).searchParams.get('step'), 'espera')
    await page.goto(`${admin.url}/flows/${id}/runs?step=nowhere`)
    await page.getByText('Ninguna ejecución coincide').waitFor()

    await page.goto(`${admin.url}/flows/${id}/runs`)
    await page.getByRole('link', { name: 'lead-1' }).click()
    const detail = page.getByRole('complementary', { name: 'Detalle' })
    await detail.getByText('Espera aquí').waitFor()
    await assertAccessible()
    await detail.getByRole('button', { name: 'Detener esta ejecución' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Detener esta ejecución' }).click()
    await detail.getByText('Detenida').waitFor()

    // Its path, on the drawing of each version that it went by; a later one does not show in it.
    await admin.api.persist('PUT', `/api/v1/flows/${id}/draft`, {
      name: 'Consultas',
      nodes: [graph('P2D').nodes[0]],
      edges: [],
    })
    await admin.api.persist('POST', `/api/v1/flows/${id}/publish`, { runs: 'stay' })
    await detail.getByText('por la versión 1').first().waitFor()
    // Who stays with an earlier version stands on a step that is gone, which has its words all the same.
    await page.getByRole('table', { name: 'Ejecuciones' }).getByText('en «Esperar 2 días').first().waitFor()
    await detail.getByRole('link', { name: 'Ver en el dibujo' }).click()
    await page.getByRole('heading', { level: 1, name: 'Recorrido de lead-1' }).waitFor()
    await page.getByText('Versión 2; la de hoy es la 3').waitFor()
    const stood = page.locator('.react-flow__node[data-id="espera"]')
    await stood.locator('[data-lit="here"]').waitFor()
    await stood.getByText('2 días').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Publicar flujo' }).count(), 0)
    await assertAccessible()
    await page.getByRole('radiogroup', { name: 'Versiones por las que pasó' }).getByText('Versión 1').click()
    await page.getByText('Versión 1; la de hoy es la 3').waitFor()
    await stood.getByText('1 día').waitFor()
    await page.getByRole('link', { name: 'Qué es distinto hoy' }).click()
    await page.waitForURL(/versions\?from=1&to=3/)
    await page.goBack()
    await page.getByRole('link', { name: 'La ejecución, paso a paso' }).click()
    await detail.getByRole('link', { name: '2 (hoy, 3)' }).waitFor()
    await page.getByRole('button', { name: 'Muchas a la vez' }).click()
    await page.getByRole('menuitem', { name: 'Detener las que están en curso' }).waitFor()
    // The menu is closed, and what is open beside the list only by the next press.
    await page.keyboard.press('Escape')
    await page.getByRole('menu').waitFor({ state: 'detached' })
    await detail.waitFor()
    await page.keyboard.press('Escape')
    await detail.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Muchas a la vez' }).click()
    await page.getByRole('menuitem', { name: 'Detener las que están en curso' }).click()
    await page.getByRole('button', { name: 'Contar primero' }).click()
    await page.getByRole('button', { name: 'Detener 2 ejecuciones' }).click()
    await page.getByText('Hecho: 2 de 2').waitFor()

    for (const [path, heading] of [
      ['versions', 'Consultas'],
      ['cases', 'Consultas'],
      ['report', 'Consultas'],
      ['replay', 'Consultas'],
    ] as const) {
      await page.goto(`${admin.url}/flows/${id}/${path}`)
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()
      await page.waitForLoadState('networkidle')
      await assertAccessible()
    }

    await page.goto(`${admin.url}/flows/${id}/report`)
    await page.getByRole('heading', { name: 'Falta un reparto con grupo de control' }).waitFor()
    await page.getByRole('main').getByRole('link', { name: 'Ir al dibujo' }).waitFor()

    // The periods of the report end when it is now for the flows, as on a fast clock, whatever the browser's clock shows.
    const ahead = Date.now() + 86_400_000
    await page.route('**/api/v1/me', async (route) => {
      const answer = await route.fetch()
      const clock = { now: new Date(ahead).toISOString(), scale: 1 }
      await route.fulfill({ response: answer, json: { ...(await answer.json()), clock } })
    })
    await page.goto(`${admin.url}/flows/${id}/report`)
    await page.getByRole('combobox', { name: 'Periodo' }).click()
    const told = page.waitForRequest((request) => request.url().includes('/report?'))
    await page.getByRole('option', { name: 'Últimos 7 días' }).click()
    const from = Date.parse(new URL((await told).url()).searchParams.get('from') ?? '')
    assert.ok(Math.abs(from - (ahead - 7 * 86_400_000)) < 120_000, new Date(from).toISOString())
    assert.equal(new URL(page.url()).search, '?period=P7D')
    assertCalm()
    await close()
  })

  it('begin by hand, and show the run once it is there, then yesterday on the draft', async () => {
    const id = await made('A mano', {
      nodes: [
        { id: 'inicio', type: 'trigger', position: { x: 0, y: 0 }, data: { manual: true } },
        { id: 'espera', type: 'wait', position: { x: 0, y: 160 }, data: { for: 'P1D' } },
        { id: 'fin', type: 'end', position: { x: 0, y: 320 }, data: {} },
      ],
      edges: [
        { id: '1', source: 'inicio', target: 'espera' },
        { id: '2', source: 'espera', target: 'fin' },
      ],
    })
    await admin.api.persist('POST', `/api/v1/flows/${id}/publish`, {})
    const { page, allow, assertCalm, close } = await admin.signedIn(`/flows/${id}/runs`)
    allow(/status of 404/)
    await page.getByText('Este flujo empieza cuando alguien lo pide').waitFor()
    // What the program has taken it begins a moment later.
    let looks = 0
    await page.route('**/api/v1/runs/*', (route) =>
      ++looks <= 2 ? route.fulfill({ status: 404, json: { status: 404, title: 'Not Found' } }) : route.continue(),
    )
    await page.getByRole('button', { name: 'Empezar una ejecución' }).click()
    await page.getByRole('dialog').getByLabel('De qué conversación o asunto').fill('maria')
    await page.getByRole('dialog').getByRole('button', { name: 'Empezar una ejecución' }).click()
    const detail = page.getByRole('complementary', { name: 'Detalle' })
    await detail.waitFor()
    const missed = detail.getByRole('alert')
    await detail.getByText('Espera aquí').or(missed).waitFor()
    assert.equal(await missed.count(), 0)
    await page.getByRole('table', { name: 'Ejecuciones' }).getByText('María').waitFor()

    await page.goto(`${admin.url}/flows/${id}/replay`)
    await page.getByRole('button', { name: 'Contar los eventos' }).click()
    await page.getByRole('button', { name: /^Repetir \d+ eventos/ }).click()
    await page.getByRole('row', { name: /^En curso 1 1$/ }).waitFor()

    // A replay that is under way is told in its own words; one that nobody waits for any more is broken off.
    const playing = 'Ya hay una repetición en curso'
    const refusal = { status: 429, title: 'Too many', code: 'flows/playing', messages: { es: playing, en: 'Playing' } }
    await page.route('**/api/v1/flows/*/replay', (route) => route.fulfill({ status: 429, json: refusal }), { times: 1 })
    allow(/status of 429/)
    await page.reload()
    await page.getByRole('button', { name: 'Contar los eventos' }).click()
    await page.getByText(playing).waitFor()
    await page.route('**/api/v1/flows/*/replay', () => {})
    await page.getByRole('button', { name: 'Reintentar' }).click()
    await page.getByRole('status').getByText('Contando…').waitFor()
    const brokenOff = () => page.waitForEvent('requestfailed', (request) => request.url().endsWith('/replay'))
    const cancelled = brokenOff()
    await page.getByRole('button', { name: 'Cancelar' }).click()
    await cancelled
    const left = brokenOff()
    await page.getByRole('button', { name: 'Contar los eventos' }).click()
    await page.getByRole('link', { name: 'Casos' }).click()
    await left
    assertCalm()
    await close()
  })

  it('are read from top to bottom where it is narrow, and their steps changed', async () => {
    const id = await made('Estrecho', {
      nodes: [
        { id: 'inicio', type: 'trigger', position: { x: 0, y: 0 }, data: { event: 'encounter.tmipw_expired' } },
        { id: 'espera', type: 'wait', position: { x: 0, y: 160 }, data: { for: 'PT4H' } },
      ],
      edges: [{ id: '1', source: 'inicio', target: 'espera' }],
    })
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn(`/flows/${id}`, { viewport: NARROW })
    const list = page.getByRole('list', { name: 'Pasos del flujo' })
    await list.getByRole('button', { name: 'Esperar 4 horas' }).click()
    await page.getByRole('dialog').getByLabel('Cuánto').fill('6')
    await page.getByRole('dialog').getByRole('button', { name: 'Cerrar ajustes' }).click()
    await list.getByRole('button', { name: 'Esperar 6 horas' }).waitFor()
    await assertAccessible()
    await page.goto(`${admin.url}/flows`)
    await page.getByRole('link', { name: 'Estrecho' }).waitFor()
    await assertAccessible()
    assert.equal((await stored(id)).draft?.nodes[1]?.data.for, 'PT6H')
    assertCalm()
    await close()
  })
})
