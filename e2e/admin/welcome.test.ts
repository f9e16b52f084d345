/** The first minutes: a program that nobody has set up, and the first load of what it shows. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type Admin, NARROW, noBrowser, OWNER, openAdmin } from './harness.ts'

/** Of script, compressed, until a page of the menu is there. */
const FIRST_LOAD_BYTES = 300_000

describe('the first minutes with the admin', { skip: noBrowser, timeout: 600_000 }, () => {
  let admin: Admin
  before(async () => {
    // The house speaks English; the sample is told in the language of who sets it up.
    admin = await openAdmin({ CAUCE_LOCALE: 'en' })
  })
  after(() => admin?.close())

  it('ask whose it is and how to begin, and show something to look at', async () => {
    const { page, allow, assertCalm, assertAccessible, close } = await admin.visitor({ viewport: NARROW })
    allow(/status of 401/)
    await page.goto(admin.url)
    await page.getByLabel('Correo').fill(OWNER.email)
    await page.getByLabel('Contraseña', { exact: true }).fill(OWNER.password)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Te damos la bienvenida' }).waitFor()
    await assertAccessible()
    await page.getByRole('button', { name: 'Empezar' }).click()
    await page.getByText('Escribe el nombre de tu organización').waitFor()
    await page.getByLabel('¿Cómo se llama tu organización?').fill('Clínica del Río')
    await page.getByLabel('¿Cómo te llamas tú?').fill('Ana')
    await page.getByLabel('Una contraseña tuya').fill('el río vuelve al mar')
    await page.getByRole('button', { name: 'Empezar' }).click()
    await page.waitForURL((url) => url.pathname !== '/welcome')
    await page.getByRole('heading', { level: 1 }).waitFor()
    assertCalm()
    await close()
    const list = async <T>(path: string) => (await admin.api.persist<{ items: T[] }>('GET', path)).items
    const tenants = await list<{ id: string; name: string }>('/api/v1/tenants')
    assert.equal(tenants.find(({ id }) => id === 'default')?.name, 'Clínica del Río')
    const flows = await list<{ name: string; status: string }>('/api/v1/flows')
    assert.deepEqual(
      flows.map(({ name, status }) => [name, status]),
      [['Conversación abandonada', 'published']],
    )
    const queues = await list<{ name: string }>('/api/v1/queues')
    assert.deepEqual(
      queues.map(({ name }) => name),
      ['Coach de salud'],
    )
    assert.equal((await list('/api/v1/encounters')).length, 2)
    const again = await admin.signedIn('/', { as: { email: OWNER.email, password: 'el río vuelve al mar' } })
    await again.page.getByText('Clínica del Río').first().waitFor()
    assert.notEqual(new URL(again.page.url()).pathname, '/welcome', 'it is asked once')
    await again.close()
  })

  it('load little: each page of the menu comes with less than 300 kB of script', async (t) => {
    const as = { email: OWNER.email, password: 'el río vuelve al mar' }
    const first = await admin.signedIn('/settings', { as })
    const links = await first.page.getByRole('navigation').getByRole('link').all()
    const paths = new Set<string>()
    for (const link of links) paths.add((await link.getAttribute('href')) as string)
    await first.close()
    assert.ok(paths.size > 1)
    const weights = new Map<string, number>()
    for (const path of paths) {
      const { page, close } = await admin.visitor()
      const scripts = new Set<string>()
      page.on('response', (answer) => {
        if (answer.request().resourceType() === 'script') scripts.add(answer.url())
      })
      await page.context().request.post(`${admin.url}/api/v1/session`, { data: as, headers: { origin: admin.url } })
      await page.goto(`${admin.url}${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.locator('[data-waiting]').first().waitFor({ state: 'detached' })
      await page.waitForLoadState('networkidle')
      const loaded = [...scripts]
      await close()
      for (const url of loaded) if (!weights.has(url)) weights.set(url, await compressed(url))
      const bytes = loaded.reduce((sum, url) => sum + (weights.get(url) as number), 0)
      t.diagnostic(`${path}: ${(bytes / 1000).toFixed(0)} kB of script`)
      assert.ok(bytes > 50_000 && bytes < FIRST_LOAD_BYTES, `${path} loads ${bytes} bytes of script`)
    }
  })
})

const compressed = async (url: string): Promise<number> =>
  gzipSync(Buffer.from(await (await fetch(url)).arrayBuffer()), { level: 9 }).length
