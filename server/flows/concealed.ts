import { compileText, renderText, type Text, type TextScope } from '#flows/texts.ts'
import type { Sentence } from '#platform/sentence.ts'

/*
 * Texts with secrets in them. `{{ secrets.name }}` is no output like others: the text is cut there before it is
 * compiled, its pieces are rendered one by one, and between them stands the secret's name until the request leaves. So no
 * value is ever in a run, and nothing that an event holds can pass for a secret.
 */

/** Stands for the value of a secret; `json`: inside a JSON string. */
export type SecretRef = { readonly secret: string; readonly json?: true }

/** A rendered text: whole, or in pieces around its secrets. */
export type Concealed = string | readonly (string | SecretRef)[]

/** Compiled, in pieces. */
export type ConcealedText = readonly (Text | SecretRef)[]

/** A body as it will be written: JSON of texts, or one text that gives JSON. */
export type BodyText = (scope: TextScope, write: (piece: string | SecretRef) => void) => void

/** A tag that names a secret in another way: with a filter, or in a computation. */
const MISUSE = /\{[{%][^{}]*\bsecrets\s*[.[]/

const OUTPUT = /\{\{\s*secrets\s*(?:\.\s*([A-Za-z0-9_-]+)|\[\s*(?:"([^"]*)"|'([^']*)')\s*\])\s*\}\}/g

/** A source cut at its secrets: text, name, text, name, …, text. */
function cut(source: string): { texts: string[]; names: string[] } {
  const texts: string[] = []
  const names: string[] = []
  let from = 0
  for (const found of source.matchAll(OUTPUT)) {
    texts.push(source.slice(from, found.index))
    names.push(found[1] ?? found[2] ?? found[3] ?? '')
    from = found.index + found[0].length
  }
  return { texts: [...texts, source.slice(from)], names }
}

/** What compiling needs, and where it says what is wrong. */
export type Compiling = {
  names: readonly string[]
  /** Secrets that the node says it uses. */
  secrets: ReadonlySet<string>
  reads(roots: readonly string[]): void
  fault(path: string, says: Sentence): void
}

const INSIDE: Sentence = {
  en: 'has a secret inside a tag, or needs behind it what stands before it: a secret stands by itself, without filters',
  es: 'tiene un secreto dentro de una marca, o necesita después de él lo que está antes: un secreto va solo y sin filtros',
}
const undeclared = (name: string): Sentence => ({
  en: `uses secrets.${name}, which the node's secret does not name`,
  es: `usa secrets.${name}, que no está en secret del nodo`,
})

/** Compiles a text. What is at fault is left out. */
export function compileConcealed(
  path: string,
  source: string,
  by: Compiling,
  escaping: 'none' | 'json',
): ConcealedText {
  const { texts, names } = cut(source)
  const whole = names.length === 0 ? undefined : compileText(texts.join(''), by.names, escaping)
  const parts: (Text | SecretRef)[] = []
  for (const [i, text] of texts.entries()) {
    const made = compileText(text, by.names, escaping)
    if (made.text === undefined) {
      // What is well without the secret is at fault because of it.
      const isOfSecret = whole?.text !== undefined || MISUSE.test(text)
      for (const says of isOfSecret ? [INSIDE] : made.faults) by.fault(path, says)
      return []
    }
    if (typeof made.text !== 'string') by.reads(made.text.roots)
    parts.push(made.text)
    const name = names[i]
    if (name === undefined) continue
    if (!by.secrets.has(name)) by.fault(path, undeclared(name))
    parts.push(escaping === 'json' ? { secret: name, json: true } : { secret: name })
  }
  return parts
}

/** Renders a text, piece by piece. @throws RenderFault */
export function renderConcealed(text: ConcealedText, scope: TextScope): Concealed {
  return gathered((write) => {
    for (const part of text) write(isRef(part) ? part : renderText(part, scope))
  })
}

/** Compiles a body: a string is one text whose outputs are escaped for JSON, anything else JSON of texts. */
export function compileBody(path: string, body: unknown, by: Compiling): BodyText {
  if (typeof body !== 'string') return writtenOf(path, body, by)
  const text = compileConcealed(path, body, by, 'json')
  return (scope, write) => {
    for (const part of text) write(isRef(part) ? part : renderText(part, scope))
  }
}

function writtenOf(path: string, value: unknown, by: Compiling): BodyText {
  if (typeof value === 'string') return stringOf(path, value, by)
  if (Array.isArray(value)) {
    const items = value.map((item, i) => writtenOf(`${path}.${i}`, item, by))
    return listed('[', ']', items)
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, item]): BodyText => {
      const write = writtenOf(`${path}.${name}`, item, by)
      return (scope, piece) => {
        piece(`${JSON.stringify(name)}:`)
        write(scope, piece)
      }
    })
    return listed('{', '}', members)
  }
  const fixed = JSON.stringify(value ?? null)
  return (_scope, write) => write(fixed)
}

function listed(open: string, close: string, items: readonly BodyText[]): BodyText {
  return (scope, write) => {
    write(open)
    items.forEach((item, i) => {
      if (i > 0) write(',')
      item(scope, write)
    })
    write(close)
  }
}

function stringOf(path: string, source: string, by: Compiling): BodyText {
  const text = compileConcealed(path, source, by, 'none')
  return (scope, write) => {
    write('"')
    for (const part of text) {
      write(isRef(part) ? { ...part, json: true } : JSON.stringify(renderText(part, scope)).slice(1, -1))
    }
    write('"')
  }
}

/** Renders a body to the JSON text that will go over the wire. @throws RenderFault */
export const renderBody = (body: BodyText, scope: TextScope): Concealed => gathered((write) => body(scope, write))

/** Neighbouring texts made one; whole where there is no secret. */
function gathered(fill: (write: (piece: string | SecretRef) => void) => void): Concealed {
  const pieces: (string | SecretRef)[] = []
  fill((piece) => {
    if (piece === '') return
    const last = pieces.length - 1
    const before = pieces[last]
    if (typeof piece === 'string' && typeof before === 'string') pieces[last] = before + piece
    else pieces.push(piece)
  })
  if (pieces.every((piece) => typeof piece === 'string')) return pieces.join('')
  return pieces
}

const isRef = (part: Text | SecretRef): part is SecretRef => typeof part === 'object' && 'secret' in part

/** The text with names for its secrets, as people may see it. */
export const openly = (text: Concealed): string =>
  typeof text === 'string'
    ? text
    : text.map((piece) => (typeof piece === 'string' ? piece : `{{ secrets.${piece.secret} }}`)).join('')

/** Characters of it that are no secrets. */
export const lengthOf = (text: Concealed): number =>
  typeof text === 'string'
    ? text.length
    : text.reduce((n, piece) => n + (typeof piece === 'string' ? piece.length : 0), 0)
