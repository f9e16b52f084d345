import type { Sentence } from '#platform/sentence.ts'

/** What the drawing calls the ways out of steps that are not named by authors. */
const WORDS: { readonly [way: string]: Sentence } = {
  out: { en: 'then', es: 'después' },
  sent: { en: 'sent', es: 'se envió' },
  failed: { en: 'failed', es: 'falló' },
  suppressed: { en: 'not sent', es: 'no se envió' },
  event: { en: 'it came', es: 'llegó' },
  timeout: { en: 'time ran out', es: 'venció el plazo' },
  else: { en: 'otherwise', es: 'si no' },
  ok: { en: 'answered', es: 'respondió' },
  error: { en: 'if it fails', es: 'si falla' },
  undo: { en: 'undone by', es: 'se deshace con' },
  item: { en: 'each one', es: 'cada uno' },
  done: { en: 'when done', es: 'al terminar' },
  approved: { en: 'approved', es: 'aprobado' },
  rejected: { en: 'rejected', es: 'rechazado' },
}

/** What a way is called. Those that authors made up go by their name. */
export const wayWords = (way: string): Sentence =>
  (Object.hasOwn(WORDS, way) ? WORDS[way] : undefined) ?? { en: way, es: way }
