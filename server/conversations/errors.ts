import { type Fault, Problem } from '#platform/problem.ts'

/** Retry helps: no. The encounter is closed and its queue does not reopen; open a new one. */
export const encounterClosed = (id: string): Problem =>
  new Problem(409, 'conversations/closed', `The encounter ${JSON.stringify(id)} is closed.`)

/** Retry helps: yes, after the time told. More messages wait than the database takes now. */
export const tooManyWaiting = (): Problem =>
  new Problem(503, 'conversations/busy', 'Too many messages are waiting to be written.', { retryAfterS: 1 })

/** Retry helps: after the texts were read again. The errors say how those that were sent differ from those that are kept. */
export const textsStale = (faults: Fault[]): Problem =>
  new Problem(
    409,
    'conversations/texts-stale',
    'Somebody changed the texts after you read them. Nothing was overwritten.',
    {
      faults,
    },
  )
