/** `check` and `test`: what must hold before a change lands. Runs under Node 24. */
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, relative } from 'node:path'
import { withSharedTests } from './shared-tests.mjs'
import { withTestDatabase } from './test-database.mjs'

const TESTS = [
  'server/**/*.test.ts',
  'web/**/*.test.ts',
  'client/**/*.test.mjs',
  'e2e/**/*.test.ts',
  'bench/**/*.test.ts',
]

/**
 * Types and style.
 * @param {string} root the checkout
 * @returns {Promise<number>} the exit code
 */
export async function check(root) {
  const results = await Promise.all([
    runQuietly(root, 'types', ['node_modules/typescript/bin/tsc']),
    runQuietly(root, 'types of the admin', ['node_modules/typescript/bin/tsc', '-p', 'web/admin']),
    runQuietly(root, 'format and lint', ['node_modules/@biomejs/biome/bin/biome', 'check', '--colors=off', '.']),
  ])
  return Math.max(...results)
}

/**
 * Types, style and every test; the summary of Node's runner comes last.
 * @param {string} root the checkout
 * @param {string[]} rest files, folders or parts of their names: only these tests and no check; options go to Node's runner
 * @returns {Promise<number>} the exit code
 */
export async function test(root, rest) {
  const options = rest.filter((word) => word.startsWith('-'))
  const filters = rest.filter((word) => !word.startsWith('-')).map((word) => relative(root, join(process.cwd(), word)))
  const files = TESTS.flatMap((pattern) =>
    globSync(pattern, { cwd: root, exclude: (path) => path.includes('node_modules') }),
  )
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
    .sort()
  if (files.length === 0) {
    process.stderr.write(`cauce: no test file matches ${rest.join(' ')}\n`)
    return 2
  }
  const checked = rest.length === 0 ? await check(root) : 0
  const run = (env, given) =>
    runTests(root, env, [`--test-concurrency=${Math.max(2, availableParallelism() - 1)}`, ...options, ...given])
  const tested = await withTestDatabase(root, (env) =>
    // What picks tests by name would take the name of a shared file's suite for one.
    options.length > 0 ? run(env, files) : withSharedTests(root, files, (shared) => run(env, shared)),
  )
  return Math.max(checked, tested)
}

/** Says one line when all is well, everything when not. */
function runQuietly(root, name, args) {
  return new Promise((resolve) => {
    const startedAt = performance.now()
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk
      })
    }
    child.once('close', (code) => {
      const took = `${((performance.now() - startedAt) / 1000).toFixed(1)} s`
      process.stdout.write(code === 0 ? `ok      ${name} (${took})\n` : `${output}\nfailed  ${name} (${took})\n`)
      resolve(code ?? 1)
    })
  })
}

function runTests(root, env, args) {
  return new Promise((resolve) => {
    const runner = [
      '--disable-warning=ExperimentalWarning',
      '--test',
      `--test-reporter=${import.meta.resolve('./reporter.mjs')}`,
      `--import=${import.meta.resolve('./test-file.mjs')}`,
    ]
    const child = spawn(process.execPath, [...runner, ...args], {
      cwd: root,
      // Each file, or some together, is a process of its own, and most load the same modules: compiled and stripped once for all.
      env: { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node'), ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    let interrupted = false
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.on(signal, () => {
        interrupted = true
        child.kill('SIGTERM')
        // The database waits for the tests' end; a test that does not end must not keep it.
        setTimeout(() => child.kill('SIGKILL'), 5_000).unref()
      })
    }
    child.once('close', (code) => resolve(interrupted ? 130 : (code ?? 1)))
  })
}
