import type { Both, Language } from '../../app/language.ts'
import { type FlowNode, type Graph, nodeOf } from './graph.ts'
import { nameOf } from './sentences.ts'

/** Steps by their ids, of one drawing or of several. */
export type StepOf = (id: string) => FlowNode | undefined

/** A step as the drawing calls it, in a sentence; the id of one that no drawing has. */
export function stepWords(id: string, stepOf: StepOf, language: Language): string {
  const node = stepOf(id)
  if (node === undefined) return id
  const name = nameOf(node, language)
  // What stands in quotation marks inside others has those of the second rank.
  return language === 'es'
    ? `«${name.replaceAll('«', '“').replaceAll('»', '”')}»`
    : `“${name.replaceAll('“', '‘').replaceAll('”', '’')}”`
}

/** As the program names a step: by its label, its id and what kind it is, in one form or another. */
const NAMED: { readonly [language in Language]: RegExp } = {
  es: /(?:\bel )?paso (?:«[^»]*» \(([^\s,()]+), [^()]*\)|([^\s,:()]+)(?: \([^()]*\))?)/g,
  en: /step (?:“[^”]*” \(([^\s,()]+), [^()]*\)|([^\s,:()]+)(?: \([^()]*\))?)/g,
}

/** What the program says of steps, with the names that the drawing has for them: not "paso n2 (Esperar)". */
export const withStepWords = (says: Both, stepOf: StepOf, language: Language): string =>
  says[language].replace(NAMED[language], (whole, labelled?: string, plain?: string) => {
    const id = labelled ?? plain ?? ''
    const words = stepWords(id, stepOf, language)
    return words === id ? whole : words
  })

/** Of what was, or of what would be, where the program names both by one id. */
const OF_THEN: ReadonlySet<string> = new Set(['path', 'messageMissing', 'deedMissing'])

/** How a draft would have gone otherwise: what was is called what its version called it. */
export function differenceWords(
  { kind, real, says }: { kind: string; real?: unknown; says: Both },
  graphs: { draft: Graph; real: Graph },
  language: Language,
): string {
  // What was stands first.
  let isThen = OF_THEN.has(kind) && real !== null
  const stepOf = (id: string) => {
    const [own, other] = isThen ? [graphs.real, graphs.draft] : [graphs.draft, graphs.real]
    isThen = false
    return nodeOf(own, id) ?? nodeOf(other, id)
  }
  return withStepWords(says, stepOf, language)
}
