/**
 * Loaded into every test file: Node's runner waits for a file's process however long it stays, and for whoever holds its
 * output. One that hangs, or leaves something open behind its last test, would hold up the whole run without a word.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { after } from 'node:test'

/** A file that takes longer hangs. See e2e/README.md. */
const FILE_LIMIT_MS = process.env.E2E_FULL === '1' ? 14_400_000 : 900_000
/** Behind its last test a file may still close what it opened. */
const CLOSING_MS = 20_000

// The runner itself is given the same options.
if (process.env.NODE_TEST_CONTEXT !== undefined) {
  endAfter(FILE_LIMIT_MS, 'is not over')
  after(() => endAfter(CLOSING_MS, 'did not close what it opened'))
}

/** A file that ends by itself is not kept for it. */
function endAfter(limitMs, what) {
  const timer = setTimeout(() => {
    const open = [...new Set(process.getActiveResourcesInfo())].join(', ')
    process.stderr.write(
      `${process.argv[1]} ${what} after ${limitMs / 1000} s: ended with what it started. Open: ${open}\n`,
    )
    for (const pid of startedBy(process.pid)) kill(pid)
    process.exit(1)
  }, limitMs)
  timer.unref()
}

/** The processes that one started, and theirs. None where there is no /proc: the run goes on all the same. */
function startedBy(pid) {
  try {
    const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    )
    return children.flatMap((child) => [...startedBy(child), child])
  } catch {
    return []
  }
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended meanwhile.
  }
}
