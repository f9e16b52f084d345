import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it that are missing; one that is there stays as it is.
 *
 * Not Node's recursive `mkdir`: a file system that makes no folders may answer that the parent does not exist although
 * it does (procfs), and that one then tries parent and child in turn for ever, in a thread that nobody can stop.
 * @throws at the first folder that could not be made: the system's error, or one that says where no folder can be made
 */
export async function makePath(path: string, mode: number): Promise<void> {
  const missing: string[] = []
  for (let at = path; !(await isFolder(at)); at = dirname(at)) missing.unshift(at)
  for (const folder of missing) {
    await mkdir(folder, { mode }).catch(async (error: NodeJS.ErrnoException) => {
      // Another start was faster.
      if (error.code === 'EEXIST' && (await isFolder(folder))) return
      if (error.code !== 'ENOENT') throw error
      throw new Error(`no folder can be made in ${dirname(folder)}`, { cause: error })
    })
  }
}

/** False only for what is missing; a file in the way is an error, and so is what this user may not see. */
async function isFolder(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
  throw Object.assign(new Error(`${path} is no folder`), { code: 'ENOTDIR' })
}
