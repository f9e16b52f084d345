/** Several people, or several of their terminals, run the tests on one machine. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { removeEmbedded, startEmbedded, takeOwnership } from '../server/platform/embedded/index.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const QUIET = { info() {}, warn() {}, error() {} }

const base = await mkdtemp(join(tmpdir(), 'cauce-runs-'))
// As root the server is another user, who must pass through.
await chmod(base, 0o711)
after(() => rm(base, { recursive: true, force: true }))

/** A run of the tests with nothing to do, in the same folder for temporary files. */
const RUN = `
  import { withTestDatabase } from ${JSON.stringify(new URL('../setup/test-database.mjs', import.meta.url).href)}
  await withTestDatabase(${JSON.stringify(ROOT)}, async () => 0)`
const { CAUCE_TEST_DATABASE_URL: _, ...env } = process.env
const anotherRun = () =>
  promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', RUN], {
    env: { ...env, TMPDIR: base },
  })

test('a run leaves alone what a test of another one has just killed, and clears up after a run that was killed', async () => {
  const other = join(base, 'cauce-test-run-other')
  const dataDir = join(other, 't', 'killed')
  await mkdir(dataDir, { recursive: true })
  for (const folder of [other, join(other, 't')]) await chmod(folder, 0o711)
  // Nobody owns the database at this moment; its run is alive.
  await (await startEmbedded({ dataDir, logger: QUIET })).stop()
  const lock = await takeOwnership(other, 0)
  const longAgo = new Date(Date.now() - 3_600_000)
  await utimes(other, longAgo, longAgo)
  try {
    await anotherRun()
    assert.ok(existsSync(join(dataDir, 'postgres.json')))
  } catch (error) {
    await removeEmbedded(dataDir).catch(() => {})
    throw error
  } finally {
    lock.release()
  }
  await utimes(other, longAgo, longAgo)
  await anotherRun()
  assert.ok(!existsSync(other))
})
