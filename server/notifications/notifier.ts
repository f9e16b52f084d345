import { Counter, type Counter as CounterOf } from 'prom-client'
import { linkSigner } from '#conversations/index.ts'
import { awaitedKeys, cancelDeliveries, enqueueDeliveries, holdUnbegun } from '#deliveries/index.ts'
import { crashPoint } from '#platform/crash-point.ts'
import { turns } from '#platform/effort.ts'
import type { Json } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'
import { platformSettings } from '#platform/platform-settings.ts'
import type { Runtime } from '#platform/service.ts'
import type { Db, Tx } from '#platform/work.ts'
import { messageOf } from './channels/still-wanted.ts'
import type { Notifier, Planned, Preview, PreviewItem, Wanted } from './contract.ts'
import { type Decision, decide, type Facts, type Person } from './gate.ts'
import { contactPerson, knownOf, loadPeople, namedEncounters, personOf, usersOf } from './people.ts'
import { type Plan, planCalledOff, planNew, wakeOf } from './plan.ts'
import { recentNotifications } from './recent.ts'
import { type ChannelName, linkedTo, type NotifyRequest } from './request.ts'
import { createNotificationLooks } from './retention.ts'
import { isPaced, type Pace, pacedPerson } from './rules/pace.ts'
import type { Left, SendingRules } from './rules/rules.ts'
import { pacesOf, rulesOfTenants, savePaces } from './rules/store.ts'
import { settings } from './settings.ts'
import {
  findEarlier,
  insertNotifications,
  lockOpen,
  type OpenNotification,
  ownKey,
  updateNotifications,
  updateQueued,
} from './store.ts'
import { BUILT_IN_TEMPLATES, withBuiltIn } from './templates/built-in.ts'
import { newestTemplates, templateChannels } from './templates/store.ts'
import { type CompiledTexts, compileTexts, type TemplateVersion } from './templates/template.ts'

/** The due kinds of this context. */
export const SEND_KIND = 'notification.send'
export const OUTCOME_KIND = 'notification.outcome'
export const ESCALATE_KIND = 'notification.escalate'

/** What a row of `SEND_KIND` says of a notification; nothing: its time has come. */
export type Turn = {
  /** It is called off. */
  reason?: string
  mayReturn?: boolean
  /** It is wanted after all. */
  again?: Wanted['notifyOn']
}

export type OpenNotifier = Notifier & {
  /** Facts of requests that are written already: their own dedupe key is no obstacle. */
  factsOf(db: Db, requests: readonly NotifyRequest[], lock?: '' | 'for update'): Promise<ReadonlyMap<string, Facts>>
  /**
   * Issues the writes of plans: new rows are inserted, the others updated under the caller's lock, or, `recent`, on
   * condition that they are still queued on the channel in hand.
   */
  write(tx: Tx, plans: readonly Plan[], requests: readonly NotifyRequest[], rows: Rows, now: number): void
  configured: ReadonlySet<ChannelName>
}

type Rows = 'new' | 'locked' | { recent: readonly OpenNotification[] }

export const deliveryIdOf = (tenant: string, id: string, channel: ChannelName): string =>
  hashId('notification', tenant, id, channel)

/** Under which the end of a handover is told. */
const outcomeKey = (id: string, channel: ChannelName): string => `${id}:${channel}`

/** Ids of the notifications that are with a channel now; undefined when too much is under way to say. */
export const queuedIds = async (db: Db, tenant: string): Promise<string[] | undefined> =>
  (await awaitedKeys(db, tenant, OUTCOME_KIND))?.map((key) => key.slice(0, key.lastIndexOf(':')))

const COMPILED_KEPT = 1_000
/** A link lives longer than any silence it answers to. */
const LINK_TTL_MS = 7 * 86_400_000

/** The ways to a person that this installation has. */
export function setUpChannels({ settings: read }: Pick<Runtime, 'settings'>): ReadonlySet<ChannelName> {
  const values = read.of(settings)
  return new Set<ChannelName>([
    'inbox',
    ...(values.CAUCE_PUSH_URL === undefined ? [] : (['push'] as const)),
    ...(values.SMTP_URL === undefined ? [] : (['email'] as const)),
  ])
}

