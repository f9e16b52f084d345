/** Who runs the program: queues, calendars, timers, systems of origin, brokers, what others send, two ways. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { type Admin, NARROW, noBrowser, openAdmin } from './harness.ts'

describe('the operations', { skip: noBrowser, timeout: 600_000 }, () => {
  let admin: Admin
  before(async () => {
    admin = await openAdmin()
  })
  after(() => admin?.close())

  it('make a calendar whose hours are written as people write them', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/settings/calendars')
    await page.getByRole('heading', { name: 'Todavía no hay horarios' }).waitFor()
    await page.getByRole('button', { name: 'Crear horario' }).first().click()
    const form = page.getByRole('dialog', { name: 'Crear horario' })
    await form.getByLabel('Nombre').fill('Oficina')
    await form.getByLabel('Identificador').fill('oficina')
    await form.getByRole('button', { name: 'Crear horario' }).click()
    const detail = page.getByRole('complementary')
    await detail.getByLabel('Lunes').fill('de día')
    await detail.getByRole('button', { name: 'Guardar horario' }).click()
    await detail.getByText('No se entiende').first().waitFor()
    await detail.getByLabel('Lunes').fill('22-02')
    await detail.getByRole('button', { name: 'Guardar horario' }).click()
    await detail.getByText('Lo que pasa de medianoche va en dos días').waitFor()
    await detail.getByLabel('Lunes').fill('9-14, 16-20')
    await detail.getByRole('button', { name: 'Como el lunes' }).click()
    await detail.getByRole('button', { name: 'Añadir feriado' }).click()
    const holiday = detail.getByRole('group', { name: 'Feriado 1' })
    await holiday.getByLabel('Día').fill('2026-12-25')
    await holiday.getByLabel('Motivo').fill('Navidad')
    await assertAccessible()
    await detail.getByRole('button', { name: 'Guardar horario' }).click()
    await page.getByText('Horario guardado').waitFor()
    const kept = await admin.api.persist<{ week: Record<string, unknown>; holidays: unknown }>(
      'GET',
      '/api/v1/calendars/oficina',
    )
    const hours = [
      { from: '09:00', to: '14:00' },
      { from: '16:00', to: '20:00' },
    ]
    assert.deepEqual([kept.week.mon, kept.week.fri], [hours, hours])
    assert.deepEqual(kept.holidays, [{ date: '2026-12-25', name: 'Navidad' }])
    assertCalm()
    await close()
  })

  it('set the times of a queue in words, in the hours of a calendar', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/settings/queues')
    await page.getByRole('heading', { name: 'Todavía no hay colas' }).waitFor()
    await page.getByRole('button', { name: 'Crear cola' }).first().click()
    const form = page.getByRole('dialog', { name: 'Crear cola' })
    await form.getByLabel('Nombre').fill('Cardiología')
    await form.getByLabel('Identificador').fill('q-cardio')
    await form.getByRole('button', { name: 'Crear cola' }).click()
    const detail = page.getByRole('complementary')
    await detail.getByRole('combobox', { name: 'Horario' }).click()
    await page.getByRole('option', { name: 'Oficina' }).click()
    await detail.getByLabel('Avisar tras este silencio').fill('4 horas hábiles')
    await detail.getByLabel('Cerrar tras el aviso').fill('90 min')
    await detail.getByRole('combobox', { name: 'Añadir idioma' }).click()
    await page.getByRole('option', { name: 'español', exact: true }).click()
    await detail.getByLabel('Aviso en español').fill('¿Sigue ahí?')
    await assertAccessible()
    await detail.getByRole('button', { name: 'Guardar cola' }).click()
    await page.getByText('Cola guardada').waitFor()
    const kept = await admin.api.persist<Record<string, unknown>>('GET', '/api/v1/queues/q-cardio')
    assert.equal(kept.max_inactive_patient_warning_time, 240)
    assert.equal(kept.max_inactive_patient_time, 90)
    assert.equal(kept.calendarId, 'oficina')
    assert.deepEqual(kept.warningTexts, { es: '¿Sigue ahí?' })
    await page.getByRole('cell', { name: 'tras 4 horas hábiles' }).waitFor()
    // Only a time, and at once to the button: it is there for the click that leaves the field.
    await detail.getByLabel('Avisar tras este silencio').fill('2 h hábiles')
    await detail.getByRole('button', { name: 'Guardar cola' }).click({ timeout: 5_000 })
    await page.getByRole('cell', { name: 'tras 2 horas hábiles' }).waitFor()
    // What is in use cannot be deleted, and is not offered.
    await page.goto(`${admin.url}/settings/calendars?selected=oficina`)
    await page.getByText('Para eliminarlo, elige antes otro horario en las colas que lo usan.').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Eliminar horario' }).count(), 0)
    assertCalm()
    await close()
  })

  it('say what a person would read, by language and place, and change it with the preview beside it', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/settings/queues?selected=q-cardio')
    await page.getByRole('link', { name: 'Ver qué leería una persona' }).click()
    await page.waitForURL(/conversation-texts\?queue=q-cardio/)
    const asked = page.getByRole('region', { name: '¿Qué leería una persona?' })
    const order = asked.getByRole('list', { name: /^De dónde sale/ })
    // Nobody's language is known: that of the house, and in it the queue's own.
    await order.locator('[aria-current]').getByText('Propio de la cola Cardiología · español').waitFor()
    await asked.locator('p', { hasText: /^¿Sigue ahí\?$/ }).waitFor()
    await asked.getByRole('combobox', { name: 'Idioma' }).fill('en')
    await asked.getByRole('combobox', { name: 'Idioma' }).press('Escape')
    await asked.getByText(/Are you still there/).waitFor()
    await order.getByText('De Cauce, para todos · inglés').waitFor()
    await assertAccessible()

    await asked.getByRole('link', { name: 'Escribir uno para este lugar' }).click()
    const detail = page.getByRole('complementary')
    await detail.getByRole('heading', { name: 'Texto nuevo' }).waitFor()
    await detail.getByRole('button', { name: 'Guardar texto' }).click()
    await detail.getByText('Escribe el texto', { exact: true }).waitFor()
    const text = detail.getByRole('textbox', { name: 'Texto' })
    await text.fill('Hi {{ contact.name }}')
    // The preview takes its room before the button is looked for.
    await detail.getByRole('region', { name: 'Así se lee' }).getByText('Hi {{ contact.name }}').waitFor()
    await detail.getByRole('button', { name: 'Guardar texto' }).click()
    await detail.getByText('Aquí no hay variables').waitFor()
    await text.fill('Shall we go on?')
    await detail.getByRole('region', { name: 'Así se lee' }).getByText('Shall we go on?').waitFor()
    await assertAccessible()
    await detail.getByRole('button', { name: 'Guardar texto' }).click()
    await page.getByText('Texto guardado').waitFor()
    await detail.waitFor({ state: 'detached' })
    await order.locator('[aria-current]').getByText('Cola Cardiología · inglés').waitFor()
    const kept = () => admin.api.persist<{ items: { text: string }[] }>('GET', '/api/v1/conversation-texts')
    assert.deepEqual((await kept()).items, [
      { on: 'warning', locale: 'en', text: 'Shall we go on?', queue: 'q-cardio' },
    ])

    // In Spanish the queue has words of its own: the preview says that these would not be read.
    await page.getByRole('link', { name: 'Cola Cardiología' }).first().click()
    const locale = detail.getByRole('combobox', { name: 'Idioma' })
    await locale.fill('es')
    await detail.getByText('se leería otro, más preciso').waitFor()
    await locale.fill('en')
    // Somebody else changes another text meanwhile, and then this one.
    const other = { on: 'closing', locale: 'es', text: 'Hasta pronto' }
    const put = (items: object[]) => admin.api.persist('PUT', '/api/v1/conversation-texts', { items })
    await put([other, ...(await kept()).items])
    await text.fill('Shall we go on, then?')
    await detail.getByRole('button', { name: 'Guardar texto' }).click()
    await detail.waitFor({ state: 'detached' })
    assert.deepEqual(
      (await kept()).items.map((one) => one.text),
      ['Hasta pronto', 'Shall we go on, then?'],
    )
    await page.getByRole('link', { name: 'Cola Cardiología' }).first().click()
    await text.waitFor()
    await put([other, { on: 'warning', locale: 'en', text: 'Hello?', queue: 'q-cardio' }])
    await text.fill('Mine')
    await detail.getByRole('button', { name: 'Guardar texto' }).click()
    await detail.getByText('Otra persona cambió este texto').waitFor()
    await page.reload()
    await page.getByRole('link', { name: 'Cola Cardiología' }).first().click()
    await detail.getByRole('button', { name: 'Quitar texto' }).click()
    const sure = page.getByRole('dialog', { name: 'Quitar texto' })
    await sure.getByText(/Are you still there/).waitFor()
    await sure.getByRole('button', { name: 'Quitar texto' }).click()
    await page.getByText('Texto quitado').waitFor()
    assert.deepEqual((await kept()).items, [other])
    assertCalm()
    await close()
  })

  it('make a timer, move it and cancel it', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/settings/timers')
    await page.getByRole('button', { name: 'Crear temporizador' }).first().click()
    const form = page.getByRole('dialog', { name: 'Crear temporizador' })
    await form.getByRole('button', { name: 'Crear temporizador' }).click()
    await form.getByText('Di dentro de cuánto').waitFor()
    await form.getByRole('combobox', { name: 'Dentro de' }).fill('4 horas')
    await form.getByLabel('Tipo del evento').fill('cita.por_confirmar')
    await form.getByLabel('Identificador').fill('cita-1')
    await assertAccessible()
    await form.getByRole('button', { name: 'Crear temporizador' }).click()
    await page.getByRole('link', { name: 'Nace cita.por_confirmar' }).waitFor()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Exportar CSV' }).click()
    assert.match(await readFile(await (await download).path(), 'utf8'), /\r\ncita-1;Nace cita\.por_confirmar;20/)
    await page.getByRole('link', { name: 'Nace cita.por_confirmar' }).click()
    const due = async () => (await admin.api.persist<{ dueAt: string }>('GET', '/api/v1/timers/cita-1')).dueAt
    const before = await due()
    const detail = page.getByRole('complementary')
    await detail.getByRole('button', { name: 'Mover temporizador' }).click()
    const moving = page.getByRole('dialog', { name: 'Mover temporizador' })
    await moving.getByText('Dentro de un tiempo').click()
    await moving.getByRole('combobox', { name: 'Dentro de' }).fill('2 días')
    await moving.getByRole('combobox', { name: 'Dentro de' }).press('Tab')
    await moving.getByRole('button', { name: 'Mover temporizador' }).click()
    await moving.waitFor({ state: 'detached' })
    assert.ok(Date.parse(await due()) > Date.parse(before))
    await detail.getByRole('button', { name: 'Cancelar temporizador' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancelar temporizador' }).click()
    await detail.getByText('Cancelado').waitFor()
    assertCalm()
    await close()
  })

  it('say when a timer that is far away is due, in whose zone, and what becomes of a time that clocks skip', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/settings/timers', { viewport: NARROW })
    await page.getByRole('button', { name: 'Crear temporizador' }).first().click()
    const form = page.getByRole('dialog', { name: 'Crear temporizador' })
    await form.getByText('En un momento').click()
    await form.getByText('Hora de America/Santiago').waitFor()
    await form.getByRole('textbox', { name: 'Momento' }).fill('2036-09-07T00:30')
    await form.getByText('las 00:30 no existen: será el 7 sept 2036, 1:30').waitFor()
    await assertAccessible()
    await form.getByLabel('Tipo del evento').fill('receta.vence')
    await form.getByLabel('Identificador').fill('receta-1')
    await form.getByRole('button', { name: 'Crear temporizador' }).click()
    await form.waitFor({ state: 'detached' })
    await page.locator('[data-entry]', { hasText: 'receta.vence' }).getByText('· 7 sept 2036, 1:30').waitFor()
    await page.getByRole('link', { name: 'Nace receta.vence' }).click()
    await page.getByRole('dialog').getByText('· 7 sept 2036, 1:30').waitFor()
    await assertAccessible()
    const { dueAt } = await admin.api.persist<{ dueAt: string }>('GET', '/api/v1/timers/receta-1')
    assert.equal(dueAt, '2036-09-07T04:30:00.000Z')
    assertCalm()
    await close()
  })

  it('pair two systems and let the other one lead, told beforehand what that does', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/settings/sources')
    await page.getByRole('heading', { name: 'No hay sistemas emparejados' }).waitFor()
    await page.getByRole('button', { name: 'Emparejar sistemas' }).first().click()
    const form = page.getByRole('dialog', { name: 'Emparejar sistemas' })
    await form.getByLabel('Pareja').fill('mensajeria')
    for (const [group, name] of [
      ['El que manda hoy', 'viejo'],
      ['El que sigue', 'nuevo'],
    ] as const) {
      const system = form.getByRole('group', { name: group })
      await system.getByLabel('Nombre').fill(name)
      await system.getByLabel('«source»').fill(`https://${name}.example/*`)
    }
    await assertAccessible()
    await form.getByRole('button', { name: 'Emparejar sistemas' }).click()
    const detail = page.getByRole('complementary')
    await detail.getByText('Todavía no ha llegado nada').waitFor()
    await assertAccessible()
    for (const [source, id] of [
      ['viejo', 'solo-viejo'],
      ['nuevo', 'solo-nuevo'],
    ])
      await admin.api.persist(
        'POST',
        '/api/v1/events',
        { specversion: '1.0', id, source: `https://${source}.example/a`, type: 'x.y', subject: `de-${id}`, data: {} },
        { 'content-type': 'application/cloudevents+json' },
      )
    await page.reload()
    await detail.getByText('1 · 1 puede llegar todavía por nuevo').waitFor()
    const byOld = detail.getByRole('region', { name: 'Solo por viejo' })
    await byOld.getByText('de-solo-viejo').waitFor()
    assert.equal(await byOld.getByRole('link', { name: 'x.y' }).getAttribute('href'), '/events/solo-viejo')
    const byNew = detail.getByRole('region', { name: 'Solo por nuevo' })
    await byNew.getByText(/de-solo-nuevo.*guardado, no publicado/).waitFor()
    assert.equal(await byNew.getByRole('link').count(), 0)
    await assertAccessible()
    await detail.getByRole('button', { name: 'Pasar el mando a nuevo' }).click()
    const asked = page.getByRole('dialog', { name: /¿Pasar el mando/ })
    await asked.getByText('Se publicará 1 evento').waitFor()
    await asked.getByRole('button', { name: 'Pasar el mando a nuevo' }).click()
    await detail.getByRole('button', { name: 'Pasar el mando a viejo' }).waitFor()
    const { leader } = await admin.api.persist<{ leader: string }>('GET', '/api/v1/sources/mensajeria')
    assert.equal(leader, 'nuevo')
    assertCalm()
    await close()
  })

  it("change by what two paired systems are known, and compare them in a time of one's own", async () => {
    const key = await admin.api.persist<{ id: string }>('POST', '/api/v1/keys', {
      name: 'Del nuevo',
      scopes: ['events:write'],
    })
    const { page, allow, assertCalm, assertAccessible, close } = await admin.signedIn(
      '/settings/sources?selected=mensajeria',
    )
    const detail = page.getByRole('complementary')
    await detail.getByText('https://nuevo.example/*').waitFor()
    await detail.getByRole('button', { name: 'Cambiar la pareja' }).click()
    const form = page.getByRole('dialog', { name: 'Cambiar «mensajeria»' })
    const system = form.getByRole('group', { name: 'El que manda hoy: nuevo' })
    await system.getByRole('combobox', { name: 'Claves de API' }).fill('Del nu')
    await page.getByRole('option', { name: 'Del nuevo' }).click()
    await system.getByLabel('Cabeceras').fill('x-system nuevo')
    await form.getByRole('button', { name: 'Cambiar la pareja' }).click()
    await system.getByText('«x-system nuevo» no es una cabecera').waitFor()
    await assertAccessible()
    await system.getByLabel('Cabeceras').press('Backspace')
    await system.getByLabel('Cabeceras').fill('x-system: nuevo, 2')
    await form.getByRole('button', { name: 'Cambiar la pareja' }).click()
    await page.getByText('Pareja cambiada').waitFor()
    await detail.getByText('x-system: nuevo, 2').waitFor()
    await detail.getByRole('link', { name: 'Del nuevo' }).waitFor()
    type Pair = { systems: { name: string; role: string; knownBy: unknown }[] }
    const { systems } = await admin.api.persist<Pair>('GET', '/api/v1/sources/mensajeria')
    assert.deepEqual(
      systems.find(({ name }) => name === 'nuevo'),
      {
        name: 'nuevo',
        role: 'leader',
        knownBy: { keys: [key.id], sources: ['https://nuevo.example/*'], headers: { 'x-system': 'nuevo, 2' } },
      },
    )

    const period = detail.getByRole('combobox', { name: 'Periodo' })
    await period.click()
    await page.getByRole('option', { name: 'Últimos 7 días' }).click()
    await page.waitForURL(/period=P7D/)
    await detail.getByText('Solo por viejo').first().waitFor()
    allow(/status of 400/)
    await page.goto(
      `${admin.url}/settings/sources?selected=mensajeria&from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z`,
    )
    await detail.getByText(/debe estar a 7 días del fin como máximo/).waitFor()
    await assertAccessible()
    assertCalm()
    await close()
  })

  it('say that no broker is needed, and make a rule for MQTT that was tried before', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/settings/brokers')
    await page.getByRole('heading', { name: 'Los eventos van por PostgreSQL' }).waitFor()
    await assertAccessible()
    await page.getByRole('link', { name: 'Rechazados' }).click()
    await page.getByRole('heading', { name: 'No hay mensajes rechazados' }).waitFor()
    await page.getByRole('link', { name: 'MQTT' }).click()
    await page.getByRole('heading', { name: 'Todavía no hay reglas' }).waitFor()
    await page.getByRole('button', { name: 'Crear regla' }).click()
    const form = page.getByRole('dialog', { name: 'Crear regla' })
    await form.getByLabel('Nombre').fill('Alarmas')
    await form.getByRole('textbox', { name: 'Tema', exact: true }).fill('sala/+/alarma')
    await form.getByLabel('Tipo del evento').fill('"alarma.recibida"')
    await form.getByLabel('Tema del mensaje').fill('sala/3/alarma')
    await form.getByRole('button', { name: 'Probar con un mensaje' }).click()
    await form.getByRole('status').getByText('alarma.recibida').waitFor()
    await assertAccessible()
    await form.getByRole('button', { name: 'Guardar regla' }).click()
    await page.getByRole('row', { name: /Alarmas/ }).waitFor()
    assertCalm()
    await close()
  })

  it('show a broker that is away, what waits in it, and a refused message that is mended', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/settings')
    // What a program with a broker answers; this one has none.
    const at = new Date().toISOString()
    const id = '01980000-0000-7000-8000-000000000001'
    const message = {
      ...{ id, bus: 'rabbitmq', door: 'bot.completed', routingKey: 'bot.done', messageId: 'm-1', contentType: null },
      ...{ attributes: { app: 'bot' }, bodyBytes: 12, code: 'invalid-event', reason: 'no type', times: 3 },
      ...{ errors: [{ path: '/type', message: 'is missing' }], firstAt: at, lastAt: at },
    }
    const group = { door: message.door, code: message.code, reason: message.reason, messages: 1, times: 3, lastAt: at }
    const broker = {
      ...{ bus: 'rabbitmq', state: 'away', since: at, address: 'amqp://broker:5672', reconnects: 4, refused: 1 },
      ...{ lastError: { at, message: 'connect ECONNREFUSED' }, relay: { behind: 1234 }, unconfirmed: 2, unrouted: 0 },
      queues: [{ name: 'cauce.events', messages: 17, consumers: 0 }],
    }
    const retried: unknown[] = []
    await page.route('**/backoffice/brokers**', (route) => {
      const path = new URL(route.request().url()).pathname
      if (path.endsWith('/retry')) {
        retried.push(route.request().postDataJSON())
        return route.fulfill({ status: 202, json: { eventId: 'e-1', routingKey: 'bot.done', duplicate: false } })
      }
      if (path.endsWith('/groups')) return route.fulfill({ json: { items: [group], nextCursor: null } })
      if (path.endsWith('/refused')) return route.fulfill({ json: { items: [message], nextCursor: null } })
      if (path.endsWith(id)) return route.fulfill({ json: { ...message, body: '{"tipo":"x"}', complete: true } })
      return route.fulfill({ json: broker })
    })
    await page.goto(`${admin.url}/settings/brokers`)
    await page.getByText('connect ECONNREFUSED').waitFor()
    await page.getByText('Sin conexión').waitFor()
    await page.getByRole('row', { name: /cauce\.events 17 nadie la lee/ }).waitFor()
    await assertAccessible()
    await page
      .getByRole('link', { name: /^Rechazados/ })
      .first()
      .click()
    await page.getByRole('table', { name: 'Por motivo' }).getByRole('link', { name: 'no type' }).click()
    await page.waitForURL(/code=invalid-event/)
    await page.getByRole('table', { name: 'Mensajes rechazados' }).getByRole('link', { name: 'no type' }).click()
    const detail = page.getByRole('complementary')
    await detail.getByText('is missing').waitFor()
    await detail.getByLabel('Contenido').fill('{"type":"x"}')
    await assertAccessible()
    await detail.getByRole('button', { name: 'Reintentar corregido' }).click()
    await page.getByText('Tomado como evento').waitFor()
    assert.deepEqual(retried, [{ body: '{"type":"x"}' }])
    assertCalm()
    await close()
  })

  it('make an address for what other systems send, try it, see what came and count before taking it in again', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/settings/inbound')
    await page.getByRole('heading', { name: 'Todavía no hay direcciones' }).waitFor()
    await page.getByRole('button', { name: 'Crear dirección' }).first().click()
    const form = page.getByRole('dialog', { name: 'Crear dirección' })
    await form.getByLabel('Nombre').fill('Pagos')
    await form.getByRole('combobox', { name: 'Prueba' }).click()
    await page.getByRole('option', { name: 'Clave en una cabecera' }).click()
    await form.getByLabel('Cabecera').fill('x-token')
    await form.getByLabel('Tipo del evento').fill('pago.recibido')
    await assertAccessible()
    await form.getByRole('button', { name: 'Crear dirección' }).click()
    const shown = page.getByRole('dialog', { name: 'Guarda esto ahora' })
    const token = (await shown.locator('code').textContent()) as string
    await shown.getByRole('button', { name: 'Ya lo guardé' }).click()
    await page.getByRole('link', { name: 'Pagos' }).click()
    await page.getByRole('heading', { name: 'Todavía no ha llegado nada' }).waitFor()
    await page.getByLabel('Contenido del mensaje').fill('{"monto": 3}')
    await page.getByRole('button', { name: 'Probar', exact: true }).click()
    await page.getByRole('status').getByText('pago.recibido').first().waitFor()
    const address = new URL((await page.locator('dd code').first().textContent()) as string)
    const send = async (value: string) =>
      (
        await fetch(`${admin.url}${address.pathname}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-token': value },
          body: '{"monto": 3}',
        })
      ).status
    assert.deepEqual([await send(token), await send('otra')], [202, 401])
    await page.reload()
    await page.getByRole('link', { name: 'pago.recibido' }).click()
    await page.getByRole('complementary').getByText('{"monto": 3}').waitFor()
    await assertAccessible()
    await page.getByRole('button', { name: 'Volver a tomar lo filtrado' }).click()
    await page
      .getByRole('dialog')
      .getByText(/Lo que ya es evento no se repite/)
      .waitFor()
    assertCalm()
    await close()
  })

  it('try the other way in the shadow', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/settings/switches')
    await page
      .getByRole('button', { name: /^Probar .* en la sombra/ })
      .first()
      .click()
    await page.getByText(/^En la sombra: /).waitFor()
    await assertAccessible()
    await page.getByRole('button', { name: 'Dejar de probar' }).click()
    await page.getByText(/^En la sombra: /).waitFor({ state: 'detached' })
    assertCalm()
    await close()
  })

  it('fit a narrow window', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/settings', { viewport: NARROW })
    for (const path of [
      'queues?selected=q-cardio',
      'conversation-texts?queue=q-cardio',
      'calendars',
      'timers',
      'sources',
      'brokers',
      'brokers/mqtt',
      'inbound',
      'switches',
    ]) {
      await page.goto(`${admin.url}/settings/${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.locator('[class*=Skeleton]').first().waitFor({ state: 'detached' })
      await assertAccessible()
    }
    assertCalm()
    await close()
  })

  it('show who only reads what is set, and offers nothing to change it', async () => {
    const as = await admin.user('viewer')
    const { page, assertCalm, close } = await admin.signedIn('/settings/queues?selected=q-cardio', { as })
    await page.getByRole('link', { name: 'Cardiología' }).waitFor()
    await page.getByRole('complementary').getByLabel('Nombre').waitFor()
    assert.equal(await page.getByRole('button', { name: /Guardar cola|Crear cola/ }).count(), 0)
    assert.ok(await page.getByRole('complementary').getByLabel('Nombre').isDisabled())
    assertCalm()
    await close()
  })
})
