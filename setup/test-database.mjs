/** One PostgreSQL for a run of the tests: each test file makes its own database in it. */
import { chmodSync, globSync, mkdirSync, mkdtempSync, readdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const PREFIX = 'cauce-test-run-'

/** A test database that is lost with its machine is no loss; not waiting for the disk makes the tests twice as fast. */
const FORGETFUL = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', autovacuum_naptime: '60s' }

/**
 * Starts the server in a temporary folder, hands its address over as CAUCE_TEST_DATABASE_URL, and leaves nothing
 * behind. Where that variable is set already, the server it names is used.
 * @param {string} root the checkout
 * @param {(env: NodeJS.ProcessEnv) => Promise<number>} work must end soon when the run is interrupted
 * @returns {Promise<number>} what `work` answers
 */
export async function withTestDatabase(root, work) {
  if (process.env.CAUCE_TEST_DATABASE_URL) return await work(process.env)
  const { removeEmbedded, startEmbedded, takeOwnership } = await import(
    pathToFileURL(join(root, 'server', 'platform', 'embedded', 'index.ts')).href
  )
  await removeLeftOvers(removeEmbedded, takeOwnership)
  const dataDir = mkdtempSync(join(tmpdir(), PREFIX))
  // As root the server is another user, who must pass through.
  chmodSync(dataDir, 0o711)
  try {
    const database = await startEmbedded({ dataDir, logger: QUIET, settings: FORGETFUL })
    // What an interrupted test leaves behind lies here, and goes with the rest.
    const temporary = join(dataDir, 't')
    mkdirSync(temporary)
    chmodSync(temporary, 0o711)
    try {
      return await work({ ...process.env, CAUCE_TEST_DATABASE_URL: database.url, TMPDIR: temporary, TEMP: temporary })
    } finally {
      await database.stop()
    }
  } finally {
    await remove(dataDir, removeEmbedded)
  }
}

/** With the databases that tests made in it for themselves. */
async function remove(dataDir, removeEmbedded) {
  for (const pointer of globSync('t/{*,*/*,*/*/*}/postgres.json', { cwd: dataDir })) {
    await removeEmbedded(join(dataDir, dirname(pointer))).catch(() => {})
  }
  await removeEmbedded(dataDir)
}

/** A run that has just begun has its folder and does not own it yet. */
const BEGINS_MS = 60_000

/**
 * Of runs that were killed. One that still runs owns its folder and is left alone, with all that is inside: a test may
 * just then have killed the program that owns one of its databases.
 */
async function removeLeftOvers(removeEmbedded, takeOwnership) {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name)
    try {
      if (statSync(folder).mtimeMs > Date.now() - BEGINS_MS) continue
      const lock = await takeOwnership(folder, 0)
      lock.release()
      await remove(folder, removeEmbedded)
    } catch {
      // Somebody owns it, or removed it first.
    }
  }
}

const QUIET = {
  info() {},
  warn: (_fields, message) => process.stderr.write(`${message}\n`),
  error: (fields, message) => process.stderr.write(`${message} ${fields.err ?? ''}\n`),
}
