import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Api, apiOf } from '../server/commands/api.ts'
import { pointedAt } from '../server/platform/embedded/cluster.ts'
import { isAlive } from '../server/platform/embedded/postmaster.ts'
import { pause } from './harness/client.ts'

const ENTRY = fileURLToPath(new URL('../cauce.mjs', import.meta.url))
const SCRIPT = '/usr/bin/script'
const full = process.env.E2E_FULL === '1'

/** In English, whatever the terminal of who runs the tests speaks. */
const demo = (...args: string[]) => demoIn('C', ...args)

async function demoIn(locale: string, ...args: string[]): Promise<{ code: number | null; said: string }> {
  const { child, said } = begun(locale, ...args)
  const [code] = await once(child, 'close')
  return { code, said: said() }
}

function begun(locale: string, ...args: string[]) {
  const env = { ...process.env, LC_ALL: locale }
  const child = spawn(process.execPath, [ENTRY, 'demo', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  child.stderr.pipe(process.stderr)
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (data: string) => {
    said += data
  })
  return { child, said: () => said }
}

const within = (folder: string) => ({ ...process.env, LC_ALL: 'C', TMPDIR: folder })

/** The process of the server that a demo has below that folder, as soon as there is one. */
async function serverIn(folder: string): Promise<number> {
  for (const end = Date.now() + 60_000; Date.now() < end; await pause(5)) {
    const [own] = (await readdir(folder)).filter((name) => name.startsWith('cauce-demo-'))
    const cluster = own === undefined ? null : await pointedAt(join(folder, own)).catch(() => null)
    const pid = cluster && (await readFile(join(cluster.data, 'postmaster.pid'), 'utf8').catch(() => ''))
    if (pid) return Number.parseInt(pid, 10)
  }
  throw new Error('the demo started no server')
}

/** Time passes as usual: at the pace of the story she would be silent again in ten seconds, and closed in fifteen. */
async function staysTold(api: Api): Promise<void> {
  await pause(15_000)
  const { clock } = await api.get<{ clock: { now: string; scale: number } }>('/api/v1/me')
  assert.equal(clock.scale, 1)
  assert.ok(Math.abs(Date.parse(clock.now) - Date.now()) < 10_000, clock.now)
  const { items } = await api.get<{ items: { contactId: string; status: string }[] }>('/api/v1/encounters?status=open')
  assert.deepEqual(
    items.map(({ contactId }) => contactId),
    ['maria'],
  )
  const silences = await api.get<{ items: { person: { id: string }; recoveredAt: string | null }[] }>(
    '/api/v1/reports/silences',
  )
  const told = silences.items.map(({ person, recoveredAt }) => `${person.id} ${recoveredAt === null ? 'gone' : 'back'}`)
  assert.deepEqual(told.sort(), ['john gone', 'lucia gone', 'maria back'])
}

/** Her silence led to the run, this to the push, the push to her return, and that to the end of the run. */
async function leadsOn(api: Api): Promise<void> {
  const { items } = await api.get<{ items: { id: string; subject: string }[] }>(
    '/api/v1/events?type=encounter.link_followed',
  )
  const [warned] = (
    await api.get<{ items: { id: string }[] }>(
      `/api/v1/events?type=encounter.tmipw_expired&conversation=${items[0]?.subject}`,
    )
  ).items
  const { caused } = await api.get<{
    caused: {
      [name in 'runs' | 'notifications' | 'continued' | 'events']: {
        [field in 'id' | 'runId' | 'cause' | 'type' | 'outcome']: string | null
      }[]
    }
  }>(`/api/v1/events/${warned?.id}`)
  const [followed, resumed] = caused.events
  assert.deepEqual(
    [followed?.type, followed?.cause, resumed?.type, resumed?.cause],
    ['encounter.link_followed', `notification:${caused.notifications[0]?.id}`, 'encounter.resumed', followed?.id],
  )
  const [continued] = caused.continued
  assert.deepEqual(
    [continued?.runId, continued?.cause, continued?.outcome],
    [caused.runs[0]?.id, resumed?.id, 'recuperada'],
  )
}

describe('the demo', () => {
  it('tells all that happened, in the order in which it did, and holds', { timeout: 180_000 }, async () => {
    const { code, said } = await demo()
    assert.equal(code, 0, said)
    assert.match(
      said,
      /María Rojas writes: .+ answers: [\s\S]+María is warned[\s\S]+Push delivered[\s\S]+signature verified[\s\S]+tapped the link[\s\S]+has 4 messages[\s\S]+recovered[\s\S]+John did not come back: closed[\s\S]+The story held/,
    )
  })

  it('speaks Spanish where the terminal does; kept, its admin lets in who reads it, to the story', {
    timeout: 180_000,
  }, async () => {
    const { child, said } = begun('es_CL.UTF-8', '--keep')
    const closed = once(child, 'close')
    try {
      for (const end = Date.now() + 150_000; !said().includes('curl -H'); await pause(50)) {
        assert.ok(child.exitCode === null && Date.now() < end, said())
      }
      assert.match(
        said(),
        /el flujo «Conversación abandonada»[\s\S]+María está avisada[\s\S]+otra vez abierta[\s\S]+terminó: recuperada[\s\S]+La historia se cumplió/,
      )
      const row = (name: string) => new RegExp(`^  ${name} +(\\S+)$`, 'm').exec(said())?.[1] ?? ''
      const url = row('Administración')
      assert.match(await (await fetch(url)).text(), /<div id="root">/)
      const login = { email: row('Correo'), password: row('Contraseña') }
      const { token } = await apiOf(url, '').post<{ token: string }>('/api/v1/login', login)
      const api = apiOf(url, token)
      const me = await api.get<{ setUp: boolean; tenantName: string }>('/api/v1/me')
      assert.deepEqual([me.setUp, me.tenantName], [true, 'Clínica de la demostración'])
      const { items } = await api.get<{ items: { contactId: string }[] }>('/api/v1/encounters')
      assert.deepEqual(items.map(({ contactId }) => contactId).sort(), ['john', 'lucia', 'maria'])
      await leadsOn(api)
      await staysTold(api)
      assert.match(await (await fetch(row('Página de María'))).text(), /<form/)
    } finally {
      child.kill('SIGINT')
      await closed
    }
    assert.equal(child.exitCode, 0)
  })

  it('stopped while it starts, leaves neither a server nor its folder behind', { timeout: 180_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cauce-demo-test-'))
    const child = spawn(process.execPath, [ENTRY, 'demo'], { env: within(folder), stdio: ['ignore', 'pipe', 'pipe'] })
    child.stderr.pipe(process.stderr)
    try {
      child.stdout.resume()
      const pid = await serverIn(folder)
      child.kill('SIGINT')
      await once(child, 'close')
      assert.equal(isAlive({ pid }), false, 'its server runs on')
      assert.deepEqual(await readdir(folder), [])
    } finally {
      child.kill('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    }
  })

  it('leaves nothing behind either when somebody closes its terminal', {
    skip: existsSync(SCRIPT) ? false : 'it takes script(1) of Linux to make a terminal',
    timeout: 180_000,
  }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cauce-demo-test-'))
    const command = `${process.execPath} ${ENTRY} demo`
    const terminal = spawn(SCRIPT, ['-qec', command, '/dev/null'], {
      env: within(folder),
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    try {
      terminal.stdout.resume()
      const pid = await serverIn(folder)
      // Whoever held the other end of the terminal is gone: what is below gets SIGHUP, and can write nowhere any more.
      terminal.kill('SIGKILL')
      for (const end = Date.now() + 60_000; (await readdir(folder)).length > 0 && Date.now() < end; ) await pause(50)
      assert.deepEqual(await readdir(folder), [])
      assert.equal(isAlive({ pid }), false, 'its server runs on')
    } finally {
      terminal.kill('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    }
  })

  for (const part of ['push', 'webhook', 'link']) {
    const skip = full ? false : 'with E2E_FULL=1'
    it(`does not hold when the ${part} is broken, and says so`, { skip, timeout: 180_000 }, async () => {
      const { code, said } = await demo(`--break=${part}`)
      assert.equal(code, 1, said)
      assert.match(said, /The story did not hold: /)
    })
  }

  it('says what it takes when asked, and refuses what it does not', async () => {
    const { code, said } = await demo('--help')
    assert.equal(code, 0)
    assert.match(said, /^Usage: cauce demo/)
    assert.equal((await demo('--brake=push')).code, 2)
  })
})
