import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, lstat, mkdtemp, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { linkLibraries, prepareBinaries } from '#platform/embedded/binaries.ts'
import { explain } from '#platform/embedded/cluster.ts'
import { type Embedded, removeEmbedded, startEmbedded } from '#platform/embedded/index.ts'

const run = promisify(execFile)
const isRoot = process.getuid?.() === 0
const onLinux = process.platform === 'linux'
const logger = { info() {}, warn() {}, error() {} }

const base = await mkdtemp(join(await realpath(tmpdir()), 'cauce-embedded-'))
// As root the server is another user, who must pass through.
await chmod(base, 0o711)
const folders: string[] = []
after(async () => {
  for (const folder of folders) await removeEmbedded(folder).catch(() => {})
  await rm(base, { recursive: true, force: true })
})

let count = 0
const newFolder = (name = 'd'): string => {
  count += 1
  const folder = join(base, `${name}${count}`)
  folders.push(folder)
  return folder
}

/** A database made once and copied, with its owners and modes: making one takes most of a second of CPU. */
const template = newFolder('template')
await (await startEmbedded({ dataDir: template, logger })).stop()
async function newDatabase(): Promise<string> {
  const folder = newFolder()
  await run('cp', ['-a', template, folder])
  return folder
}

const open = (dataDir: string, onRestart?: () => void): Promise<Embedded> =>
  startEmbedded({ dataDir, logger, ...(onRestart ? { onRestart } : {}) })

async function ask(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end().catch(() => {})
  }
}

/** A process that owns the data directory until it is killed. */
const PROGRAM = `
  import { startEmbedded } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
  const logger = { info() {}, warn() {}, error() {} }
  const { url, pid } = await startEmbedded({ dataDir: process.argv[1], logger })
  console.log(JSON.stringify({ url, pid }))
  setInterval(() => {}, 60_000)`

async function openElsewhere(dataDir: string): Promise<{ url: string; pid: number; kill(): Promise<void> }> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', PROGRAM, dataDir],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return {
    ...(JSON.parse(line) as { url: string; pid: number }),
    async kill() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

const pointerOf = async (dataDir: string): Promise<Record<string, string>> =>
  JSON.parse(await readFile(join(dataDir, 'postgres.json'), 'utf8'))
const homeOf = async (dataDir: string): Promise<string> => {
  const { home = '' } = await pointerOf(dataDir)
  return home.startsWith('/') ? home : join(dataDir, home)
}

/** True when no process of that number runs; a zombie that its parent does not collect runs no more. */
function isGone(pid: number): Promise<boolean> {
  return readFile(`/proc/${pid}/stat`, 'utf8').then(
    (text) => /\) [ZX]/.test(text),
    () => true,
  )
}

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await delay(20)
}

