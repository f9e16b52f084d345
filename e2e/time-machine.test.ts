/**
 * The same worlds under `CAUCE_TIME_SCALE`, by the real program, and in the time machine: the same steps, messages and texts,
 * and the same times to the second of whoever watches. (To the millisecond, with a clock that is moved by hand:
 * server/flows/machine/production.db.test.ts.)
 */
import assert from 'node:assert/strict'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { removeEmbedded } from '../server/platform/embedded/index.ts'
import { type Client, clientOf, settled } from './harness/client.ts'
import { freePort, type ProgramProcess, programProcess } from './harness/program.ts'

/** A second of the wall is two minutes: a world of an hour takes half a minute. */
const SCALE = 120
const MINUTE = 60_000
const LASTS = 60 * MINUTE
/** What a busy machine may be late with each thing that is due, on the wall; worlds are drawn with far longer waits. */
const LATE_MS = 2_000

type Act = { at: number; reply: string }
type World = { graph: object; acts: Act[] }

const line = (nodes: [id: string, type: string, data: object][], edges: string[], settings = {}) => ({
  settings,
  nodes: nodes.map(([id, type, data], i) => ({ id, type, data, position: { x: 0, y: i } })),
  edges: edges.map((edge, i) => {
    const [from = '', target] = edge.split(' ')
    const [source, sourceHandle] = from.split('.')
    return { id: `${i}`, source, target, ...(sourceHandle === undefined ? {} : { sourceHandle }) }
  }),
})
const SILENT: [string, string, object] = ['start', 'trigger', { event: 'encounter.tmipw_expired' }]
const say = (id: string, text: string): [string, string, object] => [id, 'message', { text }]

const WORLDS: { [name: string]: World } = {
  'who comes back is greeted': {
    graph: line(
      [
        SILENT,
        ['hear', 'waitForEvent', { event: 'encounter.resumed', timeout: 'PT25M' }],
        say('back', 'Bienvenida, {{ contact.name }}'),
        ['bye', 'close', { reason: 'abandoned' }],
      ],
      ['start hear', 'hear.event back', 'hear.timeout bye'],
    ),
    acts: [{ at: 22 * MINUTE, reply: 'Sí' }],
  },
  'who does not is seen off': {
    graph: line(
      [
        SILENT,
        ['more', 'extend', { by: 'PT10M' }],
        ['fork', 'parallel', {}],
        ['one', 'wait', { for: 'PT6M' }],
        ['two', 'wait', { for: 'PT12M' }],
        ['meet', 'join', { mode: 'all' }],
        say('sorry', 'Hasta luego'),
        ['bye', 'close', { reason: 'abandoned' }],
      ],
      ['start more', 'more fork', 'fork one', 'fork two', 'one meet', 'two meet', 'meet sorry', 'sorry bye'],
    ),
    acts: [],
  },
  'each of a list in turn, and the queue closes': {
    graph: line(
      [
        SILENT,
        ['each', 'forEach', { items: '["a", "b"]', as: 'it' }],
        ['rest', 'wait', { for: 'PT5M' }],
        say('tell', '{{ vars.it }}'),
        ['long', 'branch', { cases: [{ handle: 'yes', when: 'encounter.status == "warned"' }] }],
        ['yes', 'end', { outcome: 'warned' }],
        ['no', 'end', { outcome: 'other' }],
      ],
      ['start each', 'each.item rest', 'rest tell', 'each.done long', 'long.yes yes', 'long.else no'],
    ),
    acts: [],
  },
}

type Visit = { nodeId: string; at: string; endedAt: string | null; way?: string }
type Course = { steps: string[]; said: string[]; times: number[] }

