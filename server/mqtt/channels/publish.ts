import type { Attempt, Channel, Prepared } from '#deliveries/index.ts'
import type { OutgoingMessage } from '#platform/brokers/mqtt/index.ts'
import { Problem } from '#platform/problem.ts'
import type { Publish } from '../outbound/publish.ts'

/** `DeliveryDraft.request` of the channel `mqtt`. */
export type MqttDelivery = {
  topic: string
  payload: string
  contentType?: string
  retain?: boolean
  userProperties?: { [name: string]: string }
}

type PreparedMessage = Prepared & { message: OutgoingMessage }

/** A message at QoS 1, tried for about a day; its delivery's id goes along as the user property `id`. */
export function mqttChannel(publish: Publish): Channel<PreparedMessage> {
  return {
    name: 'mqtt',
    schedule: [1_000, 5_000, 30_000, 120_000, 600_000, 3_600_000, 14_400_000, 28_800_000, 43_200_000],
    timeoutMs: 10_000,
    async prepare(rows) {
      return rows.map(({ id, request }) => {
        const { topic, payload, contentType, retain, userProperties } = request as MqttDelivery
        const properties = { ...userProperties, id }
        return {
          summary: `PUBLISH ${topic}`,
          message: { topic, payload, contentType, retain, userProperties: properties },
        }
      })
    },
    send: ({ message }) => attempted(() => publish('event', message, 9_000)),
  }
}

/** What an attempt over MQTT came to: a refusal lasts, all else may pass. */
async function attempted(work: () => Promise<unknown>): Promise<Attempt> {
  try {
    await work()
    return { verdict: 'delivered' }
  } catch (error) {
    if (error instanceof Problem) return { verdict: error.status === 422 ? 'permanent' : 'retry', error: error.message }
    throw error
  }
}
