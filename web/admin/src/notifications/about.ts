import type { Schema } from '../api/client.ts'

/** Who asked for a notification: a run of a flow, another notification, a key, a user; anything else is the id of an event. */
const KEYS = {
  run: 'causeRun',
  notification: 'causeNotification',
  key: 'causeKey',
  user: 'causeUser',
  event: 'causeEvent',
} as const

export type Cause = { kind: keyof typeof KEYS; key: (typeof KEYS)[keyof typeof KEYS]; id: string }

export function causeOf(cause: string): Cause {
  const [kind = 'event', id = cause] = /^(run|notification|key|user):(.+)$/.exec(cause)?.slice(1) ?? []
  return { kind: kind as Cause['kind'], key: KEYS[kind as Cause['kind']], id }
}

type Asked = Pick<Schema<'Notification'>, 'cause' | 'askedBy'>

/** Who asked for a notification, as a key of texts with its values: a flow by its name, where it is known. */
export const askedWords = ({ cause, askedBy }: Asked) =>
  askedBy !== null
    ? ({ key: 'causeFlow', values: { flow: askedBy.flowName } } as const)
    : cause === null
      ? null
      : ({ key: causeOf(cause).key, values: { flow: '' } } as const)

/** Whom a notification was for: by name where they have one. */
export const receiverOf = ({ to, receiverName }: Pick<Schema<'Notification'>, 'to' | 'receiverName'>): string | null =>
  receiverName ?? ('contactId' in to ? to.contactId : 'userId' in to ? to.userId : to.address)
