import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { PATIENCE_MS } from './scale.ts'

const CAUCE = fileURLToPath(new URL('../../cauce.mjs', import.meta.url))
export const KEY = 'e2e-key-0123456789-0123456789-0123456789'

/** A port that was free a moment ago: the program must come back at the same address after a kill. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

export type ProgramProcess = {
  url: string
  /** The real program, over the same data directory each time; ready when this resolves. */
  start(env?: Readonly<Record<string, string>>): Promise<void>
  /** Starts a program that is going to kill itself, perhaps before anybody asked whether it is ready. */
  startDoomed(crashAt: string): void
  /** Resolves when it answers. */
  ready(): Promise<void>
  /** SIGKILL to the program's processes; the postmaster is left as a crash would leave it. */
  kill(): Promise<void>
  /** Resolves when the process has ended by itself (a crash point). */
  died(timeoutMs?: number): Promise<boolean>
  stop(): Promise<number>
  /** A connection to its database as the owner. */
  database(): Promise<pg.Client>
  postmasterPid(): Promise<number>
  pid(): number
  alive(): boolean
  signal(name: 'SIGTERM' | 'SIGHUP' | 'SIGSTOP' | 'SIGCONT'): void
  /** Resolves with the exit code (null: a signal ended it) and how long that took. */
  ended(): Promise<{ code: number | null; tookMs: number }>
  output(): string
}

async function connected(client: pg.Client): Promise<pg.Client> {
  client.on('error', () => {})
  await client.connect()
  return client
}

type Pointer = { home: string; password: string }

/**
 * Runs `cauce start` as a child, to be killed and started again.
 * @param base settings; with `DATABASE_URL` the data directory is not used
 */
export function programProcess(
  dataDir: string,
  port: number,
  base: Readonly<Record<string, string>> = {},
): ProgramProcess {
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  let output = ''

  async function pointer(): Promise<Pointer & { data: string }> {
    const found = JSON.parse(await readFile(join(dataDir, 'postgres.json'), 'utf8')) as Pointer
    const home = isAbsolute(found.home) ? found.home : join(dataDir, found.home)
    return { ...found, data: join(home, 'data') }
  }

  async function pidFile(): Promise<string[]> {
    return (await readFile(join((await pointer()).data, 'postmaster.pid'), 'utf8')).split('\n')
  }

  const gone = () => child === undefined || child.exitCode !== null || child.signalCode !== null

  async function ready(): Promise<void> {
    const end = Date.now() + PATIENCE_MS
    for (;;) {
      const ok = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(5_000) }).then(
        (answer) => answer.ok,
        () => false,
      )
      if (ok) return
      if (gone()) throw new Error(`the program ended before it was ready:\n${output.slice(-2000)}`)
      if (Date.now() > end)
        throw new Error(`the program was not ready after ${PATIENCE_MS} ms:\n${output.slice(-2000)}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  function launch(env: Readonly<Record<string, string>>): void {
    output = ''
    child?.kill('SIGKILL')
    child = spawn(process.execPath, [CAUCE, 'start'], {
      env: {
        ...process.env,
        PORT: String(port),
        CAUCE_DATA_DIR: dataDir,
        CAUCE_API_KEY: KEY,
        CAUCE_LOG_LEVEL: 'error',
        CAUCE_WEBHOOK_ALLOW: '127.0.0.0/8',
        ...base,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const keep = (data: Buffer) => {
      output += data
    }
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
  }

  return {
    url,
    async start(env = {}) {
      launch(env)
      await ready()
    },
    ready,
    startDoomed: (crashAt) => launch({ CAUCE_CRASH_AT: crashAt }),
    async kill() {
      if (gone()) return
      const ended = once(child as ChildProcess, 'exit')
      child?.kill('SIGKILL')
      await ended
    },
    async died(timeoutMs = PATIENCE_MS) {
      const end = Date.now() + timeoutMs
      while (!gone() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 10))
      return gone()
    },
    async stop() {
      if (gone()) return child?.exitCode ?? 1
      const ended = once(child as ChildProcess, 'exit')
      child?.kill('SIGTERM')
      const [code] = await ended
      return code ?? 1
    },
    async database() {
      if (base.DATABASE_URL !== undefined) return connected(new pg.Client(base.DATABASE_URL))
      const { password } = await pointer()
      const lines = await pidFile()
      return connected(
        new pg.Client({
          host: lines[4] || '127.0.0.1',
          port: Number(lines[3]),
          user: 'cauce',
          password,
          database: 'cauce',
        }),
      )
    },
    postmasterPid: async () => Number((await pidFile())[0]),
    pid: () => child?.pid ?? 0,
    alive: () => !gone(),
    signal: (name) => void child?.kill(name),
    async ended() {
      const began = performance.now()
      if (!gone()) await once(child as ChildProcess, 'exit')
      return { code: child?.exitCode ?? null, tookMs: performance.now() - began }
    },
    output: () => output,
  }
}
