import type { ContactView } from '#conversations/index.ts'
import type { Db } from '#platform/work.ts'
import { decide, type EncounterState, type Facts } from './gate.ts'
import { type Known, personOf } from './people.ts'
import { type Plan, planHeld, planNew, planSent, planSuppressed } from './plan.ts'
import type { ChannelName, NotifyRequest, Outcome } from './request.ts'
import { isPaced, type Pace, pacedPerson, withLeft } from './rules/pace.ts'
import type { Left, SendingRules } from './rules/rules.ts'
import { pacesOf, readRules } from './rules/store.ts'
import type { OpenNotification } from './store.ts'
import { withBuiltIn } from './templates/built-in.ts'
import { newestTemplates } from './templates/store.ts'
import { type CompiledTexts, compileTexts, type TemplateVersion } from './templates/template.ts'

/*
 * Notifications that nobody gets, for those who try out what would happen: judged by the gate and carried out by the plans of
 * real ones, with channels that take everything at once. Nothing is kept and nothing leaves.
 */

/** What the gate needs of an installation and a tenant; plain data, so that another thread can have it. */
export type PretendHouse = {
  tenant: string
  configured: readonly ChannelName[]
  fallbackLocale: string
  /** The tenant's own texts of the templates that may be asked for. */
  versions: readonly TemplateVersion[]
  users: readonly { id: string; name: string; email: string }[]
  /** Quiet hours and caps; null: none. */
  rules: SendingRules | null
}

/** What is known of people and their conversations at the moment. */
export type PretendWorld = {
  contact(id: string): ContactView | undefined
  encounter(id: string): (EncounterState & { contactId: string | null }) | null
  /** What a person was told in earnest before this world began (`toldBefore`); absent: nothing. */
  told?(person: string): readonly Left[] | undefined
}

/** What became of a notification. */
export type Fate = {
  id: string
  /** It waits for that time; null: it is over. */
  heldUntil: number | null
  outcome: Outcome | null
  channel: ChannelName | null
  reason: string | null
  template: string | null
  title: string | null
  body: string | null
  /** Asked for at that time, unless somebody has answered by then. */
  escalation: { at: number; request: NotifyRequest } | null
}

export type Pretender = {
  ask(request: NotifyRequest, now: number): Fate
  /** The time has come for which it waited. @returns undefined: it was called off */
  held(id: string, now: number): Fate | undefined
  /** It is called off, if it waits. @returns undefined: it did not wait */
  callOff(id: string, reason: string, now: number): Fate | undefined
  /** A channel took one of which that is known: caps count it, and it stands in the way of the same. */
  took(request: NotifyRequest, channel: ChannelName, now: number): void
  /** How it would read on a channel, without judging whether it should go. */
  reads(
    request: NotifyRequest,
    channel: ChannelName | null,
    now: number,
  ): Pick<Fate, 'channel' | 'title' | 'body' | 'reason'>
}

/** Reads what the gate of a tenant needs for these templates. */
export async function pretendHouse(
  db: Db,
  tenant: string,
  templates: readonly string[],
  installed: Pick<PretendHouse, 'configured' | 'fallbackLocale' | 'users'>,
): Promise<PretendHouse> {
  const [versions, rules] = await Promise.all([
    newestTemplates(
      db,
      templates.map((key) => ({ tenant, key })),
    ),
    readRules(db, tenant),
  ])
  return { ...installed, tenant, rules, versions: versions.map(({ tenant: _tenant, ...version }) => version) }
}

/** What contacts were told in earnest before a time, as caps count it, by `PretendWorld.told`'s names; empty without caps. */
export async function toldBefore(
  db: Db,
  { tenant, rules }: PretendHouse,
  contactIds: readonly string[],
  before: number,
): Promise<ReadonlyMap<string, readonly Left[]>> {
  if (!isPaced(rules)) return new Map()
  const people = contactIds.map((contactId) => ({ tenant, person: pacedPerson({ to: { contactId } }) ?? '' }))
  const found = await pacesOf(db, people)
  return new Map([...found.values()].map(({ person, left }) => [person, left.filter(([, at]) => at < before)]))
}

