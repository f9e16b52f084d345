#!/usr/bin/env node
/**
 * The one way in: `node cauce.mjs <command>`, under any Node from 20 on. Installs the packages when they are missing and
 * builds the admin when it is not there, then runs the command under Node 24 or later: in this process when it is one, otherwise in a child.
 */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureAdminBuilt } from './setup/admin.mjs'
import { ensureInstalled } from './setup/install.mjs'
import { findNode, isNewEnough } from './setup/node24.mjs'

const root = dirname(fileURLToPath(import.meta.url))
const args = process.argv.slice(2)
const [command = '', ...rest] = args
/** What shows the admin, and the tests that may start it; a few tests of something else do not wait for it. */
const showsAdmin =
  ['start', 'demo'].includes(command) ||
  (command === 'test' && (rest.length === 0 || rest.some((word) => word.includes('e2e'))))

try {
  await ensureInstalled(root, { dev: ['test', 'check', 'screenshots'].includes(command) })
  if (showsAdmin) await ensureAdminBuilt(root, () => (isNewEnough() ? process.execPath : findNode(root)))
  if (isNewEnough()) {
    const { run } = await import('./setup/run.mjs')
    await run(root, args)
  } else {
    const { runUnder } = await import('./setup/child.mjs')
    await runUnder(findNode(root), root, args)
  }
} catch (error) {
  // Sentences for the person who started it; only what nobody foresaw needs its stack.
  process.stderr.write(`cauce: ${error.code === undefined && error.name === 'Error' ? error.message : error.stack}\n`)
  process.exitCode = 1
}
