/** Events as people look for them: by filters of the address, one with all that came of it, and those that went astray. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { settled } from '../harness/client.ts'
import { type Receiver, startReceiver } from '../harness/receiver.ts'
import { type Admin, NARROW, noBrowser, openAdmin } from './harness.ts'

describe('events in the admin', { skip: noBrowser, timeout: 600_000 }, () => {
  let admin: Admin
  let receiver: Receiver
  const tell = (id: string, type: string, data: object) =>
    admin.api.persist(
      'POST',
      '/api/v1/events',
      { ...{ specversion: '1.0', id, source: '/clinic', type, subject: `of-${id}`, data } },
      { 'content-type': 'application/cloudevents+json' },
    )
  before(async () => {
    receiver = await startReceiver((path, body) => `${path} ${body}`)
    admin = await openAdmin({ CAUCE_INVALID_EVENTS: 'set-aside' })
    await admin.api.persist('POST', '/api/v1/subscriptions', {
      ...{ routingKeyPattern: 'visit.booked', webhookUrl: `${receiver.url}/agenda` },
    })
    await admin.api.persist('POST', '/api/v1/event-types', {
      ...{ name: 'pet.weighed', schema: { type: 'object', required: ['kg'], properties: { kg: { type: 'number' } } } },
    })
    await tell('v1', 'visit.booked', { note: '<script>alert(1)</script>' })
    await tell('v2', 'visit.missed', {})
    await tell('p1', 'pet.weighed', { kg: 'four' })
    await settled(async () => (receiver.calls.size === 1 ? '' : 'no webhook came'))
  })
  after(async () => {
    await admin?.close()
    receiver?.close()
  })

  it('are found by filters that stand in the address', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/events')
    await page.getByRole('link', { name: /visit\.booked/ }).waitFor()
    await page.getByRole('searchbox', { name: 'Tipo' }).fill('visit.*')
    await page.waitForURL(/type=visit\.\*/)
    await page.getByRole('searchbox', { name: 'Sobre quién' }).fill('of-v2')
    await page.getByRole('link', { name: /visit\.booked/ }).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: /visit\.missed/ }).waitFor()
    await assertAccessible()
    await page.reload()
    await page.getByRole('link', { name: /visit\.missed/ }).waitFor()
    assert.equal(await page.getByRole('link', { name: /visit\.booked/ }).count(), 0)
    assertCalm()
    await close()
  })

  it('show all that came of them, as a picture and as a list, and lead to it', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/events?type=visit.booked')
    await page.getByRole('link', { name: /visit\.booked/ }).click()
    const picture = page.getByRole('region', { name: '¿Qué pasó a causa de este evento?' }).last()
    const delivery = picture.getByRole('link', { name: /Entrega.*Webhook.*Entregada/ })
    await delivery.waitFor()
    await picture.getByText('Lo lee').waitFor({ state: 'attached' })
    await assertAccessible()
    // What others wrote stays text.
    assert.equal(await page.locator('main script').count(), 0)
    await page.getByText('Lista', { exact: true }).click()
    await page.waitForURL(/list=true/)
    await page
      .getByRole('list', { name: '¿Qué pasó a causa de este evento?' })
      .getByRole('link', { name: /Webhook/ })
      .click()
    await page.waitForURL(/\/webhooks\/deliveries\?selected=/)
    await page.getByRole('complementary').getByText('Código 200').waitFor()
    assertCalm()
    await close()
  })

  it('that do not fit their schema wait, and pass when somebody lets them', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/events/quarantine')
    await page.getByRole('link', { name: 'pet.weighed' }).click()
    const detail = page.getByRole('complementary')
    await detail.getByText('"four"').waitFor()
    await assertAccessible()
    await detail.getByRole('button', { name: 'Revisar de nuevo' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revisar de nuevo' }).click()
    await page.getByText('Un evento se queda: todavía no cumple').waitFor()
    await detail.getByRole('button', { name: 'Dejar pasar' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Dejar pasar' }).click()
    await page.getByRole('heading', { name: 'Nada en cuarentena' }).waitFor()
    await page.goto(`${admin.url}/events?type=pet.weighed`)
    await page.getByRole('link', { name: /pet\.weighed/ }).waitFor()
    assertCalm()
    await close()
  })

  it('that do not fit their schema are found by their cause and put right', async () => {
    for (const id of ['p2', 'p3']) await tell(id, 'pet.weighed', { kg: `<b>${id}</b>` })
    await tell('p4', 'pet.weighed', { kilos: 4 })
    const { page, allow, assertCalm, assertAccessible, close } = await admin.signedIn('/events/quarantine')
    allow(/status of 400/)
    const causes = page.getByRole('table', { name: 'Por causa' })
    await causes.getByRole('link', { name: '/data/kg debe ser un número' }).click()
    await page.waitForURL(/fault=/)
    const list = page.getByRole('table', { name: /cuarentena/i })
    await page.getByText('2 filas, no hay más').waitFor()
    await list.getByRole('link', { name: 'pet.weighed' }).first().click()
    const detail = page.getByRole('complementary')
    await detail.getByText('"<b>p3</b>"').waitFor()
    await detail.getByRole('button', { name: 'Corregir' }).click()
    const dialog = page.getByRole('dialog', { name: 'Corregir' })
    await assertAccessible()
    await dialog.getByLabel('Datos, como JSON').fill('{ "kg": "5" }')
    await dialog.getByLabel('Por qué').fill('La balanza lo mandó como texto')
    await dialog.getByRole('button', { name: 'Corregir' }).click()
    await dialog.getByRole('alert').waitFor()
    await dialog.getByLabel('Datos, como JSON').fill('{ "kg": 5 }')
    await dialog.getByRole('button', { name: 'Corregir' }).click()
    await page.getByText('El evento quedó corregido y pasa al registro').waitFor()
    await settled(async () => {
      const { data } = await admin.api.persist<{ data: unknown }>('GET', '/api/v1/events/p3')
      return JSON.stringify(data) === '{"kg":5}' ? '' : 'not in the log'
    })
    assertCalm()
    await admin.api.persist('POST', '/backoffice/events/quarantine/discard', { filter: {} })
    await close()
  })

  it('that were set aside are given back as the group that they are, counted', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/events')
    const asked: unknown[] = []
    const at = new Date().toISOString()
    const events = ['v1', 'v2'].map((id) => ({ id, source: 's', type: 'pet.fed', subject: `of ${id}`, occurredAt: at }))
    const group = { consumer: 'flows', error: 'cannot read data', count: 12, eventIds: ['v1', 'v2'], events }
    // What sets events aside for good is a fault of the program: here it is pretended.
    await page.route('**/backoffice/events/failures', (route) =>
      route.fulfill({
        json: { items: asked.length > 0 ? [] : [{ ...group, oldest: at, newest: at }], nextCursor: null },
      }),
    )
    await page.route('**/backoffice/events/retry', (route) => {
      asked.push(route.request().postDataJSON())
      return route.fulfill({ status: 202, json: { retried: 12 } })
    })
    await page.goto(`${admin.url}/events/set-aside`)
    await page.getByRole('link', { name: 'cannot read data' }).click()
    const detail = page.getByRole('complementary')
    await detail.getByRole('link', { name: 'pet.fed' }).first().waitFor()
    await detail.getByText('of v1').waitFor()
    await detail.getByText('y 10 más').waitFor()
    await assertAccessible()
    await detail.getByRole('button', { name: 'Reintentar 12 eventos' }).click()
    await page
      .getByRole('dialog', { name: '¿Reintentar 12 eventos?' })
      .getByRole('button', { name: 'Reintentar 12 eventos' })
      .click()
    await page.getByText('12 eventos se intentan de nuevo').waitFor()
    assert.deepEqual(asked, [{ filter: { consumer: 'flows', error: 'cannot read data' } }])
    await page.getByRole('heading', { name: 'Nada apartado' }).waitFor()
    assertCalm()
    await close()
  })

  it('that are set aside are given up one by one from their page, with what that means', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/events')
    const asked: { ids: string[]; source: string; reason: string }[] = []
    await page.route(/\/api\/v1\/events\/v1(\?|$)/, async (route) => {
      const answer = await route.fetch()
      const event = await answer.json()
      const [first, ...others] = event.consumers
      const failed = { ...first, state: 'failed', attempts: 5, error: 'cannot read data' }
      const at = new Date().toISOString()
      const settled = { attempts: 5, error: 'cannot read data', setAsideAt: at, at, actor: 'key:none' }
      const discarded = {
        ...first,
        state: 'discarded',
        settled: [{ ...settled, outcome: 'discarded', reason: 'es una prueba' }],
      }
      return route.fulfill({
        response: answer,
        json: { ...event, consumers: [asked.length > 0 ? discarded : failed, ...others] },
      })
    })
    await page.route('**/backoffice/events/discard', (route) => {
      asked.push(route.request().postDataJSON())
      return route.fulfill({ json: { discarded: 1 } })
    })
    await page.goto(`${admin.url}/events/v1`)
    await page.getByRole('button', { name: 'Descartar', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Descartar un evento' })
    await dialog.getByText('Los demás que fallaron igual siguen apartados.').waitFor()
    await assertAccessible()
    await dialog.getByRole('textbox').fill('es una prueba')
    await dialog.getByRole('button', { name: 'Descartar un evento' }).click()
    await page.getByText('Un evento descartado').waitFor()
    await page.getByText('Este evento está apartado').waitFor({ state: 'detached' })
    // It does not look like one that there was nothing to do with.
    await page
      .getByRole('region', { name: '¿Qué pasó a causa de este evento?' })
      .getByText('Apartado y descartado')
      .waitFor()
    const readers = page.getByRole('region', { name: '¿Quién lo ha leído?' })
    await readers.getByText('Se apartó tras 5 intentos').waitFor()
    await readers.getByText('cannot read data').waitFor()
    await readers.getByText('Lo descartó').waitFor()
    await readers.getByText('es una prueba').waitFor()
    assert.equal(await page.getByText('no había nada que hacer').count(), 0)
    assert.deepEqual(
      asked.map(({ ids, reason }) => ({ ids, reason })),
      [{ ids: ['v1'], reason: 'es una prueba' }],
    )
    assert.ok(asked[0]?.source)
    assertCalm()
    await close()
  })

  it('have a catalogue with the schema of each version, and fit a narrow window', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/events/catalogue?pattern=pet.%23', {
      viewport: NARROW,
    })
    await page.getByRole('link', { name: 'pet.weighed' }).click()
    await page.getByRole('dialog').getByText('required').waitFor()
    await assertAccessible()
    for (const path of ['/events', '/events/v1', '/events/outbox']) {
      await page.goto(`${admin.url}${path}`)
      await page.getByText('visit.booked').first().waitFor()
      await assertAccessible()
    }
    // The tab where one is stands in sight, however many there are before it.
    const here = await page.getByRole('link', { name: 'Registro de salida' }).boundingBox()
    assert.ok(here !== null && here.x >= 0 && here.x + here.width <= NARROW.width, `it stands at ${here?.x}`)
    assertCalm()
    await close()
  })
})
