#!/usr/bin/env node
/**
 * The one way in: `node cauce.mjs <command>`, under any Node from 20 on. Installs the packages when they are missing,
 * then runs the command under Node 24 or later: in this process when it is one, otherwise in a child.
 */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureInstalled } from './setup/install.mjs'
import { findNode, isNewEnough } from './setup/node24.mjs'

const root = dirname(fileURLToPath(import.meta.url))
const args = process.argv.slice(2)

try {
  await ensureInstalled(root, { dev: ['test', 'check'].includes(args[0] ?? '') })
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
