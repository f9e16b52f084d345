import { isEmail } from '#platform/email-address.ts'
import type { Json } from '#platform/event.ts'
import { type Reader, RenderFault } from '#platform/liquid.ts'
import type { ChannelName, NotifyRequest, StillTrue } from './request.ts'
import type { Pace } from './rules/pace.ts'
import { judge, type SendingRules } from './rules/rules.ts'
import {
  type CompiledTexts,
  compileTexts,
  fitted,
  pickLocale,
  type Rendered,
  renderTexts,
  type TemplateVersion,
} from './templates/template.ts'

/** The person of a request as the gate sees them. */
export type Person = {
  kind: 'contact' | 'user'
  id: string
  name: string | null
  locale: string | null
  timeZone: string | null
  attributes: { readonly [name: string]: Json }
  addresses: { readonly email?: string; readonly push?: string }
  /** Nothing but the id is known: it came with events of another system, and is what that one calls the person. */
  bare: boolean
}

export type EncounterState = {
  status: 'open' | 'warned' | 'closed'
  lastPatientAt: number | null
  /** When one of ours last took a warning back. */
  renewedAt: number | null
}

/** All that one decision needs, read beforehand. */
export type Facts = {
  /** Null: nobody of that id is known. Undefined: the request names an address only. */
  person: Person | null | undefined
  /** Newest version of each locale and channel of the request's template; none: the template does not exist. */
  versions: readonly TemplateVersion[]
  /** Compiled texts of a version, so that the same version is compiled once. */
  compiled(version: TemplateVersion): CompiledTexts | undefined
  /** Channels that can send here: those with a provider. */
  configured: ReadonlySet<ChannelName>
  /** The notification that has the request's dedupe key already. */
  duplicateOf: string | null
  /** State of `stillTrue.encounterId`; null: unknown here. */
  encounter: EncounterState | null
  link: string | null
  /** Whose conversation the link leads to; null: it leads to none, or nobody's that is known. */
  linkOf: string | null
  /** Language of last resort before English. */
  fallbackLocale: string
  /** Quiet hours and caps that the request is held to; null: none. */
  rules: SendingRules | null
  /** What the person was told lately; null: nothing is counted. */
  pace: Pace | null
  /** Its texts where they were made already, for the channel that had it. */
  written?: (Texts & { channel: ChannelName }) | undefined
}

/** What rules hold is judged again this often, so that it need not wait as long as rules say that are others by now. */
const LOOK_MS = 86_400_000

/** A channel that was passed over, and why. */
export type Skipped = { channel: ChannelName; reason: string }

export type Decision =
  /** `lookAt`: when it is judged again, at the latest; rules may be others by then. */
  | { kind: 'hold'; until: number; lookAt: number; reason: string }
  | { kind: 'suppress'; reason: string; skipped?: readonly Skipped[] }
  | { kind: 'fail'; reason: string; skipped: readonly Skipped[] }
  | {
      kind: 'hand'
      channel: ChannelName
      address: string
      rendered: Rendered
      locale: string | null
      templateVersion: number | null
      skipped: readonly Skipped[]
    }

/**
 * The gate: whether a notification leaves now, on which channel and with which words; or why not.
 * @param tried how many channels of the order are done with already
 * @param now domain milliseconds
 * @param askedAt when it was asked for
 */
