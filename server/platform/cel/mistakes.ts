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
    case 'unterminated_string':
      return says('has a text without its closing quote', 'tiene un texto sin su comilla de cierre')
    case 'unexpected_character':
      return says(`has ${found} where it cannot be`, `tiene ${found} donde no puede estar`)
    case 'invalid_escape_sequence':
      return says(`has ${found} in a text, which means nothing`, `tiene ${found} en un texto, que no significa nada`)
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
    case 'invalid_macro_argument':
      return says(
        'has() asks for a field, as in has(event.data.x)',
        'has() pregunta por un campo, como en has(event.data.x)',
      )
    case 'division_by_zero':
      return says('divides by zero', 'divide entre cero')
    case 'invalid_timestamp':
      return says('holds a timestamp() that is no time of ISO 8601', 'tiene un timestamp() que no es una hora ISO 8601')
    case 'invalid_duration':
      return says(`holds a duration() that is none`, `tiene un duration() que no es una duración`)
    default: {
      const [, limit = '', most = ''] = /^Exceeded (\w+) \((\d+)\)/.exec(summary) ?? []
      const bound = BOUNDS[limit]
      if (bound !== undefined) return says(`${bound.en}: ${most} at most`, `${bound.es}: ${most} como máximo`)
      return says(`is not understood: ${summary}`, `no se entiende: ${summary}`)
    }
  }
}
