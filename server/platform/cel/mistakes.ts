import type { Sentence } from '#platform/sentence.ts'
import { storable } from '#platform/storable.ts'

/** What the library says of an expression that it does not understand. */
type Mistake = { code?: string; summary?: string; message?: string; range?: { start: number; end: number } }

/** The library's sentence without its drawing of the source. */
export function summaryOf(error: unknown): string {
  const { summary, message } = (error ?? {}) as Mistake
  return storable((summary ?? message ?? String(error)).split('\n', 1)[0] ?? '', 300)
}

/** Names of what the parser waits for. */
const WANTED: { readonly [token: string]: Sentence } = {
  IDENTIFIER: { en: 'a name', es: 'un nombre' },
  RPAREN: { en: ')', es: ')' },
  RBRACKET: { en: ']', es: ']' },
  RBRACE: { en: '}', es: '}' },
  COLON: { en: ':', es: ':' },
  EOF: { en: 'its end', es: 'el final' },
}

/** What the library bounds, in words. */
const BOUNDS: { readonly [limit: string]: Sentence } = {
  maxAstNodes: { en: 'has too many parts', es: 'tiene demasiadas partes' },
  maxDepth: { en: 'is nested too deep', es: 'está anidada en demasiados niveles' },
  maxListElements: { en: 'has a list that is too long', es: 'tiene una lista demasiado larga' },
  maxMapEntries: { en: 'has a map with too many entries', es: 'tiene un mapa con demasiadas entradas' },
  maxCallArguments: { en: 'has a call with too many arguments', es: 'tiene una llamada con demasiados argumentos' },
}

const NO_ESCAPE = (found: string): Sentence => ({
  en: `has ${found} in a text, which means nothing`,
  es: `tiene ${found} en un texto, que no significa nada`,
})
const NO_NUMBER = (found: string): Sentence => ({
  en: `has ${found}, which is no number`,
  es: `tiene ${found}, que no es un número`,
})
const NEEDS_TRUTH = (found: string): Sentence => ({
  en: `needs true or false where it has ${found}`,
  es: `necesita verdadero o falso donde tiene ${found}`,
})
const UNCLOSED: Sentence = {
  en: 'has a text without its closing quote',
  es: 'tiene un texto sin su comilla de cierre',
}
const NO_LIST: Sentence = { en: 'goes through what is no list', es: 'recorre algo que no es una lista' }
const NO_PLACE: Sentence = {
  en: 'asks by a place for what has no places, or by one that is no number',
  es: 'pide un lugar de algo que no los tiene, o con algo que no es un número',
}
const TWO_KINDS: Sentence = {
  en: 'gives values of two kinds where one is needed',
  es: 'da valores de dos clases donde hace falta una',
}

/** What else the library finds wrong, by its code; `found` is what stands at the place. */
const OTHERS: { readonly [code: string]: (found: string) => Sentence } = {
  unterminated_string: () => UNCLOSED,
  unterminated_triple_quoted_string: () => UNCLOSED,
  newline_in_string: () => UNCLOSED,
  unexpected_character: (found) => ({
    en: `has ${found} where it cannot be`,
    es: `tiene ${found} donde no puede estar`,
  }),
  invalid_escape_sequence: NO_ESCAPE,
  bytes_unicode_escape: NO_ESCAPE,
  invalid_unicode_escape: NO_ESCAPE,
  invalid_unicode_surrogate: NO_ESCAPE,
  invalid_hex_escape: NO_ESCAPE,
  invalid_octal_escape: NO_ESCAPE,
  octal_escape_out_of_range: NO_ESCAPE,
  invalid_number: NO_NUMBER,
  invalid_integer: NO_NUMBER,
  invalid_hex_integer: NO_NUMBER,
  invalid_exponent: NO_NUMBER,
  reserved_identifier: (found) => ({
    en: `has ${found}, a word that is kept for other uses`,
    es: `tiene ${found}, una palabra reservada`,
  }),
  invalid_condition_type: NEEDS_TRUTH,
  invalid_logical_operand: NEEDS_TRUTH,
  incompatible_ternary_branches: () => TWO_KINDS,
  heterogeneous_list_element: () => TWO_KINDS,
  heterogeneous_map_key: () => TWO_KINDS,
  heterogeneous_map_value: () => TWO_KINDS,
  invalid_comprehension_range: () => NO_LIST,
  invalid_index_type: () => NO_PLACE,
  cannot_index_type: () => NO_PLACE,
  invalid_macro_argument: () => ({
    en: 'has() asks for a field, as in has(event.data.x)',
    es: 'has() pregunta por un campo, como en has(event.data.x)',
  }),
  division_by_zero: () => ({ en: 'divides by zero', es: 'divide entre cero' }),
  modulo_by_zero: () => ({ en: 'divides by zero', es: 'divide entre cero' }),
  invalid_regular_expression: (found) => ({
    en: `has ${found}, which is no pattern`,
    es: `tiene ${found}, que no es un patrón`,
  }),
  invalid_timestamp: () => ({
    en: 'holds a timestamp() that is no time of ISO 8601',
    es: 'tiene un timestamp() que no es una hora ISO 8601',
  }),
  invalid_duration: () => ({ en: 'holds a duration() that is none', es: 'tiene un duration() que no es una duración' }),
}

