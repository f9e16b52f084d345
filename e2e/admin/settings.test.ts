/** Who administers an organisation: users, keys, secrets, flags, organisations, and the log of all that. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { type Admin, noBrowser, OWNER, openAdmin } from './harness.ts'

describe('the settings', { skip: noBrowser, timeout: 600_000 }, () => {
  let admin: Admin
  before(async () => {
    admin = await openAdmin()
  })
  after(() => admin?.close())

  it('add a user, whose first password is shown once and lets them in', async () => {
    const { page, allow, assertCalm, assertAccessible, close } = await admin.signedIn('/settings/users')
    allow(/status of 409/)
    await page.getByRole('button', { name: 'Añadir usuario' }).click()
    const form = page.getByRole('dialog', { name: 'Añadir usuario' })
    await form.getByLabel('Nombre').fill('=HYPERLINK("x") <b>Valentina</b>')
    // What the program refuses is told as the reader speaks.
    await form.getByLabel('Correo').fill(OWNER.email)
    await form.getByRole('button', { name: 'Añadir usuario' }).click()
    await form.getByText('Ya hay un usuario con este correo.').waitFor()
    await form.getByLabel('Correo').fill('valentina@clinica.example')
    await assertAccessible()
    await form.getByRole('button', { name: 'Añadir usuario' }).click()
    const shown = page.getByRole('dialog', { name: 'Guarda esto ahora' })
    const password = (await shown.locator('code').first().textContent()) as string
    await shown.getByRole('button', { name: 'Ya lo guardé' }).click()
    await shown.waitFor({ state: 'detached' })
    // Names are text, whatever they look like.
    assert.equal(await page.locator('td b').count(), 0)
    await page.getByRole('link', { name: /Valentina/ }).click()
    const detail = page.getByRole('complementary')
    await detail.getByText('valentina@clinica.example').waitFor()
    await assertAccessible()
    await (await admin.signedIn('/account', { as: { email: 'valentina@clinica.example', password } })).close()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Exportar CSV' }).click()
    const csv = await readFile(await (await download).path(), 'utf8')
    assert.match(csv, /\r\n"'=HYPERLINK\(""x""\) <b>Valentina<\/b>";valentina@clinica\.example;Agente;/)
    await detail.getByRole('button', { name: 'Eliminar usuario' }).click()
    const asked = page.getByRole('dialog', { name: /¿Eliminar a/ })
    await asked.getByText('No se puede deshacer').waitFor()
    await asked.getByRole('button', { name: 'Eliminar usuario' }).click()
    await detail.waitFor({ state: 'detached' })
    await page.getByRole('link', { name: /Valentina/ }).waitFor({ state: 'detached' })
    assertCalm()
    await close()
  })

  it('make a key that does what was chosen, and revoke it', async () => {
    const { page, assertCalm, assertAccessible, close } = await admin.signedIn('/settings/keys')
    await page.getByRole('button', { name: 'Hacer clave' }).first().click()
    const form = page.getByRole('dialog', { name: 'Hacer clave' })
    await form.getByLabel('Nombre').fill('Ficha')
    await form.getByText('Elegir permisos').click()
    await form.getByRole('button', { name: 'Hacer clave' }).click()
    await form.getByText('Marca al menos un permiso').waitFor()
    await form.getByLabel('Leer eventos').check()
    await assertAccessible()
    await form.getByRole('button', { name: 'Hacer clave' }).click()
    const shown = page.getByRole('dialog', { name: 'Guarda esto ahora' })
    const key = (await shown.locator('code').first().textContent()) as string
    const ask = async (path: string) =>
      (await fetch(`${admin.url}${path}`, { headers: { authorization: `Bearer ${key}` } })).status
    assert.deepEqual([await ask('/api/v1/events'), await ask('/api/v1/flows')], [200, 403])
    await shown.getByRole('button', { name: 'Ya lo guardé' }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Exportar CSV' }).click()
    const csv = await readFile(await (await download).path(), 'utf8')
    assert.match(csv, /\r\nFicha;[^;]+;Activa;[^;]+;events:read;/)
    assert.ok(!csv.includes(key), 'no key is in the file')
    await page.getByRole('link', { name: 'Ficha' }).click()
    await page.getByRole('button', { name: 'Revocar clave' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revocar clave' }).click()
    await page.getByRole('complementary').getByText('Revocada').first().waitFor()
    assert.equal(await ask('/api/v1/events'), 401)
    assertCalm()
    await close()
  })

  it('keep a secret and never show it', async () => {
    const { page, assertCalm, close } = await admin.signedIn('/settings/secrets')
    await page.getByRole('heading', { name: 'Todavía no hay secretos' }).waitFor()
    await page.getByRole('button', { name: 'Guardar secreto' }).first().click()
    const form = page.getByRole('dialog', { name: 'Guardar secreto' })
    await form.getByLabel('Nombre').fill('crm token')
    await form.getByLabel(/^Valor/).fill('hush-hush-hush')
    await form.getByRole('button', { name: 'Guardar secreto' }).click()
    await form
      .getByText(/Letras sin acento/)
      .last()
      .waitFor()
    await form.getByLabel('Nombre').fill('crm_token')
    await form.getByRole('button', { name: 'Guardar secreto' }).click()
    await page.getByRole('row', { name: /crm_token/ }).waitFor()
    assert.ok(!(await page.content()).includes('hush-hush'))
    assertCalm()
    await close()
  })

  it('switch a flag, and take it back', async () => {
    const { page, assertCalm, close } = await admin.signedIn('/settings/flags')
    const toggle = page.getByRole('switch').first()
    const value = async () => {
      const { items } = await admin.api.persist<{ items: { kind: string; value: unknown; afterRestart?: unknown }[] }>(
        'GET',
        '/api/v1/flags',
      )
      const flag = items.find(({ kind }) => kind === 'boolean')
      return flag?.afterRestart ?? flag?.value
    }
    const before = await value()
    await toggle.click({ force: true })
    await page.getByRole('button', { name: 'Volver a lo normal' }).waitFor()
    assert.notEqual(await value(), before)
    await page.getByRole('button', { name: 'Volver a lo normal' }).click()
    await page.getByRole('button', { name: 'Volver a lo normal' }).waitFor({ state: 'detached' })
    assert.equal(await value(), before)
    assertCalm()
    await close()
  })

  it('add an organisation, whose first key is shown once', async () => {
    const { page, allow, assertCalm, close } = await admin.signedIn('/settings/tenants')
    allow(/status of 409/)
    await page.getByRole('button', { name: 'Añadir organización' }).click()
    const form = page.getByRole('dialog', { name: 'Añadir organización' })
    await form.getByLabel('Nombre').fill('Clínica Sur')
    await form.getByLabel('Identificador').fill('Clínica Sur')
    await form.getByRole('button', { name: 'Añadir organización' }).click()
    await form.getByText(/como clinica-sur/).waitFor()
    await form.getByLabel('Identificador').fill('default')
    await form.getByRole('button', { name: 'Añadir organización' }).click()
    // What the program refuses is said in the form, and what was typed stays.
    await form.getByRole('alert').waitFor()
    assert.equal(await form.getByLabel('Nombre').inputValue(), 'Clínica Sur')
    await form.getByLabel('Identificador').fill('clinica-sur')
    await form.getByRole('button', { name: 'Añadir organización' }).click()
    await page.getByRole('dialog', { name: 'Guarda esto ahora' }).getByRole('button', { name: 'Ya lo guardé' }).click()
    await page.getByRole('row', { name: /Clínica Sur/ }).waitFor()
    assertCalm()
    await close()
  })

  it('tell in the log who did all that, found by filters that stand in the address', async () => {
    await admin.api.persist('PUT', '/api/v1/queues/coach', { name: 'Coach' })
    const { page, assertCalm, close } = await admin.signedIn('/settings/audit')
    await page.getByRole('link', { name: 'Clave de API: alta' }).first().waitFor()
    await page.getByRole('combobox', { name: 'Acto' }).fill('usuario: elim')
    await page.getByRole('option', { name: 'Usuario: eliminado' }).click()
    await page.waitForURL(/action=user\.removed/)
    await page.getByRole('link', { name: 'Usuario: eliminado' }).waitFor()
    await page.getByRole('link', { name: 'Clave de API: alta' }).first().waitFor({ state: 'detached' })
    // By the name that they had: nobody else knows it any more.
    await page
      .getByRole('row', { name: /Usuario: eliminado/ })
      .getByText(/HYPERLINK.*Valentina/)
      .waitFor()
    await page.getByRole('link', { name: 'Usuario: eliminado' }).click()
    await page.getByRole('complementary').getByText('Owner').waitFor()
    await page.reload()
    await page.getByRole('complementary').getByText('Owner').waitFor()
    await page.getByRole('button', { name: 'Quitar filtros' }).click()
    await page.waitForURL((url) => url.search === '')
    // Which key it was.
    await page.getByRole('row').getByText('Clave «CAUCE_API_KEY»').first().waitFor()
    assertCalm()
    await close()
  })
})
