import {
  CaptureTag,
  Context,
  defaultOperators,
  type FilterImplOptions,
  Liquid,
  type Operators,
  type Template,
} from 'liquidjs'
import { spend } from '#platform/effort.ts'
import type { Json } from '#platform/event.ts'
import { type Mistake, mistakeIn, mistakesOf } from '#platform/liquid-mistakes.ts'
import { partsIn } from '#platform/liquid-parts.ts'
import { type PlainText, plainText, renderPlain } from '#platform/liquid-plain.ts'
import { type TooMuch, tooMuchWork } from '#platform/liquid-work.ts'
import { nearestTo } from '#platform/nearest.ts'
import type { Sentence } from '#platform/sentence.ts'
import { UNSAFE_NAMES } from '#platform/unsafe-names.ts'

/**
 * How outputs are escaped: `none` for plain texts, `html` for pages and e-mail bodies, `json` for outputs that
 * stand inside a JSON text (a string gives its inner characters, anything else its JSON), `url` for outputs that stand
 * inside a URL: each stays within its part of the path or its value of the query.
 */
export type Escape = 'none' | 'html' | 'json' | 'url'

/** A text that was parsed and whose variables are all declared. Only `compile` makes it. */
export type TextTemplate = {
  readonly parsed: Template[]
  readonly escape: Escape
  readonly source: string
  /** Most parts (texts, outputs, tags) that one rendering may go through, repeats counted. */
  readonly parts: number
  /** The same without the engine, where it needs none. */
  readonly plain: PlainText | null
}

export type TextFault = Mistake

/** A fault with its place in the text. */
export const placed = ({ says, line, column }: TextFault): Sentence => ({
  en: `${says.en} (line ${line}, column ${column})`,
  es: `${says.es} (línea ${line}, columna ${column})`,
})

/** A text could not be rendered: a variable has no value, or a limit was passed. Rendering again gives the same. */
export class RenderFault extends Error {
  override readonly name = 'RenderFault'
  /** In both languages, where it was said in both. */
  readonly says: Sentence | null

  constructor(cause: string | Sentence, options?: ErrorOptions) {
    super(typeof cause === 'string' ? cause : cause.en, options)
    this.says = typeof cause === 'string' ? null : cause
  }
}

/** Longest source and longest result, in characters. An e-mail of 256 k is cut by most mail programs already. */
const SOURCE_LIMIT = 65_536
const RESULT_LIMIT = 262_144

/**
 * Bounds of one rendering, in work and not in time: a machine that stands still for a moment must not make an
 * honest text fail. What reaches them takes some 100 ms, a large honest text 1.
 */
const MEMORY_UNITS = 2_000_000
const MOST_PARTS = 20_000
/** Longest tag or output. Thousands of conditions in one tag take seconds to parse and to answer. */
const PART_LENGTH = 2_000
/** Microseconds that a part takes, and units of memory in one. */
const PART_EFFORT = 5
const UNITS_PER_US = 20
/** More is called a thousand million and more. */
const MOST_COUNTED = 1_000_000_000
/** A part works as long as it is: characters of the longest part times parts. */
const WORK = 500_000
/** Names of days in a language and zone are the dearest thing a text can ask for. */
const DATE_UNITS = 10_000
/** A filter, and what compares, looks at each item of a list; the library charges them as if they were characters, or not at all. */
const ITEM_UNITS = 100

/** Tags that read other templates: there is nothing to read, and no author may reach the disk. */
const TAGS_WITHHELD = ['include', 'render', 'layout', 'block']

/**
 * `sample` is random, the date_to_* read the machine's zone, the *_exp hide variables inside strings where the
 * analysis does not see them, `hmac_sha256` invites secrets into texts.
 */
const FILTERS_WITHHELD = [
  'sample',
  'date_to_xmlschema',
  'date_to_rfc822',
  'date_to_string',
  'date_to_long_string',
  'where_exp',
  'reject_exp',
  'group_by_exp',
  'has_exp',
  'find_exp',
  'find_index_exp',
  'hmac_sha256',
]

const HTML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
}

const asText = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** A capture that holds itself twice doubles each time; the library bounds what filters make, not this. */
class BoundedCapture extends CaptureTag {
  override *render(context: Context): Generator<unknown, void, string> {
    yield* super.render(context)
    const captured = context.getSync([this.variable])
    context.memoryLimit.use(typeof captured === 'string' ? captured.length : 1)
  }
}

