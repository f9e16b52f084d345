import { VIEW_MEMBERS } from '#conversations/index.ts'
import type { Json } from '#platform/event.ts'
import { compile, type Escape, placed, type Reader, RenderFault, render, type TextTemplate } from '#platform/liquid.ts'
import { type Fault, says } from '#platform/problem.ts'
import { storable } from '#platform/storable.ts'
import type { ChannelName } from '../request.ts'

/** What texts may use. Of a contact only what a text may show: a typing error in `contact.nme` fails on publish. */
export const TEMPLATE_NAMES: readonly string[] = [
  'contact.id',
  'contact.name',
  'contact.locale',
  'contact.timeZone',
  'contact.attributes',
  'encounter',
  'queue',
  'event',
  'last',
  'vars',
  'data',
  'link',
  'now',
]

/** What a text that is new may use: of conversations and queues only what they have. What was published before is sent as it is. */
const WRITTEN_NAMES = TEMPLATE_NAMES.flatMap((name) =>
  name === 'encounter' || name === 'queue' ? VIEW_MEMBERS[name].map((member) => `${name}.${member}`) : [name],
)

/** The texts of one channel in one language. `title` is the subject of an e-mail; `html` is for e-mail only. */
export type TemplateTexts = { title?: string; body: string; html?: string }

/** One version of a template: never changed once written. */
export type TemplateVersion = TemplateTexts & {
  key: string
  channel: ChannelName
  locale: string
  version: number
}

type TextName = keyof TemplateTexts

const ESCAPES: Readonly<Record<TextName, Escape>> = { title: 'none', body: 'none', html: 'html' }

/** Which texts a channel has: those it must have are true. */
const TEXTS: Readonly<Record<ChannelName, Readonly<Partial<Record<TextName, boolean>>>>> = {
  inbox: { title: false, body: true },
  push: { title: false, body: true },
  email: { title: true, body: true, html: false },
}

export type CompiledTexts = { title?: TextTemplate; body: TextTemplate; html?: TextTemplate }

/**
 * Compiles the texts of a channel, or gives every fault with the path of its text: what does not parse,
 * what no variable is, what the channel has no place for.
 * @param may `untitled`: the title may be missing where the channel has one, as that of a single message; `newlyWritten`: misspelt
 *   names of conversations and queues are faults too
 */
export function compileTexts(
  channel: ChannelName,
  texts: TemplateTexts,
  may: { untitled?: true; newlyWritten?: true } = {},
): { compiled: CompiledTexts; faults?: undefined } | { compiled?: undefined; faults: Fault[] } {
  const faults: Fault[] = []
  const compiled: Partial<Record<TextName, TextTemplate>> = {}
  for (const name of ['title', 'body', 'html'] as const) {
    const source = texts[name]
    const required = TEXTS[channel][name]
    if (source === undefined || source.trim() === '') {
      if (required === true && !(name === 'title' && may.untitled))
        faults.push({
          path: name,
          ...says(
            `an ${channel} template needs it`,
            `hace falta en una plantilla de ${channel === 'email' ? 'correo' : channel === 'inbox' ? 'bandeja' : channel}`,
          ),
        })
      continue
    }
    if (required === undefined) {
      faults.push({ path: name, ...says(`${channel} has no place for it`, `no cabe en este canal (${channel})`) })
      continue
    }
    const names = may.newlyWritten ? WRITTEN_NAMES : TEMPLATE_NAMES
    const result = compiledOf(source, names, ESCAPES[name])
    if (result.template === undefined) {
      faults.push(...result.faults.map((fault) => ({ path: name, message: placed(fault).en, messages: placed(fault) })))
    } else {
      compiled[name] = result.template
      if (channel === 'push' && name === 'body' && may.newlyWritten && leastLength(source) > PUSH_BODY_LIMIT)
        faults.push({ path: name, ...TOO_LONG })
    }
  }
  const body = compiled.body
  return faults.length > 0 || body === undefined ? { faults } : { compiled: { ...compiled, body } }
}

