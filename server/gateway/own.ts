import { hash } from 'node:crypto'
import type { Incoming, Outgoing } from '#platform/brokers/bus.ts'

/**
 * Tells the messages of this installation, when its own bindings bring them back, from those of others: another system may
 * publish the same event under the same id. Beside each goes the source under which the log has its event, which in the
 * text of one of paired systems is another.
 */
export type OwnMessages = {
  marked(message: Outgoing): Outgoing
  /** The source under which the log has the event of that id; null where the message is not ours. */
  sourceOf(message: Pick<Incoming, 'mark' | 'id'>, id: string): string | null
}

/** @param secret the same on all nodes of the installation, and on no other */
export function ownMessages(secret: Buffer): OwnMessages {
  const ours = `${hash('sha256', secret, 'hex').slice(0, 16)} `
  return {
    marked: (message) => (message.source === null ? message : { ...message, mark: ours + message.source }),
    sourceOf: ({ mark, id: told }, id) =>
      // Who makes another event of it and leaves our header there gives it another id.
      mark?.startsWith(ours) && told === id ? mark.slice(ours.length) : null,
  }
}
