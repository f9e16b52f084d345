import type { Json } from '#platform/event.ts'
import type { Sentence } from '#platform/sentence.ts'

/** What people call the fields of nodes and settings. A field without words goes by its name. */
const WORDS: { readonly [field: string]: Sentence } = {
  label: { en: 'the name', es: 'el nombre' },
  event: { en: 'the event', es: 'el evento' },
  where: { en: 'the condition', es: 'la condición' },
  when: { en: 'the condition', es: 'la condición' },
  schedule: { en: 'the schedule', es: 'el horario' },
  cron: { en: 'the times', es: 'las horas' },
  zone: { en: 'the time zone', es: 'la zona horaria' },
  manual: { en: 'the beginning by hand', es: 'el inicio a mano' },
  for: { en: 'the duration', es: 'la duración' },
  until: { en: 'the moment', es: 'el momento' },
  time: { en: 'the time of day', es: 'la hora' },
  calendar: { en: 'the calendar', es: 'el calendario' },
  key: { en: 'the key', es: 'la clave' },
  timeout: { en: 'the time limit', es: 'el plazo' },
  cases: { en: 'the case', es: 'el caso' },
  handle: { en: 'the way out', es: 'la salida' },
  arms: { en: 'the arm', es: 'la rama' },
  weight: { en: 'the weight', es: 'el peso' },
  holdout: { en: 'the control group', es: 'el grupo de control' },
  group: { en: 'the group of splits', es: 'el grupo de repartos' },
  winner: { en: 'the choice of the winner', es: 'la elección de la rama ganadora' },
  minimum: { en: 'the people of each arm', es: 'las personas por rama' },
  confidence: { en: 'the confidence', es: 'la confianza' },
  promote: {
    en: 'the option “new entries go the winning way”',
    es: 'la opción «las nuevas entradas van por la ganadora»',
  },
  mode: { en: 'the way of joining', es: 'la forma de reunir' },
  items: { en: 'the items', es: 'los elementos' },
  as: { en: 'the name of each item', es: 'el nombre de cada elemento' },
  vars: { en: 'the variable', es: 'la variable' },
  template: { en: 'the template', es: 'la plantilla' },
  content: { en: 'the content', es: 'el contenido' },
  title: { en: 'the title', es: 'el título' },
  body: { en: 'the text', es: 'el texto' },
  html: { en: 'the HTML text', es: 'el texto HTML' },
  text: { en: 'the text', es: 'el texto' },
  prompt: { en: 'the instructions', es: 'las instrucciones' },
  channels: { en: 'the channels', es: 'los canales' },
  to: { en: 'the recipient', es: 'el destinatario' },
  contactId: { en: 'the contact', es: 'el contacto' },
  userId: { en: 'the user', es: 'el usuario' },
  address: { en: 'the address', es: 'la dirección' },
  deepLink: { en: 'the link', es: 'el enlace' },
  category: { en: 'the category', es: 'la categoría' },
  critical: { en: 'the urgency', es: 'la urgencia' },
  escalateAfter: { en: 'the time before the next channel', es: 'el tiempo antes del siguiente canal' },
  dedupeKey: { en: 'the key against repeats', es: 'la clave contra repeticiones' },
  by: { en: 'the extension', es: 'la prórroga' },
  reason: { en: 'the reason', es: 'el motivo' },
  method: { en: 'the method', es: 'el método' },
  url: { en: 'the address', es: 'la dirección' },
  headers: { en: 'the header', es: 'la cabecera' },
  retry: { en: 'the retry', es: 'el reintento' },
  attempts: { en: 'the number of attempts', es: 'la cantidad de intentos' },
  after: { en: 'the time between attempts', es: 'el tiempo entre intentos' },
  secret: { en: 'the secrets', es: 'los secretos' },
  schema: { en: 'the form of the answer', es: 'la forma de la respuesta' },
  maxTokens: { en: 'the longest answer', es: 'el largo máximo de la respuesta' },
  save: { en: 'the variable for the answer', es: 'la variable de la respuesta' },
  type: { en: 'the type', es: 'el tipo' },
  data: { en: 'the data', es: 'los datos' },
  outcome: { en: 'the outcome', es: 'el resultado' },
  onePerKey: { en: 'the option “one run per key”', es: 'la opción «una ejecución por clave»' },
  cancelOn: { en: 'the event that cancels it', es: 'el evento que la cancela' },
  samePerson: { en: 'the option “of the same person”', es: 'la opción «de la misma persona»' },
  goal: { en: 'the goal', es: 'la meta' },
  within: { en: 'the window', es: 'el plazo' },
  ends: { en: 'the option “ends the run”', es: 'la opción «termina la ejecución»' },
  timeLimit: { en: 'the time limit', es: 'el tiempo máximo' },
  oncePer: { en: 'the period with one run at most', es: 'el período con una ejecución como máximo' },
  concurrency: { en: 'the runs at once', es: 'las ejecuciones a la vez' },
  rate: { en: 'the pace', es: 'el ritmo' },
  per: { en: 'the span', es: 'el lapso' },
  debounce: { en: 'the quiet time', es: 'el tiempo de calma' },
  batch: { en: 'the batch', es: 'el lote' },
  size: { en: 'the size', es: 'el tamaño' },
  onError: { en: 'the flow for failures', es: 'el flujo para los fallos' },
  limit: { en: 'the maximum', es: 'el máximo' },
  priority: { en: 'the priority', es: 'la prioridad' },
  flow: { en: 'the flow', es: 'el flujo' },
  input: { en: 'the input', es: 'la entrada' },
  wait: { en: 'the option “wait for its end”', es: 'la opción «esperar que termine»' },
  serviceId: { en: 'the service', es: 'el servicio' },
  resourceId: { en: 'the resource', es: 'el recurso' },
  start: { en: 'the beginning', es: 'el comienzo' },
  notes: { en: 'the notes', es: 'las notas' },
  description: { en: 'the description', es: 'la descripción' },
  team: { en: 'the team', es: 'el equipo' },
  user: { en: 'the person', es: 'la persona' },
  tags: { en: 'the labels', es: 'las etiquetas' },
}