/** Why an expression cannot be understood, with the place where the library names one. */
export function mistakeIn(error: unknown, source: string): Sentence {
  const { code, range } = (error ?? {}) as Mistake
  const summary = summaryOf(error)
  const at: Sentence =
    range === undefined
      ? { en: '', es: '' }
      : { en: ` (character ${range.start + 1})`, es: ` (carácter ${range.start + 1})` }
  const found = range === undefined ? '' : source.slice(range.start, Math.max(range.end, range.start + 1))
  const says = (en: string, es: string): Sentence => ({ en: `${en}${at.en}`, es: `${es}${at.es}` })
  const quoted = /'(.*)'/.exec(summary)?.[1] ?? ''
  switch (code) {
    case 'unexpected_token':
      return found.trim() === ''
        ? says('ends too early', 'termina antes de tiempo')
        : says(`has ${found} where it cannot be`, `tiene ${found} donde no puede estar`)
    case 'expected_token': {
      const wanted = WANTED[/^Expected (\w+)/.exec(summary)?.[1] ?? '']
      return wanted === undefined
        ? says(`has ${found} where it cannot be`, `tiene ${found} donde no puede estar`)
        : says(`lacks ${wanted.en}`, `le falta ${wanted.es}`)
    }
    case 'unknown_variable': {
      const name = summary.replace('Unknown variable: ', '')
      return says(`there is no ${name}`, `no existe ${name}`)
    }
    case 'no_matching_overload':
      return says(`${quoted} is no call that can be made`, `${quoted} no es una llamada posible`)
    case 'no_such_overload': {
      const operation = summary.replace('no such overload: ', '')
      // What the form of the admin writes until somebody chooses a field.
      if (operation === 'null == string') {
        return says('has a comparison that lacks what is looked at', 'a una comparación le falta qué se mira')
      }
      const isTextWithTime = /string/.test(operation) && /google\.protobuf\./.test(operation)
      return isTextWithTime
        ? says(
            `reckons with a time that is a text (${operation}): write timestamp(…) around it`,
            `calcula con una hora que es un texto (${operation}): rodéala con timestamp(…)`,
          )
        : says(`${operation} cannot be computed`, `${operation} no se puede calcular`)
    }
    case 'no_such_key': {
      const name = summary.replace('No such key: ', '')
      return says(`there is no ${name}`, `no existe ${name}`)
    }
    default: {
      const [, limit = '', most = ''] = /^Exceeded (\w+) \((\d+)\)/.exec(summary) ?? []
      const bound = BOUNDS[limit]
      if (bound !== undefined) return says(`${bound.en}: ${most} at most`, `${bound.es}: ${most} como máximo`)
      const other = OTHERS[code ?? '']?.(found)
      if (other !== undefined) return says(other.en, other.es)
      return says(`is not understood: ${summary}`, `no se entiende: ${summary}`)
    }
  }
}
