import type { Fault } from '#platform/problem.ts'
import type { Sentence } from '#platform/sentence.ts'

/**
 * Of some fields exactly one must be given: what is wrong, at the first of them when none is, else at each that is too
 * much. An absent field is undefined.
 * @param called what its readers call a field; default: its name
 */
export function oneOfFaults(
  given: object,
  names: readonly string[],
  called: (name: string) => Sentence = (name) => ({ en: name, es: name }),
): { name: string; says: Sentence }[] {
  const present = names.filter((name) => (given as { readonly [name: string]: unknown })[name] !== undefined)
  const [first, ...others] = present
  if (first !== undefined && others.length === 0) return []
  const words = names.map(called)
  const en = `exactly one of ${listed(words, 'en', 'and')} is needed`
  const which = `una de estas cosas, y solo una: ${listed(words, 'es', 'o')}`
  if (first === undefined) {
    return [{ name: names[0] as string, says: { en: `is missing: ${en}`, es: `falta ${which}` } }]
  }
  const other = called(first)
  return others.map((name) => ({
    name,
    says: { en: `cannot go with ${other.en}: ${en}`, es: `no puede ir con ${other.es}: hace falta ${which}` },
  }))
}

/** The same as faults of a body. */
export const exactlyOne = (body: object, names: readonly string[]): Fault[] =>
  oneOfFaults(body, names).map(({ name, says }) => ({ path: `/${name}`, message: says.en, messages: says }))

const listed = (words: readonly Sentence[], language: 'en' | 'es', last: string): string => {
  const said = words.map((word) => word[language])
  return `${said.slice(0, -1).join(', ')} ${last} ${said.at(-1)}`
}
