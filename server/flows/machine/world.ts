import {
  addBusinessTime,
  type Calendar,
  type ContactView,
  countedAt,
  type Encounter,
  type QueueView,
  RENEWAL_TYPES,
  SILENCE_TYPES,
  silenceOf,
  viewOfEncounter,
} from '#conversations/index.ts'
import { cloudEventView, FLOW_SOURCE } from '#events/index.ts'
import type { Unable } from '#flows/abilities.ts'
import { callerOf, flowAsked } from '#flows/beginning.ts'
import type { Flow } from '#flows/flow.ts'
import { createEngine, type Engine, type Surroundings, type Walker } from '#flows/machine/engine.ts'
import type { Beat } from '#flows/machine/heard.ts'
import type { Around, Talks } from '#flows/machine/talks.ts'
import {
  type About,
  type Effect,
  type Facts,
  type NotifyEffect,
  type NotifyTo,
  type Outcome,
  type Step,
  wasEnded,
} from '#flows/run.ts'
import { aboutOf } from '#flows/runs/about.ts'
import { dedupeKeyOf, notifyRequestOf } from '#flows/runs/notify-request.ts'
import { emitted, failureEvents, type Teller } from '#flows/runs/told.ts'
import { ANSWERED, USUAL } from '#flows/usual.ts'
import { QUIET } from '#flows/walk.ts'
import {
  CHANNELS,
  type ChannelName,
  type Fate,
  type Left,
  type NotifyRequest,
  type PretendHouse,
  pretendNotifier,
  RUN_ENDED,
  RUN_OVER,
} from '#notifications/index.ts'
import type { EventDraft, Json, LogEvent } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'
import type { Sentence } from '#platform/sentence.ts'

/** What a world is made of. */
export type Ground = {
  house: PretendHouse
  flowId: string
  flow: Flow
  /** Published flows that its runs may begin. */
  others: ReadonlyMap<string, Flow>
  startAt: number
  queues: ReadonlyMap<string, QueueView>
  calendars: ReadonlyMap<string, Calendar>
  contacts: ReadonlyMap<string, ContactView>
  /** A message is for somebody who is not among them. */
  stranger(id: string): void
  /** What people were told in earnest before it begins (`toldBefore`); absent: nothing. */
  told?: ReadonlyMap<string, readonly Left[]>
  unable: Unable
  /** What an effect comes to, where that is known; `never`: nobody tells the run. Absent: all goes well. */
  scripted(walker: Walker, effect: Effect): Scripted | 'never' | undefined
  /** A run that is not of this world is under way under a key. */
  taken?(key: string, next: About, now: number): boolean
  /** Events count from receipt (on a scaled clock): those of the real log. */
  byReceipt?: boolean
  /** What `escalateAfter` would say next is not said. */
  goesOn?: false
  /** The conversations of the world. */
  talks(around: Around): Talks
}

/**
 * `after`: infinite where people were told something, and the run was told nothing of it. `leavesAfter`: when a message was
 * written, which waited before; absent: at once.
 */
export type Scripted = { after: number; outcome: Outcome; leavesAfter?: number }

/** Something that a person is told, or would have been. */
export type Said = {
  at: number
  /** Null: the platform says it by itself. */
  nodeId: string | null
  kind: 'notify' | 'message' | 'warning' | 'closing'
  /** Whom the step says it to; null: it is said in the conversation, or nobody got it. */
  to: NotifyTo | null
  channel: string | null
  template: string | null
  title: string | null
  body: string | null
  /** Where it leads (`LINK`: to the conversation); null: nowhere. */
  link: string | null
  /** Why it was not said. */
  reason: string | null
  outcome: 'sent' | 'failed' | 'suppressed'
}

/** Whoever looks on. */
export type Onlooker = {
  said(encounterId: string | null, walker: Walker | null, said: Said): void
  effect(walker: Walker, effect: Effect, now: number): void
  told(event: LogEvent): void
  stepped(walker: Walker, steps: readonly Step[]): void
  begun(walker: Walker): void
  ended(walker: Walker): void
  reached(walker: Walker): void
  passed(beat: Beat, why: Sentence): void
}

