import { type Part, partsIn } from '#platform/liquid-parts.ts'
import type { Sentence } from '#platform/sentence.ts'

/** A mistake of a text and where it begins, counted from 1. */
export type Mistake = { says: Sentence; line: number; column: number }

/** What the library and the engine tell in words of their own, and how it is said here. */
const TOLD: readonly (readonly [told: RegExp, says: (found: string, part: Part | undefined) => Sentence])[] = [
  [
    /^Maximum call stack/,
    () => ({ en: 'has too many blocks inside each other', es: 'tiene demasiados bloques uno dentro de otro' }),
  ],
  [
    /^memory alloc limit/,
    () => ({ en: 'makes or goes through more than a text may', es: 'genera o recorre más de lo que puede un texto' }),
  ],
  [/^undefined filter: (.*)$/s, (name) => ({ en: `there is no filter ${name}`, es: `no existe el filtro ${name}` })],
  [
    /^tag "?(.*?)"? not found$/s,
    (name) => ({ en: `{% ${name} %} cannot be here`, es: `{% ${name} %} no puede estar aquí` }),
  ],
  [
    /^(?:tag|output|raw) "?(.*?)"? not closed$/s,
    (part) => ({ en: `${shown(part)} is not closed`, es: `${shown(part)} no está cerrado` }),
  ],
  [/^(\S+) not closed$/, (part) => ({ en: `${part} is not closed`, es: `${part} no está cerrado` })],
  [/^illegal tag: (.*)$/s, (tag) => ({ en: `${shown(tag)} is not complete`, es: `${shown(tag)} no está completo` })],
  [/^invalid value expression: ""$/, (_, part) => lacking(part)],
  [
    /^(?:expected variable name|invalid capture name)$/,
    (_, part) => ({ en: `${named(part).en} lacks a name`, es: `a ${named(part).es} le falta un nombre` }),
  ],
  [
    /^invalid value expression: (.*)$/s,
    (value) => ({ en: `asks for ${shown(value)}, which is no name`, es: `pide ${shown(value)}, que no es un nombre` }),
  ],
  [/^expected "(.*)"$/s, (sign) => ({ en: `lacks ${sign}`, es: `le falta ${sign}` })],
  [/^invalid range syntax$/, () => ({ en: 'has a range that is none', es: 'tiene un rango que no lo es' })],
  [
    /^undefined variable: (.*)$/s,
    (name) => ({ en: `undefined variable: ${name}`, es: `no hay ningún valor de ${name}` }),
  ],
]

/** Tags whose value says when what is in them holds. */
const CONDITIONAL = /^\{%-?\s*(?:if|unless|elsif)\b/

const named = (part: Part | undefined): Sentence =>
  part === undefined ? { en: 'something', es: 'algo' } : { en: shown(part.text), es: shown(part.text) }

/** Of an output or a tag that ends where a value should be. */
function lacking(part: Part | undefined): Sentence {
  const { en, es } = named(part)
  return part?.isTag && CONDITIONAL.test(part.text)
    ? { en: `${en} lacks its condition`, es: `a ${es} le falta la condición` }
    : { en: `${en} lacks a value`, es: `a ${es} le falta un valor` }
}

const shown = (part: string): string => (part.length > 60 ? `${part.slice(0, 60).toWellFormed()}…` : part)

/**
 * The library's sentence in ours, without its drawing of the place.
 * @param source the text, where the part at fault is to be named
 */
export function mistakeIn(error: unknown, source = ''): Mistake {
  const told = error instanceof Error ? error.message : String(error)
  const at = /, line:(\d+), col:(\d+)/.exec(told)
  const message = told.replace(/, (file:.*|line:\d+, col:\d+)$/, '')
  const place = { line: Number(at?.[1] ?? 1), column: Number(at?.[2] ?? 1) }
  for (const [form, says] of TOLD) {
    const found = form.exec(message)
    if (found !== null) return { says: says(found[1] ?? '', partAt(source, place)), ...place }
  }
  return { says: { en: message, es: `no se entiende: ${message}` }, ...place }
}

/** Of one text; more are of no use. */
const MOST = 20
/** Tags that give names a value: without them a name may seem to be unknown. */
const NAMING = /\{%-?\s*(?:assign|capture|for|tablerow|increment|decrement)\b/

/**
 * All mistakes of a text that cannot be parsed, as far as they can be told apart: each output at fault is left out, and the
 * rest is looked at again; tags belong together, so that one at fault takes all with it.
 * @param look gives what is wrong with a text that can be parsed, and throws what the parser throws
 */
export function mistakesOf(source: string, look: (text: string) => readonly Mistake[]): Mistake[] {
  const found: Mistake[] = []
  let text = source
  let judged = true
  while (found.length < MOST) {
    try {
      if (judged) found.push(...look(text))
      else look(text)
      break
    } catch (error) {
      const mistake = mistakeIn(error, text)
      found.push(mistake)
      const left = without(text, mistake)
      if (left === null) break
      if (left.tags && NAMING.test(text)) judged = false
      text = left.text
    }
  }
  return found.slice(0, MOST).sort((a, b) => a.line - b.line || a.column - b.column)
}

/** The text without some parts, which are in their order; places stay the same. */
function blanked(text: string, parts: readonly Part[]): string {
  let made = ''
  let from = 0
  for (const { index, text: part } of parts) {
    made += text.slice(from, index) + part.replace(/[^\n]/g, ' ')
    from = index + part.length
  }
  return made + text.slice(from)
}

/** The output or tag in which a place lies. */
function partAt(text: string, { line, column }: Pick<Mistake, 'line' | 'column'>): Part | undefined {
  const lines = text.split('\n')
  const at = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1
  for (const part of partsIn(text)) if (at >= part.index && at < part.index + part.text.length) return part
  return undefined
}

/** The text without the part at fault, an output or all tags; null: there is no such part. */
function without(text: string, mistake: Mistake): { text: string; tags: boolean } | null {
  const found = partAt(text, mistake)
  if (found === undefined) return null
  const gone = found.isTag ? [...partsIn(text)].filter(({ isTag }) => isTag) : [found]
  return { text: blanked(text, gone), tags: found.isTag }
}
