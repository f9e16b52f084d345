import { ROOTS } from '#flows/cel.ts'
import { jsonOf } from '#platform/cel/values.ts'
import type { Json } from '#platform/event.ts'
import { exactJson } from '#platform/exact-json.ts'
import { compile, type Escape, placed, RenderFault, render, type TextTemplate } from '#platform/liquid.ts'
import { withOutputs } from '#platform/liquid-parts.ts'
import type { Sentence } from '#platform/sentence.ts'

/** What a text sees: the names of conditions, as JSON. */
export type TextScope = {
  event: Json
  last: Json
  contact: Json
  encounter: Json
  queue: Json
  vars: { readonly [name: string]: Json }
  now: string
}

/** A text without outputs or tags is kept as it is. */
export type Text = string | { readonly template: TextTemplate; readonly roots: readonly string[] }

/** JSON whose strings are templates, or one template that gives a JSON text. */
export type JsonText = { readonly kind: 'value'; readonly fill: Fill } | { readonly kind: 'text'; readonly text: Text }

type Fill = (scope: TextScope) => Json

const CACHED = 2_000
const compiled = new Map<string, { text: Text } | { faults: readonly Sentence[] }>()

/**
 * Compiles a Liquid text once. `names` are what it may ask for (see `platform/liquid.ts`).
 * @returns faults, each with its line and column
 */
export function compileText(
  source: string,
  names: readonly string[],
  escaping: Escape = 'none',
): { text: Text; faults?: undefined } | { text?: undefined; faults: readonly Sentence[] } {
  if (!source.includes('{{') && !source.includes('{%')) return { text: source }
  const key = `${escaping}\n${names.join()}\n${source}`
  let known = compiled.get(key)
  if (known === undefined) {
    const made = compile(source, names, escaping)
    known =
      made.template === undefined
        ? { faults: made.faults.map(placed) }
        : { text: { template: made.template, roots: rootsIn(source) } }
    if (compiled.size >= CACHED) compiled.delete(compiled.keys().next().value as string)
    compiled.set(key, known)
  }
  return known
}

/** How many characters a text has at least, whatever its outputs give; 0 where tags may leave some out. */
export const fixedLength = (source: string): number =>
  source.includes('{%') ? 0 : withOutputs(source, '').trim().length

/** Which roots a text may read; a name inside a literal counts too, which only loads more than is needed. */
const rootsIn = (source: string): string[] => ROOTS.filter((root) => source.includes(root))

/** Compiles a body: a string is one template whose outputs are escaped for JSON, anything else JSON of templates. */
export function compileJson(
  body: unknown,
  names: readonly string[],
): { json: JsonText; roots: readonly string[]; faults: readonly { path: string; says: Sentence }[] } {
  const faults: { path: string; says: Sentence }[] = []
  const roots = new Set<string>()

  function textOf(source: string, path: string, escaping: Escape): Text {
    const made = compileText(source, names, escaping)
    if (made.text === undefined) {
      faults.push(...made.faults.map((says) => ({ path, says })))
      return ''
    }
    if (typeof made.text !== 'string') for (const root of made.text.roots) roots.add(root)
    return made.text
  }

  function fillOf(value: unknown, path: string): Fill {
    if (typeof value === 'string') {
      const text = textOf(value, path, 'none')
      return (scope) => renderText(text, scope)
    }
    if (Array.isArray(value)) {
      const items = value.map((item, i) => fillOf(item, `${path}.${i}`))
      return (scope) => items.map((fill) => fill(scope))
    }
    if (typeof value === 'object' && value !== null) {
      const members = Object.entries(value).map(([name, item]) => [name, fillOf(item, `${path}.${name}`)] as const)
      return (scope) => Object.fromEntries(members.map(([name, fill]) => [name, fill(scope)]))
    }
    const fixed = (value ?? null) as null | boolean | number
    return () => fixed
  }

  const json: JsonText =
    typeof body === 'string'
      ? { kind: 'text', text: textOf(body, '', 'json') }
      : { kind: 'value', fill: fillOf(body, '') }
  return { json, roots: [...roots], faults }
}

/**
 * A URL: outputs inside it are encoded, so that each stays within its part of the path or its value of the query. One
 * that begins it is the whole URL or its base, and is taken as it is.
 */
export type UrlText = { readonly base: Text; readonly rest: Text }

const FIRST_OUTPUT = /^\s*\{\{.*?\}\}\s*/s

/** Compiles a URL. */
export function compileUrl(
  source: string,
  names: readonly string[],
): { url: UrlText; roots: readonly string[]; faults?: undefined } | { url?: undefined; faults: readonly Sentence[] } {
  const first = FIRST_OUTPUT.exec(source)?.[0] ?? ''
  const base = compileText(first, names)
  const rest = compileText(source.slice(first.length), names, 'url')
  if (base.text === undefined || rest.text === undefined) {
    return { faults: [...(base.faults ?? []), ...(rest.faults ?? [])] }
  }
  const roots = [base.text, rest.text].flatMap((text) => (typeof text === 'string' ? [] : text.roots))
  return { url: { base: base.text, rest: rest.text }, roots }
}

/** Renders a URL. What it names is not judged here. @throws RenderFault */
export const renderUrl = ({ base, rest }: UrlText, scope: TextScope): string =>
  `${renderText(base, scope)}${renderText(rest, scope)}`

/** Renders a text. @throws RenderFault */
export function renderText(text: Text, scope: TextScope): string {
  if (typeof text === 'string') return text
  const result = render(text.template, scope as unknown as { [name: string]: Json }, readerOf(scope))
  if (result.includes('\u0000')) throw new RenderFault('holds a NUL character')
  return result.isWellFormed() ? result : result.toWellFormed()
}

function readerOf(scope: TextScope): { locale?: string; timeZone?: string } {
  const contact = scope.contact as { locale?: Json; timeZone?: Json } | null
  return {
    ...(typeof contact?.locale === 'string' ? { locale: contact.locale } : {}),
    ...(typeof contact?.timeZone === 'string' ? { timeZone: contact.timeZone } : {}),
  }
}

/** Renders a body to a JSON value. @throws RenderFault, also when a text template gave no JSON */
export function jsonFrom(json: JsonText, scope: TextScope): Json {
  if (json.kind === 'value') return kept(json.fill(scope))
  const text = renderText(json.text, scope)
  let parsed: unknown
  try {
    parsed = exactJson(text)
  } catch {
    throw new RenderFault('gave no JSON')
  }
  return kept(parsed)
}

function kept(value: unknown): Json {
  const made = jsonOf(value)
  if (made.fault !== undefined) throw new RenderFault(made.fault)
  return made.value
}
