import type { Browser, BrowserContext } from 'playwright-core'
import { launchWholeBrowser, WIDE } from '../../e2e/admin/browser.ts'
import { startEmbedded } from '../../server/platform/embedded/index.ts'
import { type Models, makeModels } from '../admin/models.ts'
import { type Act, type Known, type Looked, looked } from '../admin/pages.ts'
import { answered, opened, type Seen, watchPages } from '../admin/watch.ts'
import { type Bench, type Scenario, withResources } from '../bench.ts'
import { below, type Figure, median } from '../measure/figure.ts'
import { withDatabase } from '../program/database.ts'
import { type Started, startProgram } from '../program/start.ts'
import { startReceiver } from '../receiver/index.ts'
import { seedOrganisation } from '../seed/organisation.ts'

const OWNER = { email: 'bench@example.org', password: 'nothing but a bench' }
const VIEW_MS = 1_500
const ACT_MS = 100
const DAYS = 60
/** A page that has not answered by then is a miss; the others go on. */
const PATIENCE_MS = 10_000
/** The page with nothing behind it: frame, session and script. */
const BARE: Looked = { name: 'bare', path: '/nowhere', ready: 'main h1' }

/** Every page of the admin over an organisation of months: how long people wait for it, and for what they do in it. */
export const admin: Scenario = {
  name: 'admin',
  summary:
    'every page of the admin in Chromium over 100,000 conversations and 1,000,000 events: first view, interactions',
  run: (bench) =>
    withResources(async (use) => {
      const dataDir = await bench.folder('admin')
      const receiver = await use(startReceiver(2))
      const env = {
        CAUCE_ADMIN_EMAIL: OWNER.email,
        CAUCE_ADMIN_PASSWORD: OWNER.password,
        CAUCE_PUSH_URL: receiver.urls[0] as string,
        CAUCE_DELIVERY_RETENTION_DAYS: String(DAYS + 30),
      }
      const models = await filled(bench, dataDir, env, receiver.urls)
      const program = await use(startProgram({ dataDir, env, observe: bench.observe }))
      const browser = await launchWholeBrowser()
      await use({ stop: () => browser.close() })
      const pages = looked(await knownOf(program, models))
      return measured(bench, { browser, program }, pages)
    }),
}

/** Models by the API, all others as copies of them while the program is down. */
async function filled(
  bench: Bench,
  dataDir: string,
  env: Record<string, string>,
  urls: readonly string[],
): Promise<Models> {
  bench.say('living one conversation of each kind')
  const program = await startProgram({ dataDir, env })
  const models = await makeModels(program, urls).finally(() => program.stop())
  const embedded = await startEmbedded({ dataDir, logger: { info: () => {}, warn: () => {}, error: () => {} } })
  try {
    const size = {
      conversations: bench.sized(100_000, 3_000),
      people: bench.sized(40_000, 1_000),
      days: DAYS,
    }
    await withDatabase(dataDir, (db) => seedOrganisation(db, models, size, bench.say))
  } finally {
    await embedded.stop()
  }
  return models
}

async function knownOf({ api }: Started, { flow, subscriptions }: Models): Promise<Known> {
  const { items } = await api.get<{ items: { id: string }[] }>('/api/v1/events?type=encounter.tmipw_expired&limit=1')
  return { flow, subscription: subscriptions[0] as string, event: items[0]?.id ?? '' }
}

type Where = { browser: Browser; program: Started }