export function pretendNotifier(house: PretendHouse, world: PretendWorld, link: string): Pretender {
  const compiled = new Map<TemplateVersion, CompiledTexts | undefined>()
  const versions = new Map<string, TemplateVersion[]>()
  const users = new Map(house.users.map((user) => [user.id, user]))
  const known: Known = { user: (id) => users.get(id), contact: (id) => world.contact(id) }
  const configured = new Set(house.configured)
  const holders = new Map<string, string>()
  const keys = new Map<string, string>()
  const waiting = new Map<string, OpenNotification>()
  const paces = new Map<string, Pace>()

  function versionsOf(key: string): TemplateVersion[] {
    let found = versions.get(key)
    if (found === undefined) {
      found = withBuiltIn(
        key,
        house.versions.filter((version) => version.key === key),
      )
      versions.set(key, found)
    }
    return found
  }

  function compiledOf(version: TemplateVersion): CompiledTexts | undefined {
    if (!compiled.has(version)) compiled.set(version, compileTexts(version.channel, version).compiled)
    return compiled.get(version)
  }

  const factsOf = (request: NotifyRequest, duplicateOf: string | null): Facts => ({
    person: personOf(request, known),
    versions: request.template === undefined ? [] : versionsOf(request.template),
    compiled: compiledOf,
    configured,
    duplicateOf,
    encounter: request.stillTrue === undefined ? null : world.encounter(request.stillTrue.encounterId),
    link: request.deepLink === undefined ? null : 'url' in request.deepLink ? request.deepLink.url : link,
    linkOf:
      request.deepLink === undefined || 'url' in request.deepLink
        ? null
        : (world.encounter(request.deepLink.encounterId)?.contactId ?? null),
    fallbackLocale: house.fallbackLocale,
    rules: pacedPerson(request) === null ? null : house.rules,
    pace: paceOf(request),
  })

  function paceOf(request: NotifyRequest): Pace | null {
    const person = isPaced(house.rules) ? pacedPerson(request) : null
    if (person === null) return null
    return paces.get(person) ?? { tenant: house.tenant, person, version: 0, left: world.told?.(person) ?? [] }
  }

  /** What a plan comes to when its channel takes it at once. */
  function carryOut(plan: Plan, createdAt: number, now: number): Fate {
    const { row, handover, holdUntil, pace } = plan
    if (pace !== null) paces.set(pace.person, pace)
    holdKey(row.id, row.dedupeKey)
    const open = row.request === null ? null : { ...row, request: row.request, createdAt }
    if (handover !== null && open !== null) return carryOut(planSent(open, now), createdAt, now)
    if (holdUntil !== null && open !== null) waiting.set(row.id, open)
    const { id, channel, reason, payload, template } = row
    const texts = { title: payload?.title ?? null, body: payload?.body ?? null }
    return {
      id,
      heldUntil: holdUntil,
      outcome: plan.outcome,
      channel,
      reason,
      template,
      ...texts,
      escalation: plan.escalation,
    }
  }

  /** What told nobody anything gives its key back. */
  function holdKey(id: string, key: string | null): void {
    const before = keys.get(id)
    if (before !== undefined) holders.delete(before)
    if (key === null) keys.delete(id)
    else {
      holders.set(key, id)
      keys.set(id, key)
    }
  }

  return {
    ask(request, now) {
      const duplicateOf = request.dedupeKey === undefined ? null : (holders.get(request.dedupeKey) ?? null)
      return carryOut(planNew(request, factsOf(request, duplicateOf), now), now, now)
    },
    held(id, now) {
      const open = waiting.get(id)
      if (open === undefined) return undefined
      const fate = carryOut(planHeld(open, factsOf(open.request, null), now), open.createdAt, now)
      if (fate.heldUntil === null) waiting.delete(id)
      return fate
    },
    callOff(id, reason, now) {
      const open = waiting.get(id)
      if (open === undefined) return undefined
      waiting.delete(id)
      return carryOut(planSuppressed(open, factsOf(open.request, null), reason, now), open.createdAt, now)
    },
    took(request, channel, now) {
      holdKey(request.id, request.dedupeKey ?? null)
      const pace = paceOf(request)
      if (pace === null || house.rules === null) return
      paces.set(pace.person, withLeft(pace, [request.id, now, channel, request.category ?? null], house.rules))
    },
    reads({ stillTrue: _still, sendAt: _at, ...request }, channel, now) {
      const tried = channel === null ? 0 : Math.max(0, request.channels.indexOf(channel))
      const decision = decide(request, { ...factsOf(request, null), rules: null }, tried, now)
      const hand = decision.kind === 'hand' ? decision : null
      return {
        channel: hand?.channel ?? null,
        title: hand?.rendered.title ?? null,
        body: hand?.rendered.body ?? null,
        reason: decision.kind === 'fail' || decision.kind === 'suppress' ? decision.reason : null,
      }
    },
  }
}
