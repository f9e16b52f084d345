import { ABILITIES, type AbilityName, abilitiesOf, NOT_THERE, type Unable } from '#flows/abilities.ts'
import { flowSettings } from '#flows/settings.ts'
import type { Sentence } from '#platform/sentence.ts'
import type { Runtime } from '#platform/service.ts'

const NO_MODEL: Sentence = {
  en: 'no language model is set up: LLM_URL is not set',
  es: 'no hay un modelo de lenguaje configurado: falta LLM_URL',
}

const isAbility = (kind: string): kind is AbilityName => (ABILITIES as readonly string[]).includes(kind)

/** What nodes cannot do in this installation. */
export function unableOf(runtime: Pick<Runtime, 'database' | 'settings'>): Unable {
  const abilities = abilitiesOf(runtime)
  const hasModel = runtime.settings.of(flowSettings).LLM_URL !== undefined
  return (kind) => {
    if (kind === 'llm') return hasModel ? null : NO_MODEL
    return isAbility(kind) && !abilities.has(kind) ? NOT_THERE[kind] : null
  }
}
