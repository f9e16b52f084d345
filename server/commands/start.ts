import { type Launched, launch } from './launch.ts'

const DRAIN_LIMIT_MS = 9_500

function greeting({ url, made, database, adminEmail }: Launched): string {
  const password = made.adminPassword
  const rows: [string, string][] = [
    ['Address', url],
    ['Reference', `${url}/api/docs`],
    ['Login', password === undefined ? adminEmail : `${adminEmail} / ${password}   (shown only now)`],
  ]
  if (made.apiKey !== undefined) rows.push(['API key', `${made.apiKey}   (shown only now)`])
  if (made.sampleKey !== undefined)
    rows.push(['Sample key', `${made.sampleKey}   (tenant sample: people, a queue, a flow)`])
  rows.push(['Database', database], ['Try', 'npm run demo, or the tour in README.md'], ['Stop', 'Ctrl-C'])
  return ['Cauce is running.', '', ...rows.map(([name, value]) => `  ${name.padEnd(10)} ${value}`), '', ''].join('\n')
}

/** Runs until SIGTERM or SIGINT, then drains. A second signal, or 10 s, ends it at once; nothing accepted is lost. */
export async function start(args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    process.stderr.write('Usage: cauce start   (settings come from the environment: cauce config --help)\n')
    return 2
  }
  const told = stopSignal()
  // A person reads a terminal; JSON lines are for files and collectors.
  const launched = await launch(process.stdout.isTTY ? { defaults: { CAUCE_LOG_LEVEL: 'warn' } } : {})
  process.stdout.write(greeting(launched))
  await told
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(1))
  const limit = setTimeout(() => {
    launched.logger.error('draining took too long; stopping now')
    process.exit(1)
  }, DRAIN_LIMIT_MS)
  limit.unref()
  await launched.stop()
  clearTimeout(limit)
  return 0
}

/** Resolves with the first signal to stop; asked for before anything is started, so that an early one drains too. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
}
