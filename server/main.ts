import { VERSION } from './version.ts'

const LINGER_MS = 2_000

type Command = { summary: string; run(args: readonly string[]): Promise<number> }

/** Each is loaded when it is asked for: the whole program is a second's work, and `start` has something to do meanwhile. */
const COMMANDS: Readonly<Record<string, Command>> = {
  start: {
    summary: 'run the program: API, consumers, flows, timers and its own PostgreSQL',
    run: async (args) => (await import('./commands/start.ts')).start(args),
  },
  demo: {
    summary: 'tell the story of the product in half a minute, on a fast clock',
    run: async (args) => (await import('./commands/demo.ts')).demo(args),
  },
  sinks: {
    summary: 'receive webhooks, pushes and e-mails on this machine and show them',
    run: async (args) => (await import('./commands/sinks.ts')).sinks(args),
  },
  migrate: {
    summary: 'bring the database up to date and stop',
    run: async (args) => (await import('./commands/migrate.ts')).migrateCommand(args),
  },
  config: {
    summary: 'check the settings; config --help lists them all',
    run: async (args) => (await import('./commands/config.ts')).config(args),
  },
  check: {
    summary: 'check mqtt: send messages over a topic and count what comes, and how fast',
    run: async (args) => (await import('./commands/check.ts')).check(args),
  },
  flow: {
    summary: 'flow test: play the cases of flow files; flow export, flow import: flows as files',
    run: async (args) => (await import('./commands/flow.ts')).flow(args),
  },
  openapi: {
    summary: 'print the API as an OpenAPI document',
    run: async (args) => (await import('./commands/openapi.ts')).openapi(args),
  },
}

function usage(): string {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(9)} ${summary}`)
  return `Usage: cauce <command>\n\n${lines.join('\n')}\n\nFor developers: check (types, format), test [part of a file's name], bench.\n`
}

/**
 * The `cauce` command.
 * @returns the exit code: 0 well, 1 failed, 2 bad usage
 */
export async function main(argv: readonly string[]): Promise<number> {
  // Who reads only the first lines (`| head`) goes, and so does a terminal that is closed; what is under way is finished
  // and cleaned up all the same.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
    })
  }
  const [name, ...args] = argv
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(usage())
    return name === undefined ? 2 : 0
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${VERSION}\n`)
    return 0
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined) {
    process.stderr.write(`There is no command ${JSON.stringify(name)}.\n\n${usage()}`)
    return 2
  }
  try {
    return await command.run(args)
  } catch (error) {
    process.stderr.write(`cauce ${name}: ${error instanceof Error ? error.message : String(error)}\n`)
    // Whatever could not be closed must not keep a failed start alive.
    setTimeout(() => process.exit(1), LINGER_MS).unref()
    return 1
  }
}
