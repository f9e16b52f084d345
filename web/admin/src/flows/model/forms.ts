import type { Both } from '../../app/language.ts'

/** How a setting is asked for. */
export type Widget =
  | 'beginning'
  | 'waiting'
  | 'eventType'
  | 'endings'
  | 'condition'
  | 'value'
  | 'duration'
  | 'calendar'
  | 'cases'
  | 'arms'
  | 'winner'
  | 'words'
  | 'channels'
  | 'recipient'
  | 'asked'
  | 'link'
  | 'localeTexts'
  | 'text'
  | 'line'
  | 'yes'
  | 'count'
  | 'choice'
  | 'variable'
  | 'variables'
  | 'headers'
  | 'json'
  | 'retry'
  | 'secrets'
  | 'flow'
  | 'list'
  | 'goal'
  | 'rate'
  | 'batch'

export type Field = {
  /** Of the setting in `data`, and the beginning of the paths of its faults. */
  readonly name: string
  readonly widget: Widget
  readonly title: Both
  readonly help?: Both
  /** Stands below "more", folded. */
  readonly more?: true
  /** Settings that it writes, where they are others than its own name. */
  readonly covers?: readonly string[]
  readonly choices?: readonly { readonly value: string; readonly title: Both }[]
  readonly sample?: string
  /** Units of a duration: months and years have no fixed length everywhere. */
  readonly fixed?: true
  readonly min?: number
  readonly max?: number
  readonly multiline?: true
}

const LIQUID: Both = {
  es: 'Puedes poner datos entre llaves: {{ contact.name }}',
  en: 'You can put data between braces: {{ contact.name }}',
}

const save = (title: Both): Field => ({ name: 'save', widget: 'variable', more: true, title })
const ANSWER: Both = { es: 'Guardar la respuesta en', en: 'Keep the answer as' }
const RETRY: Field = {
  name: 'retry',
  widget: 'retry',
  more: true,
  title: { es: 'Si falla, intentar de nuevo', en: 'If it fails, try again' },
}
const WHOSE: Field = {
  name: 'contactId',
  widget: 'line',
  more: true,
  title: { es: 'De quién', en: 'Whose' },
  help: { es: 'Sin nada: de la persona de la ejecución', en: 'Empty: of the person whom the run is about' },
}

