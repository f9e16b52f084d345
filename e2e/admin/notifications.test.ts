/** Notifications: why one was sent or not, templates written with their preview, the inbox of a person. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { startSmtpSink } from '../../server/notifications/index.ts'
import { styleOf } from './browser.ts'
import { type Admin, NARROW, noBrowser, openAdmin } from './harness.ts'

const VECTOR = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>'
/** What a page must never do for an e-mail: run, fetch, lead away. */
const HOSTILE = `<style>p { color: #0F7B7F }</style><p style="font-weight: 700" onclick="top.ran=1">Hola {{ contact.name }}</p>
<script>top.ran=1</script><img src="https://tracker.example/p.png" onerror="top.ran=1"><a href="javascript:top.ran=1">abrir</a>
<iframe src="https://tracker.example/"></iframe><form action="https://tracker.example/"></form><meta http-equiv="refresh" content="0;url=https://tracker.example/">`

describe('the notifications of the admin', { skip: noBrowser, timeout: 600_000 }, () => {
  let admin: Admin
  let smtp: Awaited<ReturnType<typeof startSmtpSink>>
  before(async () => {
    smtp = await startSmtpSink()
    admin = await openAdmin({ SMTP_URL: smtp.url, CAUCE_MAIL_FROM: 'Clínica <avisos@clinica.example>' })
    const { api } = admin
    await api.persist('PUT', '/api/v1/queues/coach', { name: 'Coach' })
    for (const [id, name] of [
      ['maria', 'María Rojas'],
      ['xss', VECTOR],
    ]) {
      await api.persist('PUT', `/api/v1/contacts/${id}`, {
        name,
        locale: 'es',
        addresses: { email: `${id}@example.com` },
      })
      await api.persist('POST', '/api/v1/encounters', {
        id: `conv-${id}`,
        queueId: 'coach',
        contactId: id,
        channel: 'web',
      })
      await api.persist('POST', '/api/v1/notifications', {
        to: { contactId: id },
        template: 'come-back',
        channels: ['push', 'email'],
        deepLink: { encounterId: `conv-${id}` },
      })
      const content = { title: `Para ${name}`, body: VECTOR }
      await api.persist('POST', '/api/v1/notifications', { to: { contactId: id }, content, channels: ['inbox'] })
    }
    await api.persist('POST', '/api/v1/notifications', {
      to: { contactId: 'maria' },
      content: { body: 'Más tarde' },
      channels: ['inbox'],
      sendAt: new Date(Date.now() + 3_600_000).toISOString(),
    })
    for (const id of ['maria', 'xss']) await smtp.received.waitFor(({ to }) => to.includes(`${id}@example.com`))
  })
  after(async () => {
    await admin?.close()
    await smtp?.close()
  })

  it('says why one was sent by which channel, and shows it as its receiver sees it', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/notifications?channel=email')
    await page.getByText('2 filas, no hay más').waitFor()
    await assertAccessible()
    await page.getByRole('link', { name: /María Rojas, su conversación sigue abierta/ }).click()
    const detail = page.getByRole('complementary')
    await detail.getByRole('heading', { name: '¿Por qué salió?' }).waitFor()
    await detail
      .getByText(/Salió por correo/)
      .first()
      .waitFor()
    await detail.getByText('El canal push no está configurado.').first().waitFor()
    const mail = page.frameLocator('iframe[title="Cuerpo del correo"]')
    await mail.getByText('Hola, María Rojas:').waitFor()
    const button = mail.getByText('Continuar la conversación')
    await button.waitFor()
    // Dressed as it was written, though the page's policy takes no style from texts.
    await page.waitForTimeout(100)
    assert.equal(await styleOf(button, 'background-color'), 'rgb(15, 123, 127)')
    await assertAccessible()
    // The file says why too, of each channel.
    await page.goto(`${admin.url}/notifications?channel=inbox`)
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Exportar CSV' }).click()
    assert.match(await readFile(await (await download).path(), 'utf8'), /;Bandeja;La pidió una clave de la API;/)
    assertCalm()
    await close()
  })

  it('hides the link into the conversation from who only looks, and says why', async () => {
    const as = await admin.user('viewer')
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/notifications?channel=email', { as })
    await page.getByRole('link', { name: /María Rojas, su conversación sigue abierta/ }).click()
    const detail = page.getByRole('complementary')
    await detail.getByText('El enlace a la conversación está oculto').waitFor()
    await detail.getByText('Sólo texto').click()
    await detail
      .getByText(/\/r\/\*\*\*/)
      .first()
      .waitFor()
    assert.doesNotMatch(await page.content(), /\/r\/[\w-]{20}/)
    await assertAccessible()
    assertCalm()
    await close()
  })

  it('calls off one that waits, after asking', async () => {
    const { page, assertCalm, close } = await admin.signedIn('/notifications?status=held')
    await page.getByRole('link', { name: 'No llegó a escribirse' }).click()
    await page.getByRole('heading', { name: '¿Qué espera?' }).waitFor()
    await page
      .getByRole('complementary')
      .getByText(/^Sale (hoy|mañana) a las? /)
      .waitFor()
    await page.getByRole('button', { name: 'Anular notificación' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Anular notificación' }).click()
    await page.getByText('Notificación anulada.').waitFor()
    await page.getByRole('complementary').getByText('Se anuló antes de salir.').waitFor()
    assertCalm()
    await close()
  })

  it('writes a template, sees it with a real person, publishes it and goes back', async () => {
    const { page, allow, assertCalm, assertAccessible, close } = await admin.signedIn('/templates')
    // Wrong on purpose; and a template that is not there yet.
    allow(/status of (404|422)/)
    await page.getByRole('button', { name: 'Crear plantilla' }).click()
    await page.getByRole('dialog').getByRole('textbox').fill('saludo')
    await page.getByRole('button', { name: 'Escribir sus textos' }).click()
    await page.getByRole('heading', { name: 'saludo', level: 1 }).waitFor()
    const text = page.getByRole('textbox', { name: 'Texto', exact: true })
    await text.fill('Hola {{ contact.nme }}')
    await page
      .getByRole('alert')
      .getByText(/contact\.nme/)
      .waitFor()
    await text.fill('Hola {{ contact.name }}, le esperamos')
    await page.getByText('Hola María, le esperamos').waitFor()
    await page.getByRole('combobox', { name: 'Con los datos de' }).fill('rojas')
    await page.getByRole('option', { name: 'María Rojas' }).click()
    await page.getByText('Hola María Rojas, le esperamos').waitFor()
    await page.waitForURL(/person=maria/)
    await assertAccessible()
    await page.getByRole('button', { name: 'Publicar versión 1' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Publicar versión 1' }).click()
    await page.getByText('En uso: versión 1').waitFor()
    await text.fill('Buenas, {{ contact.name }}')
    await page.getByText('Cambios sin publicar').waitFor()
    await page.getByRole('button', { name: 'Publicar versión 2' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Publicar versión 2' }).click()
    await page.getByText('En uso: versión 2').waitFor()
    await page.getByRole('button', { name: 'Volver a esta versión' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Volver a la versión 1' }).click()
    await page.getByText('En uso: versión 3').waitFor()
    assert.equal(await text.inputValue(), 'Hola {{ contact.name }}, le esperamos')
    const { items } = await admin.api.persist<{ items: { body: string }[] }>(
      'GET',
      '/api/v1/templates/saludo/versions?channel=push&locale=es',
    )
    assert.deepEqual(
      items.map(({ body }) => body.slice(0, 4)),
      ['Hola', 'Buen', 'Hola'],
    )
    assertCalm()
    await close()
  })

  it('shows a template that ships with a sample of what it asks for, which can be changed', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn(
      '/templates/appointment-reminder?channel=push&locale=es',
    )
    await page.getByText(/^Le recordamos su cita de Kinesiología del /).waitFor()
    const data = page.getByRole('textbox', { name: 'Otros datos de ejemplo (JSON)' })
    const sample = await data.inputValue()
    assert.match(sample, /"service": "Kinesiología"/)
    await data.fill(sample.replace('Kinesiología', 'Dental'))
    await page.getByText(/^Le recordamos su cita de Dental del /).waitFor()
    assert.equal(await page.getByRole('alert').count(), 0)
    await assertAccessible()
    assertCalm()
    await close()
  })

  it('lets nothing of an e-mail run, load or lead away', async () => {
    const { page, context, allow, assertCalm, close } = await admin.signedIn(
      '/templates/hostil?channel=email&locale=es&person=xss',
    )
    allow(/status of 404/)
    // What the policy of the frame keeps from happening is told.
    allow(/Content Security Policy|sandboxed/)
    const asked: string[] = []
    context.on('requestfinished', (request) => asked.push(request.url()))
    context.on('requestfailed', (request) => {
      if (request.failure()?.errorText !== 'csp') asked.push(request.url())
    })
    await page.getByRole('textbox', { name: 'Asunto' }).fill('Hola')
    await page.getByRole('textbox', { name: /Sólo texto/ }).fill('Hola')
    await page.getByRole('textbox', { name: 'HTML', exact: true }).fill(HOSTILE)
    const mail = page.frameLocator('iframe[title="Cuerpo del correo"]')
    await mail.getByText(/^Hola <img src=x/).waitFor()
    await mail.getByText('abrir').click()
    await mail.getByText(/^Hola/).click()
    await page.waitForTimeout(300)
    assert.equal(await page.evaluate('window.ran'), undefined)
    assert.deepEqual(
      asked.filter((url) => !url.startsWith(admin.url) && !url.startsWith('data:')),
      [],
    )
    const line = mail.getByText(/^Hola/)
    assert.deepEqual([await styleOf(line, 'color'), await styleOf(line, 'font-weight')], ['rgb(15, 123, 127)', '700'])
    assertCalm()
    await close()
  })

  it('shows the inbox of a person as they have it, on a phone in the dark', async () => {
    const phone = { viewport: NARROW, scheme: 'dark', language: 'en' } as const
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/notifications/inbox?person=xss', phone)
    const inbox = page.getByRole('list', { name: 'A person’s inbox' })
    await inbox.getByText(`Para ${VECTOR}`).waitFor()
    await page.getByText('1 unread').waitFor()
    await assertAccessible()
    for (const path of ['/notifications', '/notifications/rules', '/templates', '/templates/come-back?channel=email']) {
      await page.goto(`${admin.url}${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.waitForLoadState('networkidle')
      await assertAccessible()
    }
    assert.equal(await page.evaluate('window.ran'), undefined)
    assertCalm()
    await close()
  })

  it('can save the first rule as it is offered, also where the zone of the browser is the usual one', async () => {
    const { page, assertCalm, close } = await admin.signedIn('/notifications/rules', { timeZone: 'UTC' })
    await page.getByRole('button', { name: 'Noches: 21:00 a 8:00, espera' }).click()
    assert.ok(await page.getByRole('button', { name: 'Guardar reglas' }).isEnabled())
    assertCalm()
    await close()
  })

  it('sets quiet hours and a cap in words, tells what is wrong at its field, and a notification waits for their end', async () => {
    const { page, allow, assertCalm, assertAccessible, close } = await admin.signedIn('/notifications/rules')
    // Refused on purpose.
    allow(/status of (400|409)/)
    await page.getByRole('button', { name: 'Noches: 21:00 a 8:00, espera' }).click()
    const nights = page.getByRole('group', { name: 'Horas de silencio 1' })
    await nights.getByText(/^Cada noche, de 21:00 a 8:00, los avisos por push o correo .* esperan hasta/).waitFor()
    // Whenever this runs, it is in the middle of them.
    await nights.getByLabel('Desde las').fill(clockOf(Date.now() - 3_600_000))
    await nights.getByLabel('Hasta las').fill(clockOf(Date.now() + 6 * 3_600_000))
    await page.getByRole('button', { name: 'Añadir tope' }).click()
    const cap = page.getByRole('group', { name: 'Tope 1' })
    await cap.getByRole('radio', { name: 'No se envía por ese canal' }).check()
    await cap.getByText('Más: canales y categorías').click()
    await cap.getByRole('combobox', { name: 'Solo estas categorías' }).fill('ofertas')
    await page.keyboard.press('Enter')
    await cap.getByText(/^Nadie recibe más de 2 avisos de «ofertas» por push o correo en 1 día/).waitFor()
    await cap.getByLabel('En un plazo de').fill('1 mes')
    await page.getByRole('button', { name: 'Guardar reglas' }).click()
    await cap.getByText('los meses y años no tienen una duración fija').waitFor()
    await page.getByText('No se guardó: corrige los campos marcados.').waitFor()
    await assertAccessible()
    await cap.getByLabel('En un plazo de').fill('30 días')
    await page.getByRole('button', { name: 'Guardar reglas' }).click()
    await page.getByText('Reglas guardadas: valen para lo que salga desde ahora').waitFor()
    const rules = await admin.api.persist<{ quietHours: object[]; caps: object[] }>('GET', '/api/v1/sending-rules')
    assert.deepEqual(rules.caps, [
      { name: 'Dos al día', action: 'drop', categories: ['ofertas'], most: 2, per: 'P30D' },
    ])

    const { notificationId } = await admin.api.persist<{ notificationId: string }>('POST', '/api/v1/notifications', {
      ...{ to: { contactId: 'maria' }, content: { title: 'Hola', body: 'Le esperamos' }, channels: ['email'] },
    })
    // Somebody else saves while this page is open.
    await admin.api.persist('PUT', '/api/v1/sending-rules', { ...rules, caps: [] })
    await nights.getByLabel('Nombre').fill('Noches largas')
    await page.getByRole('button', { name: 'Guardar reglas' }).click()
    await page.getByRole('alert').getByText('Alguien cambió estas reglas mientras escribías').waitFor()
    await page.getByRole('button', { name: 'Cargar las reglas de ahora' }).click()
    await page.getByText('No hay: una persona recibe cuantos avisos se pidan.').waitFor()
    assert.equal(await nights.getByLabel('Nombre').inputValue(), 'Noches')

    await page.goto(`${admin.url}/notifications?selected=${notificationId}`)
    const detail = page.getByRole('complementary')
    await detail.getByText(/^Sale (hoy|mañana) a las? .* Son horas de silencio: «Noches»\.$/).waitFor()
    assertCalm()
    await close()
  })

  it('reads the rules as sentences to who may not change them', async () => {
    const as = await admin.user('viewer')
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/notifications/rules', { as })
    await page.getByText(/los avisos por push o correo que no sean críticos esperan hasta/).waitFor()
    assert.equal(await page.getByRole('button', { name: 'Guardar reglas' }).count(), 0)
    await assertAccessible()
    assertCalm()
    await close()
  })
})

/** A time of the day where the browser is. */
const clockOf = (at: number): string =>
  new Intl.DateTimeFormat('es', { timeZone: 'America/Santiago', hour: '2-digit', minute: '2-digit' }).format(at)