/** Characters that are in it whatever it is shown with; 0 where that depends on conditions. */
const leastLength = (source: string): number =>
  source.includes('{%') ? 0 : source.replace(/\{\{[\s\S]*?\}\}/g, '').trim().length

type Result = ReturnType<typeof compile>

const RESULTS_KEPT = 500
const SOURCE_KEPT = 4_000
const results = new Map<string, Result>()

/** A flow's own words come with every run of it: what was compiled for the last one is right for the next. */
function compiledOf(source: string, names: readonly string[], escaping: Escape): Result {
  const key = `${names.length} ${escaping}\n${source}`
  const known = results.get(key)
  if (known !== undefined) return known
  const made = compile(source, names, escaping)
  if (source.length > SOURCE_KEPT) return made
  if (results.size >= RESULTS_KEPT) results.clear()
  results.set(key, made)
  return made
}

/** What a person is shown. The title never holds a line break: it becomes a header. */
export type Rendered = { title: string | null; body: string; html: string | null }

/** Limits of what providers take: a push shows some 200 characters, and 4096 bytes is all it may carry. */
const TITLE_LIMIT = 250
const PUSH_BODY_LIMIT = 2_000

const TOO_LONG_WORDS = {
  en: `a push carries at most ${PUSH_BODY_LIMIT} characters`,
  es: `un push lleva como máximo ${PUSH_BODY_LIMIT} caracteres`,
}
const TOO_LONG = says(TOO_LONG_WORDS.en, TOO_LONG_WORDS.es)

/** @throws RenderFault when a variable without default has no value, or the text is too long for the channel */
export function renderTexts(
  channel: ChannelName,
  compiled: CompiledTexts,
  scope: { readonly [name: string]: Json },
  reader: Reader,
): Rendered {
  return fitted(channel, {
    title: compiled.title === undefined ? null : render(compiled.title, scope, reader),
    body: render(compiled.body, scope, reader),
    html: compiled.html === undefined ? null : render(compiled.html, scope, reader),
  })
}

/** Applies the limits of a channel to texts that are final. @throws RenderFault */
export function fitted(channel: ChannelName, texts: Rendered): Rendered {
  // A long name in a title is no reason to leave somebody untold.
  const title = texts.title === null ? null : shortened(oneLine(texts.title), TITLE_LIMIT)
  const body = texts.body.trim()
  if (body === '') throw new RenderFault({ en: 'the text is empty', es: 'el texto queda vacío' })
  if (channel === 'push' && body.length > PUSH_BODY_LIMIT) {
    throw new RenderFault(TOO_LONG_WORDS)
  }
  return channel === 'email'
    ? { title: title || subjectOf(body), body, html: texts.html }
    : { title: title || null, body, html: null }
}

const SUBJECT = 78

/** An e-mail needs a subject: without one the beginning of what it says stands for it, in whole words. */
const subjectOf = (text: string): string => shortened(oneLine(text), SUBJECT)

const shortened = (line: string, most: number): string =>
  line.length <= most ? line : `${storable(line, most - 1).replace(/ \S*$/, '')}…`

/** A header has one line: whatever breaks or controls it becomes a space. */
const oneLine = (value: string): string => value.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()

/** The one spelling of a locale, `es-CL` for `es-cl`: the text that is published last is the one that is used. */
export function spelledLocale(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? locale
  } catch {
    return locale
  }
}

/**
 * The version to use for a reader: of the exact locale, else of its language, else of the tenant's first
 * language, else English, else any. `versions` are those of one key and channel, newest first per locale.
 */
export function pickLocale<T extends { locale: string }>(
  versions: readonly T[],
  locale: string | null,
  fallback: string,
): T | undefined {
  const language = (tag: string) => tag.toLowerCase().split('-')[0] ?? ''
  const asked = locale === null ? [] : [locale.toLowerCase(), language(locale)]
  for (const wanted of [...asked, fallback.toLowerCase(), language(fallback), 'en']) {
    const found =
      versions.find((version) => version.locale.toLowerCase() === wanted) ??
      versions.find((version) => language(version.locale) === wanted)
    if (found !== undefined) return found
  }
  return versions[0]
}