/** Opens what other contexts use to notify. Cheap: each context may open its own. */
export async function createNotifier(runtime: Runtime): Promise<OpenNotifier> {
  const values = runtime.settings.of(settings)
  const sign = linkSigner(await runtime.secret('links'), runtime.publicUrl)
  const sent = counterOf(runtime)
  const configured = setUpChannels(runtime)
  const fallbackLocale = runtime.settings.of(platformSettings).CAUCE_LOCALE
  const recent = recentNotifications(runtime.database)
  const willBePurged = createNotificationLooks(runtime)
  const compiledTexts = new Map<string, CompiledTexts | undefined>()

  /** Versions are never changed, so what was compiled once is right for ever. */
  function compiledOf(tenant: string, version: TemplateVersion): CompiledTexts | undefined {
    const key = JSON.stringify([
      version.version === 0 ? '' : tenant,
      version.key,
      version.channel,
      version.locale,
      version.version,
    ])
    if (!compiledTexts.has(key)) {
      if (compiledTexts.size >= COMPILED_KEPT) compiledTexts.clear()
      compiledTexts.set(key, compileTexts(version.channel, version).compiled)
    }
    return compiledTexts.get(key)
  }

  async function factsOf(
    db: Db,
    requests: readonly NotifyRequest[],
    lock: '' | 'for update' = '',
  ): Promise<Map<string, Facts>> {
    const keyed = requests.filter((request) => request.template !== undefined)
    const templates = [...new Set(keyed.map(({ tenant, template }) => ownKey(tenant, template ?? '')))].map((key) => {
      const [tenant, name] = key.split('\n')
      return { tenant: tenant ?? '', key: name ?? '' }
    })
    const [contexts, encounters, own, users, rules] = await Promise.all([
      loadPeople(db, requests),
      namedEncounters(db, requests),
      templates.length === 0 ? [] : newestTemplates(db, templates),
      usersOf(db, requests),
      rulesOfTenants(db, [...new Set(requests.map(({ tenant }) => tenant))]),
    ])
    const paceOf = await readPaces(db, requests, rules, lock)
    const facts = new Map<string, Facts>()
    for (const request of requests) {
      const person = personOf(request, knownOf(request.tenant, contexts, users))
      facts.set(ownKey(request.tenant, request.id), {
        person,
        versions: versionsFor(request, own),
        compiled: (version) => compiledOf(request.tenant, version),
        configured,
        duplicateOf: null,
        encounter: encounters.get(ownKey(request.tenant, request.stillTrue?.encounterId ?? '')) ?? null,
        link: linkOf(request, person),
        linkOf: encounters.get(ownKey(request.tenant, linkedTo(request) ?? ''))?.contactId ?? null,
        fallbackLocale,
        rules: pacedPerson(request) === null ? null : (rules.get(request.tenant) ?? null),
        pace: paceOf(request),
      })
    }
    return facts
  }

  function linkOf(request: NotifyRequest, person: Person | null | undefined): string | null {
    const { deepLink, tenant, id } = request
    if (deepLink === undefined) return null
    if ('url' in deepLink) return deepLink.url
    return sign({
      tenant,
      encounterId: deepLink.encounterId,
      contactId: person?.kind === 'contact' ? person.id : null,
      expiresAt: Math.max(runtime.clock.now(), request.sendAt ?? 0) + LINK_TTL_MS,
      nonce: id,
      notified: true,
      oneUse: false,
    }).url
  }

  function write(tx: Tx, plans: readonly Plan[], requests: readonly NotifyRequest[], rows: Rows, now: number): void {
    // Before all else: who has locked a pace by reading it waits for nobody that waits for that pace.
    savePaces(tx, [...lastPaces(plans).values()])
    const sizes = rows === 'new' ? insertNotifications(tx, plans) : []
    if (rows === 'new') willBePurged(tx, plans)
    else if (rows === 'locked') updateNotifications(tx, plans)
    else {
      updateQueued(
        tx,
        plans.map((plan, i) => ({ ...plan, was: rows.recent[i]?.channel ?? null })),
      )
    }
    enqueueDeliveries(
      tx,
      plans.flatMap((plan, i) => deliveryOf(plan, requests[i])),
      runtime,
      { once: true },
    )
    if (plans.some(({ handover }) => handover !== null)) crashPoint('notifications:hand-over')
    const holds = plans.flatMap((plan) =>
      plan.holdUntil === null
        ? []
        : [{ kind: SEND_KIND, tenant: plan.row.tenant, key: plan.row.id, dueAt: plan.holdUntil }],
    )
    const wakes = plans.flatMap((plan, i) => {
      const request = requests[i]
      const wake = request === undefined ? null : wakeOf(plan, request, now)
      return wake === null ? [] : [wake]
    })
    const escalations = plans.flatMap(({ escalation, row }) =>
      escalation === null
        ? []
        : [
            {
              kind: ESCALATE_KIND,
              tenant: row.tenant,
              key: row.id,
              dueAt: escalation.at,
              payload: escalation.request as unknown as Json,
            },
          ],
    )
    if (holds.length + wakes.length + escalations.length > 0) tx.schedule([...holds, ...wakes, ...escalations])
    tx.afterCommit(() => {
      sizes.forEach((size, i) => {
        const { row, handover } = plans[i] as Plan
        if (handover !== null && row.request !== null)
          recent.put(ownKey(row.tenant, row.id), { ...row, request: row.request, createdAt: row.at }, size)
      })
      for (const { row } of plans) sent.inc({ channel: row.channel ?? 'none', status: row.status })
    })
  }

  function deliveryOf(plan: Plan, request: NotifyRequest | undefined) {
    const { handover, row } = plan
    if (handover === null || handover === 'inbox') return []
    const provider = handover === 'push' ? values.CAUCE_PUSH_URL : values.SMTP_URL
    return [
      {
        tenant: row.tenant,
        id: deliveryIdOf(row.tenant, row.id, handover),
        channel: handover,
        target: `${handover}:${URL.parse(provider ?? '')?.host ?? ''}`,
        traceparent: request?.traceparent ?? null,
        cause: row.cause,
        request: { notificationId: row.id, ...(request === undefined ? {} : messageOf(row, request, handover)) },
        notifyOn: { kind: OUTCOME_KIND, key: outcomeKey(row.id, handover) },
      },
    ]
  }

  return {
    configured,
    factsOf,
    write,
    async plan(db, requests, now, lock) {
      const [earlier, facts] = await Promise.all([findEarlier(db, requests), factsOf(db, requests, lock)])
      const holders = new Map<string, string>()
      const known = requests.flatMap((request) => {
        const key = ownKey(request.tenant, request.id)
        const found = facts.get(key)
        const duplicateOf =
          (request.dedupeKey && earlier.holders.get(ownKey(request.tenant, request.dedupeKey))) || null
        if (earlier.written.has(key) || found === undefined) return []
        if (duplicateOf !== null) holders.set(key, duplicateOf)
        return [{ request, facts: { ...found, duplicateOf } }]
      })
      return { now, fresh: await planAll(known, now), holders }
    },
    notify(tx, { fresh, now }) {
      if (fresh.length === 0) return
      write(
        tx,
        fresh.map(({ plan }) => plan),
        fresh.map(({ request }) => request),
        'new',
        now,
      )
    },
    callOff(tx, held, reason, now, mayReturn = false) {
      // In the place of the row that would let it leave.
      const payload: Turn = mayReturn ? { reason, mayReturn } : { reason }
      const rows = held.map(({ tenant, id: key }) => ({ kind: SEND_KIND, tenant, key, dueAt: now, payload }))
      if (rows.length > 0) tx.schedule(rows)
    },
    holdAgain(tx, wanted, now) {
      // In the place of the row that calls it off, where that has not been done yet.
      const rows = wanted.map(({ tenant, id: key, notifyOn }) => {
        const payload: Turn = { again: notifyOn }
        return { kind: SEND_KIND, tenant, key, dueAt: now, payload }
      })
      if (rows.length > 0) tx.schedule(rows)
    },
    async holdUnbegun(tx, tenant, ids) {
      const open = (
        await lockOpen(
          tx,
          ids.map((id) => ({ tenant, id })),
        )
      ).filter(({ status, tried }) => (status === 'held' || status === 'queued') && tried === 0)
      const deliveryOfOne = ({ id, status, channel }: OpenNotification) =>
        status === 'queued' && channel !== null ? [deliveryIdOf(tenant, id, channel)] : []
      const free = await holdUnbegun(tx, tenant, open.flatMap(deliveryOfOne), runtime)
      const found = open.filter((one) => deliveryOfOne(one).every((id) => free.has(id)))
      return {
        ids: new Set(found.map(({ id }) => id)),
        async withdraw(which, reason, at) {
          const ids = new Set(which)
          const gone = found.filter(({ id }) => ids.has(id))
          const requests = gone.map(({ request }) => request)
          const facts = await factsOf(tx, requests, 'for update')
          const next = inTurn()
          const plans = gone.map((one) =>
            next(facts.get(ownKey(tenant, one.id)), (known) => planCalledOff(one, known, reason, at, true)),
          )
          write(tx, plans, requests, 'locked', at)
          tx.unschedule(
            SEND_KIND,
            tenant,
            gone.map(({ id }) => id),
          )
          await cancelDeliveries(tx, tenant, { ids: gone.flatMap(deliveryOfOne) }, runtime)
        },
      }
    },
    async preview(db, items, person) {
      const requests = items.map(({ request }) => plainly(request))
      const facts = await factsOf(db, requests)
      return requests.map((request, i) => {
        const known = facts.get(ownKey(request.tenant, request.id))
        if (known === undefined) throw new Error(`notification ${request.id} was not loaded`)
        const { to } = request
        const described = person !== undefined && 'contactId' in to && to.contactId === person.id
        const link = request.deepLink === undefined ? null : `${runtime.publicUrl()}/r/preview`
        const { at = runtime.clock.now(), taken } = items[i] ?? {}
        const ruled = taken === undefined ? { rules: null } : { pace: known.pace && besides(known.pace, taken, at) }
        const seen = { ...known, ...ruled, link, person: described ? contactPerson(person) : known.person }
        return previewOf(decide(request, seen, 0, at))
      })
    },
    async templates(db, tenant) {
      const own = await templateChannels(db, tenant)
      const channels = new Map<string, Set<ChannelName>>()
      for (const { key, channel } of [...BUILT_IN_TEMPLATES, ...own]) {
        const found = channels.get(key) ?? new Set()
        channels.set(key, found.add(channel))
        if (channel === 'push') found.add('inbox')
      }
      return new Map([...channels].map(([key, found]) => [key, [...found]]))
    },
  }
}

