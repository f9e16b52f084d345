import { type Known, known } from '#platform/asked-in-spanish.ts'
import { PATTERNS_IN_SPANISH } from '#platform/schema/patterns.ts'
import { FORMATS, TYPES, wordsOf } from '#platform/schema/words.ts'

/*
 * What is wrong with a value by its schema is kept in English where it is kept at all: with an event that was set aside,
 * with a run. Here it is known again, by what `wordsOf` says.
 */

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Sentences without a value of the schema in them, or with a number. */
const SAMPLE = 7
const FIXED = [
  ...[...['required', 'additionalProperties', 'uniqueItems', 'pattern'], ...['minLength', 'maxLength', 'minItems']],
  ...['maxItems', 'minProperties', 'maxProperties', 'minimum', 'exclusiveMinimum', 'maximum', 'exclusiveMaximum'],
  'multipleOf',
]
const said = (keyword: string, limit: number, parentSchema: object = {}) =>
  wordsOf({ keyword, params: { limit, multipleOf: limit }, parentSchema } as never)
const KNOWN: Known = [
  ...FIXED.flatMap((keyword) => [said(keyword, 1), said(keyword, SAMPLE)]),
  said('additionalProperties', 1, { patternProperties: {} }),
].map(({ en, es }): Known[number] => [
  new RegExp(`^${literally(en).replace(String(SAMPLE), '(-?[\\d.e+-]+)')}$`),
  es.replace(String(SAMPLE), '$1'),
])

const KINDS = new Map(
  [...Object.values(TYPES), ...Object.values(FORMATS), { en: 'another value', es: 'otro valor' }]
    .map(({ en, es }) => [en, es] as const)
    .concat([
      ['one of', 'uno de'],
      ['an object with', 'un objeto con'],
    ]),
)
// The longest first: "an object with" before "an object".
const kinds = [...KINDS.keys()].sort((a, b) => b.length - a.length).map((kind) => literally(kind))
const KIND = new RegExp(`"(?:[^"\\\\]|\\\\.)*"|(?:${kinds.join('|')})(?!\\w)| or (?=${kinds.join('|')})`, 'g')
/** A value as JSON, or one of the kinds: other sentences that begin with "must be" are not ours. */
const MUST_BE = new RegExp(`^must be (?=["{[\\d-]|true$|false$|${kinds.join('|')})(.*)$`, 's')
const AS_WRITTEN = /^is not written as it should be: (.*)$/s

/** A sentence of `wordsOf` in Spanish; null: it is none. */
function inSpanish(sentence: string): string | null {
  const fixed = known(KNOWN, sentence)
  if (fixed !== null) return fixed
  const kind = MUST_BE.exec(sentence)?.[1]
  if (kind !== undefined) {
    return `debe ser ${kind.replace(KIND, (part) => (part === ' or ' ? ' o ' : (KINDS.get(part) ?? part)))}`
  }
  const description = AS_WRITTEN.exec(sentence)?.[1]
  if (description === undefined) return null
  const spanish = PATTERNS_IN_SPANISH.get(description)
  return `no está escrito como debe${spanish === undefined ? '' : `: ${spanish}`}`
}

/**
 * A fault as it is kept, in Spanish as far as it is known: `/data/total must be a number`, `/id: is required`.
 * @param own sentences of who keeps it
 */
export function faultInSpanish(fault: string, own: Known = []): string {
  const [, path = '', sentence = ''] = /^(\/\S* )?(.*)$/s.exec(fault) ?? []
  return path + (known(own, sentence) ?? inSpanish(sentence) ?? sentence)
}