async function measured(bench: Bench, where: Where, pages: readonly Looked[]): Promise<Figure[]> {
  const rounds = bench.sized(3, 1)
  bench.say('the bare page')
  const bare = await views(where, BARE, rounds)
  const trip = await roundTrip(where)
  const figures: Figure[] = []
  for (const page of pages) {
    bench.say(page.name)
    const viewed = await views(where, page, rounds).catch((error: Error) => error)
    if (viewed instanceof Error) {
      figures.push(nothing(`${page.name}: first view`, VIEW_MS, viewed))
      continue
    }
    const { cold, warm } = viewed
    figures.push({
      name: `${page.name}: first view`,
      value: median(cold),
      unit: 'ms',
      target: below(VIEW_MS),
      limit: { name: 'the bare page', value: median(bare.cold) },
      note: `again, with the script kept: ${ms(median(warm))}; the bare page so: ${ms(median(bare.warm))}`,
    })
    for (const act of page.acts ?? []) {
      const name = `${page.name}: ${act.name}`
      const seen = await acted(where, page, act, rounds).catch((error: Error) => error)
      if (seen instanceof Error) {
        figures.push(nothing(name, act.may?.ms ?? ACT_MS, seen))
        continue
      }
      figures.push({
        name,
        value: median(seen.map(({ ms }) => ms)),
        unit: 'ms',
        target: below(act.may?.ms ?? ACT_MS),
        limit: { name: '/health, asked by the page', value: trip },
        ...(act.may === undefined ? {} : { note: act.may.note }),
      })
    }
  }
  return figures
}

/** What never came is a miss, and the others are told all the same. */
const nothing = (name: string, limitMs: number, { message }: Error): Figure => ({
  name,
  value: Number.NaN,
  unit: 'ms',
  target: below(limitMs),
  note: message.split('\n')[0] ?? message,
})

const ms = (value: number): string => `${value.toFixed(0)} ms`

/** First views: each in a browser context of its own, in which it is then opened once more. */
async function views(where: Where, page: Looked, rounds: number): Promise<{ cold: number[]; warm: number[] }> {
  const cold: number[] = []
  const warm: number[] = []
  for (let round = 0; round < rounds; round++) {
    await inContext(where, async (open) => {
      cold.push((await open(page)).ms)
      warm.push((await open(page)).ms)
    })
  }
  return { cold, warm }
}

/** Each time the page is opened anew: what was answered before would come from the page's own memory. */
async function acted(where: Where, page: Looked, act: Act, rounds: number): Promise<Seen[]> {
  const seen: Seen[] = []
  await inContext(where, async (open, tab) => {
    // The first round fetches the parts of the script that come with what is opened.
    for (let round = 0; round <= rounds; round++) {
      await open(page)
      await act.before?.(tab)
      // What was shown for the choice itself has come to rest.
      await tab.waitForTimeout(250)
      const one = await answered(tab, () => act.act(tab), {
        ready: act.ready ?? page.ready,
        asks: act.asksNothing !== true,
      })
      if (round > 0) seen.push(one)
    }
  })
  return seen
}

/** What an answer costs the page that has nothing to show for it. */
async function roundTrip(where: Where): Promise<number> {
  let took: number[] = []
  await inContext(where, async (open, tab) => {
    await open(BARE)
    took = await tab.evaluate<number[]>(`(async () => {
      const took = []
      for (let i = 0; i < 20; i++) {
        const began = performance.now()
        await (await fetch('/health')).text()
        await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)))
        took.push(performance.now() - began)
      }
      return took
    })()`)
  })
  return median(took)
}

type Tab = Awaited<ReturnType<BrowserContext['newPage']>>

async function inContext(
  { browser, program }: Where,
  work: (open: (page: Looked) => Promise<Seen>, tab: Tab) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ viewport: WIDE, locale: 'es-CL', timezoneId: 'America/Santiago' })
  try {
    await watchPages(context)
    const signedIn = await context.request.post(`${program.url}/api/v1/session`, {
      data: OWNER,
      headers: { origin: program.url },
    })
    if (!signedIn.ok()) throw new Error(`could not sign in: ${signedIn.status()}`)
    const tab = await context.newPage()
    tab.setDefaultTimeout(PATIENCE_MS)
    await work((page) => opened(tab, program.url + page.path, page.ready), tab)
  } finally {
    await context.close()
  }
}