describe('two minutes pass each second', { timeout: 7_200_000 }, () => {
  let dataDir: string
  let program: ProgramProcess
  let client: Client
  const names = Object.keys(WORLDS)

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cauce-time-machine-'))
    program = programProcess(dataDir, await freePort(), { CAUCE_TIME_SCALE: `${SCALE}` })
    await program.start()
    client = clientOf([program.url])
    await client.persist('PUT', '/api/v1/contacts/ana', { name: 'Ana', locale: 'es' })
  })
  after(async () => {
    await program.stop()
    await removeEmbedded(dataDir)
  })

  it('goes as the time machine says', async () => {
    await Promise.all(names.map((name, i) => compared(name, WORLDS[name] as World, i)))
  })

  async function compared(name: string, { graph, acts }: World, i: number): Promise<void> {
    // A queue of its own for each, since every published flow hears of every warning.
    const queueId = `q${i}`
    await client.persist('PUT', `/api/v1/queues/${queueId}`, {
      name: queueId,
      max_inactive_patient_warning_time: 10,
      max_inactive_patient_time: 25,
      close_inactive_encounters: true,
    })
    const own = JSON.parse(JSON.stringify(graph))
    own.nodes[0].data.where = `queue.id == "${queueId}" && encounter.round == 0`
    const { id } = await client.persist<{ id: string }>('POST', '/api/v1/flows', { name })
    await client.persist('PUT', `/api/v1/flows/${id}/draft`, own)
    await client.persist('POST', `/api/v1/flows/${id}/publish`, {})
    const talk = `talk-${i}`
    await client.persist('POST', '/api/v1/encounters', { id: talk, queueId, contactId: 'ana', channel: 'chat' })
    const { openedAt } = await client.persist<{ openedAt: string }>('GET', `/api/v1/encounters/${talk}`)
    const startAt = Date.parse(openedAt)

    // The clock of the program is told by the times of what is in its log: a reply is where it landed.
    const landed: Act[] = []
    for (const act of acts) {
      await new Promise((resolve) => setTimeout(resolve, act.at / SCALE))
      const body = { from: 'patient', text: act.reply }
      const { messages } = await client
        .persist('POST', `/api/v1/encounters/${talk}/messages`, body)
        .then(() =>
          client.persist<{ items: { from: string; createdAt: string }[] }>(
            'GET',
            `/api/v1/encounters/${talk}/messages`,
          ),
        )
        .then(({ items }) => ({ messages: items.filter(({ from }) => from === 'patient') }))
      landed.push({ at: Date.parse(messages.at(-1)?.createdAt ?? '') - startAt, reply: act.reply })
    }
    let run: { steps: Visit[] } | undefined
    await settled(async () => {
      const { items } = await client.persist<{ items: { id: string; status: string }[] }>(
        'GET',
        `/api/v1/flows/${id}/runs`,
      )
      const [first] = items
      if (first === undefined || first.status === 'waiting') return `${name} is still under way`
      run = await client.persist<{ steps: Visit[] }>('GET', `/api/v1/runs/${first.id}`)
      return ''
    }, 240_000)

    const { items } = await client.persist<{ items: { from: string; text: string; createdAt: string }[] }>(
      'GET',
      `/api/v1/encounters/${talk}/messages?limit=200`,
    )
    const bot = items.filter(({ from }) => from === 'bot')
    const real = courseOf(
      run?.steps ?? [],
      bot.map(({ text, createdAt }) => ({ body: text, at: createdAt })),
      startAt,
    )
    const trial = await client.persist<{
      examples: {
        runs: { path: Visit[] }[]
        said: { nodeId: string | null; kind: string; body: string; at: string }[]
      }[]
    }>('POST', `/api/v1/flows/${id}/simulate/people`, {
      people: { described: [{ id: talk, contact: { id: 'ana', name: 'Ana', locale: 'es' } }] },
      queueId,
      startAt: openedAt,
      lasts: `PT${LASTS / MINUTE}M`,
      script: landed.map(({ at, reply }) => ({ after: `PT${at / 1_000}S`, reply })),
    })
    const [story] = trial.examples
    const foretold = courseOf(
      story?.runs[0]?.path ?? [],
      (story?.said ?? []).filter(({ kind }) => kind === 'message'),
      startAt,
    )
    assert.deepEqual([real.steps, real.said], [foretold.steps, foretold.said], name)
    real.times.forEach((at, nth) => {
      const late = (at - (foretold.times[nth] ?? 0)) / SCALE
      // Each thing that is due on the way may be late, and what follows is then as well.
      const most = LATE_MS * (1 + nth / 2)
      assert.ok(late > -1_000 && late < most, `${name}: time ${nth} is ${Math.round(late)} ms of the wall off`)
    })
  }
})

/** Steps with their ways, texts, and when each was, in milliseconds since the beginning. */
function courseOf(steps: readonly Visit[], said: readonly { body: string; at: string }[], startAt: number): Course {
  return {
    steps: steps.map(({ nodeId, way }) => `${nodeId} ${way ?? ''}`),
    said: said.map(({ body }) => body),
    times: [...steps.map(({ at }) => at), ...said.map(({ at }) => at)].map((at) => Date.parse(at) - startAt),
  }
}