/** What people of tenants with caps were told lately, by the requests that are for them. */
async function readPaces(
  db: Db,
  requests: readonly NotifyRequest[],
  rules: ReadonlyMap<string, SendingRules>,
  lock: '' | 'for update',
): Promise<(request: NotifyRequest) => Pace | null> {
  const personIn = (request: NotifyRequest) =>
    isPaced(rules.get(request.tenant) ?? null) ? pacedPerson(request) : null
  const people = new Map<string, { tenant: string; person: string }>()
  for (const request of requests) {
    const person = personIn(request)
    if (person !== null) people.set(ownKey(request.tenant, person), { tenant: request.tenant, person })
  }
  const known = await pacesOf(db, [...people.values()], lock)
  return (request) => {
    const { tenant } = request
    const person = personIn(request)
    return person === null ? null : (known.get(ownKey(tenant, person)) ?? { tenant, person, version: 0, left: [] })
  }
}

/** The pace of each person as the last of these plans leaves it. */
function lastPaces(plans: readonly Plan[]): Map<string, Pace> {
  const last = new Map<string, Pace>()
  for (const { pace } of plans) if (pace !== null) last.set(ownKey(pace.tenant, pace.person), pace)
  return last
}

/** Decides one after the other: what one hands over counts for the next one to the same person. */
export function inTurn(): <F extends Facts | undefined, P extends Plan | null>(facts: F, plan: (facts: F) => P) => P {
  const paces = new Map<string, Pace>()
  return (facts, plan) => {
    const read = facts?.pace ?? null
    const key = read === null ? '' : ownKey(read.tenant, read.person)
    const pace = paces.get(key)
    const made = plan(pace === undefined ? facts : { ...facts, pace })
    if (made !== null && made.pace !== null) paces.set(key, made.pace)
    return made
  }
}

