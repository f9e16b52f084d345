import type { Fault } from '#platform/problem.ts'
import type { Sentence } from '#platform/sentence.ts'

/**
 * Of some fields exactly one must be given: what is wrong, at the first of them when none is, else at each that is too
 * much. An absent field is undefined.
 */
export function oneOfFaults(given: object, names: readonly string[]): { name: string; says: Sentence }[] {
  const present = names.filter((name) => (given as { readonly [name: string]: unknown })[name] !== undefined)
  if (present.length === 1) return []
  const en = listed(names, 'and')
  const es = listed(names, 'y')
  if (present.length === 0) {
    return [
      {
        name: names[0] as string,
        says: { en: `is missing: exactly one of ${en} is needed`, es: `falta: se necesita exactamente uno de ${es}` },
      },
    ]
  }
  return present.slice(1).map((name) => ({
    name,
    says: {
      en: `cannot go with ${present[0]}: exactly one of ${en} is needed`,
      es: `no puede ir con ${present[0]}: se necesita exactamente uno de ${es}`,
    },
  }))
}

/** The same as faults of a body. */
export const exactlyOne = (body: object, names: readonly string[]): Fault[] =>
  oneOfFaults(body, names).map(({ name, says }) => ({ path: `/${name}`, message: says.en, messages: says }))

const listed = (names: readonly string[], word: string): string =>
  `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`
