/**
 * Builds the admin, the part for browsers, when it is not there or its sources have changed. Plain JavaScript: any Node
 * from 20 on runs it; the build itself runs under Node 24.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip, constants as zlib } from 'node:zlib'
import { withInstallLock } from './install-lock.mjs'

/** Names in web/admin that are no source. A build begins under the second and is renamed when it is whole. */
const DIST = 'dist'
const UNFINISHED = '.dist-'
/** What a browser takes compressed, from this size on: a packet holds the rest as it is. */
const TEXT = /\.(js|css|svg|html|json|txt|webmanifest)$/
const WORTH_IT = 1_024

/**
 * Makes sure that web/admin/dist is what its sources say. Costs a hash of the sources when it is. A build that fails is
 * told of and stops nothing: whoever only needs the API gets it.
 * @param {string} root the checkout, with its packages installed
 * @param {() => string} node finds the Node that builds
 */
export async function ensureAdminBuilt(root, node) {
  const folder = join(root, 'web', 'admin')
  if (!existsSync(join(folder, 'package.json'))) return
  const stamp = stampOf(root, folder)
  if (isBuilt(folder, stamp)) return
  try {
    await withInstallLock(root, async (onChild) => {
      // Another command may have built it while this one waited.
      if (isBuilt(folder, stamp)) return
      process.stderr.write('cauce: building the admin; this is done once and takes about ten seconds …\n')
      await build(folder, node(), stamp, onChild)
    })
  } catch (error) {
    if (error instanceof Stopped) throw error
    const instead = existsSync(join(folder, DIST)) ? 'the one built before is shown' : 'everything else works'
    process.stderr.write(`cauce: the admin could not be built, ${instead}. ${error.message}\n`)
  }
}

class Stopped extends Error {
  name = 'Error'
}

const isBuilt = (folder, stamp) => {
  try {
    return readFileSync(join(folder, DIST, '.stamp'), 'utf8') === stamp
  } catch {
    return false
  }
}

/** A hash of all that the build is made from. */
function stampOf(root, folder) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
  for (const file of sourcesIn(folder, '')) {
    const content = readFileSync(join(folder, file))
    hash.update(`\n${file} ${content.length}\n`).update(content)
  }
  return hash.digest('hex')
}

/** @returns {string[]} */
function sourcesIn(folder, below) {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && name !== DIST && !/^\.|\.test\.tsx?$/.test(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(below, entry.name)
      return entry.isDirectory() ? sourcesIn(folder, path) : [path]
    })
}

async function build(folder, node, stamp, onChild) {
  // What a build left that was killed.
  for (const name of readdirSync(folder)) {
    if (name.startsWith(UNFINISHED)) rmSync(join(folder, name), { recursive: true, force: true })
  }
  const made = `${UNFINISHED}${process.pid}`
  try {
    await runVite(folder, node, made, onChild)
    await compress(join(folder, made))
    writeFileSync(join(folder, made, '.stamp'), stamp)
    const aside = `${made}-old`
    if (existsSync(join(folder, DIST))) renameSync(join(folder, DIST), join(folder, aside))
    renameSync(join(folder, made), join(folder, DIST))
    rmSync(join(folder, aside), { recursive: true, force: true })
  } finally {
    rmSync(join(folder, made), { recursive: true, force: true })
  }
}

function runVite(folder, node, outDir, onChild) {
  const vite = createRequire(join(folder, 'package.json')).resolve('vite/package.json')
  const args = [join(vite, '..', 'bin', 'vite.js'), 'build', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn']
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let stopped = false
    const stop = () => {
      stopped = true
      child.kill()
    }
    process.once('SIGTERM', stop)
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (output = (output + chunk).slice(-100_000)))
    child.once('spawn', () => onChild(child.pid))
    child.once('error', reject)
    child.once('close', (code) => {
      process.off('SIGTERM', stop)
      if (stopped) reject(new Stopped('Stopped while the admin was built.'))
      else if (code === 0) resolve(undefined)
      else reject(new Error(`The build says:\n\n${output.trim().split('\n').slice(-15).join('\n')}\n`))
    })
  })
}

/** Once here, so that no request waits for it; not the page, which differs with each answer. */
async function compress(folder) {
  const brotli = { params: { [zlib.BROTLI_PARAM_QUALITY]: zlib.BROTLI_MAX_QUALITY } }
  const names = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => TEXT.test(name) && name !== 'index.html')
  await Promise.all(
    names.map(async (name) => {
      const file = join(folder, name)
      const content = await readFile(file)
      if (content.length < WORTH_IT) return
      const [br, gz] = await Promise.all([
        promisify(brotliCompress)(content, brotli),
        promisify(gzip)(content, { level: zlib.Z_BEST_COMPRESSION }),
      ])
      await Promise.all([writeFile(`${file}.br`, br), writeFile(`${file}.gz`, gz)])
    }),
  )
}
