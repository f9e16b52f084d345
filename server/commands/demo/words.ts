import type { Language } from '#platform/http/language.ts'

/** What the demo says: each sentence of what was read back from the program. */
const en = {
  begins: 'Days of a clinic on a fast clock: two hours pass in each second.',
  setUp: (flow: string, version: number) =>
    `A queue with 24 h of patience, the flow “${flow}” (version ${version}) and a webhook are set up.`,
  writes: (name: string, asked: string, answered: string) =>
    `${name} writes: “${asked}” The coach answers: “${answered}”`,
  quiet: (what: string, at: string) => `All three go quiet. Next for María: ${what} at ${at}. 24 hours pass …`,
  warned: (status: string, text: string) => `María is ${status}. In the chat: “${text}”`,
  event: (id: string) => `Event encounter.tmipw_expired is in the log as ${id}.`,
  decided: (flow: string, version: number, run: string) =>
    `The flow “${flow}” (version ${version}) decided: run ${run}.`,
  pushed: (to: string, text: string) => `Push delivered to ${to}: “${text}”`,
  hooked: (id: string) => `Webhook delivered and its signature verified: webhook-id ${id}.`,
  back: (status: string) => `María tapped the link: the conversation is ${status} again, the close is called off.`,
  goesOn: (count: number, last: string) => `She goes on; the thread now has ${count} messages, the last “${last}”`,
  ended: (outcome: string) => `Her run ended: ${outcome}.`,
  closed: (why: string, text: string) => `John did not come back: closed (${why}). In the chat: “${text}”`,
  heldOut: (status: string) =>
    `Lucía was chosen for this story because the flow holds her out, as one in ten: no push. Her run: ${status}.`,
  report: (got: number, back: number, held: number, heldBack: number) =>
    `Report: of ${got} who got the push ${back} came back; of ${held} held out ${heldBack}.`,
  works: (says: string) => `Does the push work? “${says}”`,
  still: (status: string) => `María's conversation is still ${status}.`,
  held: 'The story held.',
  notHeld: (why: string) => `The story did not hold: ${why}.`,
  stopped: 'you stopped it',
  late: (what: string, seconds: number) => `${what} did not come within ${seconds} s`,
  awaited: {
    ...{ warning: 'the warning', event: 'the event encounter.tmipw_expired', run: 'the run of the flow' },
    ...{ push: 'the push to María', webhook: 'the webhook', back: 'the return to the conversation' },
    ...{ ended: 'the end of her run', closed: "the close of John's conversation", heldOut: "Lucía's run" },
    said: 'the message of the system',
  },
  unarmed: 'no deadline was armed for a person who went quiet',
  closedAllTheSame: 'María came back and was closed all the same',
  heldOutToo: 'who is held out got a push',
  otherReport: (arms: string) => `the report tells another story: ${arms}`,
  tooFew: 'three people were taken for a proof',
  unwritten: (name: string) => `the thread of ${name} lacks what was written`,
  linkFailed: (status: number) => `the link answered ${status}`,
  noReplyBox: 'the page behind the link has no reply box',
  visitFailed: (status: number) => `the visit of the link answered ${status}`,
  /** The name of the organisation. */
  clinic: 'Clinic of the demo',
  present:
    'From here on time passes as usual: the story lies in the last two days. Only what machines note (deliveries, the audit log) shows the seconds that it took.',
  keptUp: 'The server is up until Ctrl-C:',
  rows: {
    ...{ admin: 'Admin', email: 'E-mail', password: 'Password', key: 'API key', page: "María's page" },
    ...{ conversations: 'Conversations', flow: 'Flow', subscription: 'Subscription' },
  },
}

