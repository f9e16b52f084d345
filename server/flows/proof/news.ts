import { type GoalReached, type InConversation, noteGoals, noteInConversations } from '#flows/proof/store.ts'
import type { LogEvent } from '#platform/event.ts'
import type { Tx } from '#platform/work.ts'

/** What the events of a batch say of entries that were made before, whether or not their runs still go on. */
export type OutcomeNews = {
  /** An event that some flow of the tenant keeps outcomes for. */
  heard(event: LogEvent): void
  /** It is the goal of a version, under this key, of those who began before its position. */
  goal(event: LogEvent, at: { flowId: string; version: number }, key: string): void
  isEmpty(): boolean
  write(tx: Tx): void
}

const IN_CONVERSATION: ReadonlyMap<string, InConversation['what']> = new Map([
  ['encounter.link_followed', 'followed'],
  ['encounter.closed', 'closed'],
])

export function outcomeNews(): OutcomeNews {
  const goals = new Map<string, GoalReached & { versions: number[] }>()
  const conversations: InConversation[] = []
  return {
    heard({ tenant, type, encounterId, position, receivedAt }) {
      const what = IN_CONVERSATION.get(type)
      if (what === undefined || encounterId === null) return
      conversations.push({ tenant, encounterId, what, position, at: receivedAt })
    },
    goal({ tenant, position, receivedAt }, { flowId, version }, key) {
      const name = `${position}\n${flowId}\n${key}`
      const known = goals.get(name)
      if (known === undefined) goals.set(name, { tenant, flowId, versions: [version], key, position, at: receivedAt })
      else known.versions.push(version)
    },
    isEmpty: () => goals.size + conversations.length === 0,
    write(tx) {
      noteGoals(tx, [...goals.values()])
      noteInConversations(tx, conversations)
    },
  }
}