/** The settings of each kind of step, as its panel asks for them. */
export const FORMS: { readonly [type: string]: readonly Field[] } = {
  trigger: [
    {
      name: 'event',
      widget: 'beginning',
      covers: ['event', 'where', 'schedule', 'zone', 'manual'],
      title: { es: 'Empieza', en: 'It begins' },
    },
  ],
  wait: [
    {
      name: 'for',
      widget: 'waiting',
      covers: ['for', 'until', 'time', 'zone', 'calendar'],
      title: { es: 'Esperar', en: 'Wait' },
    },
  ],
  waitForEvent: [
    { name: 'event', widget: 'eventType', title: { es: 'Esperar a que', en: 'Wait until' } },
    {
      name: 'where',
      widget: 'condition',
      title: { es: 'Solo si además', en: 'Only if also' },
      help: {
        es: 'El evento que llega se llama «lo que llegó» (last)',
        en: 'The event that arrives is called “what came” (last)',
      },
    },
    { name: 'timeout', widget: 'duration', title: { es: 'Como máximo', en: 'At most' } },
    { name: 'calendar', widget: 'calendar', title: { es: 'Cuenta', en: 'Counts' } },
    {
      name: 'key',
      widget: 'value',
      more: true,
      title: { es: 'Cómo se reconoce que es de esta ejecución', en: 'How it is known to be of this run' },
      help: { es: 'Sin nada: por la clave del flujo', en: 'Empty: by the key of the flow' },
      sample: 'event.data.leadId',
    },
  ],
  branch: [{ name: 'cases', widget: 'cases', title: { es: 'Caminos', en: 'Ways' } }],
  split: [
    { name: 'arms', widget: 'arms', covers: ['arms', 'holdout'], title: { es: 'Ramas', en: 'Arms' } },
    { name: 'winner', widget: 'winner', title: { es: 'Buscar la rama ganadora', en: 'Look for the winner' } },
    {
      name: 'group',
      widget: 'line',
      more: true,
      title: { es: 'Grupo', en: 'Group' },
      help: {
        es: 'Los repartos del mismo grupo tratan igual a cada persona, en cualquier flujo',
        en: 'Splits of the same group treat each person alike, in any flow',
      },
    },
  ],
  parallel: [],
  join: [
    {
      name: 'mode',
      widget: 'choice',
      title: { es: 'Seguir', en: 'Go on' },
      choices: [
        { value: 'all', title: { es: 'cuando lleguen todas las ramas', en: 'when all branches are there' } },
        { value: 'any', title: { es: 'con la primera que llegue', en: 'with the first that comes' } },
      ],
    },
  ],
  forEach: [
    {
      name: 'items',
      widget: 'value',
      title: { es: 'De la lista', en: 'Of the list' },
      sample: 'event.data.items',
    },
    {
      name: 'as',
      widget: 'variable',
      title: { es: 'Cada elemento se llama', en: 'Each item is called' },
    },
    {
      name: 'limit',
      widget: 'count',
      more: true,
      min: 1,
      max: 1_000,
      title: { es: 'Cuántos como máximo', en: 'How many at most' },
      help: { es: 'Sin nada: 100', en: 'Empty: 100' },
    },
  ],
  set: [{ name: 'vars', widget: 'variables', title: { es: 'Valores', en: 'Values' } }],
  notify: [
    {
      name: 'template',
      widget: 'words',
      covers: ['template', 'content'],
      title: { es: 'Qué se dice', en: 'What is said' },
    },
    {
      name: 'channels',
      widget: 'channels',
      title: { es: 'Por dónde, en este orden', en: 'By which way, in this order' },
    },
    {
      name: 'escalateAfter',
      widget: 'duration',
      fixed: true,
      title: {
        es: 'Si nadie lo lee, pasar al siguiente canal en',
        en: 'If nobody reads it, go to the next channel in',
      },
    },
    { name: 'deepLink', widget: 'link', title: { es: 'Enlace', en: 'Link' } },
    {
      name: 'to',
      widget: 'recipient',
      more: true,
      title: { es: 'A quién', en: 'To whom' },
      help: { es: 'Sin nada: a la persona de la ejecución', en: 'Empty: to the person whom the run is about' },
    },
    {
      name: 'critical',
      widget: 'yes',
      more: true,
      title: { es: 'Es urgente', en: 'It is urgent' },
      help: {
        es: 'Sale aunque sean horas de silencio o se haya llegado al tope. Úsalo poco.',
        en: 'It goes out also in quiet hours and when a cap is reached. Use it rarely.',
      },
    },
    {
      name: 'category',
      widget: 'line',
      more: true,
      title: { es: 'Categoría', en: 'Category' },
      help: {
        es: 'De qué trata. Por ella eligen las horas de silencio y los topes: «no frenes las citas».',
        en: 'What it is about. Quiet hours and caps choose by it: “do not hold appointments back”.',
      },
      sample: 'reminders',
    },
    {
      name: 'dedupeKey',
      widget: 'line',
      more: true,
      title: { es: 'Clave contra repeticiones', en: 'Key against repeats' },
      help: { es: 'Con la misma clave se envía una sola vez', en: 'With the same key it is sent once only' },
      sample: '{{ encounter.stageKey }}',
    },
  ],
  message: [{ name: 'text', widget: 'localeTexts', title: { es: 'Texto', en: 'Text' }, help: LIQUID }],
  extend: [{ name: 'by', widget: 'duration', fixed: true, title: { es: 'Por', en: 'By' } }],
  close: [{ name: 'reason', widget: 'line', title: { es: 'Motivo', en: 'Reason' } }],
  assign: [
    { name: 'team', widget: 'line', title: { es: 'Equipo', en: 'Team' }, help: LIQUID },
    { name: 'user', widget: 'line', title: { es: 'Persona', en: 'Person' } },
  ],
  tag: [{ name: 'tags', widget: 'list', title: { es: 'Etiquetas', en: 'Tags' }, help: LIQUID }],
  http: [
    {
      name: 'method',
      widget: 'choice',
      title: { es: 'Método', en: 'Method' },
      choices: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((value) => ({ value, title: { es: value, en: value } })),
    },
    {
      name: 'url',
      widget: 'line',
      title: { es: 'Dirección', en: 'Address' },
      help: LIQUID,
      sample: 'https://crm.example/leads/{{ event.data.leadId }}',
    },
    { name: 'headers', widget: 'headers', title: { es: 'Cabeceras', en: 'Headers' } },
    { name: 'body', widget: 'json', title: { es: 'Cuerpo', en: 'Body' } },
    save(ANSWER),
    {
      name: 'timeout',
      widget: 'duration',
      fixed: true,
      more: true,
      title: { es: 'Cuánto esperar la respuesta', en: 'How long to wait for the answer' },
      help: { es: 'Hasta 15 segundos', en: 'Up to 15 seconds' },
    },
    {
      name: 'secret',
      widget: 'secrets',
      more: true,
      title: { es: 'Secretos que usa', en: 'Secrets that it uses' },
      help: {
        es: 'En cabeceras y cuerpo se escriben {{ secrets.nombre }}',
        en: 'In headers and body they are written {{ secrets.name }}',
      },
    },
    RETRY,
  ],
  emit: [
    {
      name: 'type',
      widget: 'line',
      title: { es: 'Tipo del evento', en: 'Type of the event' },
      sample: 'lead.unanswered',
    },
    { name: 'data', widget: 'json', title: { es: 'Datos', en: 'Data' } },
  ],
  llm: [
    { name: 'prompt', widget: 'text', title: { es: 'Pregunta', en: 'Question' }, help: LIQUID },
    save(ANSWER),
    {
      name: 'schema',
      widget: 'json',
      more: true,
      title: { es: 'Forma de la respuesta (esquema JSON)', en: 'Form of the answer (JSON schema)' },
      help: { es: 'Sin nada: un texto', en: 'Empty: a text' },
    },
    {
      name: 'maxTokens',
      widget: 'count',
      more: true,
      min: 1,
      max: 8_192,
      title: { es: 'Respuesta más larga (tokens)', en: 'Longest answer (tokens)' },
    },
    RETRY,
  ],
  bookSlot: [
    { name: 'serviceId', widget: 'line', title: { es: 'Para qué', en: 'What for' }, sample: 'kine' },
    {
      name: 'start',
      widget: 'line',
      title: { es: 'Cuándo', en: 'When' },
      sample: '{{ event.data.start }}',
      help: { es: 'Con su zona: 2026-05-02T15:30:00-03:00', en: 'With its zone: 2026-05-02T15:30:00-03:00' },
    },
    {
      name: 'resourceId',
      widget: 'line',
      title: { es: 'Con quién', en: 'With whom' },
      help: { es: 'Sin nada: con quien esté libre', en: 'Empty: with anybody who is free' },
    },
    { name: 'notes', widget: 'text', title: { es: 'Notas para quien atiende', en: 'Notes for whoever receives them' } },
    WHOSE,
    save({ es: 'Guardar la reserva en', en: 'Keep the appointment as' }),
    RETRY,
  ],
  createComplaint: [
    { name: 'description', widget: 'text', title: { es: 'Qué pasó', en: 'What happened' }, help: LIQUID },
    { name: 'category', widget: 'line', title: { es: 'De qué clase', en: 'Of which kind' } },
    WHOSE,
    save({ es: 'Guardar el reclamo en', en: 'Keep the complaint as' }),
    RETRY,
  ],
  approval: [
    { name: 'to', widget: 'asked', title: { es: 'A quién se pregunta', en: 'Who is asked' } },
    { name: 'text', widget: 'text', title: { es: 'Qué se pregunta', en: 'What is asked' }, help: LIQUID },
    { name: 'timeout', widget: 'duration', title: { es: 'Esperar como máximo', en: 'Wait at most' } },
  ],
  subflow: [
    { name: 'flow', widget: 'flow', title: { es: 'Flujo', en: 'Flow' } },
    { name: 'input', widget: 'json', title: { es: 'Qué recibe', en: 'What it is given' } },
    {
      name: 'wait',
      widget: 'choice',
      title: { es: 'Esperar', en: 'Wait' },
      choices: [
        { value: 'true', title: { es: 'a que termine', en: 'for its end' } },
        { value: 'false', title: { es: 'nada: seguir de inmediato', en: 'for nothing: go on at once' } },
      ],
    },
    save({ es: 'Guardar el resultado en', en: 'Keep the outcome as' }),
    RETRY,
  ],
  undo: [],
  end: [
    {
      name: 'outcome',
      widget: 'line',
      title: { es: 'Cómo resultó', en: 'How it came out' },
      sample: 'recuperada',
    },
  ],
}