const es: typeof en = {
  begins: 'Días de una clínica con el reloj acelerado: cada segundo pasan dos horas.',
  setUp: (flow, version) =>
    `Quedan listos una cola que espera 24 h, el flujo «${flow}» (versión ${version}) y un webhook.`,
  writes: (name, asked, answered) => `${name} escribe: «${asked}» El coach responde: «${answered}»`,
  quiet: (what, at) => `Los tres callan. Lo próximo para María: ${what}, ${at}. Pasan 24 horas…`,
  warned: (status, text) => `María está ${status}. En el chat: «${text}»`,
  event: (id) => `El evento encounter.tmipw_expired quedó en el registro como ${id}.`,
  decided: (flow, version, run) => `El flujo «${flow}» (versión ${version}) decidió: ejecución ${run}.`,
  pushed: (to, text) => `Push entregado a ${to}: «${text}»`,
  hooked: (id) => `Webhook entregado y su firma comprobada: webhook-id ${id}.`,
  back: (status) => `María tocó el enlace: la conversación está otra vez ${status} y el cierre se anula.`,
  goesOn: (count, last) => `Ella sigue; la conversación tiene ya ${count} mensajes, el último «${last}»`,
  ended: (outcome) => `Su ejecución terminó: ${outcome}.`,
  closed: (why, text) => `John no volvió: cerrada (${why}). En el chat: «${text}»`,
  heldOut: (status) =>
    `Lucía está en esta historia porque el flujo la deja de control, como a una de cada diez: sin push. Su ejecución: ${status}.`,
  report: (got, back, held, heldBack) =>
    `Informe: de ${got} que recibieron el push ${back === 1 ? 'volvió' : 'volvieron'} ${back}; de ${held} de control, ${heldBack}.`,
  works: (says) => `¿Sirve el push? «${says}»`,
  still: (status) => `La conversación de María sigue ${status}.`,
  held: 'La historia se cumplió.',
  notHeld: (why) => `La historia no se cumplió: ${why}.`,
  stopped: 'la detuviste',
  late: (what, seconds) => `${what} no llegó en ${seconds} s`,
  awaited: {
    ...{ warning: 'el aviso', event: 'el evento encounter.tmipw_expired', run: 'la ejecución del flujo' },
    ...{ push: 'el push para María', webhook: 'el webhook', back: 'la vuelta a la conversación' },
    ...{ ended: 'el fin de su ejecución', closed: 'el cierre de la conversación de John' },
    ...{ heldOut: 'la ejecución de Lucía', said: 'el mensaje del sistema' },
  },
  unarmed: 'no quedó plazo alguno para una persona que calló',
  closedAllTheSame: 'María volvió y se cerró de todos modos',
  heldOutToo: 'quien es de control recibió un push',
  otherReport: (arms) => `el informe cuenta otra historia: ${arms}`,
  tooFew: 'tres personas se tomaron por una prueba',
  unwritten: (name) => `en la conversación de ${name} falta lo que se escribió`,
  linkFailed: (status) => `el enlace respondió ${status}`,
  noReplyBox: 'la página del enlace no tiene dónde responder',
  visitFailed: (status) => `la visita del enlace respondió ${status}`,
  clinic: 'Clínica de la demostración',
  present:
    'Desde aquí el tiempo pasa como siempre: la historia queda en los últimos dos días. Solo lo que anotan las máquinas (entregas, auditoría) muestra los segundos que duró.',
  keptUp: 'El servidor queda encendido hasta Ctrl-C:',
  rows: {
    ...{
      admin: 'Administración',
      email: 'Correo',
      password: 'Contraseña',
      key: 'Clave de API',
      page: 'Página de María',
    },
    ...{ conversations: 'Conversaciones', flow: 'Flujo', subscription: 'Suscripción' },
  },
}

export type Words = typeof en
export const WORDS: Readonly<Record<Language, Words>> = { es, en }

/** In Spanish: how a conversation stands, and what happens to it next. Others go by the name that the API gives them. */
const STATES: Readonly<Record<string, string>> = {
  ...{ open: 'abierta', warned: 'avisada', closed: 'cerrada', inactivity: 'silencio' },
  ...{ warn: 'el aviso', close: 'el cierre', waiting: 'en curso', completed: 'terminada' },
}

/** A name of the API in the language of the story. */
export const stateWord = (name: string, language: Language): string =>
  language === 'es' ? (STATES[name] ?? name) : name

/** The language that the terminal speaks, of those that the story is told in; where it speaks none of them, English as it does elsewhere. */
export function terminalLanguage(locale = Intl.DateTimeFormat().resolvedOptions().locale): Language {
  return locale.split('-')[0] === 'es' ? 'es' : 'en'
}
