/** Runs the command in a child under Node 24, as if it were this process. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { watchNpm } from './lifeline.mjs'

const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']

/**
 * A young generation of 2 × 16 MiB instead of 2 × 64: the same throughput under load with 130 MB less memory. The start
 * script says the same for a Node that runs the program itself.
 */
const FLAGS = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=16']

/**
 * The child shares our terminal and process group. It holds the other end of a pipe of ours (descriptor 3), so that
 * it sees us vanish however we die. Ends as the child ends: with its code, or by its signal.
 * @param {string} node the program
 * @param {string} root the checkout
 * @param {string[]} args
 */
export function runUnder(node, root, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [...FLAGS, join(root, 'setup', 'entry.mjs'), ...args], {
      stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    })
    // Ctrl-C reaches the child both from the terminal and from here; it takes the two as one (signals.mjs).
    let asked = false
    const pass = (signal) => {
      asked = true
      child.kill(signal)
    }
    for (const signal of PASSED_ON) process.on(signal, pass)
    watchNpm(() => asked || pass('SIGTERM'))
    child.once('error', (error) => reject(explain(error, node)))
    child.once('exit', (code, signal) => {
      if (signal === null) {
        process.exitCode = code ?? 1
        return resolve(undefined)
      }
      for (const name of PASSED_ON) process.removeAllListeners(name)
      process.kill(process.pid, signal)
      // For a signal that does not end us (its default is to be ignored, or the group is being stopped).
      setTimeout(() => process.exit(128 + (constants.signals[signal] ?? 0)), 1000)
    })
  })
}

function explain(error, node) {
  if (error.code !== 'ENOENT') return error
  return new Error(
    `${node} does not run on this system: it is built for glibc, which Alpine, for one, has not. Use a Node 24 of the system's own.`,
  )
}
