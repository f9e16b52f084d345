import { type FilterImplOptions, Liquid, type Template } from 'liquidjs'
import type { Json } from '#platform/event.ts'

/**
 * How outputs are escaped: `none` for plain texts, `html` for pages and e-mail bodies, `json` for outputs that
 * stand inside a JSON text (a string gives its inner characters, anything else its JSON).
 */
export type Escape = 'none' | 'html' | 'json'

/** A text that was parsed and whose variables are all declared. Only `compile` makes it. */
export type TextTemplate = { readonly parsed: Template[]; readonly escape: Escape; readonly source: string }

export type TextFault = { message: string; line: number; column: number }

/** A text could not be rendered: a variable has no value, or a limit was passed. Rendering again gives the same. */
export class RenderFault extends Error {
  override readonly name = 'RenderFault'
}

/** Longest source and longest result, in characters. An e-mail of 256 k is cut by most mail programs already. */
export const SOURCE_LIMIT = 65_536
export const RESULT_LIMIT = 262_144

/**
 * Bounds of one rendering. 50 ms is a hundred times what the largest honest text needs; the event loop never
 * stands longer than that on one text.
 */
const RENDER_MS = 50
const MEMORY_UNITS = 2_000_000
const RENDERED_NODES = 50_000

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

const UNSAFE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

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

/** Text that is safe between tags and inside quoted attributes. */
export const escapeHtml = (value: string): string => value.replace(/[&<>"']/g, (found) => HTML_ENTITIES[found] ?? found)

/** What one output contributes to a JSON text: see `Escape`. */
const escapeJson = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value).slice(1, -1) : (JSON.stringify(value ?? null) ?? 'null')

const ESCAPES: Readonly<Record<Escape, ((value: unknown) => string) | undefined>> = {
  none: undefined,
  html: (value) => escapeHtml(asText(value)),
  json: escapeJson,
}

function engine(escaping: Escape): Liquid {
  const outputEscape = ESCAPES[escaping]
  const liquid = new Liquid({
    strictFilters: true,
    strictVariables: true,
    // `{{ contact.name | default: "…" }}` and `{% if contact.name %}` may ask for what is absent.
    lenientIf: true,
    ownPropertyOnly: true,
    parseLimit: SOURCE_LIMIT,
    renderLimit: RENDER_MS,
    memoryLimit: MEMORY_UNITS,
    timezoneOffset: 'UTC',
    locale: 'en',
    templates: {},
    ...(outputEscape === undefined ? {} : { outputEscape }),
  })
  for (const tag of TAGS_WITHHELD) delete liquid.tags[tag]
  for (const filter of FILTERS_WITHHELD) delete liquid.filters[filter]
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
  return liquid
}

/** The `date` filter without the machine in it: "now" is the scope's `now`, language and zone are the reader's. */
function registerDate(liquid: Liquid): void {
  const builtIn = liquid.filters.date as Extract<FilterImplOptions, (...args: never[]) => unknown>
  liquid.registerFilter('date', function (this, value: unknown, format?: unknown, zone?: unknown) {
    const reader = this.context.globals as { locale?: string; timeZone?: string }
    const context = Object.assign(Object.create(this.context), {
      opts: { ...this.context.opts, locale: reader.locale ?? 'en', timezoneOffset: reader.timeZone ?? 'UTC' },
    })
    const moment = value === 'now' || value === 'today' ? this.context.getSync(['now']) : value
    return builtIn.call({ ...this, context }, moment, format, zone)
  })
}

const ENGINES: Readonly<Record<Escape, Liquid>> = { none: engine('none'), html: engine('html'), json: engine('json') }

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
    return { faults: [{ message: `is longer than ${SOURCE_LIMIT} characters`, line: 1, column: 1 }] }
  }
  const liquid = ENGINES[escaping]
  try {
    const parsed = liquid.parse(source)
    const { variables, globals } = liquid.analyzeSync(parsed)
    const faults = [
      ...unsafeNames(Object.values(variables).flat()),
      ...undeclared(Object.values(globals).flat(), names),
    ]
    return faults.length > 0 ? { faults } : { template: { parsed, escape: escaping, source } }
  } catch (error) {
    return { faults: [faultOf(error)] }
  }
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
      message: `${pathOf(seen).join('.')} is not allowed in a text`,
      line: seen.location.row,
      column: seen.location.col,
    }))
}

function undeclared(variables: readonly Seen[], names: readonly string[]): TextFault[] {
  const allowed = names.map((name) => name.split('.'))
  const isAllowed = (path: readonly string[]) =>
    allowed.some((name) => name.every((segment, i) => i >= path.length || path[i] === segment))
  return variables
    .filter((seen) => !isAllowed(pathOf(seen)))
    .map((seen) => ({
      message: `there is no variable ${pathOf(seen).join('.')}; known are ${names.join(', ')}`,
      line: seen.location.row,
      column: seen.location.col,
    }))
}

function faultOf(error: unknown): TextFault {
  const message = error instanceof Error ? error.message : String(error)
  const at = /, line:(\d+), col:(\d+)/.exec(message)
  return {
    message: message.replace(/, (file:.*|line:\d+, col:\d+)$/, ''),
    line: Number(at?.[1] ?? 1),
    column: Number(at?.[2] ?? 1),
  }
}

/** Who reads: language and zone of dates. English and UTC when absent. */
export type Reader = { locale?: string; timeZone?: string }

/**
 * Renders a compiled text. Synchronous, at most some 50 ms; the same scope gives the same text.
 * @throws RenderFault when a variable has no value (without `default`), or a limit on time, memory or length is passed
 */
export function render(template: TextTemplate, scope: { readonly [name: string]: Json }, reader: Reader = {}): string {
  let result: unknown
  try {
    result = ENGINES[template.escape].renderSync(template.parsed, scope, {
      globals: reader,
      templateLimit: RENDERED_NODES,
    })
  } catch (error) {
    const fault = faultOf(error)
    throw new RenderFault(`${fault.message} (line ${fault.line})`, { cause: error })
  }
  if (typeof result !== 'string') throw new RenderFault('gave no text')
  if (result.length > RESULT_LIMIT) throw new RenderFault(`is longer than ${RESULT_LIMIT} characters`)
  // Filters can cut a pair of surrogates in two or decode a NUL; neither can be stored.
  return result.toWellFormed().replaceAll('\u0000', '')
}