// Most of the time goes into waiting for processes to end: several at once.
describe('embedded PostgreSQL', { concurrency: 4 }, () => {
  test('a database is made, kept over a stop, and closed to whoever has no password', async () => {
    const dataDir = newFolder()
    const first = await open(dataDir)
    await ask(first.url, 'create table kept as select 42 as n')
    const [shown] = await ask(
      first.url,
      `select current_setting('jit') jit, current_setting('max_wal_size') wal, current_setting('timezone') zone,
       (select datlocprovider::text || datlocale from pg_database where datname = 'cauce') locale`,
    )
    assert.deepEqual(shown, { jit: 'off', wal: '4GB', zone: 'UTC', locale: 'bC.UTF-8' })
    assert.equal((await stat(join(dataDir, 'postgres.json'))).mode & 0o777, 0o600)
    const url = new URL(first.url)
    await assert.rejects(ask(first.url.replace(url.password, 'guess'), 'select 1'), /password authentication failed/)
    const { pid } = first
    await first.stop()
    assert.ok(await isGone(pid), 'the server is gone once stop resolves')

    const second = await open(dataDir)
    assert.deepEqual(await ask(second.url, 'select n from kept'), [{ n: 42 }])
    await Promise.all([second.stop(), second.stop()])
  })

  test('after kill -9 of its owner the server is taken over, without a restart', {
    skip: !onLinux && 'needs /proc',
  }, async () => {
    const dataDir = await newDatabase()
    const killed = await openElsewhere(dataDir)
    await ask(killed.url, 'create table kept as select 1 as n')
    await killed.kill()
    const restarts: string[] = []
    const next = await open(dataDir, () => restarts.push('again'))
    assert.equal(next.pid, killed.pid)
    assert.equal(next.url, killed.url)

    // One that was taken over is watched like one's own.
    process.kill(next.pid, 'SIGKILL')
    await until(() => restarts.length === 1)
    assert.notEqual(next.pid, killed.pid)
    assert.deepEqual(await ask(next.url, 'select n from kept'), [{ n: 1 }])
    process.kill(next.pid, 'SIGKILL')
    await until(() => restarts.length === 2)
    await next.stop()
    assert.ok(await isGone(next.pid))
  })

  test('after kill -9 of owner and server, nothing committed is lost', {
    skip: !onLinux && 'needs /proc',
  }, async () => {
    const dataDir = await newDatabase()
    const killed = await openElsewhere(dataDir)
    await ask(killed.url, 'create table kept as select 7 as n')
    process.kill(killed.pid, 'SIGKILL')
    await killed.kill()
    const next = await open(dataDir)
    assert.deepEqual(await ask(next.url, 'select n from kept'), [{ n: 7 }])
    await next.stop()
  })

  test('a second start is refused while the first lives, in this process and in another', async () => {
    const dataDir = await newDatabase()
    const other = await openElsewhere(dataDir)
    await assert.rejects(open(dataDir), /already runs on .* \(process \d+\).*CAUCE_DATA_DIR/)
    await assert.rejects(removeEmbedded(dataDir), /already runs/)
    await other.kill()
    const mine = await open(dataDir)
    await assert.rejects(open(dataDir), /already runs/)
    await mine.stop()
  })

  test('a child that outlived its killed postmaster does not block the next start', {
    skip: !onLinux && 'needs /proc',
  }, async () => {
    const dataDir = await newDatabase()
    const killed = await openElsewhere(dataDir)
    const client = new pg.Client({ connectionString: killed.url })
    client.on('error', () => {})
    await client.connect()
    const backend = Number((await client.query('select pg_backend_pid() as pid')).rows[0]?.pid)
    process.kill(backend, 'SIGSTOP')
    process.kill(killed.pid, 'SIGKILL')
    await killed.kill()
    const next = await open(dataDir)
    assert.deepEqual(await ask(next.url, 'select 1 as n'), [{ n: 1 }])
    assert.ok(await isGone(backend))
    await next.stop()
  })

  test('halting ends the server within two seconds, also one that cannot be stopped, and loses nothing', async () => {
    const dataDir = await newDatabase()
    const database = await open(dataDir)
    await ask(database.url, 'create table kept as select 42 as n')
    const { pid } = database
    if (onLinux) process.kill(pid, 'SIGSTOP')
    const stopping = database.stop()
    const began = performance.now()
    await database.halt()
    assert.ok(performance.now() - began < 2_000)
    assert.ok(await isGone(pid))
    await stopping
    const next = await open(dataDir)
    assert.deepEqual(await ask(next.url, 'select n from kept'), [{ n: 42 }])
    await next.stop()
  })

  test('a server that hangs is ended and started anew', { skip: !onLinux && 'needs /proc' }, async () => {
    const dataDir = await newDatabase()
    const killed = await openElsewhere(dataDir)
    await killed.kill()
    process.kill(killed.pid, 'SIGSTOP')
    // A stopped process takes no signal but SIGKILL; the patience before it is the price.
    setTimeout(() => process.kill(killed.pid, 'SIGCONT'), 2_500)
    const next = await open(dataDir)
    assert.notEqual(next.pid, killed.pid)
    await next.stop()
  })

  test('a process that got the number of a dead server is left alone', {
    skip: !onLinux && 'needs /proc',
  }, async () => {
    const dataDir = await newDatabase()
    await (await open(dataDir)).stop()
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore' })
    const data = join(await homeOf(dataDir), 'data')
    await writeFile(join(data, 'postmaster.pid'), `${stranger.pid}\n${data}\n1\n5432\n/nowhere\n\n\nready\n`)
    const database = await open(dataDir)
    assert.deepEqual(await ask(database.url, 'select 1 as n'), [{ n: 1 }])
    await database.stop()
    assert.equal(stranger.exitCode ?? stranger.signalCode, null)
    stranger.kill()
  })

  test('a moved data directory is the same database, also when its server was left running', {
    skip: !onLinux && 'needs /proc',
  }, async () => {
    const before = await newDatabase()
    const killed = await openElsewhere(before)
    await ask(killed.url, 'create table kept as select 3 as n')
    await killed.kill()
    const moved = newFolder('moved')
    await rename(before, moved)
    const database = await open(moved)
    assert.deepEqual(await ask(database.url, 'select n from kept'), [{ n: 3 }])
    assert.ok(await isGone(killed.pid))
    await database.stop()
  })

  test('without its pointer a data directory begins a new database', async () => {
    const dataDir = await newDatabase()
    const first = await open(dataDir)
    await ask(first.url, 'create table kept as select 1 as n')
    await first.stop()
    await rm(join(dataDir, 'postgres.json'))
    const second = await open(dataDir)
    await assert.rejects(ask(second.url, 'select n from kept'), /does not exist/)
    await second.stop()
  })

  test('what cannot be used is refused with a sentence that says what to do', async () => {
    const dataDir = await newDatabase()
    const database = await open(dataDir)
    await ask(database.url, `alter role cauce password 'changed by somebody'`)
    await database.stop()
    await assert.rejects(open(dataDir), /does not take the password in postgres\.json\. Restore/)

    const version = join(await homeOf(dataDir), 'data', 'PG_VERSION')
    await writeFile(version, '17\n')
    await assert.rejects(open(dataDir), /was made by PostgreSQL 17; .* backup/)
    await rm(version)
    await assert.rejects(open(dataDir), /which is not there.*Put it back/)
    for (const damage of ['', '{"format":1', '{"format":1,"home":"/etc","password":"0123456789abcdef"}']) {
      await writeFile(join(dataDir, 'postgres.json'), damage)
      await assert.rejects(open(dataDir), /postgres\.json is damaged/)
    }
    await writeFile(join(base, 'file'), '')
    await assert.rejects(open(join(base, 'file', 'data')), /cannot be used.*CAUCE_DATA_DIR/)
  })

  test('a user without a name, as containers give, is told what to do instead', () => {
    const stderr = 'initdb: could not look up effective user ID 54321: user does not exist\n'
    assert.match(explain({ stderr }), /user 54321 has none .* DATABASE_URL/)
  })

  test('a place that makes no folders is refused at once, although its parent is there', {
    skip: !onLinux && 'needs /proc',
  }, async () => {
    // In a process of its own: a call that never comes back would hold up the end of this one.
    for (const place of ['/proc/cauce/data', '/proc/self/fdinfo/cauce']) {
      const refused = run(
        process.execPath,
        ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', PROGRAM, place],
        { timeout: 10_000, killSignal: 'SIGKILL' },
      )
      await assert.rejects(refused, /cannot be used: no folder can be made in \/proc.*CAUCE_DATA_DIR/)
    }
  })

  test('where the path is too long for a socket the server listens on 127.0.0.1 only', async () => {
    const database = await open(newFolder('l'.repeat(90)))
    assert.match(database.url, /@127\.0\.0\.1:\d+\/cauce/)
    const [row] = await ask(
      database.url,
      `select current_setting('listen_addresses') a, current_setting('unix_socket_directories') s`,
    )
    assert.deepEqual(row, { a: '127.0.0.1', s: '' })
    await database.stop()
  })

  test('a start that was killed inside initdb leaves nothing in the way', async () => {
    const dataDir = await newDatabase()
    await (await open(dataDir)).stop()
    const half = join(dataDir, 'postgres-0badf00d.new')
    await rename(await homeOf(dataDir), half)
    await rm(join(dataDir, 'postgres.json'))
    const database = await open(dataDir)
    await assert.rejects(lstat(half), { code: 'ENOENT' })
    await database.stop()
  })

  test('library links that npm did not make are made, by several starts at once', async () => {
    const { postgres } = await prepareBinaries(null, base)
    const copy = join(base, 'copy', 'native')
    const source = dirname(dirname(postgres))
    await cp(source, copy, { recursive: true, filter: (path) => !path.endsWith('.a') && !path.includes('/share/') })
    const links = JSON.parse(await readFile(join(source, 'pg-symlinks.json'), 'utf8')) as { target: string }[]
    for (const { target } of links) await rm(join(base, 'copy', target), { force: true })
    if (onLinux)
      await assert.rejects(run(join(copy, 'bin', 'postgres'), ['--version']), /cannot open shared object file/)
    assert.deepEqual(await Promise.all([linkLibraries(copy), linkLibraries(copy), linkLibraries(copy)]), [
      true,
      true,
      true,
    ])
    assert.match((await run(join(copy, 'bin', 'postgres'), ['--version'])).stdout, /\(PostgreSQL\) 18/)
  })

  test('as root, a closed data directory works, stays closed, and takes its database with it when removed', {
    skip: !isRoot && 'needs root',
  }, async () => {
    const closed = await mkdtemp(join(base, 'closed-'))
    const dataDir = join(closed, 'data')
    folders.push(dataDir)
    const first = await open(dataDir)
    await ask(first.url, 'create table kept as select 1 as n')
    const home = await homeOf(dataDir)
    assert.equal(dirname(home), '/var/lib/cauce')
    assert.equal((await stat(closed)).mode & 0o777, 0o700)
    assert.notEqual((await stat(join(home, 'data'))).uid, 0)
    await first.stop()
    const again = await open(dataDir)
    assert.deepEqual(await ask(again.url, 'select n from kept'), [{ n: 1 }])
    await again.stop()

    await rm(dataDir, { recursive: true })
    const fresh = await open(dataDir)
    await assert.rejects(ask(fresh.url, 'select n from kept'), /does not exist/)
    await fresh.stop()
    await removeEmbedded(dataDir)
    await rm(home, { recursive: true })
  })

  test('a copy of a data directory whose database lies elsewhere cannot run beside it', {
    skip: !isRoot && 'needs root',
  }, async () => {
    const closed = await mkdtemp(join(base, 'closed-'))
    const dataDir = join(closed, 'data')
    folders.push(dataDir)
    const database = await open(dataDir)
    await cp(dataDir, join(closed, 'copy'), { recursive: true })
    await assert.rejects(open(join(closed, 'copy')), /already runs on \/var\/lib\/cauce/)
    await database.stop()
  })
})
