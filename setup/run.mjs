/** Runs the command in this process, which is a Node 24 or later. */
import module from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import v8 from 'node:v8'
import { watchNpm } from './lifeline.mjs'
import { takeRepeatsAsOne } from './signals.mjs'

/**
 * Collects what is old once it has grown by this share; V8 left to itself waits until it is four times as much. Under a
 * burst of deadlines that is 315 MiB in place of 500, for some hundredths of the time.
 */
const HEAP_GROWING_PERCENT = 70

/**
 * @param {string} root the checkout
 * @param {string[]} args the command and what follows it
 */
export async function run(root, args) {
  quietExperimental()
  v8.setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`)
  // Times are epoch milliseconds everywhere; nothing may depend on where the machine stands.
  process.env.TZ = 'UTC'
  const stops = takeRepeatsAsOne()
  watchNpm(() => stops.heard() || process.kill(process.pid, 'SIGTERM'))
  // Compiled code and stripped types of the last start: the difference between 0.2 s and half a second.
  module.enableCompileCache(join(root, 'node_modules', '.cache', 'node'))
  const [command = '', ...rest] = args
  // With a word, `check mqtt`, it is the program's own.
  if ((command === 'check' && rest.length === 0) || command === 'test') {
    const { check, test } = await import('./checks.mjs')
    process.exitCode = await (command === 'check' ? check(root) : test(root, rest))
    return
  }
  // Measuring and taking pictures are programs of their own, which start the product as a child.
  const beside = { bench: ['bench', 'main.ts'], screenshots: ['e2e', 'admin', 'screenshots.ts'] }[command]
  const [file, argv] = beside ? [join(root, ...beside), rest] : [join(root, 'server', 'main.ts'), args]
  const { main } = await import(pathToFileURL(file).href)
  process.exitCode = await main(argv)
}

/** Early releases of Node 24 warn that running TypeScript is experimental: nothing that whoever starts us can act on. */
function quietExperimental() {
  const warn = process.emitWarning
  process.emitWarning = (warning, ...rest) => {
    const type = typeof rest[0] === 'object' ? rest[0]?.type : rest[0]
    if (type !== 'ExperimentalWarning') warn.call(process, warning, ...rest)
  }
}