/** A request without what depends on the moment. */
const plainly = ({ stillTrue: _still, sendAt: _at, dedupeKey: _key, ...request }: NotifyRequest): NotifyRequest =>
  request

const OUTCOMES = { hand: 'sent', suppress: 'suppressed', fail: 'failed', hold: null } as const

function previewOf(decision: Decision): Preview {
  const hand = decision.kind === 'hand' ? decision : null
  return {
    channel: hand?.channel ?? null,
    locale: hand?.locale ?? null,
    templateVersion: hand?.templateVersion ?? null,
    title: hand?.rendered.title ?? null,
    body: hand?.rendered.body ?? null,
    html: hand?.rendered.html ?? null,
    skipped: decision.kind === 'hold' ? [] : (decision.skipped ?? []),
    reason: decision.kind === 'hand' ? null : decision.reason,
    outcome: OUTCOMES[decision.kind],
    heldUntil: decision.kind === 'hold' ? decision.lookAt : null,
  }
}

/** What a person was told in earnest by then, and in a simulation. */
const besides = (pace: Pace, taken: NonNullable<PreviewItem['taken']>, at: number): Pace => ({
  ...pace,
  left: [
    ...pace.left.filter((one) => one[1] <= at),
    ...taken
      .filter((one) => one.at <= at && pacedPerson(one.request) === pace.person)
      .map((one): Left => [one.request.id, one.at, one.channel, one.request.category ?? null]),
  ],
})

