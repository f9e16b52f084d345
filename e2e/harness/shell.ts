import { spawn } from 'node:child_process'
import { dirname } from 'node:path'

/** The environment of a reader's terminal: `node` is the one that runs the tests. */
export const readerEnv = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
})

export type Shell = {
  /** Runs commands in the shell that stays open, as a terminal does. @returns what they wrote */
  run(commands: string): Promise<string>
  close(): void
}

/** @param cwd the folder in which the reader is */
export function openShell(cwd: string): Shell {
  const mark = `done-${process.pid}`
  const shell = spawn('sh', [], { cwd, env: readerEnv(), stdio: ['pipe', 'pipe', 'pipe'] })
  let output = ''
  let told: (() => void) | undefined
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.setEncoding('utf8').on('data', (data: string) => {
      output += data
      if (output.includes(mark)) told?.()
    })
  }
  return {
    async run(commands) {
      output = ''
      const answered = new Promise<void>((resolve) => {
        told = resolve
      })
      shell.stdin.write(`${commands}\necho ${mark}\n`)
      await answered
      return output.slice(0, output.indexOf(mark)).trim()
    },
    close: () => void shell.kill('SIGKILL'),
  }
}
