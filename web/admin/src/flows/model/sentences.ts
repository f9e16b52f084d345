import type { Both, Language } from '../../app/language.ts'
import { templateName } from '../../notifications/template-name.ts'
import { durationWords } from '../../ui/durations.ts'
import { percent } from '../../ui/percent.ts'
import { conditionWords } from './conditions/words.ts'
import { cronWords } from './cron-words.ts'
import { untilWords, whenWords } from './event-words.ts'
import { type Data, type FlowNode, type Json, labelOf, listOf, membersOf, textIn } from './graph.ts'
import { KINDS } from './kinds.ts'

/** Names behind ids, where they are known. */
export type Names = {
  readonly flows?: ReadonlyMap<string, string>
  readonly calendars?: ReadonlyMap<string, string>
  readonly users?: ReadonlyMap<string, string>
}

type Say = (data: Data, language: Language, names: Names) => string

const MAX = 90

const cut = (text: string, most = MAX): string => {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > most
    ? `${line
        .slice(0, most - 1)
        .toWellFormed()
        .trimEnd()}…`
    : line
}

const quoted = (text: string, language: Language): string => (language === 'es' ? `«${cut(text)}»` : `“${cut(text)}”`)

const listed = (items: readonly string[], language: Language, last: 'and' | 'or' = 'and'): string => {
  const word = { and: { es: 'y', en: 'and' }, or: { es: 'si no', en: 'else' } }[last][language]
  const [end, ...before] = items.toReversed()
  if (end === undefined || before.length === 0) return end ?? ''
  return `${before.reverse().join(', ')}${last === 'or' ? ', ' : ' '}${word} ${end}`
}

const CHANNELS: { readonly [channel: string]: Both } = {
  push: { es: 'push', en: 'push' },
  email: { es: 'correo', en: 'e-mail' },
  inbox: { es: 'bandeja', en: 'inbox' },
  chat: { es: 'chat', en: 'chat' },
}
export const channelWord = (channel: string, language: Language): string => CHANNELS[channel]?.[language] ?? channel

const inTime = (data: Data, name: string, language: Language): string =>
  durationWords({ iso: textIn(data[name]), business: data.calendar !== undefined }, language)

/** A place as people say it: `America/Argentina/Buenos_Aires` is Buenos Aires. */
export const placeOf = (zone: string): string => (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ')

/** Who is meant by a recipient; empty: whom the run is about. */
function toWhom(to: Json | undefined, language: Language, { users }: Names): string {
  if (to === undefined) return ''
  const given = typeof to === 'string' ? to : textIn(Object.values(membersOf(to))[0])
  const whom = users?.get(given) ?? given
  if (whom.trim() === '') return ''
  const output = /^\{\{\s*([\w.]+)\s*(?:\|[^}]*)?\}\}$/.exec(whom.trim())
  const name = output?.[1]?.split('.').at(-1)
  return language === 'es' ? ` a ${name ?? cut(whom, 40)}` : ` ${name ?? cut(whom, 40)}`
}

/** The text that most readers of a language see. */
export function textFor(text: Json | undefined, language: Language): string {
  if (typeof text === 'string') return text
  const texts = membersOf(text)
  const [own] = Object.keys(texts).filter((locale) => locale.split('-')[0] === language && textIn(texts[locale]) !== '')
  const any = own ?? Object.keys(texts).find((locale) => textIn(texts[locale]) !== '')
  return any === undefined ? '' : textIn(texts[any])
}