/** Lists whose members have a name of their own: the field with the name, where a member is not just its name. */
export const NAMED_LISTS: ReadonlyMap<string, string> = new Map([
  ['cases', 'handle'],
  ['arms', 'handle'],
  ['cancelOn', 'event'],
])

const ORDERS: { readonly [list: string]: Sentence } = {
  cases: { en: 'the order of the cases', es: 'el orden de los casos' },
  vars: { en: 'the order of the variables', es: 'el orden de las variables' },
  arms: { en: 'the order of the arms', es: 'el orden de las ramas' },
  cancelOn: { en: 'the order of the events that cancel it', es: 'el orden de los eventos que la cancelan' },
}

/** Fields whose value is written for people to read. */
const TEXTS: ReadonlySet<string> = new Set(['text', 'title', 'body', 'html', 'prompt'])

/** Fields in which authors name the members: `title` is a variable there like any other. */
const OPEN: ReadonlySet<string> = new Set(['vars', 'headers', 'data', 'input', 'schema', 'body', 'text'])

/** What leads to a value: names of fields and members, and places in lists as numbers. */
export type FieldPlace = readonly (string | number)[]

/** What something is called, with its number for the verb. */
export type Words = Sentence & { readonly areMany: boolean }

export const isTextField = (name: string | number): boolean => TEXTS.has(String(name))

/** What people call a field of a node. */
export const fieldWords = (name: string): Sentence =>
  (Object.hasOwn(WORDS, name) ? WORDS[name] : undefined) ?? { en: name, es: name }

/** A field in words: `cases`, `urgent`, `when` is "the condition of the case “urgent”". */
export function wordsOf(place: FieldPlace): Words {
  const said: { en: string; es: string }[] = []
  let isOpen = false
  place.forEach((part, i) => {
    const isOwnName = isOpen || NAMED_LISTS.has(String(place[i - 1]))
    const last = said.at(-1)
    if (typeof part === 'string' && !isOwnName && Object.hasOwn(WORDS, part)) {
      said.push({ ...fieldWords(part) })
      isOpen = OPEN.has(part)
    } else if (last === undefined) {
      said.push({ en: named(part, 'en'), es: named(part, 'es') })
    } else {
      last.en += ` ${named(part, 'en')}`
      last.es += ` ${named(part, 'es')}`
    }
  })
  const [first, ...others] = said.reverse()
  return {
    en: [first, ...others].map((words) => words?.en).join(' of '),
    es: others.reduce(
      (words, { es }) => `${words} ${/^el /.test(es) ? `del ${es.slice(3)}` : `de ${es}`}`,
      first?.es ?? '',
    ),
    areMany: /^l[ao]s /.test(first?.es ?? ''),
  }
}

const named = (part: string | number, language: 'en' | 'es'): string =>
  typeof part === 'number' ? String(part + 1) : shownValue(part, language)

/** The order of members that have names. */
export const orderWords = ([list]: FieldPlace): Words => ({ ...(ORDERS[String(list)] as Sentence), areMany: false })

const MAX_SHOWN = 200

/** A value in a sentence, cut where it is long; the whole of it stands beside the sentence. */
export function shownValue(value: Json, language: 'en' | 'es'): string {
  if (value === true) return language === 'en' ? 'yes' : 'sí'
  if (value === false) return 'no'
  if (typeof value === 'string') return language === 'en' ? `“${cut(value)}”` : `«${cut(value)}»`
  if (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string')) {
    return cut(value.map((item) => shownValue(item, language)).join(', '))
  }
  return cut(JSON.stringify(value))
}

const cut = (whole: string): string =>
  whole.length > MAX_SHOWN ? `${whole.slice(0, MAX_SHOWN).toWellFormed()}…` : whole
