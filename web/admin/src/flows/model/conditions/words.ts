import type { Both, Language } from '../../../app/language.ts'
import { numberFormat } from '../../../ui/formatters.ts'
import { type Group, isGroup, type Operator, type Part, type Rule, type SpanUnit, type Value } from './condition.ts'
import { fieldOf } from './fields.ts'
import { conditionOf } from './read.ts'

/** How each comparison reads between field and value. */
export const OPERATOR_WORDS: { readonly [operator in Operator]: Both } = {
  is: { es: 'es', en: 'is' },
  isNot: { es: 'no es', en: 'is not' },
  holds: { es: 'se cumple', en: 'holds' },
  holdsNot: { es: 'no se cumple', en: 'does not hold' },
  more: { es: 'es mayor que', en: 'is more than' },
  least: { es: 'es al menos', en: 'is at least' },
  less: { es: 'es menor que', en: 'is less than' },
  most: { es: 'es como máximo', en: 'is at most' },
  contains: { es: 'contiene', en: 'contains' },
  containsNot: { es: 'no contiene', en: 'does not contain' },
  starts: { es: 'empieza con', en: 'begins with' },
  ends: { es: 'termina en', en: 'ends with' },
  oneOf: { es: 'es una de', en: 'is one of' },
  noneOf: { es: 'no es ninguna de', en: 'is none of' },
  includes: { es: 'incluye', en: 'include' },
  lacks: { es: 'no incluye', en: 'do not include' },
  there: { es: 'está', en: 'is there' },
  notThere: { es: 'no está', en: 'is not there' },
  known: { es: 'se conoce', en: 'is known' },
  unknown: { es: 'no se conoce', en: 'is not known' },
  inMore: { es: 'es dentro de más de', en: 'is more ahead than' },
  inLess: { es: 'es dentro de menos de', en: 'is less ahead than' },
  agoMore: { es: 'fue hace más de', en: 'was longer ago than' },
  agoLess: { es: 'fue hace menos de', en: 'was less ago than' },
}

const SPANS: { readonly [unit in SpanUnit]: { readonly [language in Language]: readonly [string, string] } } = {
  h: { es: ['hora', 'horas'], en: ['hour', 'hours'] },
  m: { es: ['minuto', 'minutos'], en: ['minute', 'minutes'] },
  s: { es: ['segundo', 'segundos'], en: ['second', 'seconds'] },
}
export const spanWord = (unit: SpanUnit, count: number, language: Language): string =>
  SPANS[unit][language][count === 1 ? 0 : 1]

const quotedIn = (text: string, language: Language): string => (language === 'es' ? `«${text}»` : `“${text}”`)

function valueWords(value: Value | undefined, path: string, language: Language): string {
  if (value === undefined) return ''
  const { choices = [] } = fieldOf(path)
  const worded = (text: string) =>
    choices.find((choice) => choice.value === text)?.title[language] ?? quotedIn(text, language)
  switch (value.kind) {
    case 'text':
      return worded(value.text)
    case 'number':
      return numberFormat(language).format(value.number)
    case 'yes':
      return value.yes ? (language === 'es' ? 'sí' : 'yes') : 'no'
    case 'list':
      return value.items.map(worded).join(', ')
    case 'span':
      return `${value.count} ${spanWord(value.unit, value.count, language)}`
  }
}

function ruleWords({ field, operator, value }: Rule, language: Language): string {
  if (field === '') return language === 'es' ? 'falta decir qué se mira' : 'nothing is chosen yet'
  const { title, type } = fieldOf(field)
  // Its words are a sentence already.
  if (type === 'yes' && operator === 'holds') return title[language]
  if (type === 'yes' && operator === 'holdsNot') {
    return language === 'es' ? `no es cierto que ${title.es}` : `it is not so that ${title.en}`
  }
  const said = valueWords(value, field, language)
  return `${title[language]} ${OPERATOR_WORDS[operator][language]}${said === '' ? '' : ` ${said}`}`
}

function partWords(part: Part, language: Language, inside: boolean): string {
  if (!isGroup(part)) return ruleWords(part, language)
  const and = language === 'es' ? ' y ' : ' and '
  const or = language === 'es' ? ' o ' : ' or '
  const said = part.parts.map((one) => partWords(one, language, true)).join(part.join === 'all' ? and : or)
  return inside && part.parts.length > 1 ? `(${said})` : said
}

/** A condition as a sentence. */
export const groupWords = (group: Group, language: Language): string => partWords(group, language, false)

/** What a CEL text asks, in words where the builder can read it, else as it is written. */
export function conditionWords(source: string, language: Language): string {
  const group = conditionOf(source)
  return group === null || group.parts.length === 0 ? source : groupWords(group, language)
}
