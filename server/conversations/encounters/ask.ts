import type { EncounterCommand, OutgoingMessage } from '#conversations/encounters/command.ts'
import { eventOf } from '#conversations/encounters/facts.ts'
import { say } from '#conversations/thread/store.ts'
import type { Json } from '#platform/event.ts'
import type { Tx } from '#platform/work.ts'

/** The due kind under which commands wait the moment until they are carried out. */
export const COMMAND_KIND = 'encounter.command'

/** A command as it is stored; what was asked of the same encounter with it follows. */
export type StoredCommand = EncounterCommand & { then?: EncounterCommand[] }

/**
 * Asks changes of encounters. Those that a transaction asks of one encounter are carried out together, in the order
 * given. On a closed encounter those that make no sense there do nothing.
 */
export function commandEncounters(tx: Tx, commands: readonly EncounterCommand[]): void {
  const byEncounter = Map.groupBy(commands, ({ tenant, encounterId }) => `${tenant}\n${encounterId}`)
  tx.schedule(
    [...byEncounter.values()].map(([first, ...then]) => {
      const { tenant, id, at } = first as EncounterCommand
      const stored = { ...first, ...(then.length === 0 ? {} : { then }) }
      return { kind: COMMAND_KIND, tenant, key: id, dueAt: at, payload: stored as unknown as Json }
    }),
  )
}

/**
 * Writes messages of ours into threads, with their `encounter.message_sent` events, in the caller's transaction.
 * Issues statements and waits for none; an encounter never heard of gets its bare row. A closed one still takes
 * the message: what a flow says after a close is part of the story.
 */
export function writeMessages(tx: Tx, messages: readonly OutgoingMessage[]): void {
  if (messages.length === 0) return
  say(tx, messages)
  tx.append(
    messages.map((message) =>
      eventOf(
        {
          tenant: message.tenant,
          id: message.encounterId,
          queueId: message.queueId ?? null,
          contactId: message.contactId ?? null,
          brandId: message.brandId ?? null,
        },
        {
          subtype: 'message_sent',
          key: message.id,
          at: message.at,
          extra: { message_id: message.id, from: message.from, text: message.text },
        },
        message,
      ),
    ),
  )
}