/** Of a dedupe key used twice in one call the first that takes it has it; one that is not needed any more takes none. */
async function planAll(
  known: readonly { request: NotifyRequest; facts: Facts }[],
  now: number,
): Promise<Planned['fresh']> {
  const fresh = new Map<string, Planned['fresh'][number]>()
  const holders = new Map<string, string>()
  const next = inTurn()
  const rest = turns()
  for (const { request, facts } of known) {
    const key = ownKey(request.tenant, request.id)
    if (fresh.has(key)) continue
    const dedupe = request.dedupeKey === undefined ? null : ownKey(request.tenant, request.dedupeKey)
    const duplicateOf = dedupe === null ? null : (facts.duplicateOf ?? holders.get(dedupe) ?? null)
    const plan = next({ ...facts, duplicateOf }, (paced) => planNew(request, paced, now))
    if (dedupe !== null && plan.row.dedupeKey !== null) holders.set(dedupe, request.id)
    fresh.set(key, { request, plan })
    const pause = rest()
    if (pause !== undefined) await pause
  }
  return [...fresh.values()]
}

const versionsFor = (request: NotifyRequest, own: readonly (TemplateVersion & { tenant: string })[]) =>
  withBuiltIn(
    request.template ?? '',
    own.filter(({ tenant, key }) => tenant === request.tenant && key === request.template),
  )

type NotificationCounter = CounterOf<'channel' | 'status'>

function counterOf(runtime: Runtime): NotificationCounter {
  const name = 'cauce_notifications_total'
  const known = runtime.metrics.getSingleMetric(name)
  if (known !== undefined) return known as NotificationCounter
  return new Counter({
    name,
    help: 'Changes of notifications, by channel and the status they came to.',
    labelNames: ['channel', 'status'],
    registers: [runtime.metrics],
  })
}
