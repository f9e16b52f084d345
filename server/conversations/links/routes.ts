import { randomUUID } from 'node:crypto'
import { Type } from '@sinclair/typebox'
import { act, type House } from '#conversations/encounters/act.ts'
import type { Action } from '#conversations/encounters/decide.ts'
import { isVisible } from '#conversations/fields.ts'
import type { Links } from '#conversations/links/links.ts'
import { lookAt, type Reading } from '#conversations/links/look.ts'
import {
  MAX_REPLY,
  PAGE_POLICY,
  type PlainPage,
  plainPage,
  type ThreadPage,
  threadPage,
} from '#conversations/links/page.ts'
import { recordVisit, useLink } from '#conversations/links/store.ts'
import { threadItems } from '#conversations/links/thread.ts'
import type { LinkClaims } from '#conversations/links/token.ts'
import { WORDS } from '#conversations/links/words.ts'
import { readMessage, readMessages } from '#conversations/thread/store.ts'
import { crashPoint } from '#platform/crash-point.ts'
import { languageOf } from '#platform/http/language.ts'
import { type Call, type Route, route } from '#platform/http/route.ts'
import { hashId, uuidv7 } from '#platform/ids.ts'
import type { Runtime } from '#platform/service.ts'
import { CONFLICT_SQLSTATE } from '#platform/work.ts'

/** Messages shown at once: the end of the thread is what the person comes back to. */
const SHOWN = 100
const COOKIE = 'cauce_page'
const COOKIE_MAX_AGE_S = 604_800
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

