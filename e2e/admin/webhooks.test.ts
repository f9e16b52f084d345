/** Systems that are told of what happens: subscribed, tried, changed, told again, turned off. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import type { Locator } from 'playwright-core'
import { settled } from '../harness/client.ts'
import { type Receiver, startReceiver } from '../harness/receiver.ts'
import { type Admin, NARROW, noBrowser, openAdmin } from './harness.ts'

/** The field itself: its label names the list that it opens, too. */
const fieldOf = (form: Locator, label: string): Locator =>
  form.getByLabel(label).and(form.locator('input:not([type=radio], [type=hidden])'))

describe('webhooks in the admin', { skip: noBrowser, timeout: 600_000 }, () => {
  let admin: Admin
  let receiver: Receiver
  before(async () => {
    receiver = await startReceiver((path, body) => `${path} ${body}`)
    admin = await openAdmin()
  })
  after(async () => {
    await admin?.close()
    receiver?.close()
  })

  it('subscribes a system, shows its secret once, and tries it with a test event', async () => {
    const { page, allow, assertCalm, assertAccessible, close } = await admin.signedIn('/webhooks')
    await page.getByRole('heading', { name: 'Ningún sistema está suscrito' }).waitFor()
    await assertAccessible()
    await page.getByRole('button', { name: 'Suscribir un sistema' }).first().click()
    const form = page.getByRole('dialog', { name: 'Suscribir un sistema' })
    await fieldOf(form, 'Dirección').fill(`${receiver.url}/crm?token=hidden`)
    await fieldOf(form, 'Eventos').fill('order..placed')
    await fieldOf(form, 'Reintentos después de').fill('5 minutos')
    await page.keyboard.press('Enter')
    allow(/status of 400/)
    await form.getByRole('button', { name: 'Suscribir un sistema' }).click()
    await form.locator('[aria-invalid="true"]').waitFor()
    await fieldOf(form, 'Eventos').fill('order.*')
    await assertAccessible()
    await form.getByRole('button', { name: 'Suscribir un sistema' }).click()
    const shown = page.getByRole('dialog', { name: 'Guarda esto ahora' })
    assert.match((await shown.locator('code').textContent()) ?? '', /^whsec_/)
    await shown.getByRole('button', { name: 'Ya lo guardé' }).click()
    // What may be a token is not in the name of the page.
    await page.getByRole('heading', { name: `${receiver.url}/crm`, exact: true }).waitFor()
    await page.getByText('5 minutos').waitFor()
    await page.getByRole('button', { name: 'Enviar evento de prueba' }).click()
    const detail = page.getByRole('complementary')
    await detail.getByText('Código 200').waitFor()
    await detail.getByRole('button', { name: 'Ver lo que se envió' }).click()
    await detail.getByText(/\d+ bytes$/).waitFor()
    await assertAccessible()
    assert.equal([...receiver.calls.keys()].filter((key) => key.startsWith('/crm')).length, 1)
    assertCalm()
    await close()
  })

  it('subscribes it once, also where the answer was lost and somebody tries again', async () => {
    const { page, allow, close } = await admin.signedIn('/webhooks')
    allow(/./)
    await page.getByRole('button', { name: 'Suscribir un sistema' }).first().click()
    const form = page.getByRole('dialog', { name: 'Suscribir un sistema' })
    await fieldOf(form, 'Dirección').fill(`${receiver.url}/once`)
    await fieldOf(form, 'Eventos').fill('nobody.ever')
    // A click beside it takes nothing of what was typed.
    await page.mouse.click(5, 5)
    await page.route('**/subscriptions', async (route) => {
      await route.fetch()
      await route.abort()
    })
    await form.getByRole('button', { name: 'Suscribir un sistema' }).click()
    await form.getByRole('alert').waitFor()
    await page.unroute('**/subscriptions')
    await form.getByRole('button', { name: 'Suscribir un sistema' }).click()
    await page.getByRole('dialog', { name: 'Guarda esto ahora' }).waitFor()
    const all = await admin.api.persist<{ webhookUrl?: string }[]>('GET', '/api/v1/subscriptions')
    assert.equal(all.filter(({ webhookUrl }) => webhookUrl === `${receiver.url}/once`).length, 1)
    await close()
  })

  it('counts what would be sent again, leaves one out, and sends the rest', async () => {
    for (const n of [1, 2, 3])
      await admin.api.persist(
        'POST',
        '/api/v1/events',
        {
          ...{ specversion: '1.0', id: `o${n}`, source: '/shop', type: 'order.placed', subject: `o${n}`, data: { n } },
        },
        { 'content-type': 'application/cloudevents+json' },
      )
    const came = (n: number) => [...receiver.calls].find(([key]) => key.includes(`"o${n}"`))?.[1].count ?? 0
    await settled(async () => ([1, 2, 3].every((n) => came(n) === 1) ? '' : 'not all came'))
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/webhooks')
    await page.getByRole('link', { name: `${receiver.url}/crm` }).click()
    await page.getByRole('button', { name: 'Repetir entregas' }).click()
    const asked = page.getByRole('dialog', { name: 'Repetir entregas' })
    await asked.getByLabel('Las ya entregadas').check()
    await asked.getByRole('button', { name: 'Contar primero' }).click()
    await asked.getByText('4 entregas', { exact: true }).waitFor()
    await assertAccessible()
    // The words that are seen are the ones by which each is named.
    await asked.getByRole('checkbox', { name: /^o2 · order\.placed .* · o2$/ }).uncheck()
    await asked.getByRole('button', { name: 'Repetir 3 entregas' }).click()
    await page.getByText('3 entregas salen de nuevo').waitFor()
    await settled(async () => (came(1) === 2 && came(3) === 2 ? '' : 'not sent again'))
    assert.equal(came(2), 1)
    assertCalm()
    await close()
  })

  it('tells by itself what reached a receiver: attempts are no events', async () => {
    const given = { routingKeyPattern: 'parcel.sent', webhookUrl: `${receiver.url}/parcels` }
    const { id } = await admin.api.persist<{ id: string }>('POST', '/api/v1/subscriptions', given)
    const { page, assertCalm, close } = await admin.signedIn(`/webhooks/${id}`)
    const health = page.getByRole('region', { name: '¿Cómo le va a quien recibe?' })
    await health.getByText('Nunca').nth(1).waitFor()
    await admin.api.persist(
      'POST',
      '/api/v1/events',
      { specversion: '1.0', id: 'sent-1', source: '/shop', type: 'parcel.sent', subject: 'p-1', data: {} },
      { 'content-type': 'application/cloudevents+json' },
    )
    await health.getByText('ahora', { exact: true }).waitFor()
    assertCalm()
    await close()
  })

  it('changes events and secret, turns it off, and takes a backup', async () => {
    const { page, assertCalm, close } = await admin.signedIn('/webhooks')
    await page.getByRole('link', { name: `${receiver.url}/crm` }).click()
    const act = async (name: string) => {
      await page.getByRole('button', { name: 'Más acciones' }).click()
      await page.getByRole('menuitem', { name }).click()
    }
    await act('Cambiar suscripción')
    const form = page.getByRole('dialog', { name: 'Cambiar suscripción' })
    await fieldOf(form, 'Eventos').fill('invoice.#')
    await form.getByRole('button', { name: 'Cambiar suscripción' }).click()
    await page.getByText('invoice.#').waitFor()
    await act('Cambiar secreto')
    await page.getByRole('dialog', { name: 'Cambiar secreto' }).getByRole('button', { name: 'Cambiar secreto' }).click()
    const shown = page.getByRole('dialog', { name: 'Guarda esto ahora' })
    assert.match((await shown.locator('code').textContent()) ?? '', /^whsec_/)
    await shown.getByRole('button', { name: 'Ya lo guardé' }).click()
    await act('Apagar suscripción')
    const asked = page.getByRole('dialog', { name: '¿Apagar esta suscripción?' })
    await asked.getByRole('button', { name: 'Apagar suscripción' }).click()
    await page.getByRole('button', { name: 'Encender suscripción' }).waitFor()
    await page.goto(`${admin.url}/webhooks?state=disabled`)
    await page.getByRole('link', { name: `${receiver.url}/crm` }).waitFor()
    await page.getByRole('button', { name: 'Copia' }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: 'Bajar una copia' }).click()
    const [entry] = JSON.parse(await readFile(await (await download).path(), 'utf8'))
    assert.deepEqual(Object.keys(entry), ['id', 'routingKeyPattern', 'webhookUrl', 'createdAt', 'status'])
    assert.deepEqual([entry.routingKeyPattern, entry.status], ['invoice.#', 'DISABLED'])
    assertCalm()
    await close()
  })

  it('fits a narrow window, list and subscription and deliveries', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/webhooks', { viewport: NARROW })
    await page.getByRole('link', { name: `${receiver.url}/crm` }).waitFor()
    await assertAccessible()
    await page.getByRole('link', { name: `${receiver.url}/crm` }).click()
    await page.getByRole('heading', { name: '¿Cómo le va a quien recibe?' }).waitFor()
    await assertAccessible()
    await page.goto(`${admin.url}/webhooks/deliveries?status=delivered`)
    // A list says what is told of, and the id stands behind it.
    await page.getByRole('listitem').getByRole('link', { name: 'order.placed', exact: true }).first().click()
    const detail = page.getByRole('dialog')
    await detail.getByText('Intentos').first().waitFor()
    await detail.getByRole('link', { name: 'order.placed', exact: true }).waitFor()
    await detail.locator('code', { hasText: /^o[123]$/ }).waitFor()
    await assertAccessible()
    assertCalm()
    await close()
  })
})
