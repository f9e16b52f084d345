import {
  isPermanentRefusal,
  MqttAway,
  type MqttLink,
  MqttRefused,
  type OutgoingMessage,
  type Published,
} from '#platform/brokers/mqtt/index.ts'
import { Problem } from '#platform/problem.ts'
import type { MessageKind, MqttMetrics } from '../metrics.ts'

/** Resolves when the broker has confirmed. Rejects with MqttAway, or with a Problem when it refuses for good. */
export type Publish = (kind: MessageKind, message: OutgoingMessage, timeoutMs?: number) => Promise<Published>

/**
 * Publishing with its figures.
 * @param confirmed called when the broker has confirmed
 */
export function createPublish(link: () => MqttLink | null, metrics: MqttMetrics, confirmed = () => {}): Publish {
  return async (kind, message, timeoutMs) => {
    const done = metrics.latency.startTimer({ direction: 'publish' })
    try {
      const to = link()
      if (to === null) throw new MqttAway('MQTT is not started')
      const published = await to.publish(message, timeoutMs)
      done()
      confirmed()
      metrics.published.inc({ kind, result: 'confirmed' })
      return published
    } catch (error) {
      const refused = error instanceof MqttRefused && isPermanentRefusal(error.reasonCode)
      metrics.published.inc({ kind, result: refused ? 'refused' : 'failed' })
      if (refused) throw new Problem(422, 'mqtt/refused', `${error.message}.`, { cause: error })
      throw error
    }
  }
}
