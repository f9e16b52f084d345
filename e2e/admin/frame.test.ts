/** The frame that all pages stand in: coming in and going, the menu, language and light, the keyboard, both widths. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Locator } from 'playwright-core'
import { type Admin, NARROW, noBrowser, OWNER, openAdmin } from './harness.ts'

const isFocused = (one: Locator) => one.evaluate((element) => element.matches(':focus'))

describe('the frame of the admin', { skip: noBrowser, timeout: 600_000 }, () => {
  let admin: Admin
  before(async () => {
    admin = await openAdmin()
  })
  after(() => admin?.close())

  it('lets who is not signed in do that, and brings them to where they wanted to go', async () => {
    const { page, allow, assertCalm, assertAccessible, close } = await admin.visitor()
    allow(/status of 401/)
    await page.goto(`${admin.url}/settings/audit?action=user.created`)
    await page.getByRole('heading', { name: 'Cauce' }).waitFor()
    await assertAccessible()
    await page.getByRole('button', { name: 'Entrar' }).click()
    assert.ok(await page.getByText('Escribe tu correo').isVisible())
    await page.getByLabel('Correo').fill(OWNER.email)
    await page.getByLabel('Contraseña', { exact: true }).fill('something else')
    await page.keyboard.press('Enter')
    await page
      .getByRole('alert')
      .getByText(/no son correctos/)
      .waitFor()
    await page.getByLabel('Contraseña', { exact: true }).fill(OWNER.password)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Registro de actos' }).waitFor()
    assert.equal(new URL(page.url()).search, '?action=user.created')
    assert.equal(await page.title(), 'Registro de actos · Cauce')
    assertCalm()
    await close()
  })

  it('keeps the session where no script reads it', async () => {
    const { page, context, close } = await admin.signedIn('/settings')
    const [cookie] = await context.cookies()
    assert.ok(cookie)
    assert.deepEqual([cookie.httpOnly, cookie.sameSite], [true, 'Strict'])
    const readable = await page.evaluate<string>(
      'JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }])',
    )
    assert.ok(!readable.includes(cookie.value.slice(0, 20)))
    await close()
  })

  it('lets who lost their session sign in over the page, and what was half written is still there', async () => {
    const one = await admin.user('admin')
    const { page, allow, assertCalm, assertAccessible, close } = await admin.signedIn('/settings/keys', { as: one })
    allow(/status of 401/)
    await page.getByRole('button', { name: 'Hacer clave' }).first().click()
    const half = page.getByRole('dialog', { name: 'Hacer clave' })
    await half.getByLabel('Nombre').fill('A medias')
    await admin.api.persist('PATCH', `/api/v1/users/${one.id}`, { name: 'Renamed' })
    await half.getByRole('button', { name: 'Hacer clave' }).click()
    const again = page.getByRole('dialog', { name: 'Tu sesión terminó' })
    await again.getByText(one.email).waitFor()
    await assertAccessible()
    const password = again.getByLabel('Contraseña', { exact: true })
    await password.fill('not the password')
    await page.keyboard.press('Enter')
    await again.getByText('La contraseña no es correcta').waitFor()
    await password.fill(one.password)
    await page.keyboard.press('Enter')
    await again.waitFor({ state: 'detached' })
    await half.getByRole('button', { name: 'Hacer clave' }).click()
    await page.getByRole('dialog', { name: 'Guarda esto ahora' }).waitFor()
    assertCalm()
    await close()
  })

  it('opens a page that the lost session refused once somebody has signed in', async () => {
    const one = await admin.user('admin')
    const { page, allow, assertCalm, close } = await admin.signedIn('/settings/keys', { as: one })
    allow(/status of 401/)
    await page.getByRole('heading', { name: 'Claves de API' }).waitFor()
    await admin.api.persist('PATCH', `/api/v1/users/${one.id}`, { name: 'Renamed' })
    await page.getByRole('link', { name: 'Ajustes' }).first().click()
    await page.getByRole('link', { name: /Registro de actos/ }).click()
    await page.getByRole('dialog').getByLabel('Contraseña', { exact: true }).fill(one.password)
    await page.keyboard.press('Enter')
    await page.getByRole('table').waitFor()
    assertCalm()
    await close()
  })

  it('leads nobody who signs in to another site', async () => {
    const { page, allow, close } = await admin.visitor()
    allow(/status of 401/)
    for (const back of ['https://evil.example/', '//evil.example/', '/\\evil.example']) {
      await page.context().clearCookies()
      await page.goto(`${admin.url}/sign-in?back=${encodeURIComponent(back)}`)
      await page.getByLabel('Correo').fill(OWNER.email)
      await page.getByLabel('Contraseña', { exact: true }).fill(OWNER.password)
      await page.keyboard.press('Enter')
      await page.getByRole('navigation').waitFor()
      assert.equal(new URL(page.url()).origin, admin.url, back)
    }
    await close()
  })

  it('offers what the role may see, and says so where it may not', async () => {
    const viewer = await admin.user('viewer')
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/settings', { as: viewer })
    await page.getByRole('heading', { level: 1, name: 'Ajustes' }).waitFor()
    assert.equal(await page.getByRole('link', { name: /Claves de API/ }).count(), 0)
    // Of brokers they may see nothing but this.
    await page.getByRole('link', { name: /^Reglas MQTT/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Brokers' }).waitFor()
    await page.goto(`${admin.url}/settings/keys`)
    await page.getByRole('heading', { name: 'Tu rol no ve esta página' }).waitFor()
    await assertAccessible()
    assertCalm()
    await close()
  })

  it('speaks the language of the browser, and the other one when asked, for good', async () => {
    const { page, assertCalm, close } = await admin.signedIn('/account', { language: 'en' })
    await page.getByRole('heading', { name: 'Your account' }).waitFor()
    assert.equal(await page.locator('html').getAttribute('lang'), 'en')
    await page.getByRole('main').getByText('Español').click()
    await page.getByRole('heading', { name: 'Tu cuenta' }).waitFor()
    assert.equal(await page.title(), 'Tu cuenta · Cauce')
    await page.reload()
    await page.getByRole('heading', { name: 'Tu cuenta' }).waitFor()
    assert.equal(await page.locator('html').getAttribute('lang'), 'es')
    assertCalm()
    await close()
  })

  it('is light or dark as the system is, and otherwise when asked, from the first moment', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/account', { scheme: 'dark' })
    const ground = () => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor')
    assert.equal(await ground(), 'rgb(14, 24, 28)')
    await assertAccessible()
    await page.getByRole('main').getByText('Claro').click()
    await page.locator('html[data-mantine-color-scheme="light"]').waitFor()
    assert.equal(await ground(), 'rgb(251, 250, 247)')
    await page.goto(`${admin.url}/settings`, { waitUntil: 'commit' })
    await page.locator('html[data-mantine-color-scheme]').waitFor({ state: 'attached' })
    assert.equal(await page.locator('html').getAttribute('data-mantine-color-scheme'), 'light')
    assertCalm()
    await close()
  })

  it('is used by keyboard: past the menu, along it, and into the page that opens', async () => {
    const { page, assertCalm, close } = await admin.signedIn('/settings/audit')
    await page.getByRole('table').waitFor()
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Ir al contenido')
    await page.keyboard.press('Enter')
    assert.equal(await page.evaluate('document.activeElement.id'), 'page')
    const rows = page.locator('[data-row]')
    await rows.first().focus()
    await page.keyboard.press('ArrowDown')
    assert.ok(await isFocused(rows.nth(1)))
    await page.keyboard.press('Enter')
    await page.getByRole('complementary', { name: 'Detalle' }).waitFor()
    assert.ok(new URL(page.url()).searchParams.has('selected'))
    // What was opened by a key is where the keys go on: not behind all rows that follow.
    await page
      .getByRole('complementary', { name: 'Detalle' })
      .getByRole('heading')
      .first()
      .and(page.locator(':focus'))
      .waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('complementary', { name: 'Detalle' }).waitFor({ state: 'detached' })
    assert.ok(await isFocused(rows.nth(1)), 'back at its row')
    await page.getByRole('navigation').getByRole('link', { name: 'Ajustes' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Ajustes' }).waitFor()
    assert.equal(await page.evaluate('document.activeElement.id'), 'page')
    assertCalm()
    await close()
  })

  it('fits a telephone: a bar at the bottom, the rest behind "more", the detail over its list', async () => {
    const { page, allow, assertCalm, assertAccessible, close } = await admin.signedIn('/settings/audit', {
      viewport: NARROW,
    })
    allow(/status of 401/)
    await page.locator('[data-row]').first().waitFor()
    await assertAccessible()
    await page.locator('[data-row]').first().click()
    const detail = page.getByRole('dialog')
    await detail.waitFor()
    await assertAccessible()
    await page.goBack()
    await detail.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Más', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Salir' }).click()
    await page.getByRole('button', { name: 'Entrar' }).waitFor()
    await page.goto(`${admin.url}/account`)
    await page.getByRole('button', { name: 'Entrar' }).waitFor()
    assertCalm()
    await close()
  })

  it('says that nobody answers while the browser is offline, and goes on when asked again', async () => {
    const { page, context, allow, assertCalm, close } = await admin.signedIn('/people')
    // Whether the person is there already is asked first.
    allow(/ERR_INTERNET_DISCONNECTED|status of 404/)
    await page.getByRole('heading', { name: 'Todavía no hay personas' }).waitFor()
    await context.setOffline(true)
    await page.getByRole('button', { name: 'Registrar persona' }).first().click()
    await page.getByRole('dialog').getByLabel('Nombre', { exact: true }).fill('Fuera de Línea')
    await page.getByRole('dialog').getByRole('button', { name: 'Registrar persona' }).click()
    await page
      .getByRole('dialog')
      .getByRole('alert')
      .getByText(/no responde/)
      .waitFor()
    await context.setOffline(false)
    await page.getByRole('dialog').getByRole('button', { name: 'Registrar persona' }).click()
    await page.getByRole('complementary').getByText('Fuera de Línea').first().waitFor()
    assertCalm()
    await close()
  })

  it('says while the program is away that what is in sight stands still, and no more when it is back', async () => {
    const { page, context, allow, assertCalm, close } = await admin.signedIn('/people')
    allow(/ERR_FAILED|ERR_CONNECTION/)
    await context.route('**/api/v1/live', (route) => route.abort())
    await page.getByRole('link', { name: 'Resumen' }).click()
    const told = page.getByRole('status').getByText(/Sin conexión con Cauce\. Lo que ves es de las \d/)
    await told.waitFor()
    await context.unroute('**/api/v1/live')
    await told.waitFor({ state: 'detached' })
    assertCalm()
    await close()
  })

  it('goes on when asked again after the program did not say who one is', async () => {
    const { page, context, allow, assertCalm, close } = await admin.signedIn('/people')
    allow(/503|Service Unavailable/)
    const who = '**/api/v1/me'
    await context.route(who, (route) => route.fulfill({ status: 503, body: '' }))
    await page.reload()
    await page
      .getByRole('alert')
      .getByText(/está ocupado/)
      .waitFor()
    await context.unroute(who)
    await page.getByRole('button', { name: 'Reintentar' }).click()
    await page.getByRole('heading', { name: 'Personas', level: 1 }).waitFor()
    assertCalm()
    await close()
  })

  it('shows and does nothing of who went in another tab', async () => {
    const [one, other] = [await admin.user('admin', 'Una Persona'), await admin.user('viewer', 'Otra Persona')]
    const { page, context, allow, assertCalm, assertAccessible, close } = await admin.signedIn('/people', { as: one })
    allow(/status of 401/)
    // Half written: it is there for who comes back.
    await page.getByRole('button', { name: 'Registrar persona' }).first().click()
    const name = page.getByRole('dialog').getByLabel('Nombre')
    await name.fill('A Medias')
    const second = await context.newPage()
    const enter = async ({ email, password }: { email: string; password: string }) => {
      await second.getByLabel('Correo').fill(email)
      await second.getByLabel('Contraseña', { exact: true }).fill(password)
      await second.keyboard.press('Enter')
    }
    await second.goto(`${admin.url}/account`)
    await second.getByRole('button', { name: /Una Persona/ }).click()
    await second.getByRole('menuitem', { name: 'Salir' }).click()
    const again = page.getByRole('dialog', { name: 'Tu sesión terminó' })
    await again.getByText('salió en otra pestaña').waitFor()
    await assertAccessible()
    await again.getByLabel('Contraseña', { exact: true }).fill(one.password)
    await page.keyboard.press('Enter')
    await again.waitFor({ state: 'hidden' })
    assert.equal(await name.inputValue(), 'A Medias')
    // The other tab comes in by itself.
    await second.getByRole('button', { name: /Una Persona/ }).click()
    await second.getByRole('menuitem', { name: 'Salir' }).click()
    await again.waitFor()
    // Somebody else comes: nothing of it is left.
    await enter(other)
    await page.getByRole('button', { name: /Otra Persona/ }).waitFor()
    assert.equal(await page.getByText('A Medias').count(), 0)
    assert.equal(await page.getByRole('dialog').count(), 0)
    // Also where somebody signs in over another.
    await second.goto(`${admin.url}/sign-in`)
    await enter(one)
    await page.getByRole('heading', { name: 'Resumen', level: 1 }).waitFor()
    await page.getByRole('button', { name: /Una Persona/ }).waitFor()
    assertCalm()
    await close()
  })

  it('keeps what was begun for who signs in again, and shows nothing of it to somebody else', async () => {
    const [one, other] = [await admin.user('admin', 'Una Más'), await admin.user('admin', 'Otra Más')]
    const { page, allow, assertCalm, close } = await admin.signedIn('/templates/come-back', { as: one })
    allow(/status of 401/)
    const text = page.getByLabel('Texto').first()
    const leave = async (name: RegExp) => {
      await page.getByRole('button', { name }).click()
      await page.getByRole('menuitem', { name: 'Salir' }).click()
      await page.getByLabel('Correo').waitFor()
    }
    const comeBack = async ({ email, password }: { email: string; password: string }) => {
      await page.getByLabel('Correo').fill(email)
      await page.getByLabel('Contraseña', { exact: true }).fill(password)
      await page.keyboard.press('Enter')
      await page.getByRole('link', { name: 'Notificaciones' }).click()
      await page.getByRole('link', { name: 'Plantillas' }).click()
      await page.getByRole('link', { name: /come-back/ }).click()
      await text.waitFor()
      return text.inputValue()
    }
    await text.fill('Solo para mí')
    await leave(/Una Más/)
    assert.equal(await comeBack(one), 'Solo para mí')
    await leave(/Una Más/)
    assert.notEqual(await comeBack(other), 'Solo para mí')
    assertCalm()
    await close()
  })

  it('keeps what is typed into a filter while the address comes behind', async () => {
    const { page, close } = await admin.signedIn('/people')
    const field = page.getByRole('searchbox').first()
    await field.pressSequentially('ana ')
    await page.waitForURL('**/people?q=ana')
    await field.pressSequentially('maría')
    await page.waitForURL(/q=ana(\+|%20)mar/)
    assert.equal(await field.inputValue(), 'ana maría')
    await page.getByRole('button', { name: 'Quitar filtros' }).click()
    await page.waitForURL('**/people')
    assert.equal(await field.inputValue(), '')
    await close()
  })

  it('opens a link to which others added something, and takes that out of the address', async () => {
    const { page, assertCalm, close } = await admin.signedIn('/conversations?status=warned&utm_source=mail&fbclid=1')
    await page.getByText('Ninguna conversación con estos filtros').waitFor()
    await page.waitForURL((url) => url.search === '?status=warned')
    // A stage that there is none of is no stage.
    await page.goto(`${admin.url}/overview/silences?stage=lost`)
    await page.getByRole('heading', { name: 'Silencios', level: 1 }).waitFor()
    await page.waitForURL((url) => url.search === '')
    assertCalm()
    await close()
  })

  it('says so where a link opens what is not there', async () => {
    const { page, allow, assertCalm, close } = await admin.signedIn('/account')
    allow(/status of 40[04]/)
    const nobody = '01a22c19-0000-7000-8000-000000000000'
    for (const [path, words] of [
      ['/settings/queues', 'Ya no existe'],
      ['/settings/users', 'Ya no existe'],
      ['/settings/calendars', 'Ya no existe'],
      ['/settings/conversation-texts', 'Ya no existe'],
      ['/settings/keys', 'Puede que ya no exista'],
      ['/settings/audit', 'Puede que ya no exista'],
      ['/settings/sources', 'Puede que ya no exista'],
      ['/events/quarantine', 'Puede que ya no exista'],
      ['/events/set-aside', 'Puede que ya no exista'],
    ] as const) {
      await page.goto(`${admin.url}${path}?selected=${nobody}`)
      const detail = page.getByRole('complementary', { name: 'Detalle' })
      await detail.getByRole('heading', { name: 'No está aquí' }).waitFor()
      await detail.getByText(words).waitFor()
    }
    for (const [path, heading, back] of [
      ['/flows/nope', 'Este flujo no está aquí', 'Flujos'],
      ['/events/nope', 'Este evento no está aquí', 'Eventos'],
      [`/webhooks/${nobody}`, 'Este webhook no está aquí', 'Webhooks'],
      ['/settings/inbound/nope', 'Este webhook no está aquí', 'Webhooks que llegan'],
      // One that was cut off is no id at all.
      ['/flows/01a22c19-00', 'Este flujo no está aquí', 'Flujos'],
    ] as const) {
      await page.goto(`${admin.url}${path}`)
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()
      await page.getByText('Ya no existe, o es de otra organización.').waitFor()
      await page.getByRole('main').getByRole('link', { name: back, exact: true }).waitFor()
      assert.equal(await page.getByRole('button', { name: 'Reintentar' }).count(), 0)
    }
    await page.goto(`${admin.url}/notifications/inbox?person=${nobody}`)
    await page.getByRole('heading', { name: 'No se conoce a nadie así' }).waitFor()
    assertCalm()
    await close()
  })

  it('says of an address that leads nowhere that it does', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/no/such/page')
    await page.getByRole('heading', { name: 'Esta página no existe' }).waitFor()
    await assertAccessible()
    await page.getByRole('link', { name: 'Ir al inicio' }).click()
    await page.getByRole('navigation').waitFor()
    assertCalm()
    await close()
  })
})