/** The settings of a flow as a whole. */
export const SETTINGS_FORM: readonly Field[] = [
  {
    name: 'key',
    widget: 'value',
    more: true,
    title: { es: 'Una ejecución es de', en: 'A run is of' },
    help: { es: 'Sin nada: de la conversación', en: 'Empty: of the conversation' },
    sample: 'event.data.appointmentId',
  },
  {
    name: 'onePerKey',
    widget: 'choice',
    title: { es: 'Si llega otro evento mientras hay una en curso', en: 'If another event comes while one goes on' },
    choices: [
      { value: 'true', title: { es: 'no empieza otra', en: 'no other one begins' } },
      { value: 'false', title: { es: 'empieza otra', en: 'another one begins' } },
    ],
  },
  { name: 'cancelOn', widget: 'endings', title: { es: 'Se detiene cuando', en: 'It stops when' } },
  { name: 'goal', widget: 'goal', title: { es: 'Meta: qué cuenta como logro', en: 'Goal: what counts as success' } },
  { name: 'timeLimit', widget: 'duration', title: { es: 'Dura como máximo', en: 'It lasts at most' } },
  { name: 'onError', widget: 'flow', title: { es: 'Si falla, empezar el flujo', en: 'If it fails, begin the flow' } },
  {
    name: 'oncePer',
    widget: 'duration',
    more: true,
    title: { es: 'A cada uno, una vez cada', en: 'To each, once every' },
  },
  {
    name: 'concurrency',
    widget: 'count',
    more: true,
    min: 1,
    max: 10_000,
    title: { es: 'Cuántas en curso a la vez', en: 'How many at once' },
  },
  { name: 'rate', widget: 'rate', more: true, title: { es: 'Cuántas empiezan', en: 'How many begin' } },
  {
    name: 'priority',
    widget: 'value',
    more: true,
    title: { es: 'Quién va primero (mayor número)', en: 'Who goes first (larger number)' },
    sample: 'has(event.data.urgent) && event.data.urgent ? 10 : 0',
  },
  {
    name: 'debounce',
    widget: 'duration',
    more: true,
    fixed: true,
    title: { es: 'Esperar calma por', en: 'Wait for quiet of' },
  },
  { name: 'batch', widget: 'batch', more: true, title: { es: 'Juntar eventos', en: 'Gather events' } },
]
