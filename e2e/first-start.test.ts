import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { removeEmbedded } from '../server/platform/embedded/index.ts'
import { freePort, type ProgramProcess, programProcess } from './harness/program.ts'

/** Whoever starts the program for the first time gets in, whatever goes wrong on the way. */

const folders: string[] = []
const programs: ProgramProcess[] = []

async function fresh(env: Record<string, string> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'cauce-first-'))
  folders.push(folder)
  const dataDir = join(folder, 'data')
  const port = await freePort()
  // As a newcomer starts it: no key, no password.
  const program = programProcess(dataDir, port, { CAUCE_API_KEY: '', ...env })
  programs.push(program)
  return { program, dataDir, port }
}

after(async () => {
  for (const program of programs) await program.stop()
  for (const folder of folders) {
    await removeEmbedded(join(folder, 'data')).catch(() => {})
    await rm(folder, { recursive: true, force: true })
  }
})

/** What a row of the greeting says. */
const row = (output: string, name: string): string | undefined =>
  new RegExp(`^ {2}${name} +(\\S.*)$`, 'm').exec(output)?.[1]
const keyIn = (output: string) => /^cauce_\S+/.exec(row(output, 'API key') ?? '')?.[0]
const passwordIn = (output: string) => /admin@localhost \/ (\S+)/.exec(row(output, 'Login') ?? '')?.[1]

/** What the program said by the time it told that it runs. */
async function greeting({ output }: ProgramProcess): Promise<string> {
  for (const end = Date.now() + 10_000; !/^ {2}Stop/m.test(output()); ) {
    if (Date.now() > end) throw new Error(`no greeting:\n${output()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return output()
}

const me = async (url: string, key = '') =>
  (await fetch(`${url}/api/v1/me`, { headers: { authorization: `Bearer ${key}` } })).status
const login = async (url: string, password = '') =>
  (
    await fetch(`${url}/api/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'admin@localhost', password }),
    })
  ).status

describe('the first start', () => {
  it('on a port that is taken, or at an address that is none, leaves nothing behind', async () => {
    const { program, dataDir, port } = await fresh()
    const other = createServer().listen(port, '127.0.0.1')
    await once(other, 'listening')
    program.startDoomed('')
    assert.equal((await program.ended()).code, 1)
    assert.match(program.output(), new RegExp(`PORT ${port} is in use`))
    other.close()
    await once(other, 'close')
    const nowhere = programProcess(dataDir, port, { CAUCE_API_KEY: '', HOST: '999.1.1.1' })
    nowhere.startDoomed('')
    assert.equal((await nowhere.ended()).code, 1)
    assert.match(nowhere.output(), /HOST 999\.1\.1\.1 is not known/)
    assert.ok(!existsSync(dataDir), 'no database was made')
    await program.start()
    const told = await greeting(program)
    assert.deepEqual([await me(program.url, keyIn(told)), await login(program.url, passwordIn(told))], [200, 200])
  })

  it('tells key and password as soon as they count: a start that ends before it serves loses none', async () => {
    const { program } = await fresh()
    program.startDoomed('start:before-listening')
    assert.ok(await program.died(60_000))
    const key = keyIn(program.output())
    const password = passwordIn(program.output())
    assert.ok(key !== undefined && password !== undefined, program.output())
    await program.start()
    const told = await greeting(program)
    assert.deepEqual([keyIn(told), passwordIn(told)], [undefined, undefined])
    assert.deepEqual([await me(program.url, key), await login(program.url, password)], [200, 200])
    // Whoever has lost them is told the way back.
    assert.match(told, /CAUCE_API_KEY/)
    assert.match(told, /CAUCE_ADMIN_PASSWORD/)
  })

  it('a later start with a bad setting leaves the database to the next one', async () => {
    const { program, dataDir, port } = await fresh()
    await program.start()
    await program.stop()
    const bad = programProcess(dataDir, port, { CAUCE_LOCALE: 'klingon' })
    bad.startDoomed('')
    assert.equal((await bad.ended()).code, 1)
    assert.match(bad.output(), /CAUCE_LOCALE must be a language/)
    await program.start()
    assert.equal(await program.stop(), 0)
  })

  it('a lost key and a lost password are replaced by the settings', async () => {
    const { program } = await fresh()
    await program.start()
    const told = await greeting(program)
    const [key, password] = [keyIn(told), passwordIn(told)]
    await program.stop()
    const env = { CAUCE_API_KEY: 'a-new-key-0123456789-0123456789-0123', CAUCE_ADMIN_PASSWORD: 'a new password' }
    await program.start(env)
    assert.deepEqual(
      [await me(program.url, env.CAUCE_API_KEY), await login(program.url, env.CAUCE_ADMIN_PASSWORD)],
      [200, 200],
    )
    assert.equal(await login(program.url, password), 401)
    // The one that was made at the first start is not the setting's to take back.
    assert.equal(await me(program.url, key), 200)
    const again = await greeting(program)
    assert.ok(!again.includes(env.CAUCE_ADMIN_PASSWORD) && !again.includes(env.CAUCE_API_KEY))
  })
})
