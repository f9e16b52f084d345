import type { ErrorObject } from 'ajv/dist/2020.js'
import { PATTERNS_IN_SPANISH } from '#platform/schema/patterns.ts'
import type { Sentence } from '#platform/sentence.ts'

type Json = { readonly [name: string]: unknown }

/** What is wrong with a value by one keyword of its schema, as a sentence that goes on after the field's name. */
export function wordsOf(error: ErrorObject): Sentence {
  const { keyword, params } = error
  const schema = (error.parentSchema ?? {}) as Json
  const limit = Number(params.limit)
  switch (keyword) {
    case 'required':
      return { en: 'is required', es: 'es obligatorio' }
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return 'patternProperties' in schema
        ? { en: 'is not a name that is allowed here', es: 'no es un nombre permitido aquí' }
        : { en: 'is not a known field', es: 'no es un campo conocido' }
    case 'type':
      return must(kindOf({ type: error.schema, format: schema.format }))
    case 'enum':
    case 'const':
      return must(kindOf({ [keyword]: error.schema }))
    case 'anyOf':
    case 'oneOf':
      return must(kindOf({ anyOf: error.schema }))
    case 'minLength':
      return limit === 1
        ? { en: 'must not be empty', es: 'no puede estar vacío' }
        : {
            en: `must have at least ${limit} characters`,
            es: `debe tener al menos ${limit} caracteres`,
          }
    case 'maxLength':
      return { en: `must have at most ${limit} characters`, es: `puede tener como máximo ${limit} caracteres` }
    case 'minItems':
      return {
        en: `must hold at least ${limit} item${s(limit)}`,
        es: `debe tener al menos ${limit} elemento${s(limit)}`,
      }
    case 'maxItems':
      return {
        en: `must hold at most ${limit} item${s(limit)}`,
        es: `puede tener como máximo ${limit} elemento${s(limit)}`,
      }
    case 'uniqueItems':
      return { en: 'must not hold the same item twice', es: 'no puede repetir un elemento' }
    case 'minProperties':
      return { en: `must have at least ${limit} field${s(limit)}`, es: `debe tener al menos ${limit} campo${s(limit)}` }
    case 'maxProperties':
      return {
        en: `must have at most ${limit} field${s(limit)}`,
        es: `puede tener como máximo ${limit} campo${s(limit)}`,
      }
    case 'minimum':
      return { en: `must be at least ${limit}`, es: `debe ser ${limit} o más` }
    case 'exclusiveMinimum':
      return { en: `must be more than ${limit}`, es: `debe ser más de ${limit}` }
    case 'maximum':
      return { en: `must be at most ${limit}`, es: `debe ser ${limit} o menos` }
    case 'exclusiveMaximum':
      return { en: `must be less than ${limit}`, es: `debe ser menos de ${limit}` }
    case 'multipleOf':
      return { en: `must be a multiple of ${params.multipleOf}`, es: `debe ser un múltiplo de ${params.multipleOf}` }
    case 'format':
      return must(FORMATS[String(params.format)] ?? { en: String(params.format), es: String(params.format) })
    case 'pattern':
      return patternWords(schema)
    default:
      return { en: error.message ?? 'is not valid', es: 'no es válido' }
  }
}

const s = (n: number): string => (n === 1 ? '' : 's')

const must = ({ en, es }: Sentence): Sentence => ({ en: `must be ${en}`, es: `debe ser ${es}` })

export const FORMATS: { readonly [format: string]: Sentence } = {
  'date-time': {
    en: 'a time with its zone, such as 2026-03-02T10:00:00Z',
    es: 'una hora con su zona, como 2026-03-02T10:00:00Z',
  },
  date: { en: 'a day such as 2026-03-02', es: 'un día como 2026-03-02' },
  uuid: { en: 'a UUID', es: 'un UUID' },
  email: { en: 'an e-mail address', es: 'una dirección de correo' },
  uri: { en: 'a URL', es: 'una URL' },
}

/**
 * What a pattern means is said by the description beside it: nobody has to read patterns. Descriptions are English, for the
 * document of the API; those that people meet in forms have their Spanish here, the others none.
 */
function patternWords({ description }: Json): Sentence {
  const said = typeof description === 'string' ? description : undefined
  const spanish = said === undefined ? undefined : PATTERNS_IN_SPANISH.get(said)
  return {
    en: `is not written as it should be${said === undefined ? '' : `: ${said}`}`,
    es: `no está escrito como debe${spanish === undefined ? '' : `: ${spanish}`}`,
  }
}

export const TYPES: { readonly [type: string]: Sentence } = {
  string: { en: 'a string', es: 'un texto' },
  integer: { en: 'an integer', es: 'un número entero' },
  number: { en: 'a number', es: 'un número' },
  boolean: { en: 'a boolean', es: 'verdadero o falso' },
  array: { en: 'an array', es: 'una lista' },
  object: { en: 'an object', es: 'un objeto' },
  null: { en: 'null', es: 'null' },
}

/** What a schema takes, in a few words: `a string or null`, `one of "a", "b"`, `an object with contactId`. */
function kindOf(schema: Json): Sentence {
  const { const: only, enum: choices, anyOf, type, format, properties, required } = schema
  if (only !== undefined) return same(JSON.stringify(only))
  if (Array.isArray(choices)) return oneOf(choices)
  if (Array.isArray(anyOf)) return anyKindOf(anyOf as Json[])
  if (typeof format === 'string' && FORMATS[format] !== undefined) return FORMATS[format]
  if (type === 'object' && properties !== undefined) {
    const names = Array.isArray(required) ? required.join(', ') : ''
    return names === '' ? (TYPES.object as Sentence) : { en: `an object with ${names}`, es: `un objeto con ${names}` }
  }
  return TYPES[String(type)] ?? { en: 'another value', es: 'otro valor' }
}

function anyKindOf(schemas: readonly Json[]): Sentence {
  const fixed = schemas.filter(({ const: only }) => only !== undefined)
  if (fixed.length === schemas.length) return oneOf(fixed.map(({ const: only }) => only))
  const kinds = schemas.map(kindOf)
  return {
    en: either(
      kinds.map(({ en }) => en),
      'or',
    ),
    es: either(
      kinds.map(({ es }) => es),
      'o',
    ),
  }
}

const same = (text: string): Sentence => ({ en: text, es: text })

const oneOf = (values: readonly unknown[]): Sentence => {
  const list = values.map((value) => JSON.stringify(value)).join(', ')
  return values.length === 1 ? same(list) : { en: `one of ${list}`, es: `uno de ${list}` }
}

function either(kinds: readonly string[], word: string): string {
  const distinct = [...new Set(kinds)]
  const last = distinct.pop() ?? ''
  return distinct.length === 0 ? last : `${distinct.join(', ')} ${word} ${last}`
}
