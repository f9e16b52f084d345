import { type AllowList, assertPublicUrl, outgoingHttp } from '#deliveries/index.ts'
import { ABILITIES, type AbilityName, abilitiesOf, NOT_THERE, type Unable } from '#flows/abilities.ts'
import { flowSettings } from '#flows/settings.ts'
import type { Fault } from '#platform/problem.ts'
import type { Sentence } from '#platform/sentence.ts'
import type { Runtime } from '#platform/service.ts'

const NO_MODEL: Sentence = {
  en: 'no language model is set up: LLM_URL is not set',
  es: 'no hay un modelo de lenguaje configurado: falta LLM_URL',
}

const PRIVATE: Sentence = { en: 'the address is not public', es: 'la dirección no es pública' }
const NOT_CALLED: Sentence = {
  en: 'the address may not be called: it names this machine, or a port of something else',
  es: 'a la dirección no se puede llamar: nombra esta máquina, o un puerto de otra cosa',
}
const isPrivate = ({ message }: Fault): boolean => message === 'must not be a private address'

const isAbility = (kind: string): kind is AbilityName => (ABILITIES as readonly string[]).includes(kind)

/** Why a URL is not called; null: it may be. */
export function notReached(url: string, allow: AllowList): Sentence | null {
  const [fault] = assertPublicUrl(url, allow)
  return fault === undefined ? null : isPrivate(fault) ? PRIVATE : NOT_CALLED
}

/** What nodes cannot do in this installation. */
export function unableOf(runtime: Pick<Runtime, 'database' | 'settings'>): Unable {
  const abilities = abilitiesOf(runtime)
  const hasModel = runtime.settings.of(flowSettings).LLM_URL !== undefined
  const { allow } = outgoingHttp(runtime)
  return (kind, url) => {
    if (kind === 'http' && url !== undefined) return notReached(url, allow)
    if (kind === 'llm') return hasModel ? null : NO_MODEL
    return isAbility(kind) && !abilities.has(kind) ? NOT_THERE[kind] : null
  }
}
