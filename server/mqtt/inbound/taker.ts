import { MqttAway, type MqttMessage, MqttRefused } from '#platform/brokers/mqtt/index.ts'
import type { EventDraft } from '#platform/event.ts'
import { isPassing } from '#platform/passing.ts'
import type { Sender } from '#platform/service.ts'
import type { MessageKind } from '../metrics.ts'
import { Stopping } from './pipeline.ts'

/** A message on its way in. */
export type Arrival = {
  message: MqttMessage
  /**
   * Names the message itself, also when it comes again: made of session, packet id and content. A broker uses packet ids
   * again, so another message with the same content may get the same name after tens of thousands. What never comes again
   * (QoS 0) has a name of its own.
   */
  name: string
  /** The broker sends it again, or we try again: what has its name already is the same message. */
  again: boolean
  /** Names that it got in the place of those that another message has, by the event's id; they last over its tries. */
  fresh: Map<string, string>
  /** Whether the session is still ours: who lost it may not take its messages for new ones. */
  stillOurs(): Promise<boolean>
}

export type Taken = 'taken' | 'duplicate' | 'dropped'

/** Something that messages are for. */
export type Taker = {
  kind: MessageKind
  filters(): readonly string[]
  /**
   * Resolves when all that the message is for is durable; called again with the same message after a failure.
   * @throws what may pass: the database or the broker is away; anything else: the message is refused for good
   */
  take(arrival: Arrival): Promise<Taken>
}

/** Who sent a message, as far as it tells: the broker does not say whose it is. Names in lower case, as over HTTP. */
export const senderOf = ({ userProperties }: Pick<MqttMessage, 'userProperties'>): Sender => ({
  headers: Object.fromEntries([...userProperties].map(([name, value]) => [name.toLowerCase(), value])),
})

/** The session, and the message with it, belongs to another node now. */
export class SessionLost extends Error {
  override readonly name = 'SessionLost'
  constructor() {
    super('the session belongs to another node')
  }
}

/** Whether another try may succeed. What fails for a reason of its own must not keep all that came after it. */
export const mayPass = (error: unknown): boolean => isPassing(error) || PASSING.some((kind) => error instanceof kind)
const PASSING = [Stopping, SessionLost, MqttAway, MqttRefused]

/** Appends an event that has no id of its own: a redelivery makes no second one, a second message with the same content does. */
export async function appendNamed(
  append: (draft: EventDraft) => Promise<{ duplicate: boolean }>,
  arrival: Arrival,
  draftOf: (name: string) => EventDraft,
  freshName: () => string,
): Promise<Taken> {
  const draft = draftOf(arrival.name)
  if (!arrival.fresh.has(draft.id)) {
    const { duplicate } = await append(draft)
    if (!duplicate) return 'taken'
    if (arrival.again) return 'duplicate'
    if (!(await arrival.stillOurs())) throw new SessionLost()
    arrival.fresh.set(draft.id, freshName())
  }
  await append(draftOf(arrival.fresh.get(draft.id) as string))
  return 'taken'
}
