/**
 * Installs the packages of the lockfile when they are not there yet. Plain JavaScript: any Node from 20 on runs it,
 * before anything is installed.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withInstallLock } from './install-lock.mjs'

/** What a package of the lockfile says of itself, as far as it matters here. @typedef {{ version?: string, link?: boolean, optional?: boolean, dev?: boolean, devOptional?: boolean }} Locked */

/**
 * Makes sure that node_modules holds what package-lock.json says. Costs a hash of the lockfile when it does.
 * @param {string} root the checkout
 * @param {{ dev: boolean }} need whether the packages for development are needed too
 */
export async function ensureInstalled(root, need) {
  const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8')
  const mark = `${createHash('sha256').update(lockText).digest('hex')} ${process.platform} ${process.arch} `
  if (isInstalled(root, lockText, mark, need)) return
  await withInstallLock(root, async (onChild) => {
    // Another command may have installed while this one waited.
    if (isInstalled(root, lockText, mark, need)) return
    await runNpm(root, onChild)
    writeStamp(root, `${mark}dev`)
  })
}

const stampFile = (root) => join(root, 'node_modules', '.cauce-installed')

function isInstalled(root, lockText, mark, need) {
  const stamp = readIfThere(stampFile(root)) ?? ''
  if (stamp === `${mark}dev` || (!need.dev && stamp === `${mark}prod`)) return true
  // Somebody may have run npm themselves. npm writes this list last, so it never describes half an installation.
  const listed = readIfThere(join(root, 'node_modules', '.package-lock.json'))
  if (listed === null) return false
  const wanted = JSON.parse(lockText).packages
  const there = JSON.parse(listed).packages
  const complete = (dev) =>
    Object.entries(wanted).every(
      ([path, locked]) => !isNeeded(path, locked, dev) || there[path]?.version === locked.version,
    )
  if (complete(true)) writeStamp(root, `${mark}dev`)
  else if (!need.dev && complete(false)) writeStamp(root, `${mark}prod`)
  else return false
  return true
}

/** Optional packages are those of other platforms; the one of this platform is asked for where it is needed. */
function isNeeded(path, /** @type {Locked} */ locked, dev) {
  if (!path.startsWith('node_modules/') || locked.link || locked.optional || locked.devOptional) return false
  return dev || !locked.dev
}

function writeStamp(root, text) {
  try {
    writeFileSync(stampFile(root), text)
  } catch {
    // A checkout that may not be written is compared anew each time: a few milliseconds.
  }
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

async function runNpm(root, onChild) {
  process.stderr.write(
    'cauce: installing the packages of package-lock.json; this is done once and takes about half a minute …\n',
  )
  try {
    mkdirSync(join(root, 'node_modules'), { recursive: true })
  } catch (error) {
    throw new Error(
      `The packages cannot be installed: ${error.message}. The checkout must be writable for the first start.`,
    )
  }
  // Scripts stay off: nothing here needs one, and a package that is taken over cannot run one.
  const args = [
    'ci',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--prefer-offline',
    '--loglevel=error',
    '--no-progress',
  ]
  const { code, output } = await collect(root, args, onChild)
  if (code === 0) return
  throw new Error(
    `The packages could not be installed: ${remedyFor(output)}\n\n${output.trim().split('\n').slice(-15).join('\n')}`,
  )
}

function collect(root, args, onChild) {
  return new Promise((resolve, reject) => {
    const { command, first, shell } = npmCommand()
    const child = spawn(command, [...first, ...args], { cwd: root, shell, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const stop = () => child.kill()
    process.once('SIGTERM', stop)
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (output = (output + chunk).slice(-100_000)))
    child.once('error', (error) =>
      reject(
        new Error(
          `npm could not be run (${error.message}). It comes with Node: install Node 20 or later from https://nodejs.org.`,
        ),
      ),
    )
    child.once('spawn', () => onChild(child.pid))
    child.once('close', (code) => {
      process.off('SIGTERM', stop)
      resolve({ code, output })
    })
  })
}

/** The npm that runs us, else the one on the PATH. */
function npmCommand() {
  const running = process.env.npm_execpath ?? ''
  if (/npm-cli\.c?js$/.test(running) && existsSync(running))
    return { command: process.execPath, first: [running], shell: false }
  const windows = process.platform === 'win32'
  return { command: windows ? 'npm.cmd' : 'npm', first: [], shell: windows }
}

function remedyFor(output) {
  if (/ENOSPC|no space left/i.test(output)) return 'the disk is full. Free about 400 MB and try again.'
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED|network/i.test(output)) {
    return 'the npm registry cannot be reached. The first start needs it once; behind a proxy, set HTTPS_PROXY or "npm config set registry".'
  }
  if (/EACCES|EPERM|EROFS/.test(output)) return 'the folder may not be written by this user.'
  return 'npm says:'
}
