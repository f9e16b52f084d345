import { randomBytes } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPushSink, startSmtpSink, startWebhookSink } from '#notifications/index.ts'
import { type Embedded, removeEmbedded } from '#platform/embedded/index.ts'
import { apiOf } from './api.ts'
import { storyClock } from './demo/clock.ts'
import { type Door, keptText, settle } from './demo/kept.ts'
import { demoOptions } from './demo/options.ts'
import { tellStory } from './demo/story.ts'
import { terminalLanguage, WORDS } from './demo/words.ts'
import { asksForHelp } from './help.ts'
import { type Launched, launch } from './launch.ts'
import { endAfter, stopSignal, untilStopped } from './stop-signal.ts'

const USAGE = `Usage: cauce demo [--keep] [--break=push|webhook|link]

Tells the story of the product on a fast clock, with a database of its own, and says whether it held.
  --keep    leaves the server running and prints where to look, and the login of its admin
  --break   makes that part fail: the story must then not hold
`

/**
 * Tells the story of the product against the real program in a data directory of its own.
 * @returns 0 when the story held, 1 when it did not
 */
export async function demo(args: readonly string[]): Promise<number> {
  if (asksForHelp(args)) {
    process.stdout.write(USAGE)
    return 0
  }
  const options = demoOptions(args)
  if (typeof options === 'string') {
    process.stderr.write(`cauce demo: ${options}.\n\n${USAGE}`)
    return 2
  }
  const { broken, keep } = options
  const say = (line: string) => void process.stdout.write(`  ${line}\n`)
  const language = terminalLanguage()
  const words = WORDS[language]
  process.stdout.write(`${words.begins}\n\n`)
  const dataDir = await mkdtemp(join(tmpdir(), 'cauce-demo-'))
  let embedded: Embedded | undefined
  const endNow = endAfter(async () => {
    await embedded?.halt()
    await removeEmbedded(dataDir)
  })
  const stopping = stopSignal(endNow)
  const [push, smtp, webhook] = await Promise.all([startPushSink(), startSmtpSink(), startWebhookSink(Date.now)])
  if (broken === 'push') push.breakWith(503)
  if (broken === 'webhook') webhook.breakWith(503)
  const key = randomBytes(24).toString('base64url')
  const password = randomBytes(15).toString('base64url')
  const overrides = {
    // Its own database, whatever the environment names.
    DATABASE_URL: '',
    CAUCE_DATA_DIR: dataDir,
    CAUCE_LOCALE: language,
    // It has a clock of its own as well.
    CAUCE_TIME_SCALE: '1',
    CAUCE_API_KEY: key,
    // Printed when it is kept: never the one that the environment names.
    CAUCE_ADMIN_PASSWORD: password,
    CAUCE_WEBHOOK_ALLOW: '127.0.0.0/8',
    CAUCE_PUSH_URL: push.url,
    SMTP_URL: smtp.url,
  }
  const clock = storyClock()
  let launched: Launched | undefined
  let held = false
  try {
    const holds = (database: Embedded) => {
      embedded = database
    }
    launched = await launch(
      { defaults: { PORT: '0', CAUCE_LOG_LEVEL: 'error' }, overrides },
      { stopping, holds, clock },
    )
    const { url, adminEmail: email } = launched
    const story = tellStory({
      api: apiOf(url, key),
      base: url,
      clock,
      push,
      webhook,
      broken,
      language,
      say,
    })
    const left = await Promise.race([story, untilStopped(stopping).then(() => Promise.reject(stopping.reason))])
    const door: Door = { url, key, email, password }
    if (keep) {
      clock.arrive()
      await settle(door, words)
    }
    held = true
    process.stdout.write(`\n${words.held}\n`)
    if (keep) {
      process.stdout.write(keptText(door, left, words))
      await untilStopped(stopping)
    }
  } catch (error) {
    const why = stopping.aborted ? words.stopped : error instanceof Error ? error.message : String(error)
    process.stdout.write(`\n${words.notHeld(why)}\n`)
  } finally {
    await launched?.stop()
    await Promise.all([push.close(), smtp.close(), webhook.close()])
    // Nobody else knows of it: what is left here stays for ever, and so would a server that still runs on it.
    await removeEmbedded(dataDir)
  }
  return held ? 0 : 1
}
