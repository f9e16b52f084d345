import { isUtf8 } from 'node:buffer'
import type { Json } from '#platform/event.ts'
import { exactJson } from '#platform/exact-json.ts'
import { endOfString, memberCount, pointerPart, repeatedMembers } from '#platform/json-members.ts'
import { type Fault, invalid, Problem, says } from '#platform/problem.ts'
import type { Sentence } from '#platform/sentence.ts'

/** Most nesting of objects and arrays that any door takes. */
export const MAX_DEPTH = 64
/** Longest body that any door takes, in bytes. */
export const MAX_BODY_BYTES = 1_048_576
/** PostgreSQL's `numeric`, which is what jsonb keeps numbers in, holds so many digits after the point. */
const MAX_SCALE = 16_383

/** Faults told of one body: a megabyte of bad values must not be answered by several. */
export const MAX_FAULTS = 100

export type ParsedJson = { text: string; value: Json }

/**
 * The text of a body: valid UTF-8 without a byte order mark.
 * @throws Problem 413 over {@link MAX_BODY_BYTES}, 400 when the bytes are no UTF-8
 */
export function bodyText(body: string | Buffer): string {
  checkSize(body)
  if (typeof body === 'string' ? !body.isWellFormed() : !isUtf8(body)) throw refusal('is not valid UTF-8')
  const text = typeof body === 'string' ? body : body.toString('utf8')
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

/** @throws Problem 413 over {@link MAX_BODY_BYTES} */
export function checkSize(body: string | Buffer): void {
  // A UTF-16 unit is at most three bytes of UTF-8.
  if (body.length * 3 <= MAX_BODY_BYTES || Buffer.byteLength(body) <= MAX_BODY_BYTES) return
  throw new Problem(413, 'too-large', `The body is over ${MAX_BODY_BYTES} bytes.`)
}

/**
 * Parses a body that came from outside and refuses what the database could not keep: nesting over 64, NUL, lone
 * surrogates, numbers out of range. One of those in a batch would spoil the batch, so it ends here. So do names that
 * stand twice in an object: two readers of the kept text would not agree on it. Whole numbers beyond 2^53 are texts of
 * their digits in the value.
 * @throws Problem 400 with the path (JSON Pointer) of what is at fault; 413
 */
export function parseJson(body: string | Buffer): ParsedJson {
  const text = bodyText(body)
  if (text.trim() === '') throw refusal('is empty; JSON was expected')
  const { badNumber, colons, long } = scan(text)
  let value: Json
  try {
    value = long ? exactJson(text) : JSON.parse(text)
  } catch (error) {
    throw refusal(`is not valid JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (colons > memberCount(value)) {
    // The count only says where to look: what the look finds decides.
    const repeated = repeatedMembers(text, MAX_FAULTS)
    if (repeated.length > 0) throw invalid(...repeated.map((path) => ({ path, message: 'stands twice' })))
  }
  // Escapes are the only way by which NUL or half a pair gets through valid UTF-8; the pattern may take an escaped
  // backslash for one, so the walk decides.
  const doubtful = text.includes('\\u') && /\\u(?:0000|[dD][89a-fA-F])/.test(text)
  if (doubtful || badNumber !== null) {
    const faults: Fault[] = []
    walk(value, '', faults)
    if (badNumber !== null && !faults.some((fault) => fault.message === NUMBER_FAULT)) {
      faults.push({ path: '', message: `holds ${badNumber}: ${NUMBER_FAULT}` })
    }
    if (faults.length > 0) throw invalid(...faults)
  }
  return { text, value }
}

const NUMBER_FAULT = 'the number is out of range'

/** Checks depth without parsing; gives the first number that nobody can hold, the colons outside strings, and whether a number is long. */
function scan(text: string): { badNumber: string | null; colons: number; long: boolean } {
  let depth = 0
  let colons = 0
  let badNumber: string | null = null
  let long = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at = endOfString(text, at)
    } else if (code === 0x3a) {
      colons++
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > MAX_DEPTH) throw refusal(`is nested deeper than ${MAX_DEPTH}`)
    } else if (code === 0x7d || code === 0x5d) {
      depth--
    } else if (code >= 0x30 && code <= 0x39) {
      const start = at
      while (isNumberPart(text.charCodeAt(at + 1))) at++
      long ||= at - start >= 15
      // A double has 17 digits and an exponent of two needs a letter: shorter ones are always well.
      if (at - start > 2 && badNumber === null && !holdable(text, start, at + 1)) {
        badNumber = `${text.slice(start, Math.min(at + 1, start + 24))}…`
      }
    }
  }
  return { badNumber, colons, long }
}

const QUOTE = 0x22

const isNumberPart = (code: number) =>
  (code >= 0x30 && code <= 0x39) || code === 0x2e || code === 0x65 || code === 0x45 || code === 0x2b || code === 0x2d

function holdable(text: string, start: number, end: number): boolean {
  const number = text.slice(start, end)
  const exponentAt = number.search(/[eE]/)
  if (exponentAt === -1 && number.length < 300) return true
  if (!Number.isFinite(Number(number))) return Number.isNaN(Number(number))
  const mantissa = exponentAt === -1 ? number : number.slice(0, exponentAt)
  const point = mantissa.indexOf('.')
  const exponent = exponentAt === -1 ? 0 : Number(number.slice(exponentAt + 1))
  // "0e999999999" is zero for a double and an error for numeric.
  return (point === -1 ? 0 : mantissa.length - point - 1) - exponent <= MAX_SCALE && exponent < 400
}

function walk(value: Json, path: string, faults: Fault[]): void {
  if (faults.length >= MAX_FAULTS) return
  if (typeof value === 'string') {
    const fault = textFault(value)
    if (fault !== null) faults.push({ path, ...says(fault.en, fault.es) })
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) faults.push({ path, message: NUMBER_FAULT })
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      walk(item, `${path}/${index}`, faults)
    })
  } else if (value !== null && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) {
      const fault = textFault(key)
      if (fault !== null) {
        const said = says(`the name ${fault.en}`, `el nombre ${fault.es}`)
        faults.push({ path: `${path}/${pointerPart(key)}`, ...said })
      }
      walk(item, `${path}/${pointerPart(key)}`, faults)
    }
  }
}

export const NUL_FAULT: Sentence = { en: 'holds the character U+0000', es: 'contiene el carácter U+0000' }
const HALF_FAULT: Sentence = { en: 'holds half of a surrogate pair', es: 'contiene medio par sustituto' }

/** What stops a text from being kept: NUL or half of a surrogate pair; null when it is well. */
export function textFault(text: string): Sentence | null {
  if (text.includes('\u0000')) return NUL_FAULT
  return text.isWellFormed() ? null : HALF_FAULT
}

const refusal = (message: string): Problem => invalid({ path: '', message })

const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]*)/i
/** US-ASCII is a part of UTF-8. */
const READ_CHARSETS: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii'])

/** The charset that a media type names, where it is another one than we read and write. */
export function strangeCharset(mediaType: string): string | null {
  const charset = CHARSET.exec(mediaType)?.[1]
  return charset === undefined || READ_CHARSETS.has(charset.toLowerCase()) ? null : charset
}

/**
 * JSON is UTF-8 between systems (RFC 8259, 8.1). What says that it is not would be read as something else than was sent.
 * @throws Problem 415
 */
export function checkCharset(contentType: string | undefined): void {
  const charset = strangeCharset(contentType ?? '')
  if (charset === null) return
  throw new Problem(415, 'charset', `JSON is read as UTF-8, not as ${JSON.stringify(charset.slice(0, 40))}.`)
}
