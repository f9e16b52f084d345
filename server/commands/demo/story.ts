import { flowText, readSample } from '#flows/index.ts'
import type { PushSink, Received, WebhookSink } from '#notifications/index.ts'
import type { Language } from '#platform/http/language.ts'
import type { Sentence } from '#platform/sentence.ts'
import type { Api } from '../api.ts'
import { SCALE, type StoryClock } from './clock.ts'
import type { Breakable } from './options.ts'
import { until } from './until.ts'
import { stateWord, WORDS, type Words } from './words.ts'

type Message = { id: string; from: string; text: string; createdAt: string }
type Encounter = {
  id: string
  status: string
  stage: string
  nextAction: { what: string; at: string } | null
  closeReason?: string | null
}
type Page<T> = { items: T[] }

export type Cast = {
  api: Api
  base: string
  clock: StoryClock
  push: PushSink
  webhook: WebhookSink
  broken: Breakable | null
  language: Language
  say(line: string): void
}

/** What the story leaves behind, for whoever wants to look. */
export type Left = {
  encounters: readonly string[]
  flowId: string
  subscriptionId: string
  /** A link to the first conversation, good for as long as anybody looks. */
  page: string
}

const HOUR_MS = 3_600_000
/** What a busy machine may take over each step; an idle one needs less than a second. */
const SLACK_MS = 20_000

/** Of the people of the demo the one whom the sample flow holds out. */
const HELD_OUT = 'lucia'

/** The longest that a link may live. */
const PAGE_TTL_S = 31_536_000