export function decide(
  request: NotifyRequest,
  facts: Facts,
  tried: number,
  now: number,
  askedAt: number = now,
): Decision {
  if (facts.duplicateOf !== null) return { kind: 'suppress', reason: `the same as ${facts.duplicateOf}` }
  const untrue = noLongerTrue(request.stillTrue, facts.encounter)
  if (untrue !== null) return { kind: 'suppress', reason: untrue }
  if (request.sendAt !== undefined && request.sendAt > now) {
    return { kind: 'hold', until: request.sendAt, lookAt: request.sendAt, reason: 'waits for its time' }
  }
  if (facts.person === null) return { kind: 'fail', reason: 'nobody of that id is known', skipped: [] }
  const misled = notTheirs(facts.linkOf, facts.person)
  if (misled !== null) return { kind: 'fail', reason: misled, skipped: [] }
  if (request.deepLink !== undefined && 'url' in request.deepLink && !opensSomething(request.deepLink.url)) {
    return { kind: 'fail', reason: 'the link is no absolute URL that opens a page or an app', skipped: [] }
  }

  const skipped: Skipped[] = []
  let dropped: string | null = null
  /** What its author has to mend says more than that another channel is not there. */
  let unfit: string | null = null
  for (const channel of request.channels.slice(tried)) {
    const address = addressFor(channel, request, facts.person)
    const refusal = refusalOf(channel, address, facts)
    const texts = refusal === null ? textsFor(channel, request, facts, now) : { reason: refusal }
    if ('reason' in texts) {
      skipped.push({ channel, reason: texts.reason })
      if (refusal === null) unfit ??= texts.reason
      continue
    }
    const verdict = ruledOn(channel, request, facts, now, askedAt)
    if (verdict?.kind === 'hold') return { ...verdict, lookAt: Math.min(verdict.until, now + LOOK_MS) }
    if (verdict === null) return { kind: 'hand', channel, address: address as string, skipped, ...texts }
    dropped = verdict.reason
    skipped.push({ channel, reason: dropped })
  }
  if (dropped !== null) return { kind: 'suppress', reason: dropped, skipped }
  return { kind: 'fail', reason: unfit ?? skipped.at(-1)?.reason ?? 'no channel is left', skipped }
}

function ruledOn(
  channel: ChannelName,
  request: NotifyRequest,
  { rules, pace, person }: Facts,
  now: number,
  askedAt: number,
) {
  if (rules === null) return null
  const { id, category = null, critical = false, sendAt = 0 } = request
  const message = { id, channel, category, critical, timeZone: person?.timeZone ?? null }
  return judge(rules, pace?.left ?? [], message, now, Math.max(askedAt, sendAt))
}

/**
 * Why a notification should not leave any more, or null. An encounter that is not known here proves nothing:
 * the message leaves.
 */
export function noLongerTrue(claim: StillTrue | undefined, encounter: EncounterState | null): string | null {
  if (claim === undefined || encounter === null) return null
  if (encounter.status === 'closed') return 'the encounter is closed'
  if (!claim.statuses.includes(encounter.status)) return 'the person came back'
  const { quietSince } = claim
  if (quietSince === undefined) return null
  const { lastPatientAt, renewedAt } = encounter
  if (lastPatientAt !== null && lastPatientAt > quietSince) return 'the person came back'
  return renewedAt !== null && renewedAt >= quietSince ? 'somebody took the conversation up' : null
}

const SCRIPT_SCHEMES: ReadonlySet<string> = new Set(['javascript:', 'data:', 'vbscript:', 'file:', 'blob:', 'about:'])

/**
 * Whether a link is an absolute URL of a page or an app: one in a message must never run in the reader's mail or app.
 * Judged by the scheme that a browser reads, which passes over control characters: `java\tscript:` is a script.
 */
export function opensSomething(url: string): boolean {
  const scheme = URL.parse(url)?.protocol
  return scheme !== undefined && !SCRIPT_SCHEMES.has(scheme)
}

/** Who has a link to a conversation reads it, and answers in the name of its contact. */
export function notTheirs(owner: string | null, person: Pick<Person, 'kind' | 'id'> | null | undefined): string | null {
  if (owner === null || !person) return null
  if (person.kind === 'user')
    return 'the link leads to the conversation of a contact, in whose name a user would answer'
  return person.id === owner ? null : 'the link leads to the conversation of another contact'
}

