import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { after, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const repository = fileURLToPath(new URL('..', import.meta.url))
const base = await mkdtemp(join(tmpdir(), 'cauce-start-'))
const running = new Set<ChildProcess>()
after(async () => {
  for (const child of running) child.kill('SIGKILL')
  await rm(base, { recursive: true, force: true })
})

/** An npm that writes down each call; `FAKE_NPM` makes it slow or fail. */
const NPM = `
  import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
  appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n')
  rmSync('node_modules', { recursive: true, force: true })
  if (process.env.FAKE_NPM === 'offline') {
    console.error('npm error code ENOTFOUND')
    process.exit(1)
  }
  if (process.env.FAKE_NPM === 'hang') await new Promise((resolve) => setTimeout(resolve, 60_000))
  await new Promise((resolve) => setTimeout(resolve, 300))
  mkdirSync('node_modules', { recursive: true })
`

/** A program that says what reaches it. */
const MAIN = `
  export async function main(argv: string[]): Promise<number> {
    if (argv[0] === 'code') return Number(argv[1])
    if (argv[0] === 'die') process.kill(process.pid, 'SIGKILL')
    let signals = 0
    const stopped = new Promise<string>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.on(signal, () => {
          signals += 1
          resolve(signal)
        })
      }
    })
    console.log('ready ' + process.pid)
    const keep = setInterval(() => {}, 60_000)
    const signal = await stopped
    await new Promise((resolve) => setTimeout(resolve, 400))
    clearInterval(keep)
    console.log('drained ' + signal + ' ' + signals)
    return 0
  }
`

/** Starts as under a Node that is too old: in a child. */
const OLD = `
  import { runUnder } from './setup/child.mjs'
  await runUnder(process.execPath, import.meta.dirname, process.argv.slice(2))
`

let count = 0
/** A checkout with the real start step around a program, an npm and a lockfile of our own. */
async function newCheckout(): Promise<string> {
  count += 1
  const root = join(base, String(count))
  await mkdir(join(root, 'server'), { recursive: true })
  await cp(join(repository, 'setup'), join(root, 'setup'), { recursive: true })
  await cp(join(repository, 'cauce.mjs'), join(root, 'cauce.mjs'))
  await mkdir(join(root, 'npm'))
  const files = {
    'package.json': '{"type":"module"}',
    'package-lock.json': '{"packages":{"node_modules/one":{"version":"1.0.0"}}}',
    'npm/npm-cli.js': NPM,
    'server/main.ts': MAIN,
    'old.mjs': OLD,
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text)
  return root
}

type Started = {
  child: ChildProcess
  lines: Interface
  output(): string
  ended: Promise<[number | null, string | null]>
}

function start(root: string, args: string[], env: Record<string, string> = {}, detached = false): Started {
  const child = spawn(process.execPath, args, {
    cwd: tmpdir(),
    detached,
    env: { ...process.env, npm_execpath: join(root, 'npm', 'npm-cli.js'), npm_lifecycle_script: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk
    })
  }
  const ended = once(child, 'close').then(([code, signal]) => {
    running.delete(child)
    return [code, signal] as [number | null, string | null]
  })
  return { child, lines: createInterface(child.stdout as NodeJS.ReadableStream), output: () => output, ended }
}

const entry = (root: string): string => join(root, 'cauce.mjs')
const callsOf = async (root: string): Promise<number> =>
  (await readFile(join(root, 'npm-calls'), 'utf8').catch(() => '')).split('\n').filter(Boolean).length

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(20)
}