const COMPARING = ['==', '!=', 'contains'] as const

const CHARGING: Operators = {
  ...defaultOperators,
  ...Object.fromEntries(
    COMPARING.map((name) => [
      name,
      (left: unknown, right: unknown, context: Context) => {
        context.memoryLimit.use(unitsOf(left))
        return (defaultOperators[name] as (...operands: unknown[]) => ReturnType<Operators[string]>)(
          left,
          right,
          context,
        )
      },
    ]),
  ),
}

/** Text that is safe between tags and inside quoted attributes. */
export const escapeHtml = (value: string): string => value.replace(/[&<>"']/g, (found) => HTML_ENTITIES[found] ?? found)

/** What one output contributes to a JSON text: see `Escape`. */
const escapeJson = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value).slice(1, -1) : (JSON.stringify(value ?? null) ?? 'null')

const ESCAPES: Readonly<Record<Escape, ((value: unknown) => string) | undefined>> = {
  none: undefined,
  html: (value) => escapeHtml(asText(value)),
  json: escapeJson,
  url: (value) => encodeURIComponent(asText(value).toWellFormed()),
}

/** An object in a text for people would read `[object Object]`; all else is what the engine makes of it. */
const objectsAsJson = (value: unknown): string =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? JSON.stringify(value) : (value as string)

function engine(escaping: Escape): Liquid {
  const outputEscape = ESCAPES[escaping] ?? objectsAsJson
  const liquid = new Liquid({
    strictFilters: true,
    strictVariables: true,
    // `{{ contact.name | default: "…" }}` and `{% if contact.name %}` may ask for what is absent.
    lenientIf: true,
    ownPropertyOnly: true,
    parseLimit: SOURCE_LIMIT,
    memoryLimit: MEMORY_UNITS,
    timezoneOffset: 'UTC',
    locale: 'en',
    templates: {},
    operators: CHARGING,
    outputEscape,
  })
  for (const tag of TAGS_WITHHELD) delete liquid.tags[tag]
  for (const filter of FILTERS_WITHHELD) delete liquid.filters[filter]
  liquid.registerTag('capture', BoundedCapture)
  registerDate(liquid)
  if (escaping === 'html') {
    // Already escaped by themselves: a second pass would show the entities to the reader.
    liquid.registerFilter('escape', { raw: true, handler: (value: unknown) => escapeHtml(asText(value)) })
    liquid.registerFilter('newline_to_br', {
      raw: true,
      handler: (value: unknown) => escapeHtml(asText(value)).replace(/\r?\n/g, '<br>'),
    })
    delete liquid.filters.raw
  }
  if (escaping === 'json') {
    const json = { raw: true, handler: (value: unknown) => JSON.stringify(value ?? null) }
    liquid.registerFilter('json', json)
    liquid.registerFilter('jsonify', json)
    delete liquid.filters.raw
  }
  if (escaping === 'url') {
    // Encoded by themselves, the last one as a whole: `/`, `?` and `&` stay what they are.
    for (const name of ['url_encode', 'cgi_escape', 'uri_escape']) {
      liquid.registerFilter(name, { raw: true, handler: liquid.filters[name] as (value: unknown) => unknown })
    }
    delete liquid.filters.raw
  }
  for (const [name, filter] of Object.entries(liquid.filters)) liquid.filters[name] = chargingItems(filter)
  return liquid
}

/** How much of a value is looked at to find or compare something. */
function unitsOf(value: unknown): number {
  if (typeof value === 'string') return value.length >> 4
  if (!Array.isArray(value)) return 0
  return value.reduce((sum, item) => sum + (Array.isArray(item) ? item.length : 1), 0) * ITEM_UNITS
}

function chargingItems(filter: FilterImplOptions): FilterImplOptions {
  const { handler, raw = false } = typeof filter === 'function' ? { handler: filter } : filter
  return {
    raw,
    handler(this, value, ...args) {
      if (Array.isArray(value)) this.context.memoryLimit.use(value.length * ITEM_UNITS)
      return handler.call(this, value, ...args)
    },
  }
}

/** The `date` filter without the machine in it: "now" is the scope's `now`, language and zone are the reader's. */
function registerDate(liquid: Liquid): void {
  const builtIn = liquid.filters.date as Extract<FilterImplOptions, (...args: never[]) => unknown>
  liquid.registerFilter('date', function (this, value: unknown, format?: unknown, zone?: unknown) {
    this.context.memoryLimit.use(DATE_UNITS)
    const reader = this.context.globals as { locale?: string; timeZone?: string }
    const context = Object.assign(Object.create(this.context), {
      opts: { ...this.context.opts, locale: reader.locale ?? 'en', timezoneOffset: reader.timeZone ?? 'UTC' },
    })
    const moment = value === 'now' || value === 'today' ? this.context.getSync(['now']) : value
    return builtIn.call({ ...this, context }, moment, format, zone)
  })
}

const ENGINES: Readonly<Record<Escape, Liquid>> = {
  none: engine('none'),
  html: engine('html'),
  json: engine('json'),
  url: engine('url'),
}

/**
 * Parses a Liquid text and checks that it can only ask for what is declared.
 *
 * `names` are the roots or paths that the text may use: `event` allows everything below it, `contact.name` only
 * that. An undeclared name, an unknown filter, a tag that reads files and names like `constructor` are faults.
 * A path that is allowed may still be absent at rendering: see `render`.
 */
export function compile(
  source: string,
  names: readonly string[],
  escaping: Escape = 'none',
): { template: TextTemplate; faults?: undefined } | { template?: undefined; faults: TextFault[] } {
  if (source.length > SOURCE_LIMIT) {
    return { faults: [{ says: tooLong(SOURCE_LIMIT), line: 1, column: 1 }] }
  }
  const longest = longestPart(source)
  if (longest > PART_LENGTH) {
    return { faults: [{ says: tagTooLong(PART_LENGTH), line: 1, column: 1 }] }
  }
  // The longer the longest part, the fewer times anything may be repeated.
  const parts = Math.min(MOST_PARTS, Math.ceil(WORK / longest))
  const liquid = ENGINES[escaping]
  const look = (text: string): { parsed: Template[]; faults: TextFault[] } => {
    const parsed = liquid.parse(text)
    const { variables, globals } = liquid.analyzeSync(parsed)
    const faults = [
      ...unsafeNames(Object.values(variables).flat()),
      ...undeclared(Object.values(globals).flat(), names),
      ...tooMuchWork(parsed, MOST_PARTS).map(refusal),
    ]
    return { parsed, faults }
  }
  try {
    const { parsed, faults } = look(source)
    if (faults.length > 0) return { faults }
    const plain = parsed.length <= parts ? plainText(source) : null
    return { template: { parsed, escape: escaping, source, parts, plain } }
  } catch {
    return { faults: mistakesOf(source, (text) => look(text).faults) }
  }
}

const tooLong = (most: number): Sentence => ({
  en: `is longer than ${most} characters`,
  es: `tiene más de ${most} caracteres`,
})
const tagTooLong = (most: number): Sentence => ({
  en: `has a tag of more than ${most} characters`,
  es: `tiene una marca de más de ${most} caracteres`,
})

function refusal({ kind, count, line, column }: TooMuch): TextFault {
  // Loops within loops soon go through more than can be counted.
  const isBeyond = count > MOST_COUNTED
  const en =
    kind === 'range'
      ? `has a range of ${isBeyond ? 'more than a thousand million' : count} numbers`
      : `goes through ${isBeyond ? 'more than a thousand million' : `at least ${count}`} parts`
  const es =
    kind === 'range'
      ? `tiene un rango de ${isBeyond ? 'más de mil millones de' : count} números`
      : `pasa ${isBeyond ? 'por más de mil millones de' : `al menos por ${count}`} partes`
  return {
    says: {
      en: `${en}; a text may go through ${MOST_PARTS} parts`,
      es: `${es}; un texto puede pasar por ${MOST_PARTS} partes`,
    },
    line,
    column,
  }
}

function longestPart(source: string): number {
  let longest = 1
  for (const { text } of partsIn(source)) longest = Math.max(longest, text.length)
  return longest
}

type Seen = { segments: readonly unknown[]; location: { row: number; col: number } }

const pathOf = (seen: Seen): string[] => {
  const named = seen.segments.findIndex((segment) => typeof segment !== 'string' && typeof segment !== 'number')
  return seen.segments.slice(0, named === -1 ? undefined : named).map(String)
}

function unsafeNames(variables: readonly Seen[]): TextFault[] {
  return variables
    .filter((seen) => pathOf(seen).some((segment) => UNSAFE_NAMES.has(segment)))
    .map((seen) => ({
      says: {
        en: `${pathOf(seen).join('.')} is not allowed in a text`,
        es: `${pathOf(seen).join('.')} no se permite en un texto`,
      },
      line: seen.location.row,
      column: seen.location.col,
    }))
}

/** Of more variables than these nobody reads the names to find the one that was meant. */
const MOST_TOLD = 6

function undeclared(variables: readonly Seen[], names: readonly string[]): TextFault[] {
  const allowed = names.map((name) => name.split('.'))
  const isAllowed = (path: readonly string[]) =>
    allowed.some((name) => name.every((segment, i) => i >= path.length || path[i] === segment))
  /** Those of the same root, where there are any: whoever mistyped a member looks for one of its neighbours. */
  const instead = (path: readonly string[]): Sentence => {
    const near = names.filter((name) => name.startsWith(`${path[0]}.`))
    const known = near.length > 0 ? near : names
    if (known.length <= MOST_TOLD) return { en: `known are ${known.join(', ')}`, es: `las hay: ${known.join(', ')}` }
    const [first, second, third] = nearestTo(path.join('.'), known)
    return {
      en: `the nearest are ${first}, ${second} and ${third}`,
      es: `las más parecidas son ${first}, ${second} y ${third}`,
    }
  }
  const says = (path: readonly string[]): Sentence => {
    const { en, es } = instead(path)
    const name = path.join('.')
    return { en: `there is no variable ${name}; ${en}`, es: `no hay ninguna variable ${name}; ${es}` }
  }
  return variables
    .filter((seen) => !isAllowed(pathOf(seen)))
    .map((seen) => ({
      says: says(pathOf(seen)),
      line: seen.location.row,
      column: seen.location.col,
    }))
}

/** Who reads: language and zone of dates. English and UTC when absent. */
export type Reader = { locale?: string; timeZone?: string }

/**
 * Renders a compiled text. Pure and bounded: the same scope gives the same text, or the same fault.
 * @throws RenderFault when a variable has no value (without `default`), or a limit on work, memory or length is passed
 */
export function render(template: TextTemplate, scope: { readonly [name: string]: Json }, reader: Reader = {}): string {
  const { plain: words } = template
  const plain = words === null ? null : renderPlain(words, scope, ESCAPES[template.escape])
  if (words !== null && plain !== null) spend(words.paths.length >> 3)
  const result = plain ?? renderByEngine(template, scope, reader)
  if (result.length > RESULT_LIMIT) throw new RenderFault(`is longer than ${RESULT_LIMIT} characters`)
  // Filters can cut a pair of surrogates in two or decode a NUL; neither can be stored.
  return result.toWellFormed().replaceAll('\u0000', '')
}

function renderByEngine(template: TextTemplate, scope: { readonly [name: string]: Json }, reader: Reader): string {
  const liquid = ENGINES[template.escape]
  // A copy, since `increment` writes into the scope.
  const context = new Context({ ...scope }, liquid.options, { sync: true, globals: reader }, { liquid })
  let parts = 0
  context.renderLimit.check = () => {
    parts += 1
    if (parts > template.parts) throw new Error(`goes through more than ${template.parts} parts`)
  }
  let units = 0
  const memory = context.memoryLimit
  const use = memory.use.bind(memory)
  memory.use = (count) => {
    units += Math.max(0, count || 0)
    use(count)
  }
  const account = () => spend(parts * PART_EFFORT + units / UNITS_PER_US)
  let result: unknown
  // An absent value is no bug: what the library throws then says all, and its stacks cost more than the rendering.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    result = liquid.renderSync(template.parsed, context)
  } catch (error) {
    account()
    const { says, line } = mistakeIn(error)
    const placedAt = { en: `${says.en} (line ${line})`, es: `${says.es} (línea ${line})` }
    throw new RenderFault(placedAt, { cause: error })
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
  account()
  if (typeof result !== 'string') throw new RenderFault('gave no text')
  return result
}
