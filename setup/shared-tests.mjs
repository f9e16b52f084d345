/**
 * Test files that share a process. Most of what a small one costs is to start a Node and to load the program anew (half a
 * second of processor time and more); what it tests takes some hundredths.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** At most so many share one: one that hangs keeps few others waiting. Of a few files each processor is given some. */
const MOST_TOGETHER = 16

/** What starts programs, measures them or has a database of its own is heavy enough to be alone. */
const ALONE = /^(e2e|bench)\/|\/embedded\/|\.db\.test\./
/** So is what changes or measures what belongs to the whole process: its clock, environment, memory or signals. */
const OF_THE_PROCESS =
  /\bmock\.|process\.(env\.\w+ = |cpuUsage|memoryUsage|on\(|once\(|chdir)|globalThis[,.]|setGlobalDispatcher|PerformanceObserver/

/**
 * Makes files that load several test files each, in the place of these, and removes them when `work` is done. Each test file is
 * a suite there, with its own hooks, under its own name; a failure tells its own file and line.
 * @param {string} root the checkout
 * @param {string[]} files test files, sorted, relative to `root`
 * @param {(files: string[]) => Promise<number>} work
 * @returns {Promise<number>} what `work` answers
 */
export async function withSharedTests(root, files, work) {
  const sharing = files.filter(
    (file) => !ALONE.test(file) && !OF_THE_PROCESS.test(readFileSync(join(root, file), 'utf8')),
  )
  const alone = files.filter((file) => !sharing.includes(file))
  const folder = mkdtempSync(join(tmpdir(), 'cauce-shared-tests-'))
  try {
    const shared = groupsOf(sharing).map((group) => {
      if (group.length === 1) return group[0]
      const path = join(folder, `from-${group[0].replaceAll(/[^\w.-]/g, '-')}.mjs`)
      writeFileSync(path, loading(root, group))
      return path
    })
    return await work([...shared, ...alone])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Neighbours load the same modules. */
function groupsOf(files) {
  const size = Math.min(MOST_TOGETHER, Math.ceil(files.length / (2 * availableParallelism())))
  return Array.from({ length: Math.ceil(files.length / size) }, (_, i) => files.slice(i * size, (i + 1) * size))
}

/** A file that cannot be loaded is a failed test: Node counts no suite. */
const loading = (root, files) => `import { describe, test } from 'node:test'
for (const [name, url] of ${JSON.stringify(files.map((file) => [file, pathToFileURL(join(root, file)).href]))}) {
  describe(name, async () => {
    try {
      await import(url)
    } catch (error) {
      test(name + ' is loaded', () => { throw error })
    }
  })
}
`
