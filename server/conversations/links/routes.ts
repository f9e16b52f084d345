import { randomUUID } from 'node:crypto'
import { Type } from '@sinclair/typebox'
import { readContact } from '#conversations/contacts/store.ts'
import { act, type House } from '#conversations/encounters/act.ts'
import type { Action } from '#conversations/encounters/decide.ts'
import { readEncounters } from '#conversations/encounters/store.ts'
import type { Links } from '#conversations/links/links.ts'
import {
  MAX_REPLY,
  PAGE_POLICY,
  type PlainPage,
  plainPage,
  type ThreadPage,
  threadPage,
} from '#conversations/links/page.ts'
import { readUse, recordVisit, useLink } from '#conversations/links/store.ts'
import type { LinkClaims } from '#conversations/links/token.ts'
import { rulesOf } from '#conversations/queues/store.ts'
import { readMessages } from '#conversations/thread/store.ts'
import { crashPoint } from '#platform/crash-point.ts'
import { languageOf } from '#platform/http/language.ts'
import { type Call, type Route, route } from '#platform/http/route.ts'
import { uuidv7 } from '#platform/ids.ts'
import type { Runtime } from '#platform/service.ts'

/** Messages shown: the end of the thread is what the person comes back to. */
const SHOWN = 100
const COOKIE = 'cauce_page'
const COOKIE_MAX_AGE_S = 604_800
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

const params = Type.Object({ token: Type.String() })
const PAGE = Type.String({ description: 'The thread and a box to reply' })
const FORM = 'application/x-www-form-urlencoded'
const pageId = Type.String({ format: 'uuid', description: 'Names the opened page, for links that serve one only' })

type PageCall = Call<{ token: string }, unknown, unknown>
type Entry = { claims: LinkClaims; page: string }
type Refused = { kind: PlainPage['kind']; status: number }

const STATUS = { invalid: 404, expired: 410, used: 410 } as const
const refuse = (kind: PlainPage['kind']): Refused => ({ kind, status: STATUS[kind] })

/**
 * Signed links for people. A GET or HEAD changes nothing: previews and scanners fetch links within seconds. The
 * opened page's own POST is the visit; a reply counts as one too, for browsers without script.
 */
