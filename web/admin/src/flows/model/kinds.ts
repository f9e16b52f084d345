import type { Both } from '../../app/language.ts'
import { type Data, listOf, membersOf, textIn } from './graph.ts'

export const GROUPS = ['start', 'talk', 'wait', 'decide', 'conversation', 'systems', 'finish'] as const
export type Group = (typeof GROUPS)[number]

export const GROUP_TITLES: { readonly [group in Group]: Both } = {
  start: { es: 'Comenzar', en: 'Begin' },
  talk: { es: 'Hablar con alguien', en: 'Talk to somebody' },
  wait: { es: 'Esperar', en: 'Wait' },
  decide: { es: 'Decidir', en: 'Decide' },
  conversation: { es: 'La conversación', en: 'The conversation' },
  systems: { es: 'Otros sistemas y datos', en: 'Other systems and data' },
  finish: { es: 'Terminar', en: 'Finish' },
}

/** What the builder knows of a kind of step. */
export type Kind = {
  readonly type: string
  readonly group: Group
  readonly title: Both
  /** What it is for, in the palette. */
  readonly says: Both
  /** Settings of a new one. */
  readonly starter: Data
  /** Ways out by the settings; a kind without any ends the run, unless it forks. */
  ways(data: Data): readonly string[]
  /** Runs begin here; nothing leads into it. */
  readonly starts?: true
  /** Every edge that leaves is taken at once. */
  readonly forks?: true
  /** An edge `undo` may leave it. */
  readonly undoable?: true
  /** One edge for all its ways is what most people draw. */
  readonly oneEdgeIsUsual?: true
}

const OUT = () => ['out']
const OK_ERROR = () => ['ok', 'error']
const handles = (data: Data, list: string): string[] => listOf(data[list]).map((item) => textIn(membersOf(item).handle))

