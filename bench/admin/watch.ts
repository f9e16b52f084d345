import type { BrowserContext, Page } from 'playwright-core'

/**
 * Runs in the page, before its own scripts. An answer is there when nothing that was asked of the program is under way, no
 * skeleton and no row of before is left, and the frame with it was painted; it counts from the browser's own time of the
 * navigation or of the act. What holds for a moment only (between two questions, one of which follows from the other) does
 * not count.
 */
const WATCH = `(() => {
  if (globalThis.watch_) return
  const CONFIRM_MS = 60
  const seen = { asked: 0, answered: 0, acted: 0 }
  const plain = globalThis.fetch
  let look = () => {}
  globalThis.fetch = (...args) => {
    seen.asked++
    const over = () => { seen.answered++; look() }
    const answer = plain(...args)
    answer.then(over, over)
    return answer
  }
  for (const type of ['click', 'keydown', 'input'])
    addEventListener(type, (event) => { seen.acted = event.timeStamp }, { capture: true, passive: true })
  globalThis.watch_ = {
    arm: (least) => ({ asked: seen.asked + least }),
    until: (from, ready) => new Promise((resolve) => {
      const holds = () => seen.asked >= from.asked && seen.asked === seen.answered &&
        document.querySelector('[data-waiting], [data-stale], [data-loading]') === null && document.querySelector(ready) !== null
      let candidate = false
      look = () => {
        if (candidate || !holds()) return
        candidate = true
        requestAnimationFrame(() => {
          const painted = new MessageChannel()
          painted.port1.onmessage = () => {
            const at = performance.now()
            const asked = seen.asked
            if (!holds()) { candidate = false; return }
            setTimeout(() => {
              candidate = false
              if (!holds() || seen.asked !== asked) return look()
              changes.disconnect()
              look = () => {}
              resolve({ at, acted: seen.acted, asked: seen.asked })
            }, CONFIRM_MS)
          }
          painted.port2.postMessage(0)
        })
      }
      const changes = new MutationObserver(() => look())
      changes.observe(document, { childList: true, subtree: true, attributes: true })
      look()
    }),
  }
})()`

/** `ms` until the content was there; `asked`: requests that it took. */
export type Seen = { ms: number; asked: number }

/** From now on every page of the context can be watched. */
export const watchPages = (context: BrowserContext): Promise<unknown> => context.addInitScript({ content: WATCH })

const LIMIT_MS = 60_000

/** Opens an address and waits for all of it. @param ready a selector of what only the page with its content has */
export async function opened(page: Page, url: string, ready: string): Promise<Seen> {
  await page.goto(url, { waitUntil: 'commit' })
  const { at, asked } = await within(page, `watch_.until({ asked: 1 }, ${JSON.stringify(ready)})`)
  return { ms: at, asked }
}

/**
 * Does something in the page and waits for the answer; the last click, key or letter of `act` is what counts.
 * @param asks whether something has to be asked of the program for it
 */
export async function answered(
  page: Page,
  act: () => Promise<unknown>,
  { ready, asks }: { ready: string; asks: boolean },
): Promise<Seen> {
  const before = await page.evaluate<number>(
    `globalThis.answer_ = watch_.until(watch_.arm(${asks ? 1 : 0}), ${JSON.stringify(ready)}); watch_.arm(0).asked`,
  )
  await act()
  const { at, acted, asked } = await within(page, 'answer_')
  return { ms: at - acted, asked: asked - before }
}

async function within(page: Page, promise: string): Promise<{ at: number; acted: number; asked: number }> {
  const timeout = `new Promise((_, no) => setTimeout(() => no(new Error('no answer within ${LIMIT_MS} ms')), ${LIMIT_MS}))`
  return page.evaluate(`Promise.race([${promise}, ${timeout}])`)
}
