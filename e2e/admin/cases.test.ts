/** Cases of a flow as people write them: by form, out of a simulation, and put right where they come out otherwise. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Locator, Page, Route } from 'playwright-core'
import { flowText, readSample } from '../../server/flows/index.ts'
import { type Admin, NARROW, noBrowser, openAdmin } from './harness.ts'

type Case = { name: string; event: object; later?: { after: string }[]; expect: { [name: string]: unknown } }

describe('cases in the admin', { skip: noBrowser, timeout: 600_000 }, () => {
  let admin: Admin
  let flow: string
  const cases = async (id: string) =>
    (await admin.api.persist<{ items: Case[] }>('GET', `/api/v1/flows/${id}/cases`)).items
  const made = async (sample: Parameters<typeof readSample>[0]) => {
    const { cases: _cases, ...document } = JSON.parse(flowText(await readSample(sample, 'es')))
    return (await admin.api.persist<{ id: string }>('POST', '/api/v1/flows/import', document)).id
  }
  const dialogue = (page: Page, name: string) => page.getByRole('dialog', { name })
  const choose = async (page: Page, within: Locator, label: string, option: string) => {
    await within.getByRole('combobox', { name: label, exact: true }).click()
    await page.getByRole('option', { name: option, exact: true }).click()
  }

  before(async () => {
    admin = await openAdmin()
    await admin.api.persist('PUT', '/api/v1/queues/coach', {
      ...{ name: 'Coach', continuity: true, close_inactive_encounters: true },
      ...{ max_inactive_patient_warning_time: 1_440, max_inactive_patient_time: 60 },
    })
    flow = await made('lead-without-reply')
  })
  after(() => admin?.close())

  it('are written by form from the example of the catalogue, tried, kept, and renamed', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn(`/flows/${flow}/cases`)
    // Whoever is faster than the answer waits for it: what begins the flow is what the case begins with.
    const late = async (route: Route) => {
      await new Promise((go) => setTimeout(go, 1_000))
      await route.continue()
    }
    await page.route(`**/api/v1/flows/${flow}`, late, { times: 1 })
    await page.reload()
    await page.getByRole('button', { name: 'Añadir caso' }).first().click()
    const form = dialogue(page, 'Añadir caso')
    const data = form.getByRole('group', { name: 'Con estos datos' })
    assert.equal(await data.first().getByRole('textbox', { name: 'leadId' }).inputValue(), 'ld-4')
    const called = form.getByLabel('Nombre', { exact: true }).first()
    await called.fill('responde/a las tres horas')
    // What was typed is not thrown away by a key.
    await page.keyboard.press('Escape')
    await dialogue(page, '¿Salir sin guardar?').waitFor()
    await assertAccessible()
    await page.keyboard.press('Escape')
    await dialogue(page, '¿Salir sin guardar?').waitFor({ state: 'detached' })
    assert.equal(await called.inputValue(), 'responde-a las tres horas')

    await form.getByRole('button', { name: 'Pasa algo' }).click()
    await form.getByLabel('Después de').fill('3')
    await choose(page, form, 'Unidad', 'horas')
    await form.getByLabel('Pasa que').fill('LeadStatusChanged')
    await page.getByRole('option', { name: /LeadStatusChanged$/ }).click()
    await data.nth(1).getByRole('textbox', { name: 'to', exact: true }).fill('won')

    await form.getByLabel('Con qué resultado').fill('sin respuesta')
    await page.keyboard.press('Escape')
    await form.getByRole('switch', { name: 'Pasa por estos pasos' }).check()
    await form.getByRole('button', { name: 'Añadir paso' }).click()
    assert.equal(await form.getByLabel('Paso 2', { exact: true }).inputValue(), 'Dos horas para responder')
    await form.getByRole('button', { name: 'Probar' }).click()
    await form.getByText('Sale de otro modo.').waitFor()
    await assertAccessible()
    await form.getByRole('button', { name: 'Esperar lo que pasó' }).click()
    await form.getByText('Sale como se espera.').waitFor()
    await form.getByRole('button', { name: 'Guardar caso' }).click()
    await form.waitFor({ state: 'detached' })
    const [kept] = await cases(flow)
    assert.deepEqual(
      [kept?.name, kept?.event, kept?.later],
      [
        'responde-a las tres horas',
        { type: 'LeadCreated', data: { leadId: 'ld-4', listingId: 'l-9', channel: 'whatsapp' } },
        [
          {
            after: 'PT3H',
            event: { type: 'LeadStatusChanged', data: { leadId: 'ld-4', from: 'new', to: 'won' } },
          },
        ],
      ],
    )
    assert.deepEqual(
      [kept?.expect.status, kept?.expect.outcome, kept?.expect.steps],
      ['cancelled', 'cancelled by LeadStatusChanged', ['start', 'soon', 'whose', 'today']],
    )

    const detail = page.getByRole('complementary', { name: 'Detalle' })
    await detail.getByText('Llega «LeadCreated»').waitFor()
    await assertAccessible()
    await detail.getByRole('button', { name: 'Editar caso' }).click()
    const editor = dialogue(page, 'Editar caso')
    await editor.getByText('JSON', { exact: true }).click()
    const json = editor.getByLabel('Qué pasa y qué se espera (JSON)')
    await json.fill((await json.inputValue()).replace('"PT3H"', '"PT4H"'))
    await editor.getByText('Formulario', { exact: true }).click()
    assert.equal(await editor.getByLabel('Después de').inputValue(), '4')
    await editor.getByLabel('Nombre', { exact: true }).first().fill('responde a las cuatro horas')
    await editor.getByRole('button', { name: 'Guardar caso' }).click()
    await detail.getByRole('heading', { name: 'responde a las cuatro horas' }).waitFor()
    assert.deepEqual(
      (await cases(flow)).map(({ name, later }) => [name, later?.[0]?.after]),
      [['responde a las cuatro horas', 'PT4H']],
    )
    assertCalm()
    await close()
  })

  it('that come out otherwise show what was expected beside what came', async () => {
    const id = await made('lead-without-reply')
    const path = `/api/v1/flows/${id}/cases`
    const about = {
      event: { type: 'LeadCreated', data: { leadId: 'ld-4', contactId: 'ana' } },
      contact: { name: 'Ana' },
    }
    await admin.api.persist('PUT', `${path}/nadie%20responde`, {
      ...about,
      expect: {
        ...{ outcome: 'olvidada', steps: ['start', 'soon', 'whose', 'today', 'nudge', 'thirdDay', 'unanswered'] },
        messages: [
          { node: 'nudge', after: 'PT22H' },
          { node: 'nudgeAgain', after: 'P3D' },
        ],
      },
    })
    await admin.api.persist('PUT', `${path}/otro`, { ...about, expect: { status: 'completed' } })
    for (const viewport of [undefined, NARROW]) {
      const watched = await admin.signedIn(`/flows/${id}/cases`, viewport === undefined ? {} : { viewport })
      const { page, assertCalm, assertAccessible, close } = watched
      await page.getByRole('button', { name: 'Probar los casos' }).click()
      await page.getByText('1 bien, 1 en rojo').waitFor()
      await page.getByRole('link', { name: 'nadie responde' }).click()
      const table = page.getByRole('table').filter({ hasText: 'Se esperaba' })
      const cells = (name: RegExp) => table.getByRole('row', { name }).getByRole('cell').allInnerTexts()
      await table.waitFor()
      assert.deepEqual(await cells(/Resultado/), ['olvidada', 'sin respuesta'])
      assert.deepEqual(await cells(/Paso 5 /), ['nada', '¿Tiene una conversación?'])
      assert.deepEqual(await cells(/Paso 4 /), ['Hasta cumplir un día', 'Hasta cumplir un día'])
      const [expected, came] = await cells(/Mensaje 1 /)
      assert.match(expected ?? '', /Llamar de vuelta[\s\S]+tras 22 horas/)
      assert.match(came ?? '', /Llamar de vuelta[\s\S]+push · tras 1 día[\s\S]+lead-nudge/)
      assert.equal(await table.locator('tr[data-missed]').filter({ hasText: 'Mensaje 2' }).count(), 0)
      await assertAccessible()
      assertCalm()
      await close()
    }
  })

  it('are made of a simulation that was just played, and expect what came of it', async () => {
    const id = await made('abandoned-conversation')
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn(`/flows/${id}?simulate=true`)
    const simulation = page.getByRole('region', { name: 'Simular' })
    await simulation.getByText('Responde', { exact: true }).click()
    await simulation.getByRole('button', { name: 'Simular', exact: true }).click()
    await simulation.getByText(/Terminó · recuperada/).waitFor()
    await simulation.getByRole('button', { name: 'Guardar como caso' }).click()
    const form = dialogue(page, 'Añadir caso')
    await form.getByText('Sale como se espera.').waitFor()
    assert.equal(await form.getByLabel('Nombre', { exact: true }).first().inputValue(), 'Ana responde tras 2 horas')
    await assertAccessible()
    await form.getByRole('button', { name: 'Guardar caso' }).click()
    await page.getByText('Caso guardado').waitFor()
    const [kept] = await cases(id)
    assert.deepEqual(kept?.later, [{ after: 'PT2H', reply: 'Hola, aquí sigo' }])
    assert.deepEqual(kept?.expect, {
      ...{ status: 'completed', outcome: 'recuperada', steps: ['start', 'split', 'push', 'reply', 'done'] },
      messages: [{ node: 'push', after: 'PT0S', channel: 'push', template: 'come-back' }],
    })
    const { passed, failed } = await admin.api.persist<{ passed: number; failed: number }>(
      'POST',
      `/api/v1/flows/${id}/cases/run`,
      {},
    )
    assert.deepEqual([passed, failed], [1, 0])
    assertCalm()
    await close()
  })
})