export function linkRoutes({ clock, database, publicUrl, logger }: Runtime, links: Links, house: House): Route[] {
  const language = (call: PageCall, own: string | null) =>
    languageOf(own, call.request.headers['accept-language'], house.locale)

  async function enter(call: PageCall, page: string): Promise<Entry | Refused> {
    const claims = await links.read(call.params.token)
    if (claims === null) return refuse('invalid')
    if (clock.now() >= claims.expiresAt) return refuse('expired')
    return { claims, page }
  }

  /** Carries out what the person did, together with the visit that it proves. */
  const visited = ({ claims, page }: Entry, action: Action, { chain, traceparent }: PageCall) =>
    database.transaction(async (tx): Promise<'done' | 'closed' | Refused> => {
      const at = clock.now()
      const { tenant, encounterId, contactId, nonce } = claims
      if (claims.oneUse && (await useLink(tx, { tenant, nonce, page, encounterId, at })) !== page) return refuse('used')
      const input = { ...action, id: uuidv7(at), at }
      const [answer] = await act(tx, [{ tenant, encounterId, input, because: { ...chain, traceparent } }], house)
      if (answer?.state !== 'done') return refuse('invalid')
      await recordVisit(tx, { tenant, encounterId, contactId, nonce, page, at })
      return answer.refused ?? 'done'
    })

  const html = (call: PageCall, status: number, body: string) =>
    call.reply
      .code(status)
      .header('content-security-policy', PAGE_POLICY)
      .header('x-robots-tag', 'noindex, nofollow')
      .type('text/html; charset=utf-8')
      .send(body)

  const plain = (call: PageCall, { kind, status }: Refused) =>
    html(call, status, plainPage({ language: language(call, null), kind }))

  async function show(call: PageCall, entry: Entry, status: number, more: Pick<ThreadPage, 'notice' | 'draft'>) {
    const { tenant, encounterId, contactId, nonce, oneUse } = entry.claims
    const key = { tenant, encounterId }
    const [[encounter], rules, messages, contact, usedBy] = await database.asTenant(tenant, (tx) =>
      Promise.all([
        readEncounters(tx, [key]),
        rulesOf(tx, [key], []),
        readMessages(tx, key, SHOWN, null),
        contactId === null ? null : readContact(tx, tenant, contactId),
        oneUse ? readUse(tx, tenant, nonce) : null,
      ]),
    )
    if (encounter === undefined) return plain(call, refuse('invalid'))
    if (usedBy !== null && usedBy !== entry.page) return plain(call, refuse('used'))
    const queue = rules.of(tenant, encounter.queueId)?.queue
    return html(
      call,
      status,
      threadPage({
        language: language(call, contact?.locale ?? null),
        timeZone: contact?.timeZone ?? null,
        brand: queue?.name ?? queue?.brand ?? null,
        messages: messages.rows.map(({ from, text, createdAt }) => ({ from, text, at: createdAt })),
        cut: messages.more,
        state: encounter.status !== 'closed' ? 'open' : queue?.reopenClosed ? 'reopens' : 'closed',
        path: `/r/${call.params.token}`,
        page: entry.page,
        ...more,
      }),
    )
  }

  /** The page that used a one-use link up is known again by its cookie. */
  const remember = (call: PageCall, { claims, page }: Entry) => {
    if (!claims.oneUse) return
    const secure = publicUrl().startsWith('https:') ? '; Secure' : ''
    const path = `/r/${call.params.token}`
    call.reply.header(
      'set-cookie',
      `${COOKIE}=${page}; Path=${path}; Max-Age=${COOKIE_MAX_AGE_S}; HttpOnly; SameSite=Lax${secure}`,
    )
  }

  async function reply(call: PageCall) {
    const form = formOf(call.body)
    const entry = await enter(call, pageOf(form))
    if ('kind' in entry) return plain(call, entry)
    const text = (form.get('text') ?? '').replaceAll('\u0000', '').toWellFormed().trim()
    if (text === '') return show(call, entry, 400, { notice: 'emptyReply', draft: '' })
    if (text.length > MAX_REPLY) return show(call, entry, 413, { notice: 'longReply', draft: text.slice(0, MAX_REPLY) })
    try {
      const outcome = await visited(entry, { kind: 'message', from: 'patient', text }, call)
      if (typeof outcome === 'object') return plain(call, outcome)
      remember(call, entry)
      // Closed in the meantime: the page says so itself.
      const query = outcome === 'done' ? '?sent=1' : ''
      return call.reply.code(303).header('location', `/r/${call.params.token}${query}`).send()
    } catch (error) {
      logger.error({ err: error, tenantId: entry.claims.tenant }, 'a reply through a link could not be kept')
      return show(call, entry, 503, { notice: 'busy', draft: text })
    }
  }

  return [
    route({
      method: 'GET',
      path: '/r/:token',
      permission: 'public',
      summary: 'The conversation behind a signed link, as a page',
      tag: 'Links',
      params,
      answer: PAGE,
      answerType: 'text/html',
      handle: async (call) => {
        const entry = await enter(call, cookieOf(call.request.headers.cookie) ?? randomUUID())
        if ('kind' in entry) return plain(call, entry)
        const sent = (call.query as { sent?: unknown }).sent === '1'
        return show(call, entry, 200, { notice: sent ? 'sent' : null, draft: '' })
      },
    }),
    route({
      method: 'POST',
      path: '/r/:token/visit',
      permission: 'public',
      summary: 'A person opened the page: a sign of life',
      tag: 'Links',
      params,
      rawBody: true,
      bodies: { [FORM]: { schema: Type.Object({ page: Type.Optional(pageId) }) } },
      status: 204,
      handle: async (call) => {
        const entry = await enter(call, pageOf(formOf(call.body)))
        if ('kind' in entry) return plain(call, entry)
        const outcome = await visited(entry, { kind: 'visit', how: 'link' }, call)
        crashPoint('links:visited')
        if (typeof outcome === 'object') return plain(call, outcome)
        remember(call, entry)
        return call.reply.code(204).send()
      },
    }),
    route({
      method: 'POST',
      path: '/r/:token/reply',
      permission: 'public',
      summary: 'The person replies from the page',
      tag: 'Links',
      params,
      rawBody: true,
      bodies: {
        [FORM]: { schema: Type.Object({ page: Type.Optional(pageId), text: Type.String({ maxLength: MAX_REPLY }) }) },
      },
      status: 303,
      handle: reply,
    }),
  ]
}

const formOf = (body: unknown): URLSearchParams =>
  new URLSearchParams(Buffer.isBuffer(body) ? body.toString('utf8') : '')

/** A post that does not say from which page it comes stands for a page of its own. */
const pageOf = (form: URLSearchParams): string => {
  const page = form.get('page') ?? ''
  return UUID.test(page) ? page : randomUUID()
}

const cookieOf = (header: string | undefined): string | undefined =>
  header
    ?.split(';')
    .map((part) => part.trim().split('='))
    .find(([name, value]) => name === COOKIE && value !== undefined && UUID.test(value))?.[1]