const SAY: { readonly [type: string]: Say } = {
  trigger(data, language) {
    const es = language === 'es'
    if (data.manual === true) return es ? 'Cuando alguien lo pide' : 'When somebody asks for it'
    if (data.schedule !== undefined) {
      const inside = membersOf(data.schedule)
      const cron = typeof data.schedule === 'string' ? data.schedule : textIn(inside.cron)
      const zone = textIn(data.zone ?? inside.zone)
      const words = cronWords(cron, language)
      return `${words.charAt(0).toUpperCase()}${words.slice(1)}${zone === '' ? '' : es ? ` en ${placeOf(zone)}` : ` in ${placeOf(zone)}`}`
    }
    const event = whenWords(textIn(data.event), language)
    const where = textIn(data.where)
    const only = where === '' ? '' : `, ${es ? 'si' : 'if'} ${conditionWords(where, language)}`
    return `${es ? 'Cuando' : 'When'} ${event}${cut(only)}`
  },
  wait(data, language) {
    const es = language === 'es'
    if (data.for !== undefined) return `${es ? 'Esperar' : 'Wait'} ${inTime(data, 'for', language)}`
    if (data.time !== undefined) {
      const zone = textIn(data.zone)
      const where = zone === '' ? '' : es ? ` en ${placeOf(zone)}` : ` in ${placeOf(zone)}`
      return es ? `Esperar hasta las ${textIn(data.time)}${where}` : `Wait until ${textIn(data.time)}${where}`
    }
    return `${es ? 'Esperar hasta' : 'Wait until'} ${cut(textIn(data.until)) || '…'}`
  },
  waitForEvent(data, language) {
    const es = language === 'es'
    const until = untilWords(textIn(data.event), language)
    const where = textIn(data.where)
    const only = where === '' ? '' : `, ${es ? 'si' : 'if'} ${conditionWords(where, language)}`
    if (data.timeout === undefined) return `${es ? 'Esperar a que' : 'Wait for'} ${until}${cut(only)}`
    const span = inTime(data, 'timeout', language)
    return es ? `Esperar ${span} a que ${until}${cut(only)}` : `Wait ${span} for ${until}${cut(only)}`
  },
  branch(data, language) {
    const es = language === 'es'
    const cases = listOf(data.cases).map(membersOf)
    const [only] = cases
    if (cases.length === 1 && only !== undefined)
      return es
        ? `¿${cap(conditionWords(textIn(only.when), 'es'))}?`
        : `Does it hold: ${cut(conditionWords(textIn(only.when), 'en'))}?`
    const names = cases.map(({ handle }) => textIn(handle))
    return es
      ? `Elegir camino: ${cut(listed([...names, 'si no'], 'es'))}`
      : `Choose a way: ${cut(listed([...names, 'otherwise'], 'en'))}`
  },
  split(data, language) {
    const arms = listOf(data.arms).map(membersOf)
    const whole = arms.reduce((sum, { weight }) => sum + (typeof weight === 'number' ? weight : 0), 0)
    const said = arms.map(({ handle, weight }) => {
      const share = whole > 0 && typeof weight === 'number' ? weight / whole : 0
      return `${percent(share, language, 1)} ${textIn(handle)}`
    })
    return `${language === 'es' ? 'Repartir' : 'Split'}: ${cut(listed(said, language))}`
  },
  parallel: (_data, language) => (language === 'es' ? 'Seguir por todos los caminos a la vez' : 'Go all ways at once'),
  join(data, language) {
    if (data.mode === 'any')
      return language === 'es' ? 'Seguir con la primera rama que llegue' : 'Go on with the first branch that comes'
    return language === 'es' ? 'Reunir todas las ramas' : 'Gather all branches'
  },
  forEach(data, language) {
    const items = cut(textIn(data.items)) || '…'
    return language === 'es'
      ? `Para cada ${textIn(data.as) || 'elemento'} de ${items}`
      : `For each ${textIn(data.as) || 'item'} of ${items}`
  },
  set(data, language) {
    const names = Object.keys(membersOf(data.vars))
    return `${language === 'es' ? 'Guardar' : 'Keep'} ${cut(listed(names, language)) || '…'}`
  },
  notify(data, language, names) {
    const es = language === 'es'
    const channels = listOf(data.channels).map((channel) => channelWord(textIn(channel), language))
    const by = channels.length === 0 ? '' : `${es ? ' por' : ' by'} ${listed(channels, language, 'or')}`
    const content = membersOf(data.content)
    const template = templateName(textIn(data.template), language)
    const what = textIn(content.title) || textIn(content.body) || template
    return `${es ? 'Avisar' : 'Tell'}${toWhom(data.to, language, names)}${by}${what === '' ? (es ? ': elige qué se dice' : ': choose what is said') : `: ${quoted(what, language)}`}`
  },
  message(data, language) {
    const text = textFor(data.text, language)
    const es = language === 'es'
    if (text === '') return es ? 'Escribir en la conversación…' : 'Write in the conversation…'
    return `${es ? 'Escribir' : 'Write'}: ${quoted(text, language)}`
  },
  extend: (data, language) =>
    `${language === 'es' ? 'Prolongar la conversación' : 'Extend the conversation by'} ${durationWords({ iso: textIn(data.by), business: false }, language)}`,
  close(data, language) {
    const reason = textIn(data.reason)
    return `${language === 'es' ? 'Cerrar la conversación' : 'Close the conversation'}${reason === '' ? '' : `: ${cut(reason)}`}`
  },
  assign(data, language) {
    const es = language === 'es'
    const who = [textIn(data.user), textIn(data.team)].filter((name) => name !== '').map((name) => cut(name, 40))
    return `${es ? 'Asignar a' : 'Assign to'} ${who.join(es ? ', equipo ' : ', team ') || '…'}`
  },
  tag: (data, language) =>
    `${language === 'es' ? 'Etiquetar' : 'Tag'}: ${cut(listed(listOf(data.tags).map(textIn), language)) || '…'}`,
  http(data, language) {
    const url = textIn(data.url)
    const host = /^https?:\/\/([^/?#]+)/.exec(url)?.[1] ?? url
    const method = textIn(data.method) || (data.body === undefined ? 'GET' : 'POST')
    return `${language === 'es' ? 'Llamar a' : 'Call'} ${cut(host, 50) || '…'} (${method})`
  },
  emit: (data, language) =>
    `${language === 'es' ? 'Publicar' : 'Publish'} ${quoted(textIn(data.type) || '…', language)}`,
  llm: (data, language) =>
    `${language === 'es' ? 'Preguntar al modelo' : 'Ask the model'}: ${quoted(textIn(data.prompt) || '…', language)}`,
  bookSlot: (data, language) =>
    `${language === 'es' ? 'Reservar hora de' : 'Book an appointment for'} ${cut(textIn(data.serviceId)) || '…'}`,
  createComplaint: (data, language) =>
    `${language === 'es' ? 'Abrir un reclamo' : 'Open a complaint'}: ${quoted(textIn(data.description) || '…', language)}`,
  approval(data, language, names) {
    const es = language === 'es'
    return `${es ? 'Pedir aprobación' : 'Ask for approval'}${toWhom(data.to, language, names)}: ${quoted(textIn(data.text) || '…', language)}`
  },
  subflow(data, language, { flows }) {
    const id = textIn(data.flow)
    return `${language === 'es' ? 'Ejecutar' : 'Run'} ${quoted(flows?.get(id) ?? (id || '…'), language)}`
  },
  undo: (_data, language) => (language === 'es' ? 'Deshacer lo hecho hasta aquí' : 'Undo what was done so far'),
  end(data, language) {
    const outcome = textIn(data.outcome)
    return `${language === 'es' ? 'Terminar' : 'End'}${outcome === '' ? '' : `: ${cut(outcome)}`}`
  },
}

const cap = (text: string): string => cut(`${text.charAt(0).toUpperCase()}${text.slice(1)}`)

/** What a step does, in a sentence. A kind that nobody knows goes by its name. */
export function sentenceOf(node: FlowNode, language: Language, names: Names = {}): string {
  return SAY[node.type]?.(node.data, language, names) ?? node.type
}

/** What a step is called: the name that somebody gave it, else its sentence. */
export const nameOf = (node: FlowNode, language: Language, names: Names = {}): string =>
  labelOf(node) ?? sentenceOf(node, language, names)

/** Kinds that have a sentence; a test holds that none is missing. */
export const SAID: readonly string[] = Object.keys(SAY)

export const titleOf = (type: string, language: Language): string => KINDS.get(type)?.title[language] ?? type
