/** Chromium as a person has it, held to what a page must not do: errors, refused styles and scripts, what axe finds serious. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'

const WHOLE = process.env.CAUCE_CHROMIUM ?? '/usr/bin/chromium'
/** Debian's same Chromium without windows: a page costs it 40 % of the CPU, for what the whole one keeps for each profile. */
const HEADLESS = '/usr/bin/chromium-headless-shell'
const CHROMIUM = process.env.CAUCE_CHROMIUM === undefined && existsSync(HEADLESS) ? HEADLESS : WHOLE
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Nothing of the browser's own goes out while we look. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Pages of one test file have one renderer: what it has compiled for the first page serves those after it.
  '--renderer-process-limit=1',
]

/** For `describe(…, { skip })`: why there is no browser here, unless there has to be one. */
export const noBrowser: string | false =
  existsSync(CHROMIUM) || process.env.CAUCE_REQUIRE_BROKERS === '1' || process.env.CI !== undefined
    ? false
    : `needs Chromium at ${WHOLE} (CAUCE_CHROMIUM names another)`

const launch = (executablePath: string): Promise<Browser> => chromium.launch({ executablePath, args: FLAGS })

export const launchBrowser = (): Promise<Browser> => launch(CHROMIUM)
/** As people have it, where what it costs is what is asked. */
export const launchWholeBrowser = (): Promise<Browser> => launch(WHOLE)

/** The two widths that everything is made for. */
export const WIDE = { width: 1440, height: 900 }
export const NARROW = { width: 390, height: 844 }

export type Looks = {
  viewport?: { width: number; height: number }
  language?: 'es' | 'en'
  scheme?: 'light' | 'dark'
  timeZone?: string
}

/** A page and what went wrong in it. */
export type Watched = {
  page: Page
  context: BrowserContext
  /** What a test brings about on purpose: messages that match are no fault. */
  allow(message: RegExp): void
  /** @throws when something went wrong since the page was opened */
  assertCalm(): void
  /** @throws when axe finds something serious, or the page is wider than its window */
  assertAccessible(): Promise<void>
  close(): Promise<void>
}

/** A browser of its own for the page: its cookies and choices are nobody else's. */
export async function watchedPage(browser: Browser, looks: Looks = {}): Promise<Watched> {
  const context = await browser.newContext({
    viewport: looks.viewport ?? WIDE,
    locale: looks.language === 'en' ? 'en-GB' : 'es-CL',
    colorScheme: looks.scheme ?? 'light',
    timezoneId: looks.timeZone ?? 'America/Santiago',
    reducedMotion: 'reduce',
  })
  // A page that hangs is a fault long before its test file's limit.
  context.setDefaultTimeout(30_000)
  const page = await context.newPage()
  const faults: string[] = []
  const allowed: RegExp[] = []
  page.on('console', (message) => {
    // What the policy of the page refuses is told as an error here too.
    if (['error', 'warning'].includes(message.type())) faults.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`thrown: ${error.stack ?? error.message}`))
  page.on('response', (answer) => {
    if (answer.status() >= 500) faults.push(`${answer.status()} ${answer.request().method()} ${answer.url()}`)
  })
  return {
    page,
    context,
    allow: (message) => void allowed.push(message),
    assertCalm() {
      assert.deepEqual(
        faults.filter((fault) => !allowed.some((pattern) => pattern.test(fault))),
        [],
      )
    },
    async assertAccessible() {
      assert.deepEqual(await seriousFindings(page), [], page.url())
      const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
      assert.ok(wide <= 0, `${page.url()} is ${wide} px wider than its window`)
    },
    close: () => context.close(),
  }
}

/** What a style comes to in the end, as `color`. */
export const styleOf = (locator: Locator, name: string): Promise<string> =>
  locator.evaluate((element, name) => {
    type Styles = { getComputedStyle(of: unknown): { getPropertyValue(name: string): string } }
    return (globalThis as unknown as Styles).getComputedStyle(element).getPropertyValue(name)
  }, name)

type Finding = { id: string; impact: string | null; nodes: { html: string; failureSummary?: string }[] }

/** What axe finds serious or critical, each with the first places where it is. */
async function seriousFindings(page: Page): Promise<string[]> {
  // Not as a script element: the page's policy rightly refuses it.
  await page.evaluate(AXE)
  const violations = await page.evaluate(async () => {
    type Axe = { run(options: { iframes: boolean }): Promise<{ violations: Finding[] }> }
    const { axe } = globalThis as unknown as { axe: Axe }
    // The frames are previews whose sandbox runs no script: not axe's either, which Chromium warns of.
    return (await axe.run({ iframes: false })).violations
  })
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 3)
          .map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`)
          .join(' | ')}`,
    )
}
