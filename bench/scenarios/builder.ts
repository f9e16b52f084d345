import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { launchWholeBrowser } from '../../e2e/admin/browser.ts'
import { type Bench, type Scenario, withResources } from '../bench.ts'
import { atMost, type Figure, median } from '../measure/figure.ts'
import { startProgram } from '../program/start.ts'

const STEPS = 300
const OWNER = { email: 'bench@example.org', password: 'nothing but a bench' }

/** The flow builder with a flow of 300 steps: how long the longest frame is while somebody drags, pans and types. */
export const builder: Scenario = {
  name: 'builder',
  summary: `the flow builder in Chromium with ${STEPS} steps: the longest frame while dragging, panning and typing`,
  run: (bench) =>
    withResources(async (use) => {
      const env = { CAUCE_ADMIN_EMAIL: OWNER.email, CAUCE_ADMIN_PASSWORD: OWNER.password }
      const dataDir = await bench.folder('builder')
      const program = await use(startProgram({ dataDir, env, observe: bench.observe }))
      const { id } = await program.api.post<{ id: string }>('/api/v1/flows', { name: 'Large' })
      await program.api.put(`/api/v1/flows/${id}/draft`, large())
      const browser = await launchWholeBrowser()
      await use({ stop: () => browser.close() })
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'es-CL' })
      const signedIn = await context.request.post(`${program.url}/api/v1/session`, {
        data: OWNER,
        headers: { origin: program.url },
      })
      if (!signedIn.ok()) throw new Error(`could not sign in: ${signedIn.status()}`)
      const page = await context.newPage()
      const looked = { page, browser, trace: join(dataDir, 'trace.json') }
      bench.say(`opening ${STEPS} steps`)
      const opened = performance.now()
      await page.goto(`${program.url}/flows/${id}`)
      await page.locator(`.react-flow__node[data-id="n${STEPS - 1}"]`).waitFor()
      const openMs = performance.now() - opened
      await page.waitForTimeout(2_000)
      return [
        { name: `${STEPS} steps drawn after`, value: openMs, unit: 'ms' },
        ...(await seenAll(bench, looked)),
        ...(await seenNear(bench, looked)),
        ...(await typed(bench, looked)),
        ...(await named(bench, looked)),
      ]
    }),
}

/** A page and where its browser writes what it did. */
type Looked = { page: Page; browser: Browser; trace: string }

/** Steps of several kinds in rows, one behind the other. */
function large() {
  const kinds = [
    { type: 'wait', data: { for: 'PT1H' } },
    { type: 'notify', data: { template: 'come-back', channels: ['push', 'email'] } },
    { type: 'message', data: { text: { es: 'Hola' } } },
    { type: 'branch', data: { cases: [{ handle: 'si', when: 'queue.continuity' }] } },
  ]
  const nodes: object[] = [{ id: 'n0', type: 'trigger', position: { x: 0, y: 0 }, data: { event: 'go' } }]
  const edges: object[] = []
  for (let i = 1; i < STEPS; i++) {
    const position = { x: (i % 15) * 320, y: Math.floor(i / 15) * 180 }
    nodes.push({ id: `n${i}`, position, ...kinds[i % kinds.length] })
    edges.push({ id: String(i), source: `n${i - 1}`, target: `n${i}` })
  }
  return { name: 'Large', nodes, edges }
}

async function seenAll(bench: Bench, looked: Looked): Promise<Figure[]> {
  const { page } = looked
  bench.say('dragging and panning with all steps in sight')
  await page.getByRole('button', { name: 'Ver todo' }).click()
  await page.waitForTimeout(600)
  const box = await page.locator('.react-flow__node[data-id="n140"]').boundingBox()
  if (box === null) throw new Error('the step is not in sight')
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  const drags: Frames[] = []
  for (let i = 0; i < bench.sized(5, 2); i++) {
    const by = i % 2 === 0 ? 60 : -60
    drags.push(await dragged(looked, { x: at.x + (i % 2) * 60, y: at.y }, by))
  }
  return figures('dragging a step, all in sight', drags)
}

async function seenNear(bench: Bench, looked: Looked): Promise<Figure[]> {
  const { page } = looked
  bench.say('dragging and panning near')
  await page.keyboard.press('Escape')
  for (let i = 0; i < 5; i++) await page.getByRole('button', { name: 'Acercar' }).click()
  await page.waitForTimeout(600)
  const pane = await page.locator('.react-flow').boundingBox()
  if (pane === null) throw new Error('there is no drawing')
  const boxes = await page.locator('.react-flow__node').all()
  const inside = (await Promise.all(boxes.map((one) => one.boundingBox()))).find(
    (box) =>
      box !== null &&
      box.x > pane.x + 60 &&
      box.y > pane.y + 60 &&
      box.x + box.width < pane.x + pane.width - 200 &&
      box.y + box.height < pane.y + pane.height - 160,
  )
  if (!inside) throw new Error('no step is in sight')
  const at = { x: inside.x + inside.width / 2, y: inside.y + inside.height / 3 }
  const drags: Frames[] = []
  const pans: Frames[] = []
  for (let i = 0; i < bench.sized(5, 2); i++) {
    const by = i % 2 === 0 ? 60 : -60
    drags.push(await dragged(looked, { x: at.x + (i % 2) * 60, y: at.y }, by))
    const corner = { x: pane.x + pane.width / 2, y: pane.y + pane.height - 12 }
    pans.push(await dragged(looked, { x: corner.x + (i % 2) * 60, y: corner.y }, by))
  }
  return [...figures('dragging a step, near', drags), ...figures('panning, near', pans)]
}

