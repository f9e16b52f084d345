import type { Json } from '#platform/event.ts'
import type { Sentence } from '#platform/sentence.ts'

/** What people call the fields of nodes and settings. A field without words goes by its name. */
const WORDS: { readonly [field: string]: Sentence } = {
  label: { en: 'the name', es: 'el nombre' },
  event: { en: 'the event', es: 'el evento' },
  where: { en: 'the condition', es: 'la condición' },
  when: { en: 'the condition', es: 'la condición' },
  schedule: { en: 'the schedule', es: 'el horario' },
  cron: { en: 'the schedule', es: 'el horario' },
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
  deepLink: { en: 'the link', es: 'el enlace' },
  category: { en: 'the category', es: 'la categoría' },
  critical: { en: 'its urgency', es: 'su urgencia' },
  escalateAfter: { en: 'the time before the next channel', es: 'el tiempo antes del siguiente canal' },
  dedupeKey: { en: 'the key against repeats', es: 'la clave contra repeticiones' },
  by: { en: 'the extension', es: 'la prórroga' },
  reason: { en: 'the reason', es: 'el motivo' },
  method: { en: 'the method', es: 'el método' },
  url: { en: 'the address', es: 'la dirección' },
  headers: { en: 'the header', es: 'la cabecera' },
  retry: { en: 'the attempts', es: 'los intentos' },
  secret: { en: 'the secrets', es: 'los secretos' },
  save: { en: 'the variable for the answer', es: 'la variable de la respuesta' },
  type: { en: 'the type', es: 'el tipo' },
  data: { en: 'the data', es: 'los datos' },
  outcome: { en: 'the outcome', es: 'el resultado' },
  onePerKey: { en: 'one run per key', es: 'una ejecución por clave' },
  cancelOn: { en: 'what cancels it', es: 'lo que la cancela' },
  samePerson: { en: 'whether of the person', es: 'si es de la persona' },
  goal: { en: 'the goal', es: 'la meta' },
  within: { en: 'its window', es: 'su plazo' },
  ends: { en: 'whether it ends the run', es: 'si termina la ejecución' },
  timeLimit: { en: 'the time limit', es: 'el tiempo máximo' },
  oncePer: { en: 'once per period', es: 'una vez por período' },
  concurrency: { en: 'the runs at once', es: 'las ejecuciones a la vez' },
  rate: { en: 'the pace', es: 'el ritmo' },
  per: { en: 'the span', es: 'el lapso' },
  debounce: { en: 'the quiet time', es: 'el tiempo de calma' },
  batch: { en: 'the batch', es: 'el lote' },
  size: { en: 'the size', es: 'el tamaño' },
  priority: { en: 'the priority', es: 'la prioridad' },
  flow: { en: 'the flow', es: 'el flujo' },
  input: { en: 'the input', es: 'la entrada' },
  team: { en: 'the team', es: 'el equipo' },
  user: { en: 'the person', es: 'la persona' },
  tags: { en: 'the labels', es: 'las etiquetas' },
}

/** Fields whose value is written for people to read. */
const TEXTS: ReadonlySet<string> = new Set(['text', 'title', 'body', 'html', 'prompt'])

export type Leaf = { path: string; value: Json; isText: boolean }

/** The values of settings, each with its JSON pointer. Lists of plain values and empty ones are values of their own. */
export function leavesOf(value: Json, path = '', inText = false): Leaf[] {
  const isPlain = (item: unknown) => typeof item !== 'object' || item === null
  if (isPlain(value)) return [{ path, value, isText: inText && typeof value === 'string' }]
  const members = Object.entries(value as object) as [string, Json][]
  if (members.length === 0 || (Array.isArray(value) && value.every(isPlain))) {
    return path === '' ? [] : [{ path, value, isText: false }]
  }
  return members.flatMap(([name, member]) =>
    leavesOf(member, `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, inText || TEXTS.has(name)),
  )
}

/** What people call a field of a node. */
export const fieldWords = (name: string): Sentence => WORDS[name] ?? { en: name, es: name }

/** A field in words: `/cases/0/when` is "the case 1, the condition". */
export function wordsOf(path: string): Sentence {
  const parts = path.split('/').slice(1)
  const said = (language: 'en' | 'es'): string => {
    let words = ''
    for (const part of parts) {
      const known = Object.hasOwn(WORDS, part) ? WORDS[part]?.[language] : undefined
      if (known !== undefined) words += words === '' ? known : `, ${known}`
      else if (/^\d{1,4}$/.test(part)) words += ` ${Number(part) + 1}`
      else words += words === '' ? part : ` ${part}`
    }
    return words
  }
  return { en: said('en'), es: said('es') }
}

const MAX_SHOWN = 200

/** A value in a sentence, cut where it is long; the whole of it stands beside the sentence. */
export function shownValue(value: Json, language: 'en' | 'es'): string {
  if (value === true) return language === 'en' ? 'yes' : 'sí'
  if (value === false) return 'no'
  const isText = typeof value === 'string'
  const whole = isText ? value : JSON.stringify(value)
  const cut = whole.length > MAX_SHOWN ? `${whole.slice(0, MAX_SHOWN).toWellFormed()}…` : whole
  if (!isText) return cut
  return language === 'en' ? `“${cut}”` : `«${cut}»`
}