function refusalOf(channel: ChannelName, address: string | null, facts: Facts): string | null {
  if (!facts.configured.has(channel)) return `${channel} is not set up`
  if (address === null) return channel === 'inbox' ? 'an address has no inbox' : `no ${channel} address`
  return null
}

/**
 * Where a channel reaches the person. Somebody who was never registered here is handed to the push provider by the id
 * that events gave them: it may well know it. Who was registered without a device has none.
 */
export function addressFor(
  channel: ChannelName,
  request: NotifyRequest,
  person: Person | null | undefined,
): string | null {
  if (!person) {
    if (!('address' in request.to) || channel === 'inbox') return null
    const { address } = request.to
    return (channel === 'email') === isEmail(address) ? address : null
  }
  if (channel === 'inbox') return person.id
  if (channel === 'push') return person.addresses.push ?? (person.bare ? person.id : null)
  const { email } = person.addresses
  return email !== undefined && isEmail(email) ? email : null
}

/** The scope of a notification's texts: what the caller gave and what only this context knows. */
export function scopeOf(
  request: Pick<NotifyRequest, 'scope' | 'data'>,
  facts: Pick<Facts, 'person' | 'link'>,
  now: number,
): { [name: string]: Json } {
  const { person, link } = facts
  return {
    ...request.scope,
    contact: person
      ? withoutNulls({
          id: person.id,
          name: person.name,
          locale: person.locale,
          timeZone: person.timeZone,
          attributes: { ...person.attributes },
        })
      : {},
    data: { ...request.data },
    ...(link === null ? {} : { link }),
    now: new Date(now).toISOString(),
  }
}

const withoutNulls = (fields: { [name: string]: Json }): { [name: string]: Json } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))

type Texts = { rendered: Rendered; locale: string | null; templateVersion: number | null }

function textsFor(channel: ChannelName, request: NotifyRequest, facts: Facts, now: number): Texts | { reason: string } {
  if (facts.written?.channel === channel) {
    const { channel: _its, ...written } = facts.written
    return written
  }
  const reader: Reader = {
    locale: facts.person?.locale ?? facts.fallbackLocale,
    ...(facts.person?.timeZone ? { timeZone: facts.person.timeZone } : {}),
  }
  try {
    const { content } = request
    if (content?.format === 'plain') {
      const { title = null, body } = content
      return { rendered: fitted(channel, { title, body, html: null }), locale: null, templateVersion: null }
    }
    const scope = scopeOf(request, facts, now)
    if (content !== undefined) {
      const { title, body } = content
      const texts = {
        body,
        ...(title === undefined ? {} : { title }),
        ...(channel === 'email' && content.html !== undefined ? { html: content.html } : {}),
      }
      const { compiled, faults } = compileTexts(channel, texts, { untitled: true })
      if (compiled === undefined) return { reason: faults.map((fault) => `${fault.path}: ${fault.message}`).join('; ') }
      return { rendered: renderTexts(channel, compiled, scope, reader), locale: null, templateVersion: null }
    }
    const version = versionFor(channel, facts)
    const compiled = version && facts.compiled(version)
    if (compiled === undefined) return { reason: `template ${request.template} has no text for ${channel}` }
    return {
      rendered: renderTexts(channel, compiled, scope, { ...reader, locale: version?.locale ?? reader.locale }),
      locale: version?.locale ?? null,
      templateVersion: version?.version ?? null,
    }
  } catch (error) {
    if (error instanceof RenderFault) return { reason: `the text cannot be written: ${error.message}` }
    throw error
  }
}

/** The inbox shows what the push says, unless it has a text of its own. */
function versionFor(channel: ChannelName, facts: Facts): TemplateVersion | undefined {
  const locale = facts.person?.locale ?? null
  for (const source of channel === 'inbox' ? (['inbox', 'push'] as const) : [channel]) {
    const found = pickLocale(
      facts.versions.filter((version) => version.channel === source),
      locale,
      facts.fallbackLocale,
    )
    if (found !== undefined) return found
  }
  return undefined
}
