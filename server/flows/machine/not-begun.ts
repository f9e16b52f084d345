import type { Sentence } from '#platform/sentence.ts'

/* Why an event of a trigger began no run of its own. */

export const NO_CONDITION: Sentence = { en: 'no condition holds', es: 'ninguna condición se cumple' }
export const UNDER_WAY: Sentence = {
  en: 'a run of the same key is under way',
  es: 'hay una ejecución de la misma clave en curso',
}
export const STILL_WAITS: Sentence = { en: 'it still waits for its turn', es: 'todavía espera su turno' }
/** There is one that waits for each key. */
export const WAITS_ALREADY: Sentence = {
  en: 'an earlier event of the same key waited for its turn already',
  es: 'un evento anterior de la misma clave ya esperaba su turno',
}
export const REPLACED: Sentence = {
  en: 'a later event of the same key took its place while it waited',
  es: 'un evento posterior de la misma clave tomó su lugar mientras esperaba',
}
export const ONCE_PER: Sentence = {
  en: 'the same key had begun a run within `oncePer`',
  es: 'la misma clave ya había empezado una ejecución dentro de `oncePer`',
}
export const cannotAnswer = (nodeId: string, cause: string): Sentence => ({
  en: `${nodeId}: ${cause}`,
  es: `${nodeId}: ${cause}`,
})
export const calledOffBy = (type: string): Sentence => ({
  en: `${type} called it off while it waited`,
  es: `${type} lo anuló mientras esperaba`,
})
