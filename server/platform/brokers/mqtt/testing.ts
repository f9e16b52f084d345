import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env } from 'node:process'

/** The server's own program; Debian puts it where users' paths do not reach. */
const PROGRAMS = ['mosquitto', '/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto']

function find(): string | null {
  for (const program of PROGRAMS) {
    try {
      execFileSync(program, ['-h'], { stdio: 'ignore', timeout: 5_000 })
      return program
    } catch (error) {
      // It prints its help and exits with an error of its own.
      if ((error as { status?: unknown }).status !== null && (error as { status?: unknown }).status !== undefined) {
        return program
      }
    }
  }
  return null
}

let found: string | null | undefined
const program = (): string | null => {
  if (found === undefined) found = find()
  return found
}

/**
 * Why tests with a real Mosquitto are left out here, or false. With CAUCE_REQUIRE_BROKERS=1 they are not left out, and fail.
 */
export const withoutMosquitto = (): string | false =>
  program() === null && env.CAUCE_REQUIRE_BROKERS !== '1' ? 'mosquitto is not installed on this machine' : false

export type Mosquitto = {
  host: '127.0.0.1'
  port: number
  pid(): number
  /** Starts it again, over the same data, after `stop` or `kill`. */
  start(): Promise<void>
  /** SIGTERM: it saves what it holds. */
  stop(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<void>
  /** Stops it and removes its files. */
  close(): Promise<void>
}

/**
 * A Mosquitto of one's own, persistence on, to be stopped and killed at will.
 * @param config lines beside listener and persistence; default: anybody may do anything
 * @param durable what it confirmed survives SIGKILL too (each message is written down: some 6 ms)
 * @param whole the whole configuration instead
 * @param files written into its folder before it starts; `{dir}` in `config` is that folder
 */
export async function startMosquitto(
  options: {
    config?: string
    files?: Readonly<Record<string, string>>
    durable?: boolean
    whole?(dir: string, port: number): string
  } = {},
): Promise<Mosquitto> {
  const path = program()
  if (path === null) throw new Error('mosquitto is not installed on this machine')
  const dir = mkdtempSync(join(tmpdir(), 'cauce-mosquitto-'))
  // As root it runs as another user, who must be able to read and write here.
  chmodSync(dir, 0o777)
  const port = await freePort()
  const config = options.config ?? 'allow_anonymous true\nmax_queued_messages 100000'
  const durable = options.durable ? 'autosave_interval 1\nautosave_on_changes true\n' : ''
  for (const [name, text] of Object.entries(options.files ?? {})) writeFileSync(join(dir, name), text, { mode: 0o644 })
  writeFileSync(
    join(dir, 'mosquitto.conf'),
    options.whole?.(dir, port) ??
      `listener ${port} 127.0.0.1\nset_tcp_nodelay true\npersistence true\npersistence_location ${dir}/\n${durable}${config.replaceAll('{dir}', dir)}\n`,
  )
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    const began: ChildProcess = spawn(path as string, ['-c', join(dir, 'mosquitto.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child = began
    let said = ''
    began.stderr?.on('data', (data) => {
      said = `${said}${data}`.slice(-4_000)
    })
    const end = performance.now() + 10_000
    while (!(await listens(port))) {
      if (began.exitCode !== null) throw new Error(`mosquitto ended with ${began.exitCode}: ${said}`)
      if (performance.now() > end) throw new Error(`mosquitto does not listen: ${said}`)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }

  await start()
  return {
    host: '127.0.0.1',
    port,
    pid: () => child?.pid ?? 0,
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async close() {
      await end('SIGKILL')
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
