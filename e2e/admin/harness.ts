/** The real program with its admin, and people who look at it in a browser. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { removeEmbedded } from '../../server/platform/embedded/index.ts'
import { type Client, clientOf } from '../harness/client.ts'
import { freePort, type ProgramProcess, programProcess } from '../harness/program.ts'
import { type Looks, launchBrowser, type Watched, watchedPage } from './browser.ts'

export { NARROW, noBrowser, WIDE } from './browser.ts'

export const OWNER = { email: 'ana@clinica.example', password: 'un río tranquilo' }

export type Admin = {
  url: string
  program: ProgramProcess
  browser: Browser
  /** The API with a key of everything, to set the scene. */
  api: Client
  /** A page of somebody who has just come. */
  visitor(looks?: Looks): Promise<Watched>
  /** A page of who is signed in, the owner if nobody is named, at `path`. */
  signedIn(path: string, looks?: Looks & { as?: { email: string; password: string } }): Promise<Watched>
  /** A user of that role, with a password. */
  user(
    role: 'owner' | 'admin' | 'designer' | 'agent' | 'viewer',
    name?: string,
  ): Promise<{ id: string; email: string; password: string }>
  close(): Promise<void>
}

/**
 * Starts the program in a data directory of its own and a browser beside it.
 * @param env settings, as CAUCE_TIME_SCALE for a story in which days pass
 */
export async function openAdmin(env: Readonly<Record<string, string>> = {}): Promise<Admin> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cauce-admin-'))
  const program = programProcess(dataDir, await freePort(), {
    CAUCE_ADMIN_EMAIL: OWNER.email,
    CAUCE_ADMIN_PASSWORD: OWNER.password,
    ...env,
  })
  const started = await Promise.allSettled([launchBrowser(), program.start()])
  const [launched] = started
  const close = async () => {
    if (launched.status === 'fulfilled') await launched.value.close()
    await program.stop()
    await removeEmbedded(dataDir)
  }
  const failed = started.find((each) => each.status === 'rejected')
  if (failed?.status === 'rejected' || launched.status === 'rejected') {
    await close()
    throw failed?.status === 'rejected' ? failed.reason : new Error('no browser')
  }
  const browser = launched.value
  const api = clientOf([program.url])
  let users = 0
  return {
    url: program.url,
    program,
    browser,
    api,
    visitor: (looks) => watchedPage(browser, looks),
    async signedIn(path, { as = OWNER, ...looks } = {}) {
      const watched = await watchedPage(browser, looks)
      const answer = await watched.context.request.post(`${program.url}/api/v1/session`, {
        data: { email: as.email, password: as.password },
        headers: { origin: program.url },
      })
      if (!answer.ok()) throw new Error(`${as.email} could not sign in: ${answer.status()} ${await answer.text()}`)
      await watched.page.goto(`${program.url}${path}`)
      await watched.page.getByRole('main').waitFor()
      return watched
    },
    async user(role, name = `Persona ${++users}`) {
      const given = { email: `${role}-${++users}@clinica.example`, password: `una frase para ${role}`, name, role }
      const { id } = await api.persist<{ id: string }>('POST', '/api/v1/users', given)
      return { id, ...given }
    },
    close,
  }
}
