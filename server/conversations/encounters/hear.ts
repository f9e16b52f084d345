import { type Answer, type Ask, repeatable } from '#conversations/encounters/act.ts'
import type { Action } from '#conversations/encounters/decide.ts'
import { eventOf } from '#conversations/encounters/facts.ts'
import { touchEncounters } from '#conversations/encounters/store.ts'
import { insertMessages, type Message } from '#conversations/thread/store.ts'
import type { EventDraft } from '#platform/event.ts'
import type { Tx } from '#platform/work.ts'

export type Heard = Ask & { input: Ask['input'] & Extract<Action, { kind: 'message' }> }

/** True for what the short way takes: a word of the person. */
export const isHeard = (ask: Ask): ask is Heard => ask.input.kind === 'message' && ask.input.from === 'patient'

/**
 * The short way of the most frequent thing there is: the person writes into an open encounter. `decide` would change
 * nothing but the last sign of life and the number of messages, and no deadline comes nearer by it; so one statement
 * does it, without reading first. Whatever is not simply open (warned, closed, snoozed, unknown) is left out.
 * @returns for each the answer, or null where `act` has to decide
 */
export async function hear(tx: Tx, asks: readonly Heard[]): Promise<(Answer | null)[]> {
  const touched = await touchEncounters(
    tx,
    asks.map(({ tenant, encounterId, input }) => ({ tenant, encounterId, at: input.at })),
  )
  const messages: Message[] = []
  const events: EventDraft[] = []
  const answers = asks.map((ask): Answer | null => {
    const { tenant, encounterId, input, because } = ask
    const row = touched.next(tenant, encounterId)
    if (row === null) return null
    const { id, from, text, at } = input
    messages.push({ tenant, encounterId, id, from, text, createdAt: at, seq: row.seq })
    const extra = { message_id: id, from, text }
    events.push(
      eventOf({ ...row, tenant, id: encounterId }, { subtype: 'message_received', key: id, at, extra }, because),
    )
    return { state: 'done', messages: [{ id, from, text, at }], refused: undefined }
  })
  insertMessages(tx, messages, repeatable(asks))
  tx.append(events)
  return answers
}
