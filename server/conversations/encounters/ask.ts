import type {
  AssignCommand,
  CloseCommand,
  EncounterCommand,
  ExtendCommand,
  OutgoingMessage,
  TagCommand,
} from '#conversations/encounters/command.ts'
import { eventOf } from '#conversations/encounters/facts.ts'
import { say } from '#conversations/thread/store.ts'
import type { Json } from '#platform/event.ts'
import type { Tx } from '#platform/work.ts'

/** The due kind under which commands wait the moment until they are carried out. */
export const COMMAND_KIND = 'encounter.command'

/** Every command carries its kind and what caused it, as JSON. */
function ask(tx: Tx, kind: string, commands: readonly EncounterCommand[]): void {
  if (commands.length === 0) return
  tx.schedule(
    commands.map(({ tenant, id, at, ...rest }) => ({
      kind: COMMAND_KIND,
      tenant,
      key: id,
      dueAt: at,
      payload: { kind, at, ...rest } as unknown as Json,
    })),
  )
}

/** Closes encounters with a reason. A closed one stays as it is, and no event is born. */
export const closeEncounters = (tx: Tx, commands: readonly CloseCommand[]): void => ask(tx, 'close', commands)

/** Puts off the close, until the person comes back from a warning. Without effect on a closed encounter. */
export const extendEncounters = (tx: Tx, commands: readonly ExtendCommand[]): void => ask(tx, 'extend', commands)

/** Gives encounters into other hands. Without effect on a closed one. */
export const assignEncounters = (tx: Tx, commands: readonly AssignCommand[]): void => ask(tx, 'assign', commands)

/** Puts words on encounters, closed ones too. */
export const tagEncounters = (tx: Tx, commands: readonly TagCommand[]): void => ask(tx, 'tag', commands)

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
