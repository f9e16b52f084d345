/**
 * Producers whose server is away, comes, and is killed: the client that ships, and what the guides give in Erlang and
 * Java, compiled from their pages where a compiler is here. In full: E2E_FULL=1 node cauce.mjs test e2e/producer
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createProducer } from '../client/producer/index.mjs'
import { removeEmbedded } from '../server/platform/embedded/index.ts'
import { pause, settled } from './harness/client.ts'
import { freePort, KEY, type ProgramProcess, programProcess } from './harness/program.ts'
import { count, seeded } from './harness/scale.ts'
import { blocksOf } from './harness/shown.ts'

const KILLS = count(2, 20)
const SUBJECTS = 5
/** Of the guides' producers: how many they are told, and how many they may keep. */
const TOLD = 60
const MOST = 50
/** Has no time. */
const BAD = 7

const random = seeded()

const pageOf = (name: string) => readFile(new URL(`../docs/${name}`, import.meta.url), 'utf8')
const codeIn = (page: string, kind: string) =>
  blocksOf(page)
    .filter((block) => block.kind === kind)
    .map(({ text }) => text)
    .join('')

const without = (compiler: string) =>
  spawnSync(compiler, ['-version']).error === undefined ? false : `${compiler} is not installed here`

describe('what is told to a server that comes and goes is in its log, once and in order', {
  timeout: 1_800_000,
}, () => {
  let program: ProgramProcess
  let dataDir: string
  const running = new Set<ChildProcess>()

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cauce-producer-'))
    program = programProcess(dataDir, await freePort())
  })
  after(async () => {
    for (const child of running) child.kill('SIGKILL')
    await program?.kill()
    await removeEmbedded(dataDir)
    await rm(dataDir, { recursive: true, force: true })
  })

  async function logged(type: string): Promise<{ id: string; subject: string }[]> {
    const database = await program.database()
    try {
      const found = await database.query('select id, subject from event_log where type = $1 order by position', [type])
      return found.rows
    } finally {
      await database.end()
    }
  }

  it(`by the client that ships: told before the server was there, and while it is killed ${KILLS} times`, async () => {
    const trouble: string[] = []
    const producer = createProducer({
      url: program.url,
      apiKey: KEY,
      source: '/e2e',
      requestTimeoutMs: 5_000,
      // However long a start takes on a slow machine.
      maxEvents: 1_000_000,
      maxBytes: 536_870_912,
      onTrouble: ({ detail }) => trouble.push(detail),
    })
    const told: { id: string; subject: string }[] = []
    const tell = () => {
      const subject = `s-${told.length % SUBJECTS}`
      const id = producer.tell({ type: 'order.placed', subject })
      assert.ok(id !== null)
      told.push({ id, subject })
    }
    for (let n = 0; n < 250; n++) tell()
    await settled(async () => (trouble.includes('ECONNREFUSED') ? '' : `only ${trouble}`))
    await program.start()
    const loading = setInterval(tell, 2)
    try {
      for (let n = 0; n < KILLS; n++) {
        const { accepted } = producer.counts()
        await settled(async () => (producer.counts().accepted > accepted ? '' : 'nothing is taken'))
        await pause(random() * 500)
        await program.kill()
        await program.start()
      }
    } finally {
      clearInterval(loading)
    }
    assert.equal(await producer.close({ timeoutMs: 60_000 }), true)
    const rows = await logged('order.placed')
    assert.equal(rows.length, told.length)
    for (let n = 0; n < SUBJECTS; n++) {
      const mine = (all: typeof told) => all.filter(({ subject }) => subject === `s-${n}`).map(({ id }) => id)
      assert.deepEqual(mine(rows), mine(told))
    }
    const { accepted, dropped, refused } = producer.counts()
    assert.deepEqual([accepted, dropped, refused], [told.length, 0, 0])
  })

  /** Runs a producer of the guides that tells its events while the server is away; it says `told`, then its counts. */
  async function tells(name: string, command: string, args: readonly string[], cwd: string): Promise<void> {
    await program.kill()
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    running.add(child)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    await settled(async () => (/^told$/m.test(output) ? '' : output))
    await program.start()
    if (child.exitCode === null) await once(child, 'exit')
    assert.equal(child.exitCode, 0, output)
    const [, accepted, refused, dropped] = /^counts (\d+) (\d+) (\d+)$/m.exec(output)?.map(Number) ?? []
    // What is on its way may have left the queue.
    assert.ok(dropped === TOLD - MOST || dropped === TOLD - MOST - 1, output)
    assert.deepEqual([accepted, refused], [TOLD - dropped - 1, 1], output)
    const ids = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, n) => `${name}-${from + n}`).filter((id) => id !== `${name}-${BAD}`)
    const rows = (await logged(`order.${name}`)).map(({ id }) => id)
    assert.deepEqual(rows.slice(0, MOST - 1), ids(0, MOST))
    // The place that one on its way left is taken by whichever was told next.
    for (const id of rows.slice(MOST - 1)) assert.ok(ids(MOST, TOLD).includes(id), id)
    assert.equal(rows.length, accepted)
  }

  async function compiled(kind: string, file: string, driver: string, driverFile: string, compiler: string) {
    const folder = await mkdtemp(join(tmpdir(), `cauce-${kind}-`))
    const code = codeIn(await pageOf('en/producers.md'), kind)
    await writeFile(join(folder, file), code)
    await writeFile(join(folder, driverFile), driver)
    const made = spawnSync(compiler, [file, driverFile], { cwd: folder, encoding: 'utf8' })
    assert.equal(made.status, 0, `${made.stdout}${made.stderr}`)
    return folder
  }

  it('by the Erlang of the guides', { skip: without('erlc') }, async () => {
    const driver = `
      -module(driver).
      -export([main/1]).
      main([Url, Key]) ->
          {ok, _} = application:ensure_all_started(inets),
          {ok, _} = cauce_producer:start_link(#{url => Url, key => Key, max_waiting => ${MOST}}),
          {dropped, _} = cauce_producer:tell(not_json),
          [cauce_producer:tell(event(N)) || N <- lists:seq(0, ${TOLD - 1})],
          io:format("told~n"),
          ok = cauce_producer:flush(60000),
          #{accepted := A, refused := R, dropped := D} = cauce_producer:counts(),
          io:format("counts ~b ~b ~b~n", [A, R, D]),
          halt(0).
      event(N) ->
          Time = case N of ${BAD} -> 0; _ -> erlang:system_time(millisecond) end,
          io_lib:format("{\\"event_id\\":\\"erlang-~b\\",\\"type\\":\\"order\\",\\"subtype\\":\\"erlang\\","
                        "\\"encounter_id\\":\\"c\\",\\"datetime\\":~b}", [N, Time]).
    `
    const folder = await compiled('erlang', 'cauce_producer.erl', driver, 'driver.erl', 'erlc')
    await tells('erlang', 'erl', ['-noshell', '-run', 'driver', 'main', program.url, KEY], folder)
    await rm(folder, { recursive: true })
  })

  it('by the Java of the guides', { skip: without('javac') }, async () => {
    const driver = `
      public class Driver {
        public static void main(String[] args) {
          var producer = new CauceProducer(args[0], args[1], ${MOST}, (event, answer) -> { throw new RuntimeException(); });
          for (int n = 0; n < ${TOLD}; n++) {
            producer.tell(String.format("{\\"event_id\\":\\"java-%d\\",\\"type\\":\\"order\\",\\"subtype\\":\\"java\\","
                + "\\"encounter_id\\":\\"c\\",\\"datetime\\":%d}", n, n == ${BAD} ? 0 : System.currentTimeMillis()));
          }
          System.out.println("told");
          producer.close(java.time.Duration.ofSeconds(60));
          System.out.printf("counts %s %s %s%n", producer.accepted, producer.refused, producer.dropped);
        }
      }
    `
    const folder = await compiled('java', 'CauceProducer.java', driver, 'Driver.java', 'javac')
    await tells('java', 'java', ['-cp', folder, 'Driver', program.url, KEY], folder)
    await rm(folder, { recursive: true })
  })
})

it('the guides give the same code in both languages', async () => {
  const [english, spanish] = [await pageOf('en/producers.md'), await pageOf('es/productores.md')]
  for (const kind of ['erlang', 'java', 'text']) {
    assert.notEqual(codeIn(english, kind), '')
    assert.equal(codeIn(english, kind), codeIn(spanish, kind))
  }
})
