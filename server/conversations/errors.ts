import { type Fault, Problem } from '#platform/problem.ts'

/** Retry helps: no. The encounter is closed and its queue does not reopen; open a new one. */
export const encounterClosed = (id: string): Problem =>
  new Problem(409, 'conversations/closed', `The encounter ${JSON.stringify(id)} is closed.`, {
    messages: { en: `The encounter ${JSON.stringify(id)} is closed.`, es: 'La conversación está cerrada.' },
  })

/** Retry helps: after it was read again. Somebody else has it than the caller believed. */
export const encounterTaken = (): Problem => new Problem(409, 'conversations/taken', TAKEN.en, { messages: TAKEN })

const TAKEN = {
  en: 'Meanwhile somebody changed who has this conversation. It stays as it is now.',
  es: 'Mientras tanto alguien cambió quién tiene esta conversación. Queda como está ahora.',
}

/** Retry helps: yes, after the time told. More messages wait than the database takes now. */
export const tooManyWaiting = (): Problem =>
  new Problem(503, 'conversations/busy', 'Too many messages are waiting to be written.', { retryAfterS: 1 })

/** Retry helps: after the texts were read again. The errors say how those that were sent differ from those that are kept. */
export const textsStale = (faults: Fault[]): Problem =>
  new Problem(409, 'conversations/texts-stale', STALE_TEXTS.en, { messages: STALE_TEXTS, faults })

const STALE_TEXTS = {
  en: 'Somebody changed the texts after you read them. Nothing was overwritten.',
  es: 'Alguien cambió los textos después de que los leyeras. No se sobrescribió nada.',
}
