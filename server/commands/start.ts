import type { Bootstrapped } from '#access/index.ts'
import { DRAIN_LIMIT_MS } from '#platform/drain.ts'
import { beginEmbedded } from '#platform/embedded/early.ts'
import type { Embedded } from '#platform/embedded/index.ts'
import { asksForHelp } from './help.ts'
import type { Launched } from './launch.ts'
import { endAfter, stopSignal, untilStopped } from './stop-signal.ts'

/** Behind a stop in order, for output that is on its way. */
const LEFT_OPEN_MS = 200

const rowsText = (rows: readonly (readonly [name: string, value: string])[]): string =>
  rows.map(([name, value]) => `  ${name.padEnd(11)} ${value}\n`).join('')

/** What a start made up, in the moment in which it is valid. */
function tellCredentials({ apiKey, adminPassword, sampleKey }: Bootstrapped, adminEmail: string): void {
  const rows: [string, string][] = []
  if (adminPassword !== undefined) rows.push(['Login', `${adminEmail} / ${adminPassword}`])
  if (apiKey !== undefined) rows.push(['API key', apiKey])
  if (sampleKey !== undefined) rows.push(['Sample key', `${sampleKey}   (tenant sample: people, a queue, a flow)`])
  if (rows.length > 0) process.stdout.write(`Made for you and shown only now:\n\n${rowsText(rows)}\n`)
}

function greeting({ url, made, database, adminEmail }: Launched): string {
  const rows: [string, string][] = [
    ['Address', url],
    ['Reference', `${url}/api/docs`],
  ]
  if (made.adminPassword === undefined) {
    rows.push(['Login', made.loginSet ? `${adminEmail} / the password of CAUCE_ADMIN_PASSWORD` : adminEmail])
  }
  rows.push(
    ['Database', database],
    ['Locked out', 'start with a new CAUCE_API_KEY (32 characters or more), or a new CAUCE_ADMIN_PASSWORD'],
    ['Try', 'npm run demo, or the tour in README.md'],
    ['Stop', 'Ctrl-C'],
  )
  return `Cauce is running.\n\n${rowsText(rows)}\n`
}

/**
 * Runs until it is told to stop, then drains; a start that is under way is called off. A second signal, or 10 s, ends it at
 * once; nothing accepted is lost.
 */
export async function start(args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    const isHelp = asksForHelp(args)
    const usage = 'Usage: cauce start   (settings come from the environment: cauce config --help)\n'
    ;(isHelp ? process.stdout : process.stderr).write(usage)
    return isHelp ? 0 : 2
  }
  let embedded: Embedded | undefined
  const endNow = endAfter(() => embedded?.halt())
  const stopping = stopSignal(endNow)
  const limit = untilStopped(stopping).then(() => endInTime(endNow))
  const launched = await launchUnless(stopping, (database) => {
    embedded = database
  })
  if (launched === null) {
    process.stderr.write('cauce start: called off\n')
  } else {
    process.stdout.write(greeting(launched))
    await untilStopped(stopping)
    await launched.stop()
  }
  clearTimeout(await limit)
  // What hangs at a broker or a collector, and was left as it is, must not keep the process.
  setTimeout(() => process.exit(), LEFT_OPEN_MS).unref()
  return 0
}

/** @returns null when it was called off; what was opened by then is closed again */
async function launchUnless(stopping: AbortSignal, holds: (embedded: Embedded) => void): Promise<Launched | null> {
  // A person reads a terminal; JSON lines are for files and collectors.
  const given = process.stdout.isTTY ? { defaults: { CAUCE_LOG_LEVEL: 'warn' } } : {}
  const early = await beginEmbedded(given.defaults, stopping)
  const { launch } = await import('./launch.ts')
  try {
    return await launch(given, { tell: tellCredentials, database: early?.database, holds, stopping })
  } catch (error) {
    await early?.database.then(
      (database) => database.stop(),
      () => {},
    )
    if (stopping.aborted) return null
    throw error
  }
}

/** At the end of the time to drain the process ends as it is. */
function endInTime(endNow: () => void): NodeJS.Timeout {
  const limit = setTimeout(() => {
    process.stderr.write('cauce start: draining took too long; stopping now\n')
    endNow()
  }, DRAIN_LIMIT_MS)
  return limit.unref()
}
