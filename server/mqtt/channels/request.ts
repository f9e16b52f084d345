import type { Channel, Prepared } from '#deliveries/index.ts'
import type { Json } from '#platform/event.ts'
import { Problem } from '#platform/problem.ts'
import type { Requests } from '../requests/requests.ts'

/** `DeliveryDraft.request` of the channel `mqtt-request`. `DeliveryEnd.outcome` is `{ok, data, error}`. */
export type MqttRequestDelivery = { topic: string; data: Json; timeoutMs?: number }

const TIMEOUT_MS = 10_000

type PreparedRequest = Prepared & { request: MqttRequestDelivery }

/** A request whose answer somebody waits for, as a flow does: two attempts, all within a minute. */
export function mqttRequestChannel(requests: Requests): Channel<PreparedRequest> {
  return {
    name: 'mqtt-request',
    schedule: [3_000],
    timeoutMs: 15_000,
    prepare: async (rows) =>
      rows.map((row) => {
        const request = row.request as MqttRequestDelivery
        return { summary: `REQUEST ${request.topic}`, request }
      }),
    async send({ request: { topic, data, timeoutMs = TIMEOUT_MS } }) {
      try {
        const { ok, data: answer, error } = await requests.ask(topic, data, Math.min(timeoutMs, TIMEOUT_MS))
        // Who was asked has answered; that the answer is no is for the asker to know.
        return { verdict: 'delivered', outcome: { ok, data: answer, error } }
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        return { verdict: error.status === 422 ? 'permanent' : 'retry', error: error.message }
      }
    },
  }
}
