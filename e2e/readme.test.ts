import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { removeEmbedded } from '../server/platform/embedded/index.ts'
import { freePort, type ProgramProcess, programProcess } from './harness/program.ts'
import { openShell, readerEnv } from './harness/shell.ts'
import { type Block, blocksOf, matches, runBlocks, until } from './harness/shown.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PAGES = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'client/producer/README.md',
  'client/webhook-receiver/README.md',
  'docs/es/flujos.md',
  'docs/es/guia.md',
  'docs/es/productores.md',
  'docs/en/flows.md',
  'docs/en/guide.md',
  'docs/en/producers.md',
]
const skip = spawnSync('curl', ['--version']).status === 0 ? false : 'curl is not installed here'

const read = (page: string) => readFile(join(ROOT, page), 'utf8')

describe('what is written for readers', { skip }, () => {
  let dataDir: string
  let program: ProgramProcess
  let receiver: ChildProcess
  let received = ''
  let tour: Block[]
  let here: (text: string) => string
  const shell = openShell(ROOT)

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cauce-readme-'))
    const [port, hook, push] = [await freePort(), await freePort(), await freePort()]
    here = (text) => text.replaceAll('8080', `${port}`).replaceAll('9090', `${hook}`).replaceAll('9091', `${push}`)
    const section = (await read('README.md')).split(/^## /m).find((part) => part.startsWith('Five minutes with curl'))
    const [start, sink, ...rest] = blocksOf(here(section ?? ''))
    assert.match(start?.text ?? '', /npm start/)
    assert.match(sink?.text ?? '', /cauce\.mjs sinks$/m)
    tour = rest
    receiver = spawn('sh', ['-c', `${sink?.text.trim()} --webhook=${hook} --push=${push} --mail=0`], {
      cwd: ROOT,
      env: readerEnv(),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    receiver.stderr?.pipe(process.stderr)
    receiver.stdout?.setEncoding('utf8').on('data', (data: string) => {
      received += data
    })
    const settings = [...(start?.text ?? '').matchAll(/([A-Z_]+)=(\S+)/g)].map(([, key, value]) => [key, value])
    program = programProcess(dataDir, port, Object.fromEntries(settings))
    await program.start()
  })

  after(async () => {
    shell.close()
    if (receiver?.pid !== undefined) process.kill(-receiver.pid, 'SIGKILL')
    await program?.stop()
    await removeEmbedded(dataDir)
    await rm(dataDir, { recursive: true, force: true })
  })

  /** The second terminal shows these lines. */
  async function arrives(text: string): Promise<void> {
    for (const line of text.trim().split('\n')) {
      await until(() =>
        received.split('\n').some((got) => matches(got, line)) ? '' : `no line like\n${line}\ncame, but\n${received}`,
      )
    }
  }

  it('README.md: the tour answers as it is shown', async () => {
    const compared = await runBlocks(shell, tour, arrives)
    assert.ok(compared >= 12, `only ${compared} answers are shown`)
  })

  for (const page of ['docs/es/guia.md', 'docs/en/guide.md']) {
    it(`${page}: the sample tenant answers as it is shown`, async () => {
      let key: string | undefined
      await until(() => {
        key = /Sample key +(\S+)/.exec(program.output())?.[1]
        return key === undefined ? `no sample key in\n${program.output()}` : ''
      })
      const blocks = blocksOf(here(await read(page)).replace('KEY=cauce_…', `KEY=${key}`))
      assert.ok((await runBlocks(shell, blocks, arrives)) >= 10)
    })
  }

  it('docs/openapi.json is what is served', async () => {
    const answer = await fetch(`${program.url}/api/openapi.json`)
    assert.deepEqual(await answer.json(), JSON.parse(await read('docs/openapi.json')))
  })
})

describe('the pages', () => {
  for (const page of PAGES) {
    it(`${page} names files that are there`, async () => {
      const text = await read(page)
      const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)|src="([^"]+)"/g)].map(
        ([, link, src]) => link ?? src ?? '',
      )
      const missing = links.filter((link) => !existsSync(resolve(ROOT, dirname(page), link)))
      assert.deepEqual(missing, [])
    })
  }
})
