import type { Both, Language } from '../../app/language.ts'

/** What happened, as a clause behind "when …" and "to …": in Spanish these are two moods. */
type Told = { readonly when: Both; readonly until: Both }

const same = (es: string, until: string, en: string, to: string): Told => ({
  when: { es, en },
  until: { es: until, en: to },
})

const KNOWN: { readonly [type: string]: Told } = {
  'encounter.created': same(
    'comienza una conversación',
    'comience una conversación',
    'a conversation begins',
    'a conversation to begin',
  ),
  'encounter.message_received': same(
    'la persona escribe',
    'la persona escriba',
    'the person writes',
    'the person to write',
  ),
  'encounter.message_sent': same(
    'se le escribe a la persona',
    'se le escriba a la persona',
    'the person is written to',
    'the person to be written to',
  ),
  'encounter.tmipw_expired': same(
    'una conversación queda en silencio',
    'la conversación quede en silencio',
    'a conversation falls silent',
    'the conversation to fall silent',
  ),
  'encounter.tmip_expired': same(
    'vence el plazo del silencio',
    'venza el plazo del silencio',
    'the time of the silence runs out',
    'the time of the silence to run out',
  ),
  'encounter.extended': same(
    'se prolonga la conversación',
    'se prolongue la conversación',
    'the conversation is extended',
    'the conversation to be extended',
  ),
  'encounter.resumed': same(
    'la persona vuelve',
    'la persona vuelva',
    'the person comes back',
    'the person to come back',
  ),
  'encounter.link_followed': same(
    'la persona abre su enlace',
    'la persona abra su enlace',
    'the person opens their link',
    'the person to open their link',
  ),
  'encounter.closed': same(
    'se cierra la conversación',
    'se cierre la conversación',
    'the conversation is closed',
    'the conversation to be closed',
  ),
  'encounter.reopened': same(
    'se reabre la conversación',
    'se reabra la conversación',
    'the conversation is opened again',
    'the conversation to be opened again',
  ),
  'encounter.assigned': same(
    'alguien toma la conversación',
    'alguien tome la conversación',
    'somebody takes the conversation',
    'somebody to take the conversation',
  ),
}

/** What the program tells only the flow itself: how it begins where no event does that. Nobody chooses them. */
const BEGINNINGS: { readonly [type: string]: Told } = {
  'flow.requested': same('alguien lo pide', 'alguien lo pida', 'somebody asks for it', 'somebody to ask for it'),
  'flow.scheduled': same('llega su hora', 'llegue su hora', 'its time has come', 'its time to come'),
}

const WORDS: { readonly [type: string]: Told } = { ...KNOWN, ...BEGINNINGS }
const told = (type: string): Told | undefined => (Object.hasOwn(WORDS, type) ? WORDS[type] : undefined)

/** Behind "when": "la persona vuelve". Types that are not ours go by their name. */
export function whenWords(type: string, language: Language): string {
  const known = told(type)
  if (known !== undefined) return known.when[language]
  if (type === '') return language === 'es' ? 'pase… (elige qué)' : 'something happens (choose what)'
  return language === 'es' ? `llega «${type}»` : `“${type}” comes`
}

/** Behind "a que": "la persona vuelva"; in English behind "for": "the person to come back". */
export function untilWords(type: string, language: Language): string {
  const known = told(type)
  if (known !== undefined) return known.until[language]
  if (type === '') return language === 'es' ? 'pase… (elige qué)' : 'something (choose what)'
  return language === 'es' ? `llegue «${type}»` : `“${type}”`
}

/** The types that everybody has, the usual ones first. */
export const USUAL_EVENTS: readonly string[] = Object.keys(KNOWN)
