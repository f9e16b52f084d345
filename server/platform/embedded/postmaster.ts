import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync } from 'node:fs'
import { readdir, readFile, readlink, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type Cluster, programEnv } from '#platform/embedded/cluster.ts'
import type { ServiceUser } from '#platform/embedded/service-user.ts'

const run = promisify(execFile)

/** A running postmaster. `child` is there when this process started it, not when it was adopted. */
export type Postmaster = { pid: number; child?: ChildProcess }

/** What a postmaster writes of itself into `postmaster.pid`. */
export type PidFile = { pid: number; port: number; socketFolder: string; status: string }

export async function readPidFile(cluster: Cluster): Promise<PidFile | null> {
  const text = await readFile(join(cluster.data, 'postmaster.pid'), 'utf8').catch(() => '')
  const lines = text.split('\n').map((line) => line.trim())
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 1) return null
  return { pid, port: Number(lines[3]), socketFolder: lines[4] ?? '', status: lines[7] ?? '' }
}

/**
 * Removes what names a postmaster that is no more. PostgreSQL itself only asks whether a process of that number
 * exists, and so would refuse to start over a zombie or over a stranger that got the number. That nobody uses the
 * cluster is still checked by the server, by the shared memory that belongs to the folder.
 */
export async function dropStaleFiles(cluster: Cluster): Promise<void> {
  const found = await readPidFile(cluster)
  if (found && isAlive({ pid: found.pid }) && (await isOurs(found.pid, cluster))) return
  await rm(join(cluster.data, 'postmaster.pid'), { force: true })
  for (const name of await readdir(cluster.run)) await rm(join(cluster.run, name), { force: true })
}

/**
 * Whether the process is surely a PostgreSQL server of this cluster, so that it may be signalled. Numbers of processes
 * are used again: a file that names one proves nothing.
 */
export async function isOurs(pid: number, cluster: Cluster): Promise<boolean> {
  if (process.platform === 'linux') {
    const [program, ...args] = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')
    if (basename(program ?? '') === 'postgres' && args[args.indexOf('-D') + 1] === cluster.data) return true
    // The data directory may have been moved since. A server's working directory is its cluster.
    const [folder, executable] = await Promise.all(
      ['cwd', 'exe'].map((name) => readlink(`/proc/${pid}/${name}`).catch(() => '')),
    )
    return folder === cluster.data && basename(executable ?? '').startsWith('postgres')
  }
  if (process.platform === 'win32') return false
  const { stdout } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }))
  return stdout.includes(`postgres -D ${cluster.data} `)
}

/** Runs the server in a session of its own: Ctrl-C reaches us, and we stop it after the drain. */
export async function spawnPostmaster(
  program: string,
  cluster: Cluster,
  settings: Readonly<Record<string, string>>,
  user: ServiceUser | null,
): Promise<Postmaster> {
  const { O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_WRONLY } = constants
  // Root may write into a folder of another user here: never through a link that lies there.
  const log = openSync(cluster.log, O_APPEND | O_CREAT | O_NOFOLLOW | O_WRONLY, 0o600)
  const args = ['-D', cluster.data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...user,
      cwd: '/',
      env: programEnv(),
      detached: true,
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    child.once('error', reject)
    child.once('spawn', () => {
      child.unref()
      resolve({ pid: child.pid as number, child })
    })
  })
}

export function isAlive({ pid, child }: Postmaster): boolean {
  if (child) return child.exitCode === null && child.signalCode === null
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return process.platform !== 'linux' || !isZombie(pid)
}

/** Dead, but its parent does not collect it: usual in containers, whose first process is no init. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return 'ZX'.includes(stat.charAt(stat.lastIndexOf(')') + 2))
  } catch {
    return false
  }
}

/** Resolves once the postmaster is gone, or once `stopping` is aborted. Does not keep this process alive. */
export function ended(postmaster: Postmaster, stopping: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stopping.aborted || !isAlive(postmaster)) return resolve()
    // Nobody tells us of one that is not our child, so we look.
    const look = setInterval(() => {
      if (!isAlive(postmaster)) finish()
    }, 200)
    look.unref()
    const finish = () => {
      clearInterval(look)
      stopping.removeEventListener('abort', finish)
      resolve()
    }
    stopping.addEventListener('abort', finish)
    postmaster.child?.once('exit', finish)
  })
}

type Endings = readonly (readonly [signal: NodeJS.Signals, patienceMs: number])[]

/** Fast shutdown, then immediate shutdown (recovers on the next start), then the axe. */
const ENDINGS: Endings = [
  ['SIGINT', 6_000],
  ['SIGQUIT', 1_500],
  ['SIGKILL', 1_500],
]
/** Where there is no time left: the same without the checkpoint. */
export const AT_ONCE: Endings = [
  ['SIGQUIT', 700],
  ['SIGKILL', 500],
]

/**
 * Ends the server: within a moment as a rule, within nine seconds at the worst, `AT_ONCE` within a good second.
 * @throws when the process is not surely ours, or survives
 */
export async function endPostmaster(
  postmaster: Postmaster,
  cluster: Cluster,
  pgCtl: string | null,
  endings: Endings = ENDINGS,
): Promise<void> {
  for (const [signal, patienceMs] of endings) {
    if (!isAlive(postmaster)) return
    if (process.platform === 'win32' && pgCtl !== null && signal === 'SIGINT') {
      await run(pgCtl, ['-D', cluster.data, '-m', 'fast', 'stop'], { env: programEnv(), timeout: patienceMs }).catch(
        () => {},
      )
    } else {
      if (!postmaster.child && !(await isOurs(postmaster.pid, cluster))) break
      signalGently(postmaster.pid, signal)
    }
    if (await isGoneWithin(postmaster, patienceMs)) return
  }
  if (isAlive(postmaster)) {
    throw new Error(
      `Process ${postmaster.pid} holds the database in ${cluster.data} and could not be ended. End it, then start again.`,
    )
  }
}

function signalGently(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone in between, or not ours to signal: what follows looks whether it lives.
  }
}

async function isGoneWithin(postmaster: Postmaster, limitMs: number): Promise<boolean> {
  const giveUpAt = performance.now() + limitMs
  while (isAlive(postmaster)) {
    if (performance.now() > giveUpAt) return false
    await delay(10)
  }
  return true
}

/** Bytes in the log so far; later failures are explained from what came after. */
export const logSize = (cluster: Cluster): Promise<number> =>
  stat(cluster.log).then(
    ({ size }) => size,
    () => 0,
  )

export async function logSince(cluster: Cluster, offset: number): Promise<string> {
  const text = await readFile(cluster.log).catch(() => Buffer.alloc(0))
  return text.subarray(Math.max(offset, text.length - 16_384)).toString('utf8')
}
