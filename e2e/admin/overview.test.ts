/** The first page: what became of silences, each figure with its rows, and what happens now. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { settled } from '../harness/client.ts'
import { type Admin, NARROW, noBrowser, openAdmin } from './harness.ts'

/** Ten minutes pass in a second. */
const SCALE = 600
const MOST_SCRIPT_BYTES = 300_000

describe('the overview', { skip: noBrowser, timeout: 600_000 }, () => {
  let admin: Admin
  before(async () => {
    admin = await openAdmin({ CAUCE_TIME_SCALE: String(SCALE) })
    const { api } = admin
    await api.persist('PUT', '/api/v1/queues/coach', {
      ...{ name: 'Coach de salud', brand: 'clinica', service: 'coach' },
      ...{ max_inactive_patient_warning_time: 60, max_inactive_patient_time: 100_000, close_inactive_encounters: true },
    })
    for (const id of ['maria', 'john', 'rosa']) {
      await api.persist('PUT', `/api/v1/contacts/${id}`, { name: id })
      await api.persist('POST', '/api/v1/encounters', {
        ...{ id: `enc-${id}`, queueId: 'coach', contactId: id, channel: 'webchat' },
      })
      await api.persist('POST', `/api/v1/encounters/enc-${id}/messages`, { from: 'patient', text: 'hola' })
    }
    const figure = async (name: string) =>
      (await api.persist<{ groups: Record<string, number>[] }>('GET', '/api/v1/reports/funnel')).groups[0]?.[name]
    await settled(async () => ((await figure('warned')) === 3 ? '' : 'not all were warned'))
    await api.persist('POST', '/api/v1/encounters/enc-maria/messages', { from: 'patient', text: 'aquí estoy' })
    // Closed at once: she would fall silent a second time.
    await api.persist('POST', '/api/v1/encounters/enc-maria/close', { reason: 'solved' })
    await settled(async () => ((await figure('recovered')) === 1 ? '' : 'nobody came back'))
  })
  after(() => admin?.close())

  it('answers what became of those who fell silent, and each figure opens its rows', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/overview')
    const funnel = page.getByRole('region', { name: '¿Qué pasó con quienes quedaron en silencio?' })
    await funnel.getByRole('link', { name: /Quedaron en silencio\s*3/ }).waitFor()
    await funnel.getByRole('link', { name: /Volvieron\s*1\s*33\s?%/ }).waitFor()
    await page.getByText('Ningún flujo ha tratado silencios').waitFor()
    await page.getByText('Hasta ahora, de una sola vuelta').waitFor()
    await assertAccessible()
    await funnel.getByRole('link', { name: /Volvieron/ }).click()
    await page.waitForURL(/\/overview\/silences\?stage=recovered/)
    await page.getByRole('heading', { name: 'Personas que volvieron' }).waitFor()
    await page.getByRole('table').getByRole('link', { name: 'maria' }).waitFor()
    assert.equal(await page.getByRole('table').locator('[data-row]').count(), 1)
    await assertAccessible()
    await page.goBack()
    const groups = page.getByRole('region', { name: '¿Dónde vuelven más?' })
    // Also what is not known of somebody, or is not there.
    await groups.getByText('Versión de flujo').click()
    await groups
      .getByRole('row', { name: /Sin flujo/ })
      .getByRole('link', { name: '3', exact: true })
      .click()
    await page.waitForURL(/\/overview\/silences\?without=flow/)
    await page.getByRole('table').getByRole('link', { name: 'john' }).waitFor()
    assert.equal(await page.getByRole('table').locator('[data-row]').count(), 3)
    await page.getByRole('search').getByRole('combobox', { name: 'Sin dato' }).waitFor()
    await page.goBack()
    // A group narrows the whole page to itself, and the address says so.
    await groups.getByText('Cola', { exact: true }).first().click()
    await groups.getByRole('link', { name: 'Coach de salud' }).click()
    await page.waitForURL(/queue=coach/)
    await groups.getByText('Día', { exact: true }).click()
    const days = page.getByRole('region', { name: /cada día/ })
    await days.locator('svg').first().waitFor()
    await assertAccessible()
    // A bar and the figure of its day, which those who cannot see the picture have, open the same rows.
    const ofDay = days.getByRole('row').nth(1).getByRole('link').nth(1)
    const count = Number(await ofDay.textContent())
    const [, ...inTable] = (await ofDay.getAttribute('href'))?.split('?') ?? []
    await days.locator('.recharts-bar-rectangle').first().click()
    await page.waitForURL(/\/overview\/silences\?.*from=.*to=/)
    assert.deepEqual(new URL(page.url()).search.slice(1).split('&').sort(), inTable.join().split('&').sort())
    await page.getByRole('table').locator('[data-row]').first().waitFor()
    assert.equal(await page.getByRole('table').locator('[data-row]').count(), count)
    await page.goBack()
    await ofDay.focus()
    await assertAccessible()
    const warned = page.getByRole('link', { name: /Personas en silencio que no han vuelto\s*2/ })
    assert.match((await warned.getAttribute('href')) ?? '', /\/conversations\?status=warned/)
    // All three fell silent: one is closed, and two were warned.
    const others = page.getByRole('link', { name: /Conversaciones abiertas\s*0/ })
    assert.match((await others.getAttribute('href')) ?? '', /\/conversations\?status=open/)
    const paused = page.getByRole('link', { name: /Webhooks en pausa por fallar\s*0/ })
    assert.match((await paused.getAttribute('href')) ?? '', /\/webhooks\?state=paused/)
    assertCalm()
    await close()
  })

  it('says so where a part cannot be told, and nothing else in its place', async () => {
    const { page, allow, close } = await admin.signedIn('/account')
    allow(/./)
    let fails = true
    await page.route(/\/api\/v1\/(events|reports\/funnel\?.*by=flow)/, (route) =>
      fails ? route.fulfill({ status: 500, json: { title: 'broken', traceId: 'trace-1' } }) : route.continue(),
    )
    await page.goto(`${admin.url}/overview`)
    const lift = page.getByRole('region', { name: '¿Cuántos volvieron gracias al aviso?' })
    const ticker = page.getByRole('region', { name: 'Lo que está pasando' })
    await lift.getByText(/avisa con este código: trace-1/).waitFor()
    await ticker.getByText(/avisa con este código: trace-1/).waitFor()
    assert.equal(await page.getByText(/Ningún flujo ha tratado|Todavía no ha pasado nada/).count(), 0)
    fails = false
    await lift.getByRole('button', { name: 'Reintentar' }).click()
    await lift.getByText('Ningún flujo ha tratado').waitFor()
    await close()
  })

  it('tells of notifications that no channel could take, and opens them', async () => {
    const { notificationId } = await admin.api.persist<{ notificationId: string }>('POST', '/api/v1/notifications', {
      ...{ to: { contactId: 'rosa' }, channels: ['push', 'email'], content: { body: 'Vuelve' } },
    })
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/overview')
    await page.getByRole('link', { name: /Avisos que ningún canal pudo llevar en un día\s*1/ }).waitFor()
    const ways = page.getByRole('region', { name: '¿Llega lo que se envía?' })
    await ways.getByText('Un aviso no llegó por ninguno. Sin configurar: Push, Correo.').waitFor()
    assert.equal(await ways.getByText('Nada ha salido').count(), 0)
    await assertAccessible()
    await ways.getByRole('link', { name: /Ningún canal/ }).click()
    await page.waitForURL(/\/notifications\?status=failed&period=P1D/)
    await page.getByRole('table').locator(`a[href*="${notificationId}"]`).first().waitFor()
    assertCalm()
    await close()
  })

  it('tells of what happens as it happens', async () => {
    const { page, assertCalm, close } = await admin.signedIn('/overview')
    const ticker = page.getByRole('region', { name: 'Lo que está pasando' })
    await ticker.getByRole('link').first().waitFor()
    await admin.api.persist(
      'POST',
      '/api/v1/events',
      { ...{ specversion: '1.0', id: 'e1', source: '/x', type: 'visit.booked', subject: 'of-e1', data: {} } },
      { 'content-type': 'application/cloudevents+json' },
    )
    await ticker.getByRole('link', { name: /visit\.booked/ }).click()
    await page.getByRole('heading', { name: 'visit.booked' }).waitFor()
    assertCalm()
    await close()
  })

  it('is there with little script, and fits a narrow window', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/overview', { viewport: NARROW })
    await page.getByRole('link', { name: /Volvieron\s*1/ }).waitFor()
    await assertAccessible()
    const scripts = await page.evaluate<string[]>(
      `performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => /\\.js$/.test(name))`,
    )
    assert.ok(scripts.length > 0)
    let bytes = 0
    for (const url of scripts) bytes += gzipSync(Buffer.from(await (await fetch(url)).arrayBuffer())).length
    assert.ok(bytes < MOST_SCRIPT_BYTES, `${bytes} bytes of script`)
    await page.goto(`${admin.url}/overview?by=day`)
    await page.locator('.recharts-bar-rectangle').first().waitFor()
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), NARROW.width)
    await page.goto(`${admin.url}/overview/silences`)
    await page.getByRole('link', { name: 'john' }).waitFor()
    await assertAccessible()
    assertCalm()
    await close()
  })
})