const ALL: readonly Kind[] = [
  {
    type: 'trigger',
    group: 'start',
    title: { es: 'Inicio', en: 'Trigger' },
    says: { es: 'Cuándo empieza: un evento, una hora, o a mano', en: 'When it begins: an event, a time, or by hand' },
    starter: { event: 'encounter.tmipw_expired' },
    ways: OUT,
    starts: true,
  },
  {
    type: 'notify',
    group: 'talk',
    title: { es: 'Notificar', en: 'Notify' },
    says: {
      es: 'Avisa por push, correo o bandeja, por el primer canal que llegue',
      en: 'Tells by push, e-mail or inbox, by the first channel that reaches them',
    },
    starter: { channels: ['push', 'email'], deepLink: true },
    ways: () => ['sent', 'failed', 'suppressed'],
    undoable: true,
    oneEdgeIsUsual: true,
  },
  {
    type: 'message',
    group: 'talk',
    title: { es: 'Escribir en la conversación', en: 'Write in the conversation' },
    says: { es: 'Deja un mensaje en el chat, como el bot', en: 'Leaves a message in the chat, as the bot' },
    starter: {},
    ways: OUT,
    undoable: true,
  },
  {
    type: 'approval',
    group: 'talk',
    title: { es: 'Pedir aprobación', en: 'Ask for approval' },
    says: { es: 'Pregunta a alguien del equipo y espera su respuesta', en: 'Asks somebody of the team and waits' },
    starter: { timeout: 'P2D' },
    ways: (data) => ['approved', 'rejected', ...(data.timeout === undefined ? [] : ['timeout'])],
  },
  {
    type: 'wait',
    group: 'wait',
    title: { es: 'Esperar', en: 'Wait' },
    says: { es: 'Deja pasar un tiempo, o hasta una hora', en: 'Lets time pass, or until an hour' },
    starter: { for: 'PT4H' },
    ways: OUT,
  },
  {
    type: 'waitForEvent',
    group: 'wait',
    title: { es: 'Esperar un evento', en: 'Wait for an event' },
    says: { es: 'Espera que algo pase: que respondan, que paguen…', en: 'Waits for something: a reply, a payment…' },
    starter: { event: 'encounter.resumed', timeout: 'PT4H', calendar: 'queue' },
    ways: (data) => ['event', ...(data.timeout === undefined ? [] : ['timeout'])],
  },
  {
    type: 'branch',
    group: 'decide',
    title: { es: 'Bifurcar', en: 'Branch' },
    says: { es: 'Sigue por el primer camino cuya condición se cumple', en: 'Goes the first way whose condition holds' },
    starter: { cases: [{ handle: 'si', when: 'queue.continuity' }] },
    ways: (data) => [...handles(data, 'cases'), 'else'],
  },
  {
    type: 'split',
    group: 'decide',
    title: { es: 'Repartir (A/B)', en: 'Split (A/B)' },
    says: {
      es: 'Reparte a las personas en ramas, para saber qué sirve',
      en: 'Spreads people over arms, to know what works',
    },
    starter: {
      arms: [
        { handle: 'aviso', weight: 90 },
        { handle: 'control', weight: 10 },
      ],
      holdout: 'control',
    },
    ways: (data) => handles(data, 'arms'),
  },
  {
    type: 'parallel',
    group: 'decide',
    title: { es: 'En paralelo', en: 'In parallel' },
    says: { es: 'Sigue por todas sus flechas a la vez', en: 'Goes all its ways at once' },
    starter: {},
    ways: () => [],
    forks: true,
  },
  {
    type: 'join',
    group: 'decide',
    title: { es: 'Reunir', en: 'Join' },
    says: { es: 'Donde se encuentran las ramas en paralelo', en: 'Where parallel branches meet' },
    starter: { mode: 'all' },
    ways: OUT,
  },
  {
    type: 'forEach',
    group: 'decide',
    title: { es: 'Para cada elemento', en: 'For each item' },
    says: { es: 'Recorre una lista, un elemento tras otro', en: 'Goes through a list, one item after the other' },
    starter: { items: 'event.data.items', as: 'item' },
    ways: () => ['item', 'done'],
  },
  {
    type: 'extend',
    group: 'conversation',
    title: { es: 'Prolongar la conversación', en: 'Extend the conversation' },
    says: { es: 'Aplaza su cierre', en: 'Puts off its close' },
    starter: { by: 'PT12H' },
    ways: OUT,
    undoable: true,
  },
  {
    type: 'close',
    group: 'conversation',
    title: { es: 'Cerrar la conversación', en: 'Close the conversation' },
    says: { es: 'La cierra, con un motivo', en: 'Closes it, with a reason' },
    starter: { reason: 'abandonada' },
    ways: OUT,
  },
  {
    type: 'assign',
    group: 'conversation',
    title: { es: 'Asignar a un equipo o persona', en: 'Assign to a team or person' },
    says: { es: 'La deja en manos de alguien', en: 'Puts it in the hands of somebody' },
    starter: {},
    ways: OUT,
    undoable: true,
  },
  {
    type: 'tag',
    group: 'conversation',
    title: { es: 'Etiquetar la conversación', en: 'Tag the conversation' },
    says: { es: 'Le pone palabras para encontrarla después', en: 'Puts words on it, to find it later' },
    starter: { tags: [] },
    ways: OUT,
    undoable: true,
  },
  {
    type: 'http',
    group: 'systems',
    title: { es: 'Llamar a un servicio', en: 'Call a service' },
    says: { es: 'Llama a otro sistema y usa su respuesta', en: 'Calls another system and uses its answer' },
    starter: { method: 'POST', url: 'https://' },
    ways: OK_ERROR,
    undoable: true,
  },
  {
    type: 'emit',
    group: 'systems',
    title: { es: 'Publicar un evento', en: 'Publish an event' },
    says: { es: 'Cuenta algo a otros flujos y sistemas', en: 'Tells other flows and systems something' },
    starter: {},
    ways: OUT,
    undoable: true,
  },
  {
    type: 'subflow',
    group: 'systems',
    title: { es: 'Ejecutar otro flujo', en: 'Run another flow' },
    says: { es: 'Empieza otro flujo y espera que termine', en: 'Begins another flow and waits for its end' },
    starter: {},
    ways: () => ['out', 'error'],
    undoable: true,
  },
  {
    type: 'set',
    group: 'systems',
    title: { es: 'Asignar variables', en: 'Set variables' },
    says: { es: 'Guarda valores con nombre para más adelante', en: 'Keeps values by name for later' },
    starter: { vars: { valor: 'event.data' } },
    ways: OUT,
    undoable: true,
  },
  {
    type: 'llm',
    group: 'systems',
    title: { es: 'Preguntar a un modelo de lenguaje', en: 'Ask a language model' },
    says: { es: 'Hace una pregunta y guarda la respuesta', en: 'Asks a question and keeps the answer' },
    starter: { save: 'respuesta' },
    ways: OK_ERROR,
    undoable: true,
  },
  {
    type: 'bookSlot',
    group: 'systems',
    title: { es: 'Reservar hora', en: 'Book an appointment' },
    says: { es: 'Pide una hora a la agenda', en: 'Asks the agenda for an hour' },
    starter: {},
    ways: OK_ERROR,
    undoable: true,
  },
  {
    type: 'createComplaint',
    group: 'systems',
    title: { es: 'Crear reclamo', en: 'Open a complaint' },
    says: { es: 'Abre un reclamo', en: 'Opens a complaint' },
    starter: {},
    ways: OK_ERROR,
    undoable: true,
  },
  {
    type: 'undo',
    group: 'finish',
    title: { es: 'Deshacer lo hecho', en: 'Undo what was done' },
    says: { es: 'Recorre las flechas «deshacer» de lo ya hecho', en: 'Walks the “undo” edges of what was done' },
    starter: {},
    ways: OUT,
  },
  {
    type: 'end',
    group: 'finish',
    title: { es: 'Fin', en: 'End' },
    says: { es: 'Termina, con una palabra sobre cómo resultó', en: 'Ends, with a word on how it came out' },
    starter: {},
    ways: () => [],
  },
]

/** Every kind of step, in the order of the palette. */
export const KINDS: ReadonlyMap<string, Kind> = new Map(ALL.map((kind) => [kind.type, kind]))

/** A new step's settings: those of the starter that say something. */
export function starterOf(kind: Kind): Data {
  return structuredClone(kind.starter) as Data
}
