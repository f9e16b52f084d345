import {
  EMPTY_RULE,
  type Group,
  isGroup,
  isPath,
  type Operator,
  type Part,
  type Rule,
  type SpanUnit,
  type Value,
} from './condition.ts'

/**
 * The condition that a CEL text writes, for the builder to show; null where it says more than the builder can, or is no
 * CEL at all: then the text itself is shown.
 */
export function conditionOf(source: string): Group | null {
  const tokens = tokensOf(source)
  if (tokens === null) return null
  if (tokens.length === 0) return { join: 'all', parts: [] }
  const reader: Reader = { tokens, at: 0 }
  const part = readAny(reader)
  if (part === null || reader.at !== tokens.length) return null
  return isGroup(part) ? part : { join: 'all', parts: [part] }
}

type Token =
  | { is: 'name'; text: string }
  | { is: 'text'; text: string }
  | { is: 'number'; text: string }
  | { is: 'sign'; text: string }

const TOKEN =
  /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|(\d+(?:\.\d+)?)(?![\w.])|'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|(&&|\|\||==|!=|>=|<=|[!<>()[\].,-]))/y

function tokensOf(source: string): Token[] | null {
  const tokens: Token[] = []
  const rest = source.trimEnd()
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < rest.length) {
    const found = TOKEN.exec(rest)
    if (found === null) return null
    const [, name, number, single, double, sign] = found
    if (name !== undefined) tokens.push({ is: 'name', text: name })
    else if (number !== undefined) tokens.push({ is: 'number', text: number })
    else if (sign !== undefined) tokens.push({ is: 'sign', text: sign })
    else {
      const text = unescaped(single ?? double ?? '')
      if (text === null) return null
      tokens.push({ is: 'text', text })
    }
  }
  return tokens
}

const ESCAPES: { readonly [letter: string]: string } = { n: '\n', r: '\r', t: '\t', '\\': '\\', "'": "'", '"': '"' }

function unescaped(text: string): string | null {
  let known = true
  const made = text.replace(/\\(.)/gs, (_all, letter: string) => {
    const meant = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined
    if (meant === undefined) known = false
    return meant ?? ''
  })
  return known ? made : null
}

type Reader = { readonly tokens: readonly Token[]; at: number }

const next = (reader: Reader): Token | undefined => reader.tokens[reader.at]

/** Takes these signs and names where they come next. */
function take(reader: Reader, ...texts: readonly string[]): boolean {
  const fits = texts.every((text, i) => {
    const token = reader.tokens[reader.at + i]
    return token !== undefined && (token.is === 'sign' || token.is === 'name') && token.text === text
  })
  if (fits) reader.at += texts.length
  return fits
}

const readAny = (reader: Reader): Part | null => readList(reader, '||', 'any', readAll)
const readAll = (reader: Reader): Part | null => readList(reader, '&&', 'all', readOne)

function readList(
  reader: Reader,
  sign: string,
  join: Group['join'],
  read: (reader: Reader) => Part | null,
): Part | null {
  const parts: Part[] = []
  do {
    const part = read(reader)
    if (part === null) return null
    parts.push(part)
  } while (take(reader, sign))
  return parts.length === 1 ? (parts[0] as Part) : { join, parts }
}

function readOne(reader: Reader): Part | null {
  const from = reader.at
  const rule = readRule(reader)
  if (rule !== null) return rule
  reader.at = from
  if (!take(reader, '(')) return null
  const inside = readAny(reader)
  return inside !== null && take(reader, ')') ? inside : null
}

function readRule(reader: Reader): Rule | null {
  if (take(reader, '!')) return readNot(reader)
  if (take(reader, 'has', '(')) {
    const field = readField(reader)
    return field?.includes('.') && take(reader, ')') ? { field, operator: 'there' } : null
  }
  const time = readTime(reader)
  if (time !== undefined) return time
  if (take(reader, 'null', '==')) {
    const value = readValue(reader)
    return value?.kind === 'text' && value.text === '' ? EMPTY_RULE : null
  }
  const token = next(reader)
  if (token?.is === 'text') {
    reader.at++
    if (!take(reader, 'in')) return null
    const field = readField(reader)
    return field === null ? null : { field, operator: 'includes', value: { kind: 'text', text: token.text } }
  }
  return readComparison(reader)
}

