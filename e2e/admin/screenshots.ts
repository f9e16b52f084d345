/**
 * `npm run screenshots`: every page of the admin over two days of a clinic, at both widths, and the first ones in the dark.
 * Look at each of them.
 */
import { mkdir, rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { liveTwoDays, openReceivers } from './clinic.ts'
import { type Admin, NARROW, openAdmin, WIDE } from './harness.ts'
import { SHOTS, type Shot } from './shots.ts'

/** How a picture is taken. */
type Looks = Parameters<Admin['signedIn']>[1]

/**
 * @param args parts of names of the pictures to take, all where there are none; `--out=folder`, `--language=en`
 * @returns 1 when a page had a fault
 */
export async function main(args: readonly string[]): Promise<number> {
  const { values, positionals: only } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { out: { type: 'string', default: 'docs/screenshots' }, language: { type: 'string', default: 'es' } },
  })
  const { out } = values
  const language = values.language === 'en' ? 'en' : 'es'
  const receivers = await openReceivers()
  const admin = await openAdmin(receivers.settings)
  try {
    await liveTwoDays(admin, receivers)
    // Time passes as usual from here on: the pictures show the same moment.
    await admin.program.stop()
    await admin.program.start({ CAUCE_TIME_SCALE: '1' })
    if (only.length === 0) await rm(out, { recursive: true, force: true })
    await mkdir(out, { recursive: true })
    const wanted = SHOTS.filter(({ name }) => only.length === 0 || only.some((word) => name.includes(word)))
    const dark = wanted.filter((shot) => shot.dark)
    const faults = [
      ...(await take(admin, wanted, `${out}/*-1440.png`, { viewport: WIDE, language })),
      ...(await take(admin, wanted, `${out}/*-390.png`, { viewport: NARROW, language })),
      ...(await take(admin, dark, `${out}/*-1440-dark.png`, { viewport: WIDE, language, scheme: 'dark' })),
    ]
    for (const fault of faults) process.stdout.write(`${fault}\n`)
    return faults.length === 0 ? 0 : 1
  } finally {
    await admin.close().finally(() => receivers.close())
  }
}

/** @returns what was wrong with the pages */
async function take(admin: Admin, shots: readonly Shot[], files: string, looks: Looks): Promise<string[]> {
  const watched = await admin.signedIn('/account', looks)
  const faults: string[] = []
  const hold = async (holds: () => void | Promise<void>) => {
    try {
      await holds()
    } catch (error) {
      faults.push((error as Error).message)
    }
  }
  for (const { name, path, prepare } of shots) {
    const file = files.replace('*', name)
    await hold(async () => {
      const address = typeof path === 'string' ? path : await path(admin.api)
      await watched.page.goto(`${admin.url}${address}`)
      await watched.page.getByRole('heading', { level: 1 }).waitFor()
      // Rows are there, or the sentence that there are none.
      await watched.page.locator('[data-waiting]').first().waitFor({ state: 'detached' })
      await prepare?.(watched.page)
      await watched.page.waitForTimeout(300)
      await watched.page.screenshot({ path: file })
      process.stdout.write(`${file}\n`)
      await watched.assertAccessible()
    })
  }
  await hold(() => watched.assertCalm())
  await watched.close()
  return faults
}