/** A world of people in conversations, with the runs of a flow among them. */
export type PretendedWorld = {
  engine: Engine
  talks: Talks
  /** An event of another system comes in. */
  tell(event: EventDraft): void
  /** An event of the real log, in its time and place. @param about whom it was about, where that is known; `begins` false: it is only heard */
  record(event: LogEvent, about?: About, begins?: boolean): void
}

/** Places between one event of the real log and the next, for those that the runs lead to. */
export const APART = 1_000_000
export const LINK = 'https://example.org/r/simulated'
const REMEMBERED: ReadonlySet<string> = new Set([...SILENCE_TYPES, ...RENEWAL_TYPES])

export function createPretendedWorld(ground: Ground, onlooker: Onlooker): PretendedWorld {
  const { house, flowId, contacts } = ground
  const { tenant } = house
  const histories = new Map<string, LogEvent[]>()
  let position = 0

  const pretender = pretendNotifier(
    house,
    {
      contact: (id) => contacts.get(id) ?? void ground.stranger(id),
      encounter: (id) => stateOf(talks.get(id)),
      told: (person) => ground.told?.get(person),
    },
    LINK,
  )

  const surroundings: Surroundings = {
    tenant,
    facts,
    env: { lastResort: house.fallbackLocale, unable: ground.unable },
    addBusinessTime(about, name, from, ms) {
      const calendarId = name === 'queue' ? (queueOf(about)?.calendarId ?? null) : name
      if (calendarId === null) return from + ms
      const calendar = ground.calendars.get(calendarId)
      return calendar === undefined ? null : addBusinessTime(calendar, from, ms)
    },
    flowOf: (id) => ground.others.get(id),
    carry,
    scripted: ground.scripted,
    stepped: onlooker.stepped,
    begun: onlooker.begun,
    ended: onlooker.ended,
    reached: onlooker.reached,
    passed: onlooker.passed,
    ...(ground.taken === undefined ? {} : { taken: ground.taken }),
  }
  const engine = createEngine(flowId, ground.flow, ground.startAt, surroundings)
  const talks = ground.talks({
    tenant,
    lastResort: house.fallbackLocale,
    localeOf: (contactId) => (contactId === null ? null : (contacts.get(contactId)?.locale ?? null)),
    now: () => engine.now,
    ring: (at, look) => engine.at(at, 1, look),
    append,
    said: (encounterId, text, moment) => said(encounterId, null, null, { kind: moment, channel: 'chat', body: text }),
  })

  function facts(about: About, flow: Flow): Facts {
    const { reads, calendars } = flow
    if (!(reads.has('contact') || reads.has('encounter') || reads.has('queue') || calendars.has('queue')))
      return UNKNOWN
    const encounter = about.encounterId === null ? undefined : talks.get(about.encounterId)
    const contactId = encounter?.contactId ?? about.contactId
    const view = encounter === undefined ? null : viewOfEncounter(encounter)
    return {
      encounter: (view !== null && about.silence ? { ...view, stageKey: about.silence } : view) as unknown as Json,
      contact: (contactId === null ? null : (contacts.get(contactId) ?? null)) as unknown as Json,
      queue: queueOf(about) as unknown as Json,
    }
  }

  function queueOf(about: About): QueueView | null {
    const encounter = about.encounterId === null ? undefined : talks.get(about.encounterId)
    return ground.queues.get(encounter?.queueId ?? about.queueId ?? '') ?? null
  }

  /** An event is in the log; who reads it does so in the same moment. */
  function append(draft: EventDraft): void {
    position += 1
    const event: LogEvent = { ...draft, position, shard: 0, receivedAt: engine.now }
    engine.at(engine.now, 0, () => hear(event))
  }

  function record(event: LogEvent, about?: About, begins = true): void {
    engine.at(event.receivedAt, 0, () => {
      position = Math.max(position + 1, event.position * APART)
      hear({ ...event, position }, { about, begins })
    })
  }

  function hear(event: LogEvent, recorded?: { about: About | undefined; begins: boolean }): void {
    talks.follow(event)
    const about = recorded?.about ?? aboutEvent(event)
    const asks = event.source === FLOW_SOURCE ? (flowAsked(event) ?? '') : undefined
    const view = cloudEventView(event)
    engine.tell({
      position: event.position,
      event: view,
      about,
      at: countedAt(event, ground.byReceipt === true),
      hops: event.hops,
      ...(asks === undefined ? {} : { asks }),
      ...(asks === undefined || callerOf(event) === null ? {} : { called: true as const }),
      ...(recorded === undefined ? {} : { recorded: true as const }),
      ...(recorded?.begins === false ? { begins: false as const } : {}),
    })
    remember(event)
    onlooker.told(event)
  }

  function aboutEvent(event: LogEvent): About {
    const about = aboutOf(event)
    const encounterId = about.encounterId ?? (talks.get(event.subject) === undefined ? null : event.subject)
    if (encounterId === null || event.type !== QUIET) return { ...about, encounterId }
    return { ...about, encounterId, silence: silenceOf(encounterId, histories.get(encounterId) ?? [], false).key }
  }

  function remember(event: LogEvent): void {
    const { encounterId, type } = event
    if (encounterId === null || !REMEMBERED.has(type)) return
    const history = histories.get(encounterId)
    if (history === undefined) histories.set(encounterId, [event])
    else history.push(event)
  }

  function carry(walker: Walker, effect: Effect, now: number): void {
    switch (effect.kind) {
      case 'notify':
        notified(walker, effect, now)
        return
      case 'message':
        talks.write(effect, walker)
        said(effect.encounterId, walker, walker.prefix + effect.node, {
          kind: 'message',
          channel: 'chat',
          body: effect.text,
        })
        return
      case 'close':
      case 'extend':
      case 'assign':
      case 'tag':
        // In earnest it is carried out in a moment of its own, after what the run did beside it.
        engine.at(now, 0, () => talks.do(effect, walker))
        break
      case 'emit':
        append(emitted({ record: tellerOf(walker), effect }, now))
        break
      case 'http': {
        const scripted = ground.scripted(walker, effect)
        if (scripted !== 'never') engine.answer(walker, effect, scripted?.outcome ?? answered(effect), scripted?.after)
        break
      }
      case 'llm':
      case 'ask':
      case 'approval': {
        const scripted = ground.scripted(walker, effect)
        if (scripted !== 'never')
          engine.answer(walker, effect, scripted?.outcome ?? USUAL[effect.kind], scripted?.after)
        break
      }
      case 'callOff': {
        const fate = pretender.callOff(hashId('flow', effect.id), RUN_OVER, now)
        if (fate !== undefined) tell(walker, effect, { ...fate, outcome: 'suppressed', ...TO_NOBODY })
        return
      }
      case 'failed':
        for (const event of failureEvents({ record: tellerOf(walker), effect }, now)) append(event)
        return
      default:
    }
    onlooker.effect(walker, effect, now)
  }

  /** What a call comes to: all goes well where it may be made. */
  function answered({ url }: Extract<Effect, { kind: 'http' }>): Outcome {
    const refused = ground.unable('http', url)
    return refused === null ? ANSWERED : { way: 'error', value: {}, cause: refused.en }
  }

  function notified(walker: Walker, effect: NotifyEffect, now: number): void {
    const { run } = walker
    const dedupeKey = dedupeKeyOf(walker.flowId, run.about, effect)
    const request: NotifyRequest = {
      ...notifyRequestOf(tenant, hashId('flow', effect.id), effect, run),
      ...(dedupeKey === null ? {} : { dedupeKey }),
    }
    const scripted = ground.scripted(walker, effect)
    if (scripted === 'never') return
    if (scripted === undefined) {
      fulfil(walker, effect, pretender.ask(request, now))
      return
    }
    const { way, value } = scripted.outcome
    const channel = channelIn(value)
    const leavesAt = now + (scripted.leavesAfter ?? 0)
    const reads = pretender.reads(request, channel, leavesAt)
    const ended = way === 'sent' || way === 'suppressed' ? way : 'failed'
    if (ended === 'sent' && channel !== null) pretender.took(request, channel, now)
    tell(walker, effect, {
      ...(ended === 'suppressed' ? WORDLESS : reads),
      ...goingTo(effect, ended),
      template: effect.template,
      outcome: ended,
      reason: scripted.outcome.cause ?? reasonIn(value) ?? reads.reason,
      ...(ended === 'sent' ? { at: leavesAt } : {}),
    })
    if (scripted.after !== Number.POSITIVE_INFINITY) engine.answer(walker, effect, scripted.outcome, scripted.after)
  }

  /** @param effect null: nobody waits for it */
  function fulfil(walker: Walker, effect: NotifyEffect, fate: Fate, isAwaited = true): void {
    const { heldUntil, outcome, channel, reason, escalation } = fate
    if (heldUntil !== null) {
      engine.at(heldUntil, 1, () => {
        const isNeedless = !isAwaited && wasEnded(walker.run)
        const then = isNeedless
          ? pretender.callOff(fate.id, RUN_ENDED, engine.now)
          : pretender.held(fate.id, engine.now)
        if (then !== undefined) fulfil(walker, effect, then, isAwaited)
      })
      return
    }
    if (outcome === null) return
    tell(walker, effect, { ...fate, outcome, ...goingTo(effect, outcome) })
    if (isAwaited) {
      const value = { notificationId: fate.id, channel: outcome === 'sent' ? channel : null, reason }
      // What no provider has to take is over in the same moment.
      const from = outcome === 'sent' && channel !== 'inbox' ? 'outside' : 'inside'
      engine.answer(walker, effect, { way: outcome, value, ...(reason === null ? {} : { cause: reason }) }, 0, from)
    }
    if (escalation === null || ground.goesOn === false) return
    engine.at(escalation.at, 1, () => {
      if (!wasEnded(walker.run)) fulfil(walker, effect, pretender.ask(escalation.request, engine.now), false)
    })
  }

  function tell(
    walker: Walker,
    effect: Pick<Effect, 'node'>,
    said: Omit<Said, 'at' | 'nodeId' | 'kind'> & { at?: number },
  ) {
    const { at = engine.now, to, channel, template, title, body, link, reason, outcome } = said
    const told = { at, nodeId: walker.prefix + effect.node, kind: 'notify' as const, to }
    const words = { channel, template, title, body, link, reason, outcome }
    onlooker.said(walker.run.about.encounterId, walker, { ...told, ...words })
  }

  function said(
    encounterId: string,
    walker: Walker | null,
    nodeId: string | null,
    what: Pick<Said, 'kind' | 'channel' | 'body'>,
  ): void {
    const plain = { ...TO_NOBODY, template: null, title: null, reason: null, outcome: 'sent' as const }
    onlooker.said(encounterId, walker, { at: engine.now, nodeId, ...plain, ...what })
  }

  /** The run as what it tells says of itself. */
  const tellerOf = ({ run, hops, flowId: of }: Walker): Teller => ({
    tenant,
    flowId: of,
    version: 0,
    subject: run.event.subject,
    run,
    hops,
    traceparent: null,
  })

  return { engine, talks, tell: append, record }
}

const UNKNOWN: Facts = { contact: null, encounter: null, queue: null }

const channelIn = (value: Json): ChannelName | null => {
  const channel = (value as { channel?: Json } | null)?.channel
  return CHANNELS.find((name) => name === channel) ?? null
}

const reasonIn = (value: Json): string | null => {
  const reason = (value as { reason?: Json } | null)?.reason
  return typeof reason === 'string' ? reason : null
}

const TO_NOBODY = { to: null, link: null }

/** Whom it goes to and where it leads. */
const goingTo = ({ to, deepLink }: NotifyEffect, outcome: Said['outcome']): Pick<Said, 'to' | 'link'> =>
  outcome === 'sent' ? { to, link: deepLink === null ? null : 'url' in deepLink ? deepLink.url : LINK } : TO_NOBODY

/** What does not leave has no words: they are made as it leaves. */
const WORDLESS = { channel: null, title: null, body: null }

const stateOf = (encounter: Encounter | undefined) => {
  if (encounter === undefined) return null
  const { status, lastPatientAt, renewedAt, contactId } = encounter
  return { status, lastPatientAt, renewedAt, contactId }
}
