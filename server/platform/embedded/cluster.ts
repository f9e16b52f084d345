import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { promisify } from 'node:util'
import { type Binaries, ROOT_FOLDER } from '#platform/embedded/binaries.ts'
import { canReach, isRoot, type ServiceUser } from '#platform/embedded/service-user.ts'

const run = promisify(execFile)

/** One database of ours on disk: `home` holds the cluster (`data`), its socket (`run`) and its log. */
export type Cluster = { home: string; data: string; run: string; log: string; password: string }

/** The file in the data directory that says which database is its own. Without it there is none. */
const POINTER = 'postgres.json'
const INITDB_LIMIT_MS = 120_000

/** What every program of PostgreSQL gets: nothing of PGHOST, PGDATA, LANG and the like of whoever starts us. */
export const programEnv = (): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  SystemRoot: process.env.SystemRoot,
  TEMP: process.env.TEMP,
  LC_ALL: 'C',
  TZ: 'UTC',
})

/**
 * The database that the data directory points to, or null when it points to none yet.
 * @throws a sentence with the remedy when the pointer cannot be read, or what it points to is gone or of another version
 */
export async function findCluster(dataDir: string, binaries: Binaries): Promise<Cluster | null> {
  const cluster = await pointedAt(dataDir)
  if (cluster === null) return null
  const version = await readFile(join(cluster.data, 'PG_VERSION'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EACCES') throw new Error(belongsToAnother(cluster.data), { cause: error })
    throw new Error(
      `${join(dataDir, POINTER)} points to the database ${cluster.data}, which is not there (any more). Put it back, or remove the data directory to begin with a new one.`,
      { cause: error },
    )
  })
  if (version.trim() !== binaries.major) {
    throw new Error(
      `The database in ${cluster.data} was made by PostgreSQL ${version.trim()}; this version of Cauce brings ${binaries.major}. Start the version of Cauce that made it and take a backup, then restore that into a new data directory.`,
    )
  }
  return cluster
}

/** Who owns the cluster of an earlier start: as root the server runs as that user again. */
export async function ownerOf(dataDir: string): Promise<ServiceUser | null> {
  const cluster = isRoot() ? await pointedAt(dataDir) : null
  const found = cluster && (await stat(cluster.data).catch(() => null))
  return found && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : null
}

/**
 * Makes a new database with a password of its own. The pointer is written last, so a start that was killed on the way
 * leaves nothing that a later one could mistake for a database.
 */
export async function createCluster(dataDir: string, binaries: Binaries, user: ServiceUser | null): Promise<Cluster> {
  await clearLeftovers(dataDir)
  const id = randomBytes(4).toString('hex')
  const inside = await canReach(user, [dataDir])
  const name = inside ? `postgres-${id}` : id
  const home = join(inside ? dataDir : ROOT_FOLDER, name)
  const cluster = clusterAt(home, randomBytes(24).toString('base64url'))
  const making = clusterAt(`${home}.new`, cluster.password)
  if (!inside) await makeFolder(ROOT_FOLDER, 0o755)
  // As root the folder stays root's and only lets others pass, so that what root writes there cannot be redirected.
  await makeFolder(making.home, user === null ? 0o700 : 0o711)
  for (const folder of [making.data, making.run]) await makeFolder(folder, 0o700, user)
  try {
    await initialize(making, binaries, user)
    if (!inside) await writeFile(join(making.home, 'belongs-to'), dataDir, { mode: 0o600 })
    await rename(making.home, home)
  } catch (error) {
    await rm(making.home, { recursive: true, force: true })
    throw error
  }
  await writePointer(dataDir, { format: 1, home: inside ? name : home, password: cluster.password })
  return cluster
}

async function initialize(cluster: Cluster, binaries: Binaries, user: ServiceUser | null): Promise<void> {
  const passwordFile = join(cluster.home, 'password')
  await writeFile(passwordFile, `${cluster.password}\n`, { mode: 0o600, flag: 'wx' })
  if (user) await chown(passwordFile, user.uid, user.gid)
  // The builtin provider sorts by code point on every system alike, so no upgrade of a C library spoils an index.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const access = ['--username=cauce', '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
  try {
    await run(binaries.initdb, ['-D', cluster.data, ...access, ...locale, '--no-instructions'], {
      ...user,
      cwd: '/',
      env: programEnv(),
      timeout: INITDB_LIMIT_MS,
    })
  } catch (error) {
    throw new Error(`The database could not be made: ${explain(error)}`, { cause: error })
  } finally {
    await rm(passwordFile, { force: true })
  }
}

