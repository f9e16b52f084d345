/**
 * The processes of one `npm start` live and die together. A killed one cannot tell the others, so who depends on
 * another looks whether it is still there: otherwise a server would stay behind that holds the port.
 */
import { readFileSync } from 'node:fs'
import { Socket } from 'node:net'

const LOOK_MS = 250

/** In the child: descriptor 3 is a pipe that closes when the parent is gone. A SIGKILL for one is one for both. */
export function dieWithParent() {
  const pipe = new Socket({ fd: 3, readable: true, writable: false })
  pipe.on('error', () => {})
  pipe.on('close', () => process.kill(process.pid, 'SIGKILL'))
  pipe.resume()
  pipe.unref()
}

/**
 * Calls `onGone` once when the npm that runs this script of ours is gone. npm waits for its script, so it was killed;
 * or it was asked to stop, and the shell it puts between died of the signal instead of passing it on.
 * @param {() => void} onGone
 */
export function watchNpm(onGone) {
  // As package.json says it: with or without options of Node.
  if (!/^node (-\S+ )*cauce\.mjs\b/.test(process.env.npm_lifecycle_script ?? '')) return
  const before = ancestors()
  const orphaned = isOrphan(before)
  const look = setInterval(() => {
    if (!orphaned && ancestors().join() === before.join()) return
    clearInterval(look)
    onGone()
  }, LOOK_MS)
  look.unref()
}

/**
 * The parent, and where that is npm's shell, its parent too. Not further: whoever ran npm may leave.
 * @returns {number[]} their process ids, npm's the last
 */
function ancestors() {
  const parent = process.ppid
  try {
    const { name, ppid } = processOf(parent)
    return /^(ba|da|k|z)?sh$/.test(name) ? [parent, ppid] : [parent]
  } catch {
    // No /proc: shells elsewhere replace themselves by the command, so the parent is npm.
    return [parent]
  }
}

/**
 * Whether npm was gone before we looked for the first time: whoever takes in orphans is of another session than npm and
 * what it runs. Who leads a session was not run by npm itself, nor was what a shell runs that leads one: npm's words in the
 * environment are then somebody else's.
 * @param {number[]} before
 */
function isOrphan(before) {
  try {
    const { session } = processOf(process.pid)
    return ![process.pid, process.ppid].includes(session) && processOf(before.at(-1)).session !== session
  } catch {
    return false
  }
}

/** @throws where there is no /proc, or no such process */
function processOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const nameEnd = stat.lastIndexOf(')')
  const [, ppid, , session] = stat.slice(nameEnd + 2).split(' ')
  return { name: stat.slice(stat.indexOf('(') + 1, nameEnd), ppid: Number(ppid), session: Number(session) }
}
