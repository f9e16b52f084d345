import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './program.ts'

/** Where packages put it: of Debian, of RabbitMQ's own archive, of Homebrew. */
const FOLDERS = ['/usr/lib/rabbitmq/bin', '/opt/rabbitmq/sbin', '/opt/homebrew/sbin', '/usr/local/sbin']
const READY_MS = 120_000

const folder = FOLDERS.find((one) => existsSync(join(one, 'rabbitmq-server')))

/** Why a broker of one's own cannot be started, or false. With CAUCE_REQUIRE_BROKERS the tests run and fail. */
export const withoutRabbitmq = (): string | false =>
  folder !== undefined || process.env.CAUCE_REQUIRE_BROKERS === '1' ? false : 'no rabbitmq-server is installed'

export type OwnBroker = {
  port: number
  /** Resolves when it listens. What durable queues held is there again. */
  start(): Promise<void>
  /** In order. */
  stop(): Promise<void>
  kill(): Promise<void>
  /** Its command line tool. */
  control(...args: string[]): Promise<string>
  /** Ends it and removes what it kept. */
  remove(): Promise<void>
}

/** A RabbitMQ of this test only: own name, port and data. The one that others use is left alone. */
export async function ownBroker(settings: Readonly<Record<string, string>> = {}): Promise<OwnBroker> {
  const home = await mkdtemp(join(tmpdir(), 'cauce-rabbitmq-'))
  const [port, distPort] = [await freePort(), await freePort()]
  const env = {
    ...process.env,
    HOME: home,
    // The node is a child of ours, without a shell between that would outlive it.
    RUNNING_UNDER_SYSTEMD: 'true',
    RABBITMQ_NODENAME: `cauce-${port}@localhost`,
    RABBITMQ_DIST_PORT: String(distPort),
    RABBITMQ_MNESIA_BASE: join(home, 'mnesia'),
    RABBITMQ_LOG_BASE: join(home, 'log'),
    RABBITMQ_PID_FILE: join(home, 'pid'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(home, 'plugins'),
    RABBITMQ_CONFIG_FILE: join(home, 'rabbitmq'),
  }
  await writeFile(join(home, 'plugins'), '[].\n')
  const lines = { 'listeners.tcp.1': `127.0.0.1:${port}`, 'disk_free_limit.absolute': '50MB', ...settings }
  await writeFile(
    join(home, 'rabbitmq.conf'),
    Object.entries(lines)
      .map(([name, value]) => `${name} = ${value}\n`)
      .join(''),
  )
  let child: ChildProcess | undefined
  let output = ''

  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }

  return {
    port,
    async start() {
      output = ''
      const started = spawn(join(folder ?? '', 'rabbitmq-server'), [], { env, stdio: ['ignore', 'pipe', 'pipe'] })
      child = started
      for (const stream of [started.stdout, started.stderr]) {
        stream?.on('data', (data: Buffer) => {
          output += data
        })
      }
      const until = Date.now() + READY_MS
      while (!(await listens(port))) {
        if (started.exitCode !== null) throw new Error(`RabbitMQ ended at its start:\n${output.slice(-2000)}`)
        if (Date.now() > until) throw new Error(`RabbitMQ did not start:\n${output.slice(-2000)}`)
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async control(...args) {
      const tool = join(folder ?? '', 'rabbitmqctl')
      return (await promisify(execFile)(tool, ['-n', env.RABBITMQ_NODENAME, ...args], { env })).stdout
    },
    async remove() {
      await end('SIGKILL')
      await readFile(join(home, 'pid')).catch(() => '')
      await rm(home, { recursive: true, force: true })
    },
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host: '127.0.0.1', port })
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
}
