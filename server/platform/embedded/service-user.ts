import { execFile } from 'node:child_process'
import { access, constants, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Whom the server runs as when we are root: PostgreSQL refuses root. */
export type ServiceUser = { uid: number; gid: number }

export const isRoot = (): boolean => process.getuid?.() === 0

/**
 * `postgres` if there is such a user, else `nobody`; null when we are not root and run the server as ourselves.
 * The user must be one the system knows by name: initdb looks its own user up.
 */
export async function findServiceUser(): Promise<ServiceUser | null> {
  if (!isRoot()) return null
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '')
  for (const name of ['postgres', 'nobody']) {
    const fields = passwd
      .split('\n')
      .find((line) => line.startsWith(`${name}:`))
      ?.split(':')
    const ids = fields ? [fields[2], fields[3]] : await idsOf(name)
    const [uid, gid] = ids.map(Number)
    // An id that wraps round (-2 on macOS) or is root's is no use.
    if (uid !== undefined && gid !== undefined && uid > 0 && gid > 0) return { uid, gid }
  }
  throw new Error(
    'PostgreSQL does not run as root, and this system has neither a user "postgres" nor "nobody". Start Cauce as a normal user, or set DATABASE_URL.',
  )
}

/** Users that are not in /etc/passwd: directory services, macOS. */
async function idsOf(name: string): Promise<string[]> {
  try {
    return await Promise.all(['-u', '-g'].map(async (flag) => (await run('id', [flag, name])).stdout.trim()))
  } catch {
    return []
  }
}

/**
 * Whether `user` gets to every one of the paths (enters a folder, runs a file). Asked of the system as that user:
 * modes of parents, access lists and mounts all count, and no rule of theirs has to be repeated here.
 */
export async function canReach(user: ServiceUser | null, paths: readonly string[]): Promise<boolean> {
  try {
    if (user === null) await Promise.all(paths.map((path) => access(path, constants.X_OK)))
    else
      await run('/bin/sh', ['-c', 'for path do test -x "$path" || exit 1; done', 'sh', ...paths], { ...user, cwd: '/' })
    return true
  } catch {
    return false
  }
}