async function typed(bench: Bench, looked: Looked): Promise<Figure[]> {
  const { page } = looked
  bench.say('typing in a setting')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Más ajustes' }).click()
  return figures('typing in a setting', await written(bench, looked, page.getByLabel('Una ejecución es de')))
}

/** The name of a step stands in the drawing, and in every list of steps. */
async function named(bench: Bench, looked: Looked): Promise<Figure[]> {
  const { page } = looked
  bench.say('typing the name of a step')
  await page.locator('.react-flow__node[data-id="n140"]').focus()
  await page.keyboard.press('Enter')
  return figures('typing the name of a step', await written(bench, looked, page.getByLabel('Nombre del paso')))
}

/** Some words, letter by letter, several times. */
async function written(bench: Bench, looked: Looked, field: Locator): Promise<Frames[]> {
  const { page } = looked
  await field.click()
  const rounds: Frames[] = []
  for (let i = 0; i < bench.sized(5, 2); i++) {
    rounds.push(
      await framesWhile(looked, async () => {
        for (const letter of 'event.subject') {
          await page.keyboard.type(letter)
          await page.waitForTimeout(40)
        }
      }),
    )
    await field.fill('')
  }
  return rounds
}

/** Frames while something is moved by the mouse: from when it is held until before it is let go. */
async function dragged(looked: Looked, from: { x: number; y: number }, by: number): Promise<Frames> {
  const { page } = looked
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  const frames = await framesWhile(looked, async () => {
    for (let i = 1; i <= 60; i++) {
      await page.mouse.move(from.x + (by * i) / 60, from.y - 30 * Math.sin((Math.PI * i) / 60))
      await page.waitForTimeout(8)
    }
  })
  await page.mouse.up()
  await page.waitForTimeout(800)
  return frames
}

/** `taskMs`: CPU time of the longest task of the page's thread, which barely moves when somebody else uses the machine. */
type Frames = { longest: number; p99: number; taskMs: number }

/** Each frame while something is done, from one paint to the next; and what it cost the page's thread. */
async function framesWhile({ page, browser, trace }: Looked, act: () => Promise<void>): Promise<Frames> {
  await page.evaluate(`
    globalThis.frames_ = { on: true, gaps: [] }
    requestAnimationFrame(function begin(last) {
      requestAnimationFrame(function tick(now) {
        frames_.gaps.push(now - last)
        last = now
        if (frames_.on) requestAnimationFrame(tick)
      })
    })`)
  await browser.startTracing(page, { categories: ['toplevel'], path: trace })
  await act()
  const gaps = await page.evaluate<number[]>('frames_.on = false, frames_.gaps')
  await browser.stopTracing()
  const sorted = gaps.toSorted((a, b) => a - b)
  return {
    longest: sorted.at(-1) ?? Number.NaN,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
    taskMs: longestTask(JSON.parse(await readFile(trace, 'utf8')) as Trace),
  }
}

type Traced = { name: string; pid: number; tid: number; tdur?: number; args?: { name?: string } }
type Trace = { traceEvents: readonly Traced[] }

/** CPU milliseconds of the longest task of the thread that a page's scripts and layout share. */
function longestTask({ traceEvents }: Trace): number {
  const threadOf = ({ pid, tid }: Traced) => `${pid}:${tid}`
  const mains = new Set(
    traceEvents.filter((one) => one.name === 'thread_name' && one.args?.name === 'CrRendererMain').map(threadOf),
  )
  const tasks = traceEvents.filter((one) => /RunTask$/.test(one.name) && mains.has(threadOf(one)))
  if (tasks.length === 0) throw new Error('Chromium traced no task of the page')
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1_000
}

/** Of several rounds the middle one: what else the machine does is seldom in all of them. */
function figures(name: string, rounds: readonly Frames[]): Figure[] {
  const all = rounds.map(({ longest }) => longest.toFixed(0)).join(', ')
  return [
    {
      name: `longest frame, ${name}`,
      value: median(rounds.map(({ longest }) => longest)),
      unit: 'ms',
      target: atMost(50),
      note: `p99 ${median(rounds.map(({ p99 }) => p99)).toFixed(0)} ms; each round: ${all}`,
    },
    {
      name: `longest task (CPU), ${name}`,
      value: median(rounds.map(({ taskMs }) => taskMs)),
      unit: 'ms',
      target: atMost(50),
    },
  ]
}
