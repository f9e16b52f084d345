import { type TString, Type } from '@sinclair/typebox'
import { EXPRESSION_LIMIT } from '#flows/cel.ts'
import type { Compiler } from '#flows/node-definition.ts'
import type { Sentence } from '#platform/sentence.ts'

/** Fields that several kinds have. */
export const EXPRESSION: TString = Type.String({ minLength: 1, maxLength: EXPRESSION_LIMIT, description: 'CEL' })
export const TEXT: TString = Type.String({ minLength: 1, maxLength: 20_000, description: 'Liquid' })
export const DURATION: TString = Type.String({ maxLength: 40, description: 'ISO 8601 duration' })
export const PATTERN: TString = Type.String({ minLength: 1, maxLength: 255, description: 'topic pattern' })
/** The routing key of one kind of event: words between dots, no wildcard. */
export const EVENT_TYPE: TString = Type.String({
  maxLength: 255,
  pattern: '^[^.*#\\s\\u0000-\\u001f]+(\\.[^.*#\\s\\u0000-\\u001f]+)*$',
  description: 'Words between dots, without * and #: `encounter.closed`',
})
/** The name of a way out that an author made up. */
export const HANDLE: TString = Type.String({
  pattern: '^(?!(?:__proto__|constructor|prototype)$)[A-Za-z0-9_-]{1,64}$',
  description: 'Letters, digits, - and _',
})
export const CALENDAR: TString = Type.String({
  minLength: 1,
  maxLength: 255,
  description: '`queue`, or the id of a calendar: the time counts while it is open',
})

/** A word that is kept as it is written. Whoever puts a tag into it means that it be filled in. */
export function plainWord<T>(compiler: Compiler, path: string, word: T): T {
  if (typeof word === 'string' && /\{[{%]/.test(word)) {
    compiler.warn(path, {
      en: 'is kept as it is written: nothing is filled in here',
      es: 'se guarda tal como está escrito: aquí no se completa nada',
    })
  }
  return word
}

/** Of a duration without length. */
export const NOTHING: Sentence = { en: 'must be more than nothing', es: 'debe durar algo' }
/** Of months and years where a number of hours is needed. */
export const NO_FIXED_LENGTH: Sentence = {
  en: 'months and years have no fixed length here',
  es: 'los meses y años no tienen aquí una duración fija',
}
/** Of months and years where a calendar counts. */
export const NO_BUSINESS_TIME: Sentence = {
  en: 'months and years cannot be business time',
  es: 'los meses y años no pueden contarse en horas hábiles',
}

export const noZone = (zone: string): Sentence => ({
  en: `there is no time zone ${zone}`,
  es: `no existe la zona horaria ${zone}`,
})

/** Of a field that means something beside another one only. */
export const onlyWith = (field: string): Sentence => ({ en: `goes with ${field} only`, es: `solo va con ${field}` })

/** Names that CEL and Liquid can write after a dot. */
export const VARIABLE = '^(?!(?:__proto__|constructor|prototype|size|first|last)$)[A-Za-z_][A-Za-z0-9_]{0,63}$'

/** Where the answer of a node is kept. */
export const SAVE = Type.Optional(Type.String({ pattern: VARIABLE, description: 'Name of a variable' }))

/** What nodes have in common that ask somebody outside, who answers or does not. */
export const ASKS = {
  faultWay: 'error',
  undoable: true,
  ways: () => ['ok', 'error'],
  sets: ({ save }: { save?: unknown }) => (typeof save === 'string' ? [save] : []),
} as const
