import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { endWithBench } from '../ending.ts'
import { monotonicUs } from '../measure/clock.ts'
import { type Api, apiOf } from './api.ts'
import { API_KEY, settingsOf } from './settings.ts'
import { beginCounting, countStatements, topStatements } from './statements.ts'

export type Started = {
  host: string
  port: number
  url: string
  pid: number
  dataDir: string
  api: Api
  /** The monotonic instant at which it was started, and at which `/ready` answered 200. */
  spawnedUs: number
  readyUs: number
  /** SIGTERM; resolves when all of it is gone. */
  stop(): Promise<void>
}

const CAUCE = fileURLToPath(new URL('../../cauce.mjs', import.meta.url))
const READY_LIMIT_MS = 60_000

/** How a program is looked into while it is measured; each costs some of what is measured. */
export type Observe = {
  /** The process writes a CPU profile there when it stops. */
  profileDir?: string
  /** The database counts its statements; those that took the most time are told when the program stops. */
  statements: boolean
}

type Start = { dataDir: string; env?: Record<string, string>; observe?: Observe }

/** Starts the real program on its embedded database (fsync on) and waits until it is ready. */
export async function startProgram(options: Start): Promise<Started> {
  const { dataDir, observe } = options
  if (observe?.statements !== true) return startOnce(options)
  const first = await startOnce({ ...options, observe: undefined })
  await countStatements(dataDir)
  await first.stop()
  const program = await startOnce(options)
  await beginCounting(dataDir)
  let told = false
  return {
    ...program,
    async stop() {
      if (!told) process.stdout.write(`\n${await topStatements(dataDir)}`)
      told = true
      await program.stop()
    },
  }
}

async function startOnce({ dataDir, env, observe }: Start): Promise<Started> {
  const port = await freePort()
  const logFile = join(dataDir, 'program.log')
  const log = openSync(logFile, 'a')
  const spawnedUs = monotonicUs()
  const profileDir = observe?.profileDir
  const profiling = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`]
  const child = spawn(process.execPath, ['--max-semi-space-size=16', ...profiling, CAUCE, 'start'], {
    // A .env of the checkout must not change what is measured.
    cwd: dataDir,
    stdio: ['ignore', log, log],
    env: {
      ...process.env,
      ...settingsOf(dataDir, port),
      ...env,
    },
  })
  closeSync(log)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = `http://127.0.0.1:${port}`
  const isOver = () => child.exitCode !== null || child.signalCode !== null
  const stop = async () => {
    if (!isOver()) child.kill('SIGTERM')
    await ended
  }
  endWithBench(stop, ended)
  try {
    await ready(url, isOver)
  } catch (error) {
    child.kill('SIGKILL')
    throw new Error(
      `the program did not start: ${(error as Error).message}\n${readFileSync(logFile, 'utf8').slice(-4000)}`,
    )
  }
  return {
    host: '127.0.0.1',
    port,
    url,
    pid: child.pid as number,
    dataDir,
    api: apiOf(url, API_KEY),
    spawnedUs,
    readyUs: monotonicUs(),
    stop,
  }
}

async function ready(url: string, isOver: () => boolean): Promise<void> {
  const giveUpUs = monotonicUs() + READY_LIMIT_MS * 1000
  while (monotonicUs() < giveUpUs) {
    if (isOver()) throw new Error('it ended')
    const answer = await fetch(`${url}/ready`).catch(() => null)
    if (answer?.status === 200) return
    await delay(10)
  }
  throw new Error(`it was not ready after ${READY_LIMIT_MS / 1000} s`)
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
