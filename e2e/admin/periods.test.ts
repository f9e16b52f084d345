/** Figures and lists of a period: one that ends now, or between two dates in the reader's zone. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { type Admin, NARROW, noBrowser, openAdmin } from './harness.ts'

/** Where its clock went forward at midnight: the day began at one. */
const DAY = '2026-09-06'
const FROM = '2026-09-06T04:00:00.000Z'
const TO = '2026-09-07T03:00:00.000Z'

describe('a period in the admin', { skip: noBrowser, timeout: 600_000 }, () => {
  let admin: Admin
  before(async () => {
    admin = await openAdmin()
    for (const [id, time] of [
      ['before', '2026-09-06T03:59:59Z'],
      ['first', '2026-09-06T04:00:00Z'],
      ['last', '2026-09-07T02:59:59Z'],
      ['behind', '2026-09-07T03:00:00Z'],
    ] as const)
      await admin.api.persist(
        'POST',
        '/api/v1/events',
        { specversion: '1.0', id, source: '/clinic', type: `visit.${id}`, subject: id, time, data: {} },
        { 'content-type': 'application/cloudevents+json' },
      )
  })
  after(() => admin?.close())

  const asks = async (page: Page) => {
    await page.getByRole('search').getByRole('combobox', { name: 'Periodo' }).focus()
    await page.keyboard.press('Enter')
    const own = page.getByRole('option', { name: 'Entre dos fechas…' })
    await own.waitFor()
    // The list marks the chosen one once it is drawn, perhaps only behind the first key.
    for (let keys = 0; keys < 20 && (await own.getAttribute('data-combobox-selected')) === null; keys++) {
      await page.keyboard.press('ArrowUp')
    }
    await page.keyboard.press('Enter')
    return page.getByRole('dialog', { name: 'Entre dos fechas' })
  }
  const types = (page: Page) => page.getByRole('table').locator('[data-row]').allInnerTexts()

  it('is a span of whole days in the zone of the reader, in the address and on a chip', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/events')
    const dialogue = await asks(page)
    await dialogue.getByText('Hora de America/Santiago').waitFor()
    await dialogue.getByRole('button', { name: 'Ver este periodo' }).click()
    await dialogue.getByText('Elige al menos una fecha').waitFor()
    await assertAccessible()
    // What is half written is not taken for nothing.
    await dialogue.getByLabel('Hasta el día').fill(DAY)
    await dialogue.getByLabel('Desde el día').focus()
    await page.keyboard.type('05')
    await page.keyboard.press('Enter')
    await dialogue.getByText('Está a medias').waitFor()
    await dialogue.getByLabel('Desde el día').fill(DAY)
    await dialogue.getByLabel('Hasta el día').fill('2026-09-05')
    await dialogue.getByRole('button', { name: 'Ver este periodo' }).click()
    await dialogue.getByText('Termina antes de empezar').waitFor()
    await dialogue.getByLabel('Hasta el día').fill(DAY)
    await dialogue.getByLabel('Desde la hora').fill('00:30')
    await page.keyboard.press('Enter')
    await dialogue.getByText('no existe esa hora en America/Santiago').waitFor()
    await dialogue.getByLabel('Desde la hora').fill('')
    await page.keyboard.press('Enter')
    await dialogue.waitFor({ state: 'detached' })
    const chip = page.getByText('6 de septiembre de 2026', { exact: true })
    await chip.waitFor()
    const address = new URL(page.url()).searchParams
    assert.deepEqual([address.get('from'), address.get('to')], [FROM, TO])
    await page.getByRole('link', { name: /visit\.behind/ }).waitFor({ state: 'detached' })
    const rows = await types(page)
    assert.deepEqual(
      rows.map((row) => /visit\.\w+/.exec(row)?.[0]),
      ['visit.last', 'visit.first'],
    )
    await assertAccessible()

    // Chosen once more it is there to be changed, and left as it was.
    const again = await asks(page)
    assert.deepEqual(
      [await again.getByLabel('Desde el día').inputValue(), await again.getByLabel('Hasta el día').inputValue()],
      [DAY, DAY],
    )
    await page.keyboard.press('Escape')
    await again.waitFor({ state: 'detached' })
    await page
      .locator('input:focus')
      .and(page.getByRole('combobox', { name: 'Periodo' }))
      .waitFor()
    assert.equal(new URL(page.url()).searchParams.get('from'), FROM)
    // Another period takes its place, and the chip takes it away.
    await page.getByRole('combobox', { name: 'Periodo' }).click()
    await page.getByRole('option', { name: 'Últimos 90 días' }).click()
    await page.waitForURL((url) => url.search === '?period=P90D')
    await chip.waitFor({ state: 'detached' })
    await page.goto(`${admin.url}/events?from=2026-09-06T04:00:00Z`)
    await page.getByText('Desde 6 sept 2026, 1:00').waitFor()
    await page.getByRole('button', { name: 'Quitar este tramo' }).click()
    await page.waitForURL((url) => url.search === '')
    assertCalm()
    await close()
  })

  it('is what each page asks the program for', async () => {
    const { page, assertCalm, close } = await admin.signedIn('/events')
    for (const [path, asked, from, to] of [
      ['/overview', '/api/v1/reports/funnel', 'from', 'to'],
      ['/overview/silences', '/api/v1/reports/silences', 'from', 'to'],
      ['/conversations', '/api/v1/conversations', 'from', 'to'],
      ['/notifications', '/api/v1/notifications', 'from', 'to'],
      ['/webhooks/deliveries', '/api/v1/deliveries', 'since', 'until'],
      ['/settings/audit', '/api/v1/audit', 'from', 'to'],
    ] as const) {
      await page.goto(`${admin.url}${path}`)
      const dialogue = await asks(page)
      await dialogue.getByLabel('Desde el día').fill(DAY)
      await dialogue.getByLabel('Hasta el día').fill(DAY)
      const told = page.waitForRequest((request) => {
        const { pathname, searchParams } = new URL(request.url())
        return pathname === asked && searchParams.get(from) === FROM && searchParams.get(to) === TO
      })
      await dialogue.getByRole('button', { name: 'Ver este periodo' }).click()
      assert.ok((await (await told).response())?.ok(), path)
      await page.getByText('6 de septiembre de 2026', { exact: true }).waitFor()
    }
    assertCalm()
    await close()
  })

  it('that is too long for the program is said so at its field, on a telephone in the dark too', async () => {
    const { page, allow, assertCalm, assertAccessible, close } = await admin.signedIn('/overview', {
      viewport: NARROW,
      scheme: 'dark',
    })
    allow(/400/)
    const dialogue = await asks(page)
    await dialogue.getByLabel('Desde el día').fill('2024-01-01')
    await dialogue.getByLabel('Hasta el día').fill('2026-01-01')
    await assertAccessible()
    await dialogue.getByRole('button', { name: 'Ver este periodo' }).click()
    await page.getByRole('alert').getByText('El comienzo debe estar a 366 días del fin como máximo').waitFor()
    await page
      .locator('[aria-invalid="true"]')
      .and(page.getByRole('combobox', { name: 'Periodo' }))
      .waitFor()
    await assertAccessible()
    assertCalm()
    await close()
  })
})
