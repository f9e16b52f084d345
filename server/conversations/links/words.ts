import type { Language } from '#platform/http/language.ts'

/** What the page behind a link says, in the languages it speaks. To people: usted. */
export type Words = {
  title: string
  withBrand(name: string): string
  you: string
  us: string
  assistant: string
  label: string
  placeholder: string
  send: string
  sent: string
  empty: string
  closedTitle: string
  closedText: string
  closedHint: string
  expiredTitle: string
  expiredText: string
  usedTitle: string
  usedText: string
  invalidTitle: string
  invalidText: string
  emptyReply: string
  longReply: string
  busyTitle: string
  busyText: string
  earlier: string
  latest: string
  again: string
}

const es: Words = {
  title: 'Su conversación',
  withBrand: (name) => `Su conversación con ${name}`,
  you: 'Usted',
  us: 'Nosotros',
  assistant: 'Asistente',
  label: 'Su mensaje',
  placeholder: 'Escriba su mensaje',
  send: 'Enviar mensaje',
  sent: 'Hemos recibido su mensaje.',
  empty: 'Todavía no hay mensajes. Escríbanos cuando quiera.',
  closedTitle: 'Esta conversación está cerrada',
  closedText:
    'Puede leerla, pero ya no admite mensajes nuevos. Si nos necesita, inicie una conversación nueva por su canal habitual.',
  closedHint: 'Esta conversación se cerró. Si escribe, la abrimos de nuevo.',
  expiredTitle: 'Este enlace ha caducado',
  expiredText:
    'Por su seguridad, los enlaces dejan de funcionar después de un tiempo. Su conversación se conserva: vuelva a ella por su canal habitual.',
  usedTitle: 'Este enlace ya se usó',
  usedText: 'Servía para una sola visita. Si no fue usted, avísenos por su canal habitual.',
  invalidTitle: 'Este enlace no es válido',
  invalidText: 'Compruebe que lo copió entero, o ábralo de nuevo desde el mensaje que le enviamos.',
  emptyReply: 'Escriba un mensaje antes de enviarlo.',
  longReply: 'El mensaje es demasiado largo. Acórtelo o envíelo en partes.',
  busyTitle: 'No hemos podido guardar su mensaje',
  busyText: 'Inténtelo de nuevo en un momento; lo que ya envió se conserva.',
  earlier: 'Mensajes anteriores',
  latest: 'Volver a los últimos mensajes',
  again: 'Ver si hay respuesta',
}

const en: Words = {
  title: 'Your conversation',
  withBrand: (name) => `Your conversation with ${name}`,
  you: 'You',
  us: 'Us',
  assistant: 'Assistant',
  label: 'Your message',
  placeholder: 'Write your message',
  send: 'Send message',
  sent: 'We have received your message.',
  empty: 'There are no messages yet. Write to us whenever you like.',
  closedTitle: 'This conversation is closed',
  closedText:
    'You can read it, but it takes no new messages. If you need us, start a new conversation through your usual channel.',
  closedHint: 'This conversation was closed. If you write, we open it again.',
  expiredTitle: 'This link has expired',
  expiredText:
    'For your safety, links stop working after a while. Your conversation is kept: return to it through your usual channel.',
  usedTitle: 'This link has been used',
  usedText: 'It was good for one visit. If that was not you, tell us through your usual channel.',
  invalidTitle: 'This link is not valid',
  invalidText: 'Check that you copied all of it, or open it again from the message we sent you.',
  emptyReply: 'Write a message before you send it.',
  longReply: 'The message is too long. Shorten it or send it in parts.',
  busyTitle: 'We could not save your message',
  busyText: 'Try again in a moment; what you sent before is kept.',
  earlier: 'Earlier messages',
  latest: 'Back to the latest messages',
  again: 'See whether there is an answer',
}

export const WORDS: Readonly<Record<Language, Words>> = { es, en }
