import { readContact } from '#conversations/contacts/store.ts'
import { type EncounterKey, readEncounters } from '#conversations/encounters/store.ts'
import { isVisible } from '#conversations/fields.ts'
import type { ThreadState } from '#conversations/links/page.ts'
import { readUse } from '#conversations/links/store.ts'
import type { Reader, ThreadMessage } from '#conversations/links/thread.ts'
import type { LinkClaims } from '#conversations/links/token.ts'
import { rulesOf } from '#conversations/queues/store.ts'
import type { Message } from '#conversations/thread/store.ts'
import type { Found } from '#platform/bounded-page.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'

/** Which messages of the thread are read. */
export type Reading = (tx: Tx, key: EncounterKey) => Promise<Found<Message>>

export type Looked = {
  reader: Omit<Reader, 'language'>
  brand: string | null
  state: ThreadState
  messages: readonly ThreadMessage[]
  /** True if the thread goes on beyond them. */
  more: boolean
}

/** What an opened page shows of its conversation, or why it may not. */
export async function lookAt(
  database: Pick<Runtime['database'], 'asTenant'>,
  { tenant, encounterId, contactId, nonce, oneUse }: LinkClaims,
  page: string,
  read: Reading,
): Promise<Looked | 'invalid' | 'used'> {
  const key = { tenant, encounterId }
  const [[encounter], rules, messages, contact, usedBy] = await database.asTenant(tenant, (tx) =>
    Promise.all([
      readEncounters(tx, [key]),
      rulesOf(tx, [key], []),
      read(tx, key),
      contactId === null ? null : readContact(tx, tenant, contactId),
      oneUse ? readUse(tx, tenant, nonce) : null,
    ]),
  )
  if (encounter === undefined) return 'invalid'
  if (usedBy !== null && usedBy !== page) return 'used'
  const queue = rules.of(tenant, encounter.queueId)?.queue
  return {
    reader: { locale: contact?.locale ?? null, timeZone: contact?.timeZone ?? null },
    brand: [queue?.name, queue?.brand].find((name) => name != null && isVisible(name)) ?? null,
    state: encounter.status !== 'closed' ? 'open' : queue?.reopenClosed ? 'reopens' : 'closed',
    messages: messages.rows.map(({ seq, from, text, createdAt }) => ({ n: seq, from, text, at: createdAt })),
    more: messages.more,
  }
}
