import type { Known } from '#platform/asked-in-spanish.ts'
import { faultInSpanish } from '#platform/schema/in-spanish.ts'
import type { Sentence } from '#platform/sentence.ts'

/** What the catalogue says of an event beside its schema. */
const SPANISH: Known = [
  [/^(".*") is not in the catalogue$/s, '$1 no está en el catálogo'],
  [/^(".*") has no version (\d+) in the catalogue$/s, '$1 no tiene versión $2 en el catálogo'],
  [
    /^is too large to be judged by the schema of its type$/,
    'es demasiado grande para juzgarlo con el esquema de su tipo',
  ],
]

/** Why the catalogue set an event aside, which is kept in English, as people read it. */
export const faultText = (fault: string): Sentence => ({ en: fault, es: faultInSpanish(fault, SPANISH) })