/** What an exclamation mark stands before. */
function readNot(reader: Reader): Rule | null {
  if (take(reader, 'has', '(')) {
    const field = readField(reader)
    return field?.includes('.') && take(reader, ')') ? { field, operator: 'notThere' } : null
  }
  const inside = take(reader, '(')
  const rule = readRule(reader)
  if (rule === null || (inside && !take(reader, ')'))) return null
  const against = Object.hasOwn(OPPOSITES, rule.operator) ? OPPOSITES[rule.operator] : undefined
  if (against === undefined) return null
  // Without brackets the mark binds to the field alone; only what is written so is read.
  const bound = rule.operator === 'holds' || rule.operator === 'contains'
  return bound === !inside ? { ...rule, operator: against } : null
}

const OPPOSITES: { readonly [operator in Operator]?: Operator } = {
  holds: 'holdsNot',
  contains: 'containsNot',
  oneOf: 'noneOf',
  includes: 'lacks',
}

const COMPARED: { readonly [sign: string]: Operator } = {
  '==': 'is',
  '!=': 'isNot',
  '>': 'more',
  '>=': 'least',
  '<': 'less',
  '<=': 'most',
}
const CALLS: { readonly [name: string]: Operator } = { contains: 'contains', startsWith: 'starts', endsWith: 'ends' }

function readComparison(reader: Reader): Rule | null {
  const field = readField(reader)
  if (field === null) return null
  for (const [name, operator] of Object.entries(CALLS)) {
    if (!take(reader, '.', name, '(')) continue
    const value = readValue(reader)
    return value?.kind === 'text' && take(reader, ')') ? { field, operator, value } : null
  }
  if (take(reader, 'in', '[')) {
    const items = readItems(reader)
    return items === null ? null : { field, operator: 'oneOf', value: { kind: 'list', items } }
  }
  for (const [sign, operator] of Object.entries(COMPARED)) {
    if (!take(reader, sign)) continue
    if (operator === 'is' && take(reader, 'null')) return { field, operator: 'unknown' }
    if (operator === 'isNot' && take(reader, 'null')) return { field, operator: 'known' }
    const value = readValue(reader)
    if (value === null || value.kind === 'span') return null
    const orders = operator !== 'is' && operator !== 'isNot'
    return orders && value.kind !== 'number' ? null : { field, operator, value }
  }
  return { field, operator: 'holds' }
}

/** `timestamp(…) - now > duration('24h')`, or the other way round; undefined: it does not begin so. */
function readTime(reader: Reader): Rule | null | undefined {
  const ahead = take(reader, 'timestamp', '(')
  if (!ahead && !take(reader, 'now', '-', 'timestamp', '(')) return undefined
  const field = readField(reader)
  if (field === null || !take(reader, ')')) return null
  if (ahead && !take(reader, '-', 'now')) return null
  const more = take(reader, '>')
  if (!more && !take(reader, '<')) return null
  const value = readValue(reader)
  if (value?.kind !== 'span') return null
  return { field, operator: ahead ? (more ? 'inMore' : 'inLess') : more ? 'agoMore' : 'agoLess', value }
}

function readField(reader: Reader): string | null {
  const first = next(reader)
  if (first?.is !== 'name') return null
  reader.at++
  let path = first.text
  for (;;) {
    const [dot, name, open] = reader.tokens.slice(reader.at, reader.at + 3)
    const isCall = open?.is === 'sign' && open.text === '('
    if (dot?.is !== 'sign' || dot.text !== '.' || name?.is !== 'name' || isCall) break
    path += `.${name.text}`
    reader.at += 2
  }
  return isPath(path) ? path : null
}

function readItems(reader: Reader): string[] | null {
  const items: string[] = []
  if (take(reader, ']')) return items
  do {
    const value = readValue(reader)
    if (value?.kind !== 'text') return null
    items.push(value.text)
  } while (take(reader, ','))
  return take(reader, ']') ? items : null
}

const SPAN = /^(\d{1,6})([hms])$/

function readValue(reader: Reader): Value | null {
  if (take(reader, 'true')) return { kind: 'yes', yes: true }
  if (take(reader, 'false')) return { kind: 'yes', yes: false }
  const negative = take(reader, '-')
  const token = next(reader)
  if (token?.is === 'number') {
    reader.at++
    const number = Number(negative ? `-${token.text}` : token.text)
    // Digits that a number here cannot keep would be written back as others.
    return String(number) === `${negative ? '-' : ''}${token.text}` ? { kind: 'number', number } : null
  }
  if (negative) return null
  if (token?.is === 'text') {
    reader.at++
    return { kind: 'text', text: token.text }
  }
  if (!take(reader, 'duration', '(')) return null
  const span = next(reader)
  const [, count, unit] = span?.is === 'text' ? (SPAN.exec(span.text) ?? []) : []
  if (count === undefined) return null
  reader.at++
  return take(reader, ')') ? { kind: 'span', count: Number(count), unit: unit as SpanUnit } : null
}