/** In the zone of whoever reads the terminal. */
const clockText = (iso: string, language: Language) =>
  new Date(iso).toLocaleString(language === 'es' ? 'es' : 'en-GB', {
    ...{ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
    timeZoneName: 'short',
  })

/**
 * Three people write and go quiet. One follows the link and goes on; one does not come back and is closed; one is of the
 * tenth that the flow holds out and gets no push. Who is held out hangs on the person's id alone, so the three were chosen
 * for it: with other ids it would be anybody's turn.
 * Every line said was read back from the system.
 * @throws Error with the sentence of what did not hold
 */
export async function tellStory(cast: Cast): Promise<Left> {
  const { api, language, say } = cast
  const words = WORDS[language]
  const state = (name: string) => stateWord(name, language)
  const realMs = (hours: number) => (hours * HOUR_MS) / SCALE

  const { flowId, flowName, subscriptionId } = await prepare(cast)
  const maria = await quietPerson(cast, 'maria', 'María Rojas', 'es', 'Hola, ¿qué ejercicios hago esta semana?')
  const john = await quietPerson(cast, 'john', 'John Smith', 'en', 'Hello, about my treatment plan…')
  const lucia = await quietPerson(cast, HELD_OUT, 'Lucía Vega', 'es', 'Hola, ¿puedo cambiar mi hora?')

  const due = await api.get<Encounter>(`/api/v1/encounters/${maria}`)
  if (due.nextAction === null) throw new Error(words.unarmed)
  say(words.quiet(state(due.nextAction.what), clockText(due.nextAction.at, language)))
  cast.clock.hurry()

  const warned = await until(late('warning', language), realMs(24) + SLACK_MS, async () => {
    const found = await api.get<Encounter>(`/api/v1/encounters/${maria}`)
    return found.status === 'warned' ? found : undefined
  })
  const warning = await lastSystemMessage(cast, maria)
  say(words.warned(state(warned.status), warning.text))

  const event = await until(late('event', language), SLACK_MS, async () => {
    const page = await api.get<Page<{ id: string; subject: string }>>(
      `/api/v1/events?type=encounter.tmipw_expired&conversation=${maria}`,
    )
    return page.items[0]
  })
  say(words.event(event.id))

  const run = await until(late('run', language), SLACK_MS, async () => {
    const page = await api.get<Page<{ id: string; subject: string; version: number; status: string }>>(
      `/api/v1/flows/${flowId}/runs`,
    )
    return page.items.find((item) => item.subject === maria)
  })
  say(words.decided(flowName, run.version, run.id))

  const pushed = await arrived(late('push', language), cast.push.received, (item) => item.to === 'device-maria')
  say(words.pushed(pushed.to, `${pushed.title ?? ''} ${pushed.body}`))

  const hook = await arrived(late('webhook', language), cast.webhook.received, (item) => item.raw.includes(event.id))
  say(words.hooked(hook.id))

  await followLink(cast, pushed.deepLink as string)
  const back = await until(late('back', language), SLACK_MS, async () => {
    const found = await api.get<Encounter>(`/api/v1/encounters/${maria}`)
    return found.status === 'open' ? found : undefined
  })
  await api.post(`/api/v1/encounters/${maria}/messages`, { from: 'patient', text: '¡Aquí estoy! Sigamos.' })
  const thread = await api.get<Page<Message>>(`/api/v1/encounters/${maria}/messages`)
  say(words.back(state(back.status)))
  say(words.goesOn(thread.items.length, newest(thread).text))

  const ended = await until(late('ended', language), realMs(4) + SLACK_MS, async () => {
    const found = await api.get<{ status: string; outcome?: string | null }>(`/api/v1/runs/${run.id}`)
    return found.status === 'running' || found.status === 'waiting' ? undefined : found
  })
  say(words.ended(ended.outcome ?? state(ended.status)))

  const closed = await until(late('closed', language), realMs(48) + SLACK_MS, async () => {
    const found = await api.get<Encounter>(`/api/v1/encounters/${john}`)
    return found.status === 'closed' ? found : undefined
  })
  const farewell = await lastSystemMessage(cast, john)
  say(words.closed(state(closed.closeReason ?? closed.stage), farewell.text))

  await proof(cast, flowId, lucia)

  const still = await api.get<Encounter>(`/api/v1/encounters/${maria}`)
  if (still.status === 'closed') throw new Error(words.closedAllTheSame)
  say(words.still(state(still.status)))
  const { url: page } = await api.post<{ url: string }>(`/api/v1/encounters/${maria}/link`, { expiresInS: PAGE_TTL_S })
  return { encounters: [maria, john, lucia], flowId, subscriptionId, page }
}

type Arm = { holdout: boolean; entered: number; delivered: number; recovered: number }
type Report = { versions: { arms: Arm[]; lifts: { verdict: string; says: Sentence }[] }[] }

/** What the flow's report says of the three, and that the one who is held out got nothing. */
async function proof({ api, push, language, say }: Cast, flowId: string, lucia: string): Promise<void> {
  const run = await until(late('heldOut', language), SLACK_MS, async () => {
    const page = await api.get<Page<{ subject: string; status: string }>>(`/api/v1/flows/${flowId}/runs`)
    return page.items.find((item) => item.subject === lucia)
  })
  const words = WORDS[language]
  if (push.received.all.some((item) => item.to === `device-${HELD_OUT}`)) throw new Error(words.heldOutToo)
  say(words.heldOut(stateWord(run.status, language)))
  const report = await api.get<Report>(`/api/v1/flows/${flowId}/report`)
  const [version] = report.versions
  const [nudged, held] = [false, true].map((apart) => version?.arms.find(({ holdout }) => holdout === apart))
  if (nudged?.entered !== 2 || nudged.delivered !== 2 || nudged.recovered !== 1 || held?.entered !== 1) {
    throw new Error(words.otherReport(JSON.stringify(version?.arms)))
  }
  say(words.report(nudged.entered, nudged.recovered, held.entered, held.recovered))
  const lift = version?.lifts[0]
  if (lift?.verdict !== 'notEnoughData') throw new Error(words.tooFew)
  say(words.works(lift.says[language]))
}

type Late = (seconds: number) => string

const late =
  (what: keyof Words['awaited'], language: Language): Late =>
  (seconds) =>
    WORDS[language].late(WORDS[language].awaited[what], seconds)

async function arrived<Item>(late: Late, received: Received<Item>, matches: (item: Item) => boolean): Promise<Item> {
  try {
    return await received.waitFor(matches, SLACK_MS)
  } catch {
    throw new Error(late(SLACK_MS / 1000))
  }
}

const newest = (page: Page<Message>) =>
  page.items.reduce((last, item) => (item.createdAt >= last.createdAt ? item : last), page.items[0] as Message)

async function lastSystemMessage({ api, language }: Cast, encounterId: string): Promise<Message> {
  return until(late('said', language), SLACK_MS, async () => {
    const page = await api.get<Page<Message>>(`/api/v1/encounters/${encounterId}/messages`)
    const fromSystem = page.items.filter((item) => item.from === 'system')
    return fromSystem.length === 0 ? undefined : newest({ items: fromSystem })
  })
}

async function prepare({ api, webhook, language, say }: Cast) {
  await api.put('/api/v1/queues/coach', {
    name: 'Coach',
    brand: 'sample',
    product: 'health',
    service: 'coach',
    continuity: true,
    max_inactive_patient_warning_time: 24 * 60,
    max_inactive_patient_time: 12 * 60,
    close_inactive_encounters: true,
    continuity_extension_time: 12 * 60,
  })
  const sample = await readSample('abandoned-conversation', language)
  const { id: flowId } = await api.post<{ id: string }>('/api/v1/flows/import', JSON.parse(flowText(sample)))
  const { version } = await api.post<{ version: number }>(`/api/v1/flows/${flowId}/publish`, {})
  const subscription = await api.post<{ id: string; secret: string }>('/api/v1/subscriptions', {
    routingKeyPattern: 'encounter.tmipw_expired',
    webhookUrl: `${webhook.url}/events`,
  })
  webhook.expectSignature(subscription.secret)
  const flowName = sample.graph.name ?? ''
  say(WORDS[language].setUp(flowName, version))
  return { flowId, flowName, subscriptionId: subscription.id }
}

async function quietPerson(
  { api, language, say }: Cast,
  id: string,
  name: string,
  locale: string,
  text: string,
): Promise<string> {
  await api.put(`/api/v1/contacts/${id}`, {
    name,
    locale,
    timeZone: 'America/Santiago',
    addresses: { push: `device-${id}`, email: `${id}@example.com` },
  })
  const { id: encounterId } = await api.post<{ id: string }>('/api/v1/encounters', {
    queueId: 'coach',
    contactId: id,
    channel: 'webchat',
  })
  const thread = `/api/v1/encounters/${encounterId}/messages`
  const answer = locale === 'es' ? 'Con gusto. ¿Me cuenta cómo le fue ayer?' : 'Gladly. How did yesterday go?'
  await api.post(thread, { from: 'patient', text })
  await api.post(thread, { from: 'agent', text: answer })
  const { items } = await api.get<Page<Message>>(thread)
  const [asked, answered] = ['patient', 'agent'].map((author) => items.find(({ from }) => from === author))
  if (asked === undefined || answered === undefined) throw new Error(WORDS[language].unwritten(name))
  say(WORDS[language].writes(name, asked.text, answered.text))
  return encounterId
}

/** What a browser does: opens the page, whose own script tells of the visit. */
async function followLink({ broken, base, language }: Cast, link: string): Promise<void> {
  const words = WORDS[language]
  const address = broken === 'link' ? `${base}/r/broken-link` : link
  const page = await fetch(address)
  const html = await page.text()
  if (!page.ok) throw new Error(words.linkFailed(page.status))
  if (!html.includes('<form')) throw new Error(words.noReplyBox)
  const visit = await fetch(`${address.replace(/[?#].*$/, '')}/visit`, { method: 'POST' })
  if (!visit.ok) throw new Error(words.visitFailed(visit.status))
}