/** The process of the program itself, once it is ready. */
async function pidWhenReady({ lines }: Started): Promise<number> {
  const [line] = (await once(lines, 'line')) as [string]
  return Number(line.replace('ready ', ''))
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

describe('the start step', { concurrency: 4 }, () => {
  test('installs once, again when the lockfile changes, and hands the exit code on', async () => {
    const root = await newCheckout()
    const first = start(root, [entry(root), 'code', '7'])
    assert.deepEqual(await first.ended, [7, null])
    assert.match(first.output(), /^cauce: installing the packages[^\n]*\n$/)
    const second = start(root, [entry(root), 'code', '0'])
    assert.deepEqual(await second.ended, [0, null])
    assert.equal(second.output(), '')
    assert.equal(await callsOf(root), 1)

    await writeFile(join(root, 'package-lock.json'), '{"packages":{"node_modules/one":{"version":"1.0.1"}}}')
    assert.deepEqual(await start(root, [entry(root), 'code', '0']).ended, [0, null])
    assert.equal(await callsOf(root), 2)
    assert.match(await readFile(join(root, 'npm-calls'), 'utf8'), /^ci .*--ignore-scripts/)
  })

  test('takes what somebody installed with npm, if it is what the lockfile says', async () => {
    const root = await newCheckout()
    await mkdir(join(root, 'node_modules'))
    await writeFile(join(root, 'node_modules', '.package-lock.json'), await readFile(join(root, 'package-lock.json')))
    assert.deepEqual(await start(root, [entry(root), 'code', '0']).ended, [0, null])
    assert.equal(await callsOf(root), 0)
  })

  test('two commands in a fresh clone install once', async () => {
    const root = await newCheckout()
    const both = [start(root, [entry(root), 'code', '3']), start(root, [entry(root), 'code', '4'])]
    assert.deepEqual(await Promise.all(both.map(({ ended }) => ended)), [
      [3, null],
      [4, null],
    ])
    assert.equal(await callsOf(root), 1)
    assert.ok(!existsSync(join(root, '.cauce-install.lock')))
  })

  test('an installation that was killed is done again', async () => {
    const root = await newCheckout()
    const killed = start(root, [entry(root), 'code', '0'], { FAKE_NPM: 'hang' }, true)
    await until(async () => (await callsOf(root)) === 1)
    process.kill(-(killed.child.pid as number), 'SIGKILL')
    await killed.ended
    assert.deepEqual(await start(root, [entry(root), 'code', '5']).ended, [5, null])
    assert.equal(await callsOf(root), 2)
  })

  test('says what to do when the registry cannot be reached', async () => {
    const root = await newCheckout()
    const failed = start(root, [entry(root), 'code', '0'], { FAKE_NPM: 'offline' })
    assert.deepEqual(await failed.ended, [1, null])
    assert.match(failed.output(), /registry cannot be reached.*\n\nnpm error code ENOTFOUND\n$/s)
    assert.doesNotMatch(failed.output(), /at .*\.mjs/)
  })
})

describe('signals', { concurrency: 4 }, () => {
  for (const [where, script] of [
    ['in a child', 'old.mjs'],
    ['in this process', 'cauce.mjs'],
  ] as const) {
    const ready = async (env: Record<string, string> = {}) => {
      const root = await newCheckout()
      await start(root, [entry(root), 'code', '0']).ended
      const started = start(root, [join(root, script), 'start'], env, true)
      return { ...started, pid: await pidWhenReady(started) }
    }

    test(`${where}: Ctrl-C, which reaches every process of the group, is one wish`, async () => {
      const { child, ended, output } = await ready()
      process.kill(-(child.pid as number), 'SIGINT')
      assert.deepEqual(await ended, [0, null])
      assert.match(output(), /drained SIGINT 1\n$/)
    })

    test(`${where}: SIGTERM to the process that was started drains`, async () => {
      const { child, ended, output } = await ready()
      child.kill('SIGTERM')
      assert.deepEqual(await ended, [0, null])
      assert.match(output(), /drained SIGTERM 1\n$/)
    })

    test(`${where}: kill -9 leaves nothing running`, async () => {
      const { child, ended, pid } = await ready()
      child.kill('SIGKILL')
      assert.deepEqual(await ended, [null, 'SIGKILL'])
      await until(() => isGone(pid))
    })
  }

  test('a child that dies of a signal takes the start step with it', async () => {
    const root = await newCheckout()
    assert.deepEqual(await start(root, [join(root, 'old.mjs'), 'die']).ended, [null, 'SIGKILL'])
    assert.deepEqual(await start(root, [join(root, 'old.mjs'), 'code', '9']).ended, [9, null])
  })

  test('when npm is gone the program drains', { skip: process.platform === 'win32' && 'needs sh' }, async () => {
    const root = await newCheckout()
    await start(root, [entry(root), 'code', '0']).ended
    const { scripts } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'))
    const script: string = scripts.start
    // What npm does: a shell that waits for the command.
    const npm = spawn('sh', ['-c', `"$0" "$1" start; true`, process.execPath, entry(root)], {
      env: { ...process.env, npm_lifecycle_script: script },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    npm.stderr.pipe(process.stderr)
    running.add(npm)
    const lines = createInterface(npm.stdout)
    const [line] = (await once(lines, 'line')) as [string]
    npm.kill('SIGTERM')
    const [last] = (await once(lines, 'line')) as [string]
    assert.equal(last, 'drained SIGTERM 1')
    await until(() => isGone(Number(line.replace('ready ', ''))))
  })

  const noProc = process.platform !== 'linux' && 'needs /proc'
  test('a shell that leads its session is no npm that is gone, whatever it inherited', { skip: noProc }, async () => {
    const root = await newCheckout()
    await start(root, [entry(root), 'code', '0']).ended
    const shell = spawn('sh', ['-c', `"$0" "$1" start; true`, process.execPath, entry(root)], {
      env: { ...process.env, npm_lifecycle_script: 'node cauce.mjs test' },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    })
    running.add(shell)
    const lines = createInterface(shell.stdout)
    const [line] = (await once(lines, 'line')) as [string]
    await delay(2_500)
    const pid = Number(line.replace('ready ', ''))
    assert.equal(isGone(pid), false)
    process.kill(pid, 'SIGKILL')
  })

  for (const [what, shell] of [
    ['npm', `sleep 0.3; "$0" "$1" start; true`],
    ['npm with its shell', `sleep 0.3; exec "$0" "$1" start`],
  ] as const) {
    test(`so it does when ${what} was gone before it began`, { skip: noProc }, async () => {
      const root = await newCheckout()
      await start(root, [entry(root), 'code', '0']).ended
      const npm = spawn('sh', ['-c', `(${shell}) &`, process.execPath, entry(root)], {
        env: { ...process.env, npm_lifecycle_script: 'node cauce.mjs start' },
        stdio: ['ignore', 'pipe', 'inherit'],
        detached: true,
      })
      const lines = createInterface(npm.stdout)
      const [line] = (await once(lines, 'line')) as [string]
      const [last] = (await once(lines, 'line', { signal: AbortSignal.timeout(10_000) })) as [string]
      assert.equal(last, 'drained SIGTERM 1')
      await until(() => isGone(Number(line.replace('ready ', ''))))
    })
  }
})
