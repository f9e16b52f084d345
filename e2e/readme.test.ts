import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { removeEmbedded } from '../server/platform/embedded/index.ts'
import { freePort, type ProgramProcess, programProcess } from './harness/program.ts'
import { differences, matches } from './harness/shown.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PATIENCE_MS = 10_000

type Block = { kind: string; text: string }

/** The fenced blocks of a section, in order. */
function blocksOf(markdown: string, title: string): Block[] {
  const section = markdown.split(/^## /m).find((part) => part.startsWith(title))
  assert.ok(section, `README.md has a section "${title}"`)
  return [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, kind = '', text = '']) => ({ kind, text }))
}

/** A shell that stays open, as a reader's terminal does. */
function openShell(): { run(commands: string): Promise<string>; close(): void } {
  const mark = `done-${process.pid}`
  const shell = spawn('sh', [], {
    cwd: ROOT,
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
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

/** Repeats until `look` says nothing against it, or patience is over; a reader does not type that fast. */
async function until(look: () => Promise<string> | string): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    const against = await look()
    if (against === '') return
    if (Date.now() > end) assert.fail(against)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const withoutCurl = spawnSync('curl', ['--version']).status === 0 ? false : 'curl is not installed here'

describe('the tour in README.md', { skip: withoutCurl }, () => {
  let dataDir: string
  let program: ProgramProcess
  let receiver: ChildProcess
  let received = ''
  let tour: Block[]
  const shell = openShell()

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cauce-readme-'))
    const [port, hook] = [await freePort(), await freePort()]
    const readme = (await readFile(join(ROOT, 'README.md'), 'utf8'))
      .replaceAll('8080', `${port}`)
      .replaceAll('9090', `${hook}`)
    const [start, sink, ...rest] = blocksOf(readme, 'Five minutes with curl')
    assert.match(start?.text ?? '', /npm start/)
    assert.match(sink?.text ?? '', /createServer/)
    tour = rest
    receiver = spawn('sh', ['-c', sink?.text ?? ''], {
      env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    })
    receiver.stdout?.setEncoding('utf8').on('data', (data: string) => {
      received += data
    })
    const settings = Object.fromEntries(
      [...(start?.text ?? '').matchAll(/([A-Z_]+)=(\S+)/g)].map(([, key, value]) => [key, value]),
    )
    program = programProcess(dataDir, port, settings)
    await program.start()
  })

  after(async () => {
    shell.close()
    if (receiver?.pid !== undefined) process.kill(-receiver.pid, 'SIGKILL')
    await program?.stop()
    await removeEmbedded(dataDir)
    await rm(dataDir, { recursive: true, force: true })
  })

  it('answers each command as it is shown there', async () => {
    let shown = 0
    for (const [i, { kind, text }] of tour.entries()) {
      if (kind !== 'sh') continue
      const next = tour[i + 1]
      let output = await shell.run(text)
      if (next?.kind !== 'json') continue
      shown += 1
      const expected: unknown = JSON.parse(next.text)
      const repeatable = text.trimEnd().split('\n').at(-1)?.startsWith('call GET')
        ? text.trimEnd().split('\n').at(-1)
        : undefined
      await until(async () => {
        const against = differences(parsed(output), expected)
        if (against === '') return ''
        if (repeatable === undefined) assert.fail(`${text}\n${against}\nThe answer was ${output}`)
        output = await shell.run(repeatable)
        return `${text}\n${against}\nThe last answer was ${output}`
      })
      await receivedAfter(i + 2)
    }
    assert.ok(shown >= 12, `only ${shown} answers are shown`)
  })

  /** What the second terminal shows, where the tour shows it next. */
  async function receivedAfter(from: number): Promise<void> {
    for (const { kind, text } of tour.slice(from)) {
      if (kind !== 'text') return
      for (const line of text.trim().split('\n')) {
        await until(() =>
          received.split('\n').some((got) => matches(got, line))
            ? ''
            : `no line like\n${line}\ncame; there were\n${received}`,
        )
      }
    }
  }

  it('serves the document that is written down', async () => {
    const answer = await fetch(`${program.url}/api/openapi.json`)
    assert.deepEqual(await answer.json(), JSON.parse(await readFile(join(ROOT, 'docs', 'openapi.json'), 'utf8')))
  })
})

/** The last line that the commands wrote, which is the answer of the last one. */
function parsed(output: string): unknown {
  try {
    return JSON.parse(output.split('\n').at(-1) ?? '')
  } catch {
    return output
  }
}