/** The sentence that helps, out of what a program of PostgreSQL said. */
export function explain(error: unknown): string {
  const { stderr = '', code, message } = error as { stderr?: string; code?: unknown; message: string }
  if (/No space left on device|ENOSPC|could not extend/i.test(stderr + message)) {
    return 'the disk is full. Free some space, or name a data directory on another disk with CAUCE_DATA_DIR.'
  }
  if (code === 'ENOENT' && process.platform === 'linux') {
    return 'the bundled PostgreSQL does not run on this system (it is built for glibc). Set DATABASE_URL to a PostgreSQL 15 or later.'
  }
  if (code === 'EACCES')
    return 'its program may not be run from where it lies (is the disk mounted noexec?). Set DATABASE_URL instead.'
  const nameless = /could not look up effective user ID (\d+)/.exec(stderr)?.[1]
  if (nameless !== undefined) {
    return `PostgreSQL does not run as a user without a name, and the user ${nameless} has none on this system. Start Cauce as one that /etc/passwd names, or set DATABASE_URL.`
  }
  const said = stderr.split('\n').filter((line) => /error|fatal|panic|could not|cannot/i.test(line))
  return said.slice(-3).join(' ').trim() || message
}

export const clusterAt = (home: string, password: string): Cluster => ({
  home,
  data: join(home, 'data'),
  run: join(home, 'run'),
  log: join(home, 'postgres.log'),
  password,
})

async function makeFolder(path: string, mode: number, owner: ServiceUser | null = null): Promise<void> {
  try {
    // Only what is new here is ours to set modes on; mkdir alone would bend to the umask.
    if ((await mkdir(path, { recursive: true })) === undefined) return
    await chmod(path, mode)
    if (owner) await chown(path, owner.uid, owner.gid)
  } catch (error) {
    throw new Error(`The folder ${path} could not be made: ${(error as Error).message}`, { cause: error })
  }
}

/** What a start that was killed inside initdb left behind. */
async function clearLeftovers(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (/^postgres-[0-9a-f]{8}\.new$/.test(name)) await rm(join(dataDir, name), { recursive: true, force: true })
  }
}

type Pointer = { format: 1; home: string; password: string }

/** The cluster that the data directory names, whether it is there or not. */
export async function pointedAt(dataDir: string): Promise<Cluster | null> {
  const pointer = await readPointer(dataDir)
  if (pointer === null) return null
  return clusterAt(isAbsolute(pointer.home) ? pointer.home : join(dataDir, pointer.home), pointer.password)
}

async function readPointer(dataDir: string): Promise<Pointer | null> {
  const file = join(dataDir, POINTER)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    if (code === 'EACCES') throw new Error(belongsToAnother(dataDir), { cause: error })
    throw error
  }
  const pointer = parsePointer(text)
  if (pointer === null) {
    throw new Error(
      `${file} is damaged. Restore it from a copy: it holds the place and the password of the database. To begin with a new database, remove it.`,
    )
  }
  return pointer
}

function parsePointer(text: string): Pointer | null {
  try {
    const { format, home, password } = JSON.parse(text) as Record<string, unknown>
    if (format !== 1 || typeof home !== 'string' || typeof password !== 'string') return null
    // Only places that we choose ourselves: root runs and removes what this names.
    const place = isAbsolute(home) && dirname(home) === ROOT_FOLDER ? basename(home) : home.replace(/^postgres-/, '')
    if (!/^[0-9a-f]{8}$/.test(place) || !/^[\w-]{16,}$/.test(password)) return null
    return { format, home, password }
  } catch {
    return null
  }
}

async function writePointer(dataDir: string, pointer: Pointer): Promise<void> {
  const beside = join(dataDir, `${POINTER}.new`)
  await rm(beside, { force: true })
  const file = await open(beside, 'wx', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(pointer, null, 2)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(beside, join(dataDir, POINTER))
}

/** For a data directory that this user may not read. */
export function belongsToAnother(folder: string): string {
  return `${folder} belongs to another user. Start Cauce as that user, give the folder to this one (chown -R), or name another with CAUCE_DATA_DIR.`
}
