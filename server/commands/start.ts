import type { Bootstrapped } from '#access/index.ts'
import { DRAIN_LIMIT_MS } from '#platform/drain.ts'
import { beginEmbedded } from '#platform/embedded/early.ts'
import { asksForHelp } from './help.ts'
import type { Launched } from './launch.ts'
import { stopSignal } from './stop-signal.ts'

const rowsText = (rows: readonly (readonly [name: string, value: string])[]): string =>
  rows.map(([name, value]) => `  ${name.padEnd(10)} ${value}\n`).join('')

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

/** Runs until SIGTERM or SIGINT, then drains. A second signal, or 10 s, ends it at once; nothing accepted is lost. */
export async function start(args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    const isHelp = asksForHelp(args)
    const usage = 'Usage: cauce start   (settings come from the environment: cauce config --help)\n'
    ;(isHelp ? process.stdout : process.stderr).write(usage)
    return isHelp ? 0 : 2
  }
  const told = stopSignal()
  // A person reads a terminal; JSON lines are for files and collectors.
  const given = process.stdout.isTTY ? { defaults: { CAUCE_LOG_LEVEL: 'warn' } } : {}
  const early = await beginEmbedded(given.defaults)
  const { launch } = await import('./launch.ts')
  const launched = await launch(given, { tell: tellCredentials, database: early?.database }).catch(async (error) => {
    await early?.database.then(
      (database) => database.stop(),
      () => {},
    )
    throw error
  })
  process.stdout.write(greeting(launched))
  await told
  const endNow = () => void launched.halt().finally(() => process.exit(1))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, endNow)
  const limit = setTimeout(() => {
    launched.logger.error('draining took too long; stopping now')
    endNow()
  }, DRAIN_LIMIT_MS)
  limit.unref()
  await launched.stop()
  clearTimeout(limit)
  return 0
}
