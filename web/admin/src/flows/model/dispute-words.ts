import type { Both, Language } from '../../app/language.ts'
import { durationWords } from '../../ui/durations.ts'
import { partsOf } from '../../ui/iso-duration.ts'
import type { Change } from './changes.ts'
import { FORMS, SETTINGS_FORM } from './forms.ts'
import { type FlowNode, type Json, REST } from './graph.ts'
import type { Dispute } from './joined.ts'
import { nameOf, titleOf } from './sentences.ts'
import type { StepOf } from './step-words.ts'
import { wayWords } from './ways.ts'

/** A place that both changed, in words: which one it is, what is saved there and what is here. */
export type DisputeWords = { readonly place: string; readonly saved: string; readonly yours: string }

const WORDS = {
  name: { es: 'Nombre', en: 'Name' },
  description: { es: 'Descripción', en: 'Description' },
  label: { es: 'Nombre del paso', en: 'Name of the step' },
  step: { es: 'El paso', en: 'The step' },
  way: { es: 'A dónde lleva', en: 'Where it leads' },
  changed: { es: 'se cambió', en: 'was changed' },
  removed: { es: 'se quitó', en: 'was removed' },
  nowhere: { es: 'a ninguna parte', en: 'to nowhere' },
  nothing: { es: 'nada', en: 'nothing' },
  other: { es: 'otro valor', en: 'another value' },
  yes: { es: 'sí', en: 'yes' },
  no: { es: 'no', en: 'no' },
} satisfies { [word: string]: Both }

export function disputeWords(dispute: Dispute, stepOf: StepOf, language: Language): DisputeWords {
  const { nodeId, path, mine, theirs } = dispute
  const say = (word: keyof typeof WORDS): string => WORDS[word][language]
  const node = nodeId === null ? undefined : stepOf(nodeId)
  const put = (place: string, of: (value: Json | undefined, other: Json | undefined) => string): DisputeWords => ({
    place,
    saved: of(theirs, mine),
    yours: of(mine, theirs),
  })
  if (dispute.way !== undefined) {
    const way = dispute.way === REST ? '' : `: ${wayWords(dispute.way)[language]}`
    return put(`${say('way')}${way}`, (target) => {
      if (typeof target !== 'string') return say('nowhere')
      const step = stepOf(target)
      return quoted(step === undefined ? target : nameOf(step, language), language)
    })
  }
  if (path === `/nodes/${nodeId}`) {
    const typeIn = (value: Json | undefined) => (value as Partial<FlowNode> | undefined)?.type ?? ''
    return put(say('step'), (value, other) =>
      value === undefined
        ? say('removed')
        : other === undefined || typeIn(value) === typeIn(other)
          ? say('changed')
          : quoted(titleOf(typeIn(value), language), language),
    )
  }
  return put(fieldWords(dispute, node, language), (value) => {
    if (value === undefined || value === null || value === '') return say('nothing')
    if (typeof value === 'boolean') return say(value ? 'yes' : 'no')
    if (typeof value === 'number') return String(value)
    if (typeof value !== 'string') return say('other')
    return quoted(partsOf(value) === null ? value : durationWords({ iso: value, business: false }, language), language)
  })
}

const quoted = (text: string, language: Language): string => (language === 'es' ? `«${text}»` : `“${text}”`)

/** What the panel calls a setting; a member without a field there goes by its own name. */
function fieldWords({ nodeId, path }: Dispute, node: FlowNode | undefined, language: Language): string {
  const [, first = '', ...rest] = path.split('/')
  const name = (nodeId === null ? (first === 'settings' ? rest[0] : first) : rest[2]) ?? ''
  if (nodeId === null && first !== 'settings') {
    return name === 'name' || name === 'description' ? WORDS[name][language] : name
  }
  if (name === 'label') return WORDS.label[language]
  const form = nodeId === null ? SETTINGS_FORM : (FORMS[node?.type ?? ''] ?? [])
  const field = form.find((one) => one.name === name) ?? form.find(({ covers = [] }) => covers.includes(name))
  return field?.title[language] ?? name
}

/** Whether a change is about a place that both changed. */
export function isInDispute({ nodeId, path, before, after }: Change, disputes: readonly Dispute[]): boolean {
  return disputes.some((dispute) => {
    if (dispute.nodeId !== nodeId) return false
    if (dispute.way === undefined) return isWithin(path, dispute.path) || isWithin(dispute.path, path)
    const { sourceHandle = REST } = (after ?? before ?? {}) as { sourceHandle?: string }
    return path === dispute.path && sourceHandle === dispute.way
  })
}

const isWithin = (path: string, of: string): boolean => path === of || path.startsWith(`${of}/`)