const params = Type.Object({ token: Type.String() })
/** What a link that leads nowhere is answered with, on each of its routes. */
const NOWHERE = { 404: 'The link is not one of ours', 410: 'The link has expired, or was used up on another page' }
const PAGE = Type.String({ description: 'The thread and a box to reply' })
const FORM = 'application/x-www-form-urlencoded'
const formId = Type.String({
  format: 'uuid',
  description: 'Names the form: the same text sent twice from it is one reply',
})
const news = Type.Object({
  html: Type.String({ description: 'Items of the list of the page; empty when there is nothing new' }),
  last: Type.Integer({ description: 'Number of the last message in the thread so far' }),
  state: Type.String({ description: 'open, closed, or reopens: closed until the person writes' }),
})
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
  const visited = (
    { claims, page }: Entry,
    action: Action,
    { chain, traceparent }: PageCall,
    id: string | null = null,
  ) =>
    database.transaction(async (tx): Promise<'done' | 'closed' | Refused> => {
      const at = clock.now()
      const { tenant, encounterId, contactId, nonce, notified } = claims
      if (claims.oneUse && (await useLink(tx, { tenant, nonce, page, encounterId, at })) !== page) return refuse('used')
      // A page that is opened tells so once, however often its script does.
      const own = action.kind === 'visit' ? page : id
      const input = { ...action, id: own ?? uuidv7(at), at }
      const cause = notified ? `notification:${nonce}` : chain.cause
      const ask = { tenant, encounterId, input, because: { ...chain, cause, traceparent }, repeats: id !== null }
      const [answer] = await act(tx, [ask], house)
      if (answer?.state !== 'done') return refuse('invalid')
      // Not waited for: after a failed statement its own error would hide which one it was.
      recordVisit(tx, { tenant, encounterId, contactId, nonce, page, at })
      return answer.refused === 'closed' ? 'closed' : 'done'
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

  const look = async (call: PageCall, { claims, page }: Entry, read: Reading) => {
    const found = await lookAt(database, claims, page, read)
    if (typeof found === 'string') return refuse(found)
    return { ...found, reader: { ...found.reader, language: language(call, found.reader.locale) } }
  }

  async function show(
    call: PageCall,
    entry: Entry,
    status: number,
    { before, ...more }: Pick<ThreadPage, 'notice' | 'draft'> & { before?: number },
  ) {
    const found = await look(call, entry, (tx, key) => readMessages(tx, key, SHOWN, null, before))
    if ('kind' in found) return plain(call, found)
    const { reader, brand, state, messages } = found
    const body = threadPage({
      ...reader,
      brand,
      messages,
      cut: found.more,
      older: before !== undefined,
      state,
      path: pathOf(call),
      page: entry.page,
      form: randomUUID(),
      ...more,
    })
    return html(call, status, body)
  }

  /** What came after a message, for a page that is open; the message itself says whether a day begins. */
  async function newer(call: PageCall, after: number) {
    const entry = await enter(call, pageOfCookie(call))
    if ('kind' in entry) return plain(call, entry)
    const found = await look(call, entry, (tx, key) => readMessages(tx, key, SHOWN + 1, Math.max(0, after - 1)))
    if ('kind' in found) return plain(call, found)
    const { reader, state, messages } = found
    const before = messages.find(({ n }) => n === after) ?? null
    return {
      html: threadItems(
        messages.filter(({ n }) => n > after),
        reader,
        WORDS[reader.language],
        before,
      ),
      last: Math.max(after, messages.at(-1)?.n ?? 0),
      state,
    }
  }

  /** Whether a reply is in the thread already. */
  const isWritten = ({ claims: { tenant, encounterId } }: Entry, id: string): Promise<boolean> =>
    database.asTenant(tenant, async (tx) => (await readMessage(tx, { tenant, encounterId }, id)) !== undefined)

  /** A reply is kept once, however often its form is sent: by a retry, by a double tap, at the same moment. */
  async function replied(entry: Entry, text: string, form: string, call: PageCall) {
    const id = hashId(entry.claims.tenant, entry.claims.encounterId, 'reply', form, text)
    if (await isWritten(entry, id)) return 'done'
    try {
      return await visited(entry, { kind: 'message', from: 'patient', text }, call, id)
    } catch (error) {
      if ((error as { code?: string }).code === CONFLICT_SQLSTATE && (await isWritten(entry, id))) return 'done'
      throw error
    }
  }

  /** Where people have the page: below the path of CAUCE_PUBLIC_URL, if it has one. */
  const pathOf = (call: PageCall) => `${publicUrl().replace(/^https?:\/\/[^/]*/, '')}/r/${call.params.token}`

  /** The page that used a one-use link up is known again by its cookie. */
  const remember = (call: PageCall, { claims, page }: Entry) => {
    if (!claims.oneUse) return
    const secure = publicUrl().startsWith('https:') ? '; Secure' : ''
    call.reply.header(
      'set-cookie',
      `${COOKIE}=${page}; Path=${pathOf(call)}; Max-Age=${COOKIE_MAX_AGE_S}; HttpOnly; SameSite=Lax${secure}`,
    )
  }

  async function reply(call: PageCall) {
    const form = formOf(call.body)
    const entry = await enter(call, pageOf(form))
    if ('kind' in entry) return plain(call, entry)
    const text = (form.get('text') ?? '').replaceAll('\u0000', '').toWellFormed().trim()
    if (!isVisible(text)) return show(call, entry, 400, { notice: 'emptyReply', draft: '' })
    if (text.length > MAX_REPLY) return show(call, entry, 413, { notice: 'longReply', draft: text.slice(0, MAX_REPLY) })
    try {
      const outcome = await replied(entry, text, uuidIn(form, 'form'), call)
      if (typeof outcome === 'object') return plain(call, outcome)
      remember(call, entry)
      // Closed in the meantime: the page says so itself.
      const query = outcome === 'done' ? '?sent=1' : ''
      return call.reply
        .code(303)
        .header('location', `${pathOf(call)}${query}`)
        .send()
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
      description: `The last ${SHOWN} messages, and a link to those before them (\`before\`).`,
      tag: 'Links',
      params,
      answer: PAGE,
      answerType: 'text/html',
      pages: NOWHERE,
      handle: async (call) => {
        const entry = await enter(call, pageOfCookie(call))
        if ('kind' in entry) return plain(call, entry)
        const { sent, before } = call.query as { sent?: unknown; before?: unknown }
        const older = typeof before === 'string' && /^[1-9]\d{0,8}$/.test(before) ? { before: Number(before) } : {}
        return show(call, entry, 200, { notice: sent === '1' ? 'sent' : null, draft: '', ...older })
      },
    }),
    route({
      method: 'GET',
      path: '/r/:token/messages',
      permission: 'public',
      summary: 'What the opened page does not show yet; asking is no sign of life',
      tag: 'Links',
      params,
      query: Type.Object({
        after: Type.Integer({
          minimum: 0,
          maximum: 2 ** 31 - 2,
          description: 'Number of the last message that it shows',
        }),
      }),
      answer: news,
      pages: NOWHERE,
      handle: (call) => newer(call, call.query.after),
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
      pages: NOWHERE,
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
        [FORM]: {
          schema: Type.Object({
            page: Type.Optional(pageId),
            form: Type.Optional(formId),
            text: Type.String({ maxLength: MAX_REPLY }),
          }),
        },
      },
      status: 303,
      pages: {
        ...NOWHERE,
        400: 'Nothing was written',
        413: `More than ${MAX_REPLY} characters`,
        503: 'It could not be kept; the page still has what was written',
      },
      handle: reply,
    }),
  ]
}

const formOf = (body: unknown): URLSearchParams =>
  new URLSearchParams(Buffer.isBuffer(body) ? body.toString('utf8') : '')

/** A post that does not say from which page or form it comes stands for one of its own. */
const uuidIn = (form: URLSearchParams, name: 'page' | 'form'): string => {
  const id = form.get(name) ?? ''
  return UUID.test(id) ? id : randomUUID()
}

const pageOf = (form: URLSearchParams): string => uuidIn(form, 'page')

const pageOfCookie = ({ request }: PageCall): string => cookieOf(request.headers.cookie) ?? randomUUID()

const cookieOf = (header: string | undefined): string | undefined =>
  header
    ?.split(';')
    .map((part) => part.trim().split('='))
    .find(([name, value]) => name === COOKIE && value !== undefined && UUID.test(value))?.[1]
