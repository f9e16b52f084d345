import {
  type FieldPlace,
  fieldWords,
  isTextField,
  NAMED_LISTS,
  orderWords,
  shownValue,
  type Words,
  wordsOf,
} from '#flows/field-words.ts'
import type { Json } from '#platform/event.ts'
import type { Sentence } from '#platform/sentence.ts'

/** A value that differs, at its own place. `before` and `after` are null where there is nothing on that side. */
export type FieldChange = { path: string; before: Json; after: Json; isText: boolean; says: Sentence }

/** Where a value is, and what leads there in words: fields and names of members as texts, places in lists as numbers. */
type Place = { path: string; words: FieldPlace }

type Members = { readonly [name: string]: Json }

/** A part of a value. Members of lists in which each has a name are found by it, wherever they stand. */
type Part = Place & { value: Json; isNamed: boolean }

/** What differs between two values, each at its own place: of a list of cases only the one that changed. */
export function fieldChanges(before: Json, after: Json): FieldChange[] {
  return differing(before, after, { path: '', words: [] })
}

function differing(before: Json | undefined, after: Json | undefined, place: Place): FieldChange[] {
  const list = namedList([before, after], place)
  const [old, now] = [partsOf(before, place, list), partsOf(after, place, list)]
  const inParts = [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].flatMap((id) => {
    const [was, is] = [old?.get(id), now?.get(id)]
    const part = (is ?? was) as Part
    return part.isNamed && (was === undefined || is === undefined)
      ? [memberChange(was?.value, is?.value, part, list as string)]
      : differing(asMembers(was, list), asMembers(is, list), part)
  })
  return [
    ...valueChange(old === null ? before : undefined, now === null ? after : undefined, place),
    ...inParts,
    ...((list === null && !isInOrder(place)) || !old || !now
      ? []
      : orderChange([...old.keys()], [...now.keys()], place)),
  ]
}

/** Whether the members stand in an order that means something: each variable sees those before it. */
const isInOrder = ({ words }: Place): boolean => words.length === 1 && words[0] === 'vars'

/** The field that names the members of a list on both sides, each by a name of its own; else null. */
function namedList(sides: readonly (Json | undefined)[], { words }: Place): string | null {
  const known = words.length === 1 ? NAMED_LISTS.get(words[0] as string) : undefined
  if (known === undefined) return null
  const areNamed = sides.every((side) => {
    if (side === undefined) return true
    if (!Array.isArray(side)) return false
    const names = side.map((member) => nameOf(member, known))
    return names.every((name) => name !== null) && new Set(names).size === names.length
  })
  return areNamed ? known : null
}

/** Where a member may be its name alone, this is what it says. */
function nameOf(member: Json, field: string): string | null {
  const name = isObject(member) ? member[field] : member
  return typeof name === 'string' ? name : null
}

/** Null: the value has no parts of its own. Plain lists and what is empty are values as they are. */
function partsOf(value: Json | undefined, { path, words }: Place, list: string | null): Map<string, Part> | null {
  if (typeof value !== 'object' || value === null) return null
  const isList = Array.isArray(value)
  const members = Object.entries(value as Members)
  const isWhole = members.length === 0 ? words.length > 0 : isList && members.every(([, member]) => isPlain(member))
  if (list === null && isWhole) return null
  return new Map(
    members.map(([at, member]) => {
      const name = list === null ? null : nameOf(member, list)
      return [
        name ?? at,
        {
          path: `${path}/${at.replaceAll('~', '~0').replaceAll('/', '~1')}`,
          words: [...words, name ?? (isList ? Number(at) : at)],
          value: member,
          isNamed: name !== null,
        },
      ]
    }),
  )
}

const isPlain = (value: Json): boolean => typeof value !== 'object' || value === null
const isObject = (value: Json): value is Members => !isPlain(value) && !Array.isArray(value)

const asMembers = (part: Part | undefined, list: string | null): Json | undefined =>
  part?.isNamed && list !== null && isPlain(part.value) ? { [list]: part.value } : part?.value

function valueChange(before: Json | undefined, after: Json | undefined, { path, words }: Place): FieldChange[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return []
  const isText = typeof (after ?? before) === 'string' && words.some(isTextField)
  return [{ path, before: before ?? null, after: after ?? null, isText, says: said(wordsOf(words), before, after) }]
}

/** A member that is there on one side only, with what else it says. */
function memberChange(
  before: Json | undefined,
  after: Json | undefined,
  { path, words }: Part,
  list: string,
): FieldChange {
  const member = (after ?? before) as Json
  const others = isObject(member) ? Object.entries(member).filter(([field]) => field !== list) : []
  const beside = (language: 'en' | 'es') =>
    others.map(([field, value]) => `${fieldWords(field)[language]} ${shownValue(value, language)}`).join(', ')
  const held = { en: beside('en'), es: beside('es') }
  const says = after === undefined ? removed(wordsOf(words), held) : added(wordsOf(words), held)
  return { path, before: before ?? null, after: after ?? null, isText: false, says }
}

/** Only of what is on both sides: what was added or removed is told apart. */
function orderChange(before: readonly string[], after: readonly string[], { path, words }: Place): FieldChange[] {
  const [old, now] = [new Set(before), new Set(after)]
  const [was, is] = [before.filter((name) => now.has(name)), after.filter((name) => old.has(name))]
  if (was.every((name, i) => name === is[i])) return []
  const sides: [Json, Json] = [[...before], [...after]]
  return [{ path, before: sides[0], after: sides[1], isText: false, says: said(orderWords(words), ...sides) }]
}

function said(words: Words, before: Json | undefined, after: Json | undefined): Sentence {
  const [was, is] = [shown(before), shown(after)]
  if (before === undefined) return added(words, is)
  if (after === undefined) return removed(words, was)
  return {
    en: `${words.en} changed from ${was.en} to ${is.en}`,
    es: `${words.es} ${words.areMany ? 'cambiaron' : 'cambió'} de ${was.es} a ${is.es}`,
  }
}

const shown = (value: Json = null): Sentence => ({ en: shownValue(value, 'en'), es: shownValue(value, 'es') })

const added = ({ en, es, areMany }: Words, what: Sentence): Sentence => ({
  en: `${en} ${areMany ? 'were' : 'was'} added${behind(what.en)}`,
  es: `se ${areMany ? 'añadieron' : 'añadió'} ${es}${behind(what.es)}`,
})

const removed = ({ en, es, areMany }: Words, what: Sentence): Sentence => ({
  en: `${en} ${areMany ? 'were' : 'was'} removed${behind(what.en)}`,
  es: `se ${areMany ? 'quitaron' : 'quitó'} ${es}${behind(what.es)}`,
})

const behind = (what: string): string => (what === '' ? '' : `: ${what}`)
