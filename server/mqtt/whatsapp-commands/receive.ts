import type { Chain } from '#platform/chain.ts'
import type { Json } from '#platform/event.ts'
import { uuidv7 } from '#platform/ids.ts'
import { parseJson } from '#platform/json-text.ts'
import type { Runtime } from '#platform/service.ts'
import { hopsOf, traceOf } from '../inbound/read-message.ts'
import { appendNamed, type Taken, type Taker } from '../inbound/taker.ts'
import { type Command, isCheck, type Line, readCommand, requestedEvent, topicOfLine } from './command.ts'

/** What led to a command. */
type Came = { traceparent: string | null; chain: Chain }

export type Receiver = {
  lines: readonly Line[]
  /** A command that came by HTTP. @throws Problem 400 */
  take(line: Line, body: Json, came: Came, newId: () => string): Promise<{ messageId: string; result: Taken }>
  /** The same over MQTT. */
  taker: Taker
}

/** The receiving side of the command transport: a command becomes an event, once, whichever way it came. */
export function createReceiver(
  runtime: Pick<Runtime, 'appendEvent' | 'clock'>,
  options: { tenant: string; lines: readonly Line[]; topic: string; country: string | undefined },
): Receiver {
  const { tenant, lines, country } = options
  const lineOf = new Map(lines.map((line) => [topicOfLine(options.topic, line), line]))

  const eventOf = (command: Command, line: Line, messageId: string, came: Came & { origin: string }) =>
    requestedEvent(command, { tenant, line, messageId, now: runtime.clock.now(), ...came })

  return {
    lines,
    async take(line, body, came, newId) {
      if (isCheck(body)) return { messageId: '', result: 'dropped' }
      const command = readCommand(body, country)
      const messageId = command.messageId ?? newId()
      const { duplicate } = await runtime.appendEvent(eventOf(command, line, messageId, { origin: 'rest', ...came }))
      return { messageId, result: duplicate ? 'duplicate' : 'taken' }
    },
    taker: {
      kind: 'command',
      filters: () => [...lineOf.keys()],
      async take(arrival) {
        const line = lineOf.get(arrival.message.topic)
        if (line === undefined) return 'dropped'
        const { value } = parseJson(arrival.message.payload)
        if (isCheck(value)) return 'dropped'
        const command = readCommand(value, country)
        const chain = { hops: hopsOf(arrival.message, value), cause: null }
        const overMqtt = { origin: 'mqtt', traceparent: traceOf(arrival.message), chain }
        if (command.messageId !== null) {
          const { duplicate } = await runtime.appendEvent(eventOf(command, line, command.messageId, overMqtt))
          return duplicate ? 'duplicate' : 'taken'
        }
        return appendNamed(
          runtime.appendEvent,
          arrival,
          (name) => eventOf(command, line, name, overMqtt),
          () => uuidv7(runtime.clock.wall()),
        )
      },
    },
  }
}
