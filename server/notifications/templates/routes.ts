import { Type } from '@sinclair/typebox'
import { audit } from '#access/index.ts'
import { contextKeyOf, loadContexts } from '#conversations/index.ts'
import type { Json } from '#platform/event.ts'
import { namesTag } from '#platform/http/entity-tag.ts'
import { numberCursor, pageFields, pageFrom, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { RenderFault } from '#platform/liquid.ts'
import { conflict, type Fault, notFound, Problem } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import * as answers from '../answers.ts'
import { scopeOf } from '../gate.ts'
import { CHANNELS } from '../request.ts'
import { blanksIn } from './blanks.ts'
import { BUILT_IN_TEMPLATES, builtInText, withBuiltIn } from './built-in.ts'
import { SAMPLE_CONTACT, SAMPLE_LINK, SAMPLE_QUEUE, sampleEncounter, sampleOf } from './samples.ts'
import { addTemplateVersion, newestTemplates, newestVersion, templateChannels, templateVersions } from './store.ts'
import { compileTexts, pickLocale, renderTexts, spelledLocale, type TemplateVersion } from './template.ts'

const KEY = Type.Object({
  key: Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{0,79}$', description: 'For example `come-back`' }),
})
const CHANNEL = Type.Union(CHANNELS.map((name) => Type.Literal(name)))
const LOCALE = Type.String({ pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$', description: 'es, es-CL, en …' })
const TEXTS = {
  title: Type.Optional(Type.String({ maxLength: 2_000, description: 'Title of a push, subject of an e-mail; Liquid' })),
  body: Type.String({ minLength: 1, maxLength: 65_536, description: 'Plain text; Liquid' }),
  html: Type.Optional(Type.String({ maxLength: 65_536, description: 'E-mail only; outputs are escaped' })),
}

const refused = (faults: readonly Fault[]) =>
  new Problem(422, 'templates/faults', 'The template cannot be published.', {
    faults: faults.map((fault) => ({ ...fault, path: `/${fault.path}` })),
  })

/** 422: the text is well, and these data do not fill it. A retry helps with a `sample` of what it asks for. */
const notShown = ({ message: why, says }: RenderFault) =>
  new Problem(422, 'templates/not-shown', `The text cannot be shown with these data: ${why}.`, {
    faults: [
      {
        path: '/sample',
        message: `must hold what the text asks for: ${why}`,
        messages: {
          en: `must hold what the text asks for: ${why}`,
          es: `debe tener lo que pide el texto: ${says?.es ?? why}`,
        },
      },
    ],
  })

const shown = ({ key, channel, locale, version, title, body, html }: TemplateVersion) => ({
  key,
  channel,
  locale,
  version,
  title: title ?? null,
  body,
  html: html ?? null,
  builtIn: version === 0,
})

export function templateRoutes({ database, clock }: Runtime, fallbackLocale: string): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/templates',
      permission: 'templates:read',
      tag: 'Templates',
      summary: 'List templates with their channels, languages and newest versions',
      answer: answers.templateList,
      async handle({ identity }) {
        const own = await database.asTenant(identity.tenant, (tx) => templateChannels(tx, identity.tenant))
        const keys = [...new Set([...BUILT_IN_TEMPLATES, ...own].map(({ key }) => key))].sort()
        const items = keys.map((key) => ({
          key,
          texts: [
            ...own.filter((text) => text.key === key),
            ...BUILT_IN_TEMPLATES.filter(
              (built) =>
                built.key === key &&
                !own.some((mine) => mine.key === key && mine.channel === built.channel && mine.locale === built.locale),
            ),
          ].map(({ channel, locale, version }) => ({ channel, locale, version })),
        }))
        return { items, nextCursor: null }
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/templates/:key',
      permission: 'templates:read',
      tag: 'Templates',
      summary: 'The texts in use of one template, for each channel and language',
      params: KEY,
      answer: answers.templateAnswer,
      async handle({ identity: { tenant }, params: { key } }) {
        const own = await database.asTenant(tenant, (tx) => newestTemplates(tx, [{ tenant, key }]))
        const texts = withBuiltIn(key, own)
        if (texts.length === 0) throw notFound('template', key)
        return { key, texts: texts.map(shown) }
      },
    }),
    route({
      method: 'PUT',
      path: '/api/v1/templates/:key',
      permission: 'templates:write',
      tag: 'Templates',
      summary: 'Publish a new version of a text; what was sent keeps the version it had',
      description:
        'With If-Match, the number of the newest version in quotes (`"3"`; `"0"`: none of yours yet), a version that somebody else published meanwhile does not go out of use unseen: 409.',
      params: KEY,
      body: Type.Object({ channel: CHANNEL, locale: LOCALE, ...TEXTS }),
      answer: answers.publishedAnswer,
      refuses: [409, 422],
      async handle({ identity, params: { key }, body: { channel, locale: given, ...texts }, traceparent, request }) {
        const { tenant, actor } = identity
        const locale = spelledLocale(given)
        const { faults } = compileTexts(channel, texts, { newlyWritten: true })
        if (faults !== undefined) throw refused(faults)
        const version = await database.asTenant(tenant, async (tx) => {
          const at = { tenant, key, channel, locale }
          const before = await newestVersion(tx, at)
          const known = (newest: number) => {
            if (namesTag(request.headers['if-match'] ?? '*', `"${newest}"`)) return
            throw conflict(
              `Somebody else published version ${newest} meanwhile. Yours is not published.`,
              `Alguien publicó la versión ${newest} entretanto. La tuya no se publicó.`,
            )
          }
          const made = await addTemplateVersion(tx, at, texts, { actor, now: clock.now(), known })
          if (made !== before?.version) {
            const after = { channel, locale, version: made, ...texts }
            const target = `template:${key}`
            audit(
              tx,
              { identity, traceparent },
              {
                at: clock.wall(),
                action: 'template.published',
                target,
                before,
                after,
              },
            )
          }
          return made
        })
        return { key, channel, locale, version }
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/templates/:key/versions',
      permission: 'templates:read',
      tag: 'Templates',
      summary: 'All versions of one channel and language, the newest first, behind them the text that ships',
      params: KEY,
      query: Type.Object({ ...pageFields, channel: CHANNEL, locale: LOCALE }),
      answer: pageSchema(answers.templateVersion),
      async handle({ identity: { tenant }, params: { key }, query }) {
        const { channel, limit = 50, cursor } = query
        const locale = spelledLocale(query.locale)
        const before = readCursor(cursor, numberCursor)
        const found = await database.asTenant(tenant, (tx) =>
          templateVersions(tx, { tenant, key, channel, locale }, { before, limit }),
        )
        const shipped = found.more ? undefined : builtInText(key, channel, locale)
        const rows = [
          ...found.rows,
          ...(shipped === undefined ? [] : [{ ...shipped, createdAt: null, createdBy: null }]),
        ]
        const isMore = found.more || rows.length > limit
        const page = pageFrom({ rows: rows.slice(0, limit), more: isMore }, (last) => last.version)
        return {
          ...page,
          items: page.items.map(({ createdAt, createdBy, ...version }) => ({
            ...shown(version),
            createdAt,
            createdBy,
          })),
        }
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/templates/:key/preview',
      permission: 'templates:read',
      tag: 'Templates',
      summary: 'Show a text, published or not, with the data of a real contact or a sample; nothing is sent',
      params: KEY,
      body: Type.Object({
        channel: CHANNEL,
        locale: Type.Optional(LOCALE),
        texts: Type.Optional(Type.Object(TEXTS, { description: 'Not published yet' })),
        contactId: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
        encounterId: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
        sample: Type.Optional(
          Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), {
            description:
              'Values for `event`, `vars`, `data`, …; without it, those that a template that ships is shown with, and blanks with the names of others',
          }),
        ),
      }),
      answer: answers.previewAnswer,
      refuses: [422],
      async handle({ identity: { tenant }, params: { key }, body }) {
        const { channel, texts, contactId = null, encounterId = null } = body
        const wanted = { tenant, contactId: encounterId === null ? contactId : null, encounterId }
        const [contexts, own] = await database.asTenant(tenant, (tx) =>
          Promise.all([loadContexts(tx, [wanted]), newestTemplates(tx, [{ tenant, key }])]),
        )
        const context = contexts.get(contextKeyOf(wanted))
        if (encounterId !== null && !context?.encounter) throw notFound('encounter', encounterId)
        if (encounterId === null && contactId !== null && !context?.contact) throw notFound('contact', contactId)
        const contact = context?.contact ?? SAMPLE_CONTACT
        const locale = body.locale ?? contact.locale ?? fallbackLocale
        const published = pickLocale(
          withBuiltIn(key, own).filter((text) => text.channel === channel),
          locale,
          fallbackLocale,
        )
        const source = texts ?? published
        if (source === undefined) throw notFound(`${channel} text of template`, key)
        const { compiled, faults } = compileTexts(channel, source, texts === undefined ? {} : { newlyWritten: true })
        if (compiled === undefined) throw refused(faults)
        const now = clock.now()
        const said = texts === undefined ? (published?.locale ?? locale) : locale
        const given = (body.sample ?? { ...blanksIn(source, now), ...sampleOf(key, said, now) }) as {
          [name: string]: Json
        }
        const nobody = encounterId === null && contactId === null
        const scope = {
          encounter: (context?.encounter ?? (nobody ? sampleEncounter(now) : {})) as Json,
          queue: (context?.queue ?? (nobody ? SAMPLE_QUEUE : {})) as Json,
          ...scopeOf(
            { scope: given },
            { person: { kind: 'contact', addresses: {}, ...contact }, link: SAMPLE_LINK },
            now,
          ),
          ...given,
        }
        const reader = { locale, ...(contact.timeZone === null ? {} : { timeZone: contact.timeZone }) }
        try {
          return {
            key,
            channel,
            locale: said,
            version: texts === undefined ? published?.version : null,
            ...renderTexts(channel, compiled, scope, reader),
            sample: given,
          }
        } catch (error) {
          if (error instanceof RenderFault) throw notShown(error)
          throw error
        }
      },
    }),
  ]
}
