import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { stopSignal, untilStopped } from '../server/commands/stop-signal.ts'
import type { Bench, Scenario } from './bench.ts'
import { endAll } from './ending.ts'
import { type Figure, verdictOf } from './measure/figure.ts'
import { machine, machineLine } from './measure/machine.ts'
import { table } from './measure/table.ts'
import { type Options, readOptions } from './options.ts'
import { admin } from './scenarios/admin.ts'
import { builder } from './scenarios/builder.ts'
import { durable } from './scenarios/durable.ts'
import { fanout } from './scenarios/fanout.ts'
import { flows } from './scenarios/flows.ts'
import { growth } from './scenarios/growth.ts'
import { inactivity } from './scenarios/inactivity.ts'
import { intake } from './scenarios/intake.ts'
import { machine as timeMachine } from './scenarios/machine.ts'
import { mqtt } from './scenarios/mqtt.ts'
import { parked } from './scenarios/parked.ts'
import { parts } from './scenarios/parts.ts'
import { rabbitmq } from './scenarios/rabbitmq.ts'
import { road } from './scenarios/road.ts'

const SCENARIOS: readonly Scenario[] = [
  intake,
  road,
  fanout,
  inactivity,
  parked,
  growth,
  flows,
  durable,
  timeMachine,
  parts,
  rabbitmq,
  mqtt,
  builder,
  admin,
]

const usage = (): string => `Usage: npm run bench -- <scenario …|all> [--quick] [--strict] [--data DIR] [--json FILE]
                       [--profile DIR] [--statements]

${SCENARIOS.map(({ name, summary }) => `  ${name.padEnd(11)} ${summary}`).join('\n')}

  --quick     short and small: shows that all works; not to be quoted
  --strict    exit 1 when a figure misses its target
  --data      folder on the disk that is to be measured (default: the system's temporary folder)
  --json      writes the figures there as well
  --profile   the program writes CPU profiles there (this costs some of what is measured, as does the next)
  --statements  tells which statements took the database the most time
`

/** With the data that is there at the moment. */
const folders = new Set<string>()

type Measured = { scenario: string; figures: readonly Figure[]; seconds: number }

/**
 * Measures the product against the limits of this machine.
 * @returns exit code: 0, 1 when a scenario broke (with --strict: or a figure missed) or it was told to stop, 2 bad usage
 */
export async function main(args: readonly string[]): Promise<number> {
  let options: Options
  try {
    options = readOptions(
      args,
      SCENARIOS.map(({ name }) => name),
    )
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage()}`)
    return 2
  }
  const stopping = stopSignal()
  void untilStopped(stopping).then(async () => {
    await endAll()
    await removeFolders()
    process.exit(1)
  })
  const root = resolve(options.data ?? tmpdir())
  await mkdir(root, { recursive: true, mode: 0o711 })
  const here = machine()
  process.stdout.write(`${machineLine(here)}\n`)
  const measured: Measured[] = []
  let broken = 0
  for (const scenario of SCENARIOS.filter(({ name }) => options.scenarios.includes(name))) {
    if (stopping.aborted) break
    process.stdout.write(`\n${scenario.name}: ${scenario.summary}\n`)
    try {
      const done = await measure(scenario, options, root)
      measured.push(done)
      process.stdout.write(`\n${table(done.figures)}\n(${done.seconds} s)\n`)
    } catch (error) {
      broken += 1
      if (stopping.aborted) break
      process.stdout.write(`\nbroken: ${error instanceof Error ? error.stack : String(error)}\n`)
    }
  }
  if (options.json !== undefined) {
    await writeFile(
      options.json,
      `${JSON.stringify({ at: new Date(), quick: options.quick, machine: here, measured }, null, 2)}\n`,
    )
  }
  const missed = measured.flatMap(({ figures }) => figures).filter((figure) => verdictOf(figure) === 'miss')
  if (missed.length > 0)
    process.stdout.write(`\n${missed.length} missed: ${missed.map(({ name }) => name).join('; ')}\n`)
  return broken > 0 || (options.strict && missed.length > 0) ? 1 : 0
}

async function measure(scenario: Scenario, options: Options, root: string): Promise<Measured> {
  const began = performance.now()
  const bench: Bench = {
    quick: options.quick,
    sized: (whole, quick) => (options.quick ? quick : whole),
    async folder(name) {
      const folder = await mkdtemp(join(root, `cauce-bench-${name}-`))
      folders.add(folder)
      // As root the database runs as another user, who must be able to pass.
      await chmod(folder, 0o711)
      return folder
    },
    observe: {
      statements: options.statements,
      ...(options.profile === undefined ? {} : { profileDir: resolve(options.profile) }),
    },
    say: (line) => void process.stdout.write(`  ${line}\n`),
  }
  try {
    const figures = await scenario.run(bench)
    return { scenario: scenario.name, figures, seconds: Math.round((performance.now() - began) / 1000) }
  } finally {
    await removeFolders()
  }
}

async function removeFolders(): Promise<void> {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
  folders.clear()
}
