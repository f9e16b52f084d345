/** One installation or build at a time in a checkout, also when several commands start at once in a fresh clone. */
import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** The holder touches its lock this often; one that was not touched for ten times as long is left over. */
const BEAT_MS = 1_000
const LEFT_OVER_MS = 10_000

/**
 * Runs `work` while holding the lock. `work` is given a function to name the process that installs for it: when the
 * holder was killed and its npm was not, others must wait for that npm, or two would write the same files.
 * @param {string} root the checkout
 * @param {(onChild: (pid: number) => void) => Promise<void>} work
 */
export async function withInstallLock(root, work) {
  const file = join(root, '.cauce-install.lock')
  const token = randomUUID()
  await take(file, token)
  const beat = setInterval(() => touch(file), BEAT_MS)
  try {
    await work((pid) => writeFileSync(file, JSON.stringify({ token, pid: process.pid, npm: pid })))
  } finally {
    clearInterval(beat)
    rmSync(file, { force: true })
  }
}

async function take(file, token) {
  let told = false
  for (;;) {
    try {
      writeFileSync(file, JSON.stringify({ token, pid: process.pid }), { flag: 'wx' })
      return
    } catch (error) {
      if (error.code !== 'EEXIST') {
        throw new Error(
          `Nothing can be installed or built here: ${error.message}. The checkout must be writable for the first start.`,
        )
      }
    }
    if (isLeftOver(file)) clear(file)
    else {
      if (!told)
        process.stderr.write('cauce: waiting for another command that installs the packages or builds the admin …\n')
      told = true
      await delay(100)
    }
  }
}

function isLeftOver(file) {
  const lock = read(file)
  if (lock === null) return false
  if (lock.npm && isRunning(lock.npm)) return ageMs(file) > 600_000
  return ageMs(file) > LEFT_OVER_MS || !isRunning(lock.pid)
}

/** Moves the dead lock away. Should another have taken the place in between, its lock is put back. */
function clear(file) {
  const dead = read(file)
  const aside = `${file}.${process.pid}`
  try {
    renameSync(file, aside)
    if (dead !== null && read(aside)?.token !== dead.token) linkSync(aside, file)
  } catch {
    // Somebody else was quicker; the next round sees what is there now.
  }
  rmSync(aside, { force: true })
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    // Gone, or just being written; one that stays unreadable is old at some time.
    return error.code === 'ENOENT' || ageMs(file) < LEFT_OVER_MS ? null : {}
  }
}

function isRunning(pid) {
  if (!pid) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (error.code !== 'EPERM') return false
  }
  try {
    // Dead, but not collected by its parent: usual in containers, whose first process is no init.
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return true
  }
}

function ageMs(file) {
  try {
    return Date.now() - statSync(file).mtimeMs
  } catch {
    return 0
  }
}

function touch(file) {
  try {
    utimesSync(file, new Date(), new Date())
  } catch {
    // The work goes on; at worst another command waits less long.
  }
}
