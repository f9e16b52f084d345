/** Attending conversations: find one, read it as it goes on, answer, take it, give it more time, close it. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { settled } from '../harness/client.ts'
import { type Admin, NARROW, noBrowser, openAdmin } from './harness.ts'

/** What would run if a name or a message were ever taken for HTML. */
const VECTORS = [
  '<img src=x onerror="window.ran=1">',
  '<script>window.ran=1</script>',
  '"><svg onload=window.ran=1>',
  'javascript:window.ran=1',
]

describe('the conversations of the admin', { skip: noBrowser, timeout: 600_000 }, () => {
  let admin: Admin
  before(async () => {
    admin = await openAdmin()
    const { api } = admin
    const queue = {
      close_inactive_encounters: true,
      max_inactive_patient_time: 60,
      max_inactive_patient_warning_time: 240,
    }
    await api.persist('PUT', '/api/v1/queues/coach', { ...queue, name: 'Coach', brand: 'sur', service: 'salud' })
    await api.persist('PUT', '/api/v1/queues/night', { ...queue, name: 'Noche', brand: 'sur', service: 'guardia' })
    for (const [id, name, text] of [
      ['maria', 'María Rojas', '¿Puedo mover mi hora del jueves?'],
      ['john', 'John Smith', 'Hello, about my plan'],
      ['xss', VECTORS[0], VECTORS.join(' ')],
    ] as const) {
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
      await api.persist('POST', `/api/v1/encounters/conv-${id}/messages`, { from: 'patient', text })
    }
  })
  after(() => admin?.close())

  it('finds a conversation by what was said, and keeps the search in the address', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/conversations')
    await page.getByRole('heading', { name: 'Conversaciones', level: 1 }).waitFor()
    const rows = page.getByRole('table').locator('[data-row]')
    await rows.nth(2).waitFor()
    await assertAccessible()
    await page.getByRole('table').locator('time').first().hover()
    await page
      .getByRole('tooltip')
      .getByText(/ de 20\d\d/)
      .waitFor()
    await page.getByRole('searchbox', { name: 'Persona o palabras' }).fill('JUEVES')
    await page.waitForURL(/q=JUEVES/)
    await page.getByText('Una fila, no hay más').waitFor()
    await page.getByRole('link', { name: /María Rojas/ }).click()
    await page.waitForURL(/selected=conv-maria/)
    const detail = page.getByRole('complementary', { name: 'Detalle' })
    await detail.getByRole('heading', { name: 'María Rojas' }).waitFor()
    await detail.getByText('¿Puedo mover mi hora del jueves?').waitFor()
    await detail.getByText(/Si sigue el silencio, se le avisa dentro de 4 horas/).waitFor()
    await assertAccessible()
    await page.reload()
    await detail.getByText('¿Puedo mover mi hora del jueves?').waitFor()
    assert.equal(await page.getByRole('searchbox').inputValue(), 'JUEVES')
    assertCalm()
    await close()
  })

  it('looks further back by itself while it finds nothing, and then asks', async () => {
    const { page, assertCalm, close } = await admin.signedIn('/conversations')
    await page.getByRole('table').locator('[data-row]').first().waitFor()
    let asked = 0
    await page.route('**/api/v1/conversations?*', (route) => {
      asked++
      return route.fulfill({ json: { items: [], nextCursor: `after-${asked}` } })
    })
    await page.getByRole('searchbox', { name: 'Persona o palabras' }).fill('jueves')
    // Without waiting for a pause.
    await page.keyboard.press('Enter')
    const further = page.locator('button:not([data-loading])', { hasText: 'Buscar más atrás' })
    await settled(async () => (asked >= 10 ? '' : `${asked} pages were asked for`))
    await further.waitFor()
    await page.unroute('**/api/v1/conversations?*')
    await page.route('**/api/v1/conversations?*', (route) =>
      route.continue({
        url: route
          .request()
          .url()
          .replace(/&cursor=[^&]*/, ''),
      }),
    )
    await further.click()
    await page.getByText('Una fila, no hay más').waitFor()
    assert.equal(asked, 10)
    assertCalm()
    await close()
  })

  it('answers as an agent, and shows what the person writes as it comes', async () => {
    const { page, assertCalm, close } = await admin.signedIn('/conversations?selected=conv-john')
    const thread = page.getByRole('list', { name: 'Hilo de la conversación' })
    await thread.getByText('Hello, about my plan').waitFor()
    await page.getByRole('button', { name: 'Tomar conversación' }).click()
    await page.getByText('La conversación es tuya.').waitFor()
    await page.getByRole('textbox', { name: 'Escribe como agente' }).fill('Of course, which plan?')
    await page.keyboard.press('Control+Enter')
    await thread.getByText('Of course, which plan?').waitFor()
    assert.equal(await page.getByRole('textbox', { name: 'Escribe como agente' }).inputValue(), '')
    await admin.api.persist('POST', '/api/v1/encounters/conv-john/messages', { from: 'patient', text: 'The blue one' })
    await thread.getByText('The blue one').waitFor()
    const { items } = await admin.api.persist<{ items: { from: string; text: string }[] }>(
      'GET',
      '/api/v1/encounters/conv-john/messages',
    )
    assert.deepEqual(
      items.map(({ from }) => from),
      ['patient', 'agent', 'patient'],
    )
    // Whoever leaves a dialogue that a menu opened is back at the button of the menu.
    const more = page.getByRole('button', { name: 'Más acciones' })
    await more.click()
    await page.getByRole('menuitem', { name: 'Asignar a otra persona…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancelar' }).click()
    await more.and(page.locator(':focus')).waitFor()
    assertCalm()
    await close()
  })

  it('keeps what could not be sent, and sends it once', async () => {
    const { page, allow, close } = await admin.signedIn('/conversations?selected=conv-john')
    allow(/./)
    const box = page.getByRole('textbox', { name: 'Escribe como agente' })
    await box.fill('Do you hear me?')
    // The message arrives; its answer does not.
    await page.route('**/messages', async (route) => {
      await route.fetch()
      await route.abort()
    })
    await page.getByRole('button', { name: 'Enviar mensaje' }).click()
    await page
      .getByRole('alert')
      .getByText(/Tu texto sigue aquí/)
      .waitFor()
    assert.equal(await box.inputValue(), 'Do you hear me?')
    await page.unroute('**/messages')
    await page.getByRole('button', { name: 'Enviar mensaje' }).click()
    await page.locator('form textarea:placeholder-shown').waitFor()
    const { items } = await admin.api.persist<{ items: { text: string }[] }>(
      'GET',
      '/api/v1/encounters/conv-john/messages',
    )
    assert.equal(items.filter(({ text }) => text === 'Do you hear me?').length, 1)
    await close()
  })

  it('sends once what is clicked twice, and keeps what was being written when somebody closes it', async () => {
    const { api } = admin
    await api.persist('PUT', '/api/v1/contacts/twice', { name: 'Dos Clics' })
    await api.persist('POST', '/api/v1/encounters', {
      ...{ id: 'conv-twice', queueId: 'coach', contactId: 'twice', channel: 'webchat' },
    })
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/conversations?selected=conv-twice')
    await page.getByRole('textbox', { name: 'Escribe como agente' }).fill('Una sola vez')
    // Two clicks before anything is drawn.
    await page.getByRole('button', { name: 'Enviar mensaje' }).evaluate((button) => {
      for (let n = 0; n < 2; n++) (button as unknown as { click(): void }).click()
    })
    await page.locator('form textarea:placeholder-shown').waitFor()
    const { items } = await api.persist<{ items: unknown[] }>('GET', '/api/v1/encounters/conv-twice/messages')
    assert.equal(items.length, 1)
    await page.getByRole('textbox', { name: 'Escribe como agente' }).fill('A medio escribir')
    await api.persist('POST', '/api/v1/encounters/conv-twice/close', { reason: 'solved' })
    const left = page.getByRole('textbox', { name: 'Lo que escribías no se envió' })
    await left.waitFor()
    assert.equal(await left.inputValue(), 'A medio escribir')
    await assertAccessible()
    assertCalm()
    await close()
  })

  it('keeps what is typed on while a message is on its way', async () => {
    const { page, assertCalm, close } = await admin.signedIn('/conversations?selected=conv-john')
    const box = page.getByRole('textbox', { name: 'Escribe como agente' })
    let answer = () => {}
    const held = new Promise<void>((resolve) => {
      answer = resolve
    })
    await page.route('**/messages', async (route) => {
      await held
      await route.continue()
    })
    await box.fill('The first half,')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('button', { name: 'Enviar mensaje' }).and(page.locator('[data-loading]')).waitFor()
    await box.press('End')
    await page.keyboard.type(' and the second')
    answer()
    await page.getByRole('list', { name: 'Hilo de la conversación' }).getByText('The first half,').waitFor()
    await page.locator('form button:not([data-loading])').first().waitFor()
    assert.equal(await box.inputValue(), 'and the second')
    await box.fill('')
    assertCalm()
    await close()
  })

  it('shows who waits longest for us, also once the system has warned them', async () => {
    const { api } = admin
    const queue = { name: 'Espera', max_inactive_patient_warning_time: null, max_inactive_patient_time: null }
    await api.persist('PUT', '/api/v1/queues/wait', queue)
    for (const name of ['Ana', 'Berta', 'Cora']) {
      const id = name.toLowerCase()
      await api.persist('PUT', `/api/v1/contacts/${id}`, { name })
      await api.persist('POST', '/api/v1/encounters', { id, queueId: 'wait', contactId: id, channel: 'web' })
      await api.persist('POST', `/api/v1/encounters/${id}/messages`, { from: 'patient', text: `Soy ${name}` })
    }
    await api.persist('POST', '/api/v1/encounters/ana/messages', { from: 'system', text: '¿Sigue ahí?' })
    await api.persist('POST', '/api/v1/encounters/berta/messages', { from: 'agent', text: 'Hola, Berta' })
    await api.persist('POST', '/api/v1/encounters/cora/assign', { team: 'noche' })
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/conversations?queue=wait')
    const rows = page.getByRole('table').locator('tbody tr')
    await page.getByText('3 filas, no hay más').waitFor()
    const waiting = page.getByRole('button', { name: 'Esperan nuestra respuesta' })
    await waiting.and(page.locator('[aria-pressed="false"]')).click()
    await page.waitForURL(/waitsFor=us/)
    await page.getByText('2 filas, no hay más').waitFor()
    await page.getByRole('columnheader', { name: 'Espera desde' }).waitFor()
    // The longest first, where all others have the newest first.
    assert.match(
      await rows.nth(0).innerText(),
      /Ana[\s\S]*Espera nuestra respuesta[\s\S]*Por responder · Cauce: ¿Sigue ahí\?/,
    )
    assert.match(await rows.nth(1).innerText(), /Cora[\s\S]*Por responder: Soy Cora/)
    assert.equal(await rows.nth(0).locator('td').last().locator('time').count(), 1)
    await assertAccessible()
    await rows.nth(0).getByRole('link').click()
    await page
      .getByRole('complementary')
      .getByText(/Espera nuestra respuesta. Escribió/)
      .waitFor()
    await page.reload()
    await page.getByText('2 filas, no hay más').waitFor()
    // A team is written or chosen; half of its name is none.
    await page.getByRole('button', { name: 'Más filtros' }).click()
    const team = page.getByRole('combobox', { name: 'Equipo' })
    await team.fill('noc')
    await page.getByRole('option', { name: 'noche' }).click()
    await page.waitForURL(/team=noche/)
    await page.getByText('Una fila, no hay más').waitFor()
    await page.getByRole('combobox', { name: 'Etiqueta' }).fill('vip')
    await page.keyboard.press('Enter')
    await page.waitForURL(/tag=vip/)
    await page.getByRole('heading', { name: 'Ninguna conversación con estos filtros' }).waitFor()
    assertCalm()
    await close()
  })

  it('moves it to another queue, gives it more time and closes it with a reason', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/conversations?selected=conv-maria')
    const more = async (act: RegExp) => {
      await page.getByRole('button', { name: 'Más acciones' }).click()
      await page.getByRole('menuitem', { name: act }).click()
    }
    await more(/Pasar a otra cola/)
    const dialogue = page.getByRole('dialog')
    await assertAccessible()
    await dialogue.getByRole('combobox', { name: 'Cola' }).click()
    await page.getByRole('option', { name: 'Noche' }).click()
    await dialogue.getByRole('button', { name: 'Pasar conversación' }).click()
    await page.getByText('La conversación pasó a Noche.').waitFor()
    await more(/Dar más tiempo/)
    await dialogue.getByLabel('Tiempo de más').fill('1 día y 2 horas')
    await page.keyboard.press('Enter')
    await page.getByText('Se dio más tiempo: 1 día y 2 horas.').waitFor()
    await page.getByRole('list', { name: 'Hilo' }).getByText('Pasó a otra cola: Noche').waitFor()
    await page.getByRole('button', { name: 'Cerrar…' }).click()
    await dialogue.getByRole('textbox', { name: 'Motivo' }).fill('Resuelto por teléfono')
    await dialogue.getByRole('button', { name: 'Cerrar conversación' }).click()
    await page.getByText(/Se cerró.*: Resuelto por teléfono\./).waitFor()
    await page.getByText('ya no se puede escribir en ella').waitFor()
    assertCalm()
    await close()
  })

  it('takes names and messages as text, whatever they look like', async () => {
    const { page, assertCalm, close } = await admin.signedIn('/conversations?selected=conv-xss')
    await page.getByRole('list', { name: 'Hilo' }).getByText(VECTORS.join(' ')).waitFor()
    await page.getByRole('link', { name: VECTORS[0] }).first().waitFor()
    assert.equal(await page.evaluate('window.ran'), undefined)
    assert.equal(await page.locator('main img, main svg[onload], main script, a[href^="javascript"]').count(), 0)
    assertCalm()
    await close()
  })

  it('opens at what was said last, whatever comes in later, under the name of the person', async () => {
    const { api } = admin
    await api.persist('POST', '/api/v1/encounters', {
      ...{ id: 'conv-long', queueId: 'coach', contactId: 'maria', channel: 'web' },
    })
    for (let n = 1; n <= 24; n++)
      await api.persist('POST', '/api/v1/encounters/conv-long/messages', {
        from: n % 2 === 0 ? 'agent' : 'patient',
        text: `Lo que se dijo en lugar ${n}, con algunas palabras más.`,
      })
    for (const viewport of [undefined, NARROW]) {
      const { page, assertCalm, close } = await admin.signedIn('/account', viewport && { viewport })
      // What happened comes after what was said, and stands between it.
      await page.route('**/api/v1/events?*', async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 700))
        await route.continue()
      })
      await page.goto(`${admin.url}/conversations?selected=conv-long`)
      const thread = page.getByRole('list', { name: 'Hilo de la conversación' })
      await thread.getByText('Se abrió la conversación').waitFor()
      await settled(async () => {
        const said = await thread.getByText('Lo que se dijo en lugar 24').boundingBox()
        const write = await page.getByRole('textbox', { name: 'Escribe como agente' }).boundingBox()
        if (said === null || write === null) return 'they are not there'
        return said.y + said.height <= write.y ? '' : 'the last message is below the window'
      })
      const name = await page.getByRole('heading', { level: 2, name: 'María Rojas' }).boundingBox()
      assert.ok(name !== null && name.y >= 0 && name.y < 100, `the name stands at ${name?.y}`)
      // Whoever reads further up is left there, and still has the whole of the composer.
      await thread.getByText('Lo que se dijo en lugar 3,').scrollIntoViewIfNeeded()
      await page.mouse.wheel(0, -200)
      const send = await page.getByRole('button', { name: 'Enviar mensaje' }).boundingBox()
      const { height } = page.viewportSize() as { height: number }
      assert.ok(
        send !== null && send.y + send.height <= height - 8,
        `the button ends at ${send && send.y + send.height}`,
      )
      assertCalm()
      await close()
    }
  })

  it('tells in each conversation what the person was sent because of it, and nothing of their others', async () => {
    const { api } = admin
    await api.persist('PUT', '/api/v1/contacts/two', { name: 'Dos Charlas' })
    for (const id of ['conv-one', 'conv-two']) {
      await api.persist('POST', '/api/v1/encounters', { id, queueId: 'coach', contactId: 'two', channel: 'web' })
      await api.persist('POST', '/api/v1/notifications', {
        ...{ to: { contactId: 'two' }, channels: ['inbox'], deepLink: { encounterId: id } },
        content: { body: `Por ${id}` },
      })
    }
    const { page, assertCalm, close } = await admin.signedIn('/conversations?selected=conv-two')
    const thread = page.getByRole('list', { name: 'Hilo de la conversación' })
    await thread.getByText('Por conv-two').waitFor()
    assert.equal(await thread.getByText('Por conv-one').count(), 0)
    await page.goto(`${admin.url}/conversations?selected=conv-one`)
    await thread.getByText('Por conv-one').waitFor()
    assert.equal(await thread.getByText('Por conv-two').count(), 0)
    assertCalm()
    await close()
  })

  it('fits a phone, and offers who only looks nothing to change', async () => {
    const viewer = await admin.user('viewer')
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/conversations?selected=conv-john', {
      viewport: NARROW,
      as: viewer,
      language: 'en',
      scheme: 'dark',
    })
    const over = page.getByRole('dialog')
    await over.getByText('Hello, about my plan').waitFor()
    const title = await over.locator('header').boundingBox()
    const first = await over
      .getByText(/webchat|web ·/)
      .first()
      .boundingBox()
    assert.ok(title && first && first.y >= title.y + title.height - 1, 'the first line stands below the title')
    await assertAccessible()
    assert.equal(await over.getByRole('button', { name: 'Take conversation' }).count(), 0)
    assert.equal(await over.getByRole('textbox').count(), 0)
    await page.keyboard.press('Escape')
    await page.getByRole('list', { name: 'Conversations' }).getByText('John Smith').waitFor()
    await assertAccessible()
    assertCalm()
    await close()
  })

  it('closes several at once, with their count, and leaves those that are over', async () => {
    const { api } = admin
    for (const id of ['one', 'two', 'three']) {
      await api.persist('POST', '/api/v1/encounters', {
        id: `many-${id}`,
        queueId: 'night',
        contactId: 'john',
        channel: 'many',
      })
    }
    await api.persist('POST', '/api/v1/encounters/many-three/close', { reason: 'already' })
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/conversations?channel=many')
    await page.getByRole('table').locator('[data-row]').nth(2).waitFor()
    await page.getByRole('button', { name: 'Elegir varias' }).click()
    await page.getByRole('checkbox', { name: 'Elegir todas las que se ven' }).check()
    await assertAccessible()
    await page.getByRole('button', { name: 'Cerrar 2…' }).click()
    const dialogue = page.getByRole('dialog', { name: 'Cerrar 2 conversaciones' })
    await dialogue.getByLabel('Motivo').fill('Prueba')
    await dialogue.getByRole('button', { name: 'Cerrar 2 conversaciones' }).click()
    await page.getByText('2 conversaciones cerradas.').waitFor()
    await page.getByRole('table').locator('[data-entry]').getByText('Cerrada', { exact: true }).nth(2).waitFor()
    assertCalm()
    await close()
  })
})
