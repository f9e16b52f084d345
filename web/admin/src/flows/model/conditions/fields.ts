import type { Both } from '../../../app/language.ts'
import { OPERATORS, type Operator } from './condition.ts'

export type FieldType = 'text' | 'number' | 'yes' | 'list' | 'time' | 'any'

/** Something that conditions can ask about. */
export type KnownField = {
  readonly path: string
  readonly type: FieldType
  readonly title: Both
  readonly choices?: readonly { readonly value: string; readonly title: Both }[]
}

/** What every conversation, person and queue has. Fields of events are known from their types. */
export const KNOWN_FIELDS: readonly KnownField[] = [
  { path: 'queue.continuity', type: 'yes', title: { es: 'la cola tiene continuidad', en: 'the queue has continuity' } },
  { path: 'queue.id', type: 'text', title: { es: 'la cola', en: 'the queue' } },
  { path: 'queue.name', type: 'text', title: { es: 'el nombre de la cola', en: 'the name of the queue' } },
  { path: 'queue.brand', type: 'text', title: { es: 'la marca', en: 'the brand' } },
  { path: 'queue.product', type: 'text', title: { es: 'el producto', en: 'the product' } },
  { path: 'queue.service', type: 'text', title: { es: 'el servicio', en: 'the service' } },
  {
    path: 'encounter.status',
    type: 'text',
    title: { es: 'el estado de la conversación', en: 'the state of the conversation' },
    choices: [
      { value: 'open', title: { es: 'abierta', en: 'open' } },
      { value: 'warned', title: { es: 'avisada', en: 'warned' } },
      { value: 'closed', title: { es: 'cerrada', en: 'closed' } },
    ],
  },
  { path: 'encounter', type: 'any', title: { es: 'la conversación', en: 'the conversation' } },
  { path: 'encounter.channel', type: 'text', title: { es: 'el canal de la conversación', en: 'the channel' } },
  { path: 'encounter.tags', type: 'list', title: { es: 'las etiquetas', en: 'the tags' } },
  { path: 'encounter.team', type: 'text', title: { es: 'el equipo', en: 'the team' } },
  { path: 'encounter.user', type: 'text', title: { es: 'quien la atiende', en: 'who attends it' } },
  { path: 'encounter.round', type: 'number', title: { es: 'los silencios que lleva', en: 'its silences so far' } },
  {
    path: 'encounter.lastPatientAt',
    type: 'time',
    title: { es: 'lo último que escribió la persona', en: 'the last the person wrote' },
  },
  { path: 'encounter.openedAt', type: 'time', title: { es: 'su comienzo', en: 'its beginning' } },
  { path: 'contact', type: 'any', title: { es: 'la persona', en: 'the person' } },
  { path: 'contact.locale', type: 'text', title: { es: 'el idioma de la persona', en: 'the language of the person' } },
  { path: 'contact.name', type: 'text', title: { es: 'el nombre de la persona', en: 'the name of the person' } },
  { path: 'contact.timeZone', type: 'text', title: { es: 'la zona horaria de la persona', en: 'their time zone' } },
  { path: 'contact.id', type: 'text', title: { es: 'el id de la persona', en: 'the id of the person' } },
  { path: 'queue', type: 'any', title: { es: 'la cola (si se conoce)', en: 'the queue (if known)' } },
  { path: 'event.type', type: 'text', title: { es: 'el tipo del evento', en: 'the type of the event' } },
  { path: 'last', type: 'any', title: { es: 'lo que llegó', en: 'what came' } },
]
const BY_PATH: ReadonlyMap<string, KnownField> = new Map(KNOWN_FIELDS.map((field) => [field.path, field]))

/** A field as people name it. */
export function fieldOf(path: string): KnownField {
  const known = BY_PATH.get(path)
  if (known !== undefined) return known
  const named = (prefix: string) => (path.startsWith(prefix) ? path.slice(prefix.length) : null)
  const title = (es: (name: string) => string, en: (name: string) => string, name: string): KnownField => ({
    path,
    type: 'any',
    title: { es: es(name), en: en(name) },
  })
  const [data, last, vars, attribute] = ['event.data.', 'last.data.', 'vars.', 'contact.attributes.'].map(named)
  if (data)
    return title(
      (n) => `«${n}» del evento`,
      (n) => `“${n}” of the event`,
      data,
    )
  if (last)
    return title(
      (n) => `«${n}» de lo que llegó`,
      (n) => `“${n}” of what came`,
      last,
    )
  if (vars)
    return title(
      (n) => `el valor «${n}»`,
      (n) => `the value “${n}”`,
      vars,
    )
  if (attribute)
    return title(
      (n) => `«${n}» de la persona`,
      (n) => `“${n}” of the person`,
      attribute,
    )
  return { path, type: 'any', title: { es: path, en: path } }
}

const FOR_TYPE: { readonly [type in FieldType]: readonly Operator[] } = {
  yes: ['holds', 'holdsNot'],
  number: ['is', 'isNot', 'more', 'least', 'less', 'most', 'known', 'unknown'],
  text: ['is', 'isNot', 'oneOf', 'noneOf', 'contains', 'containsNot', 'starts', 'ends', 'known', 'unknown'],
  list: ['includes', 'lacks'],
  time: ['agoMore', 'agoLess', 'inMore', 'inLess', 'known', 'unknown'],
  any: Object.keys(OPERATORS) as Operator[],
}

/** What can be asked of a field; what is asked already stays on offer. */
export function operatorsFor(path: string, asked?: Operator): Operator[] {
  const { type } = fieldOf(path)
  const list = FOR_TYPE[type].filter((operator) => path.includes('.') || operator === 'known' || operator === 'unknown')
  return asked === undefined || list.includes(asked) ? [...list] : [...list, asked]
}
