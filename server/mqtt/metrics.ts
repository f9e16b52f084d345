import { Counter, Histogram, type Registry } from 'prom-client'

/** What a message was about: labels are few and never topics. */
export type MessageKind = 'event' | 'rule' | 'republish' | 'request' | 'answer' | 'command' | 'none'

export type MqttMetrics = {
  /** Results: `confirmed`, `refused`, `failed`. */
  published: Counter<'kind' | 'result'>
  /** Results: `taken`, `duplicate`, `refused`, `dropped`. */
  consumed: Counter<'kind' | 'result'>
  /** `publish`: until the broker confirmed; `consume`: from the socket until it is acknowledged. */
  latency: Histogram<'direction'>
  connectionErrors: Counter
  /** Answers that nobody waited for (any more). */
  lateAnswers: Counter<'why'>
  /** WhatsApp commands handed over, or not, by each way. */
  commands: Counter<'line' | 'way' | 'result'>
}

const LATENCY_BUCKETS_S = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5, 10]

export function mqttMetrics(registry: Registry): MqttMetrics {
  const registers = [registry]
  return {
    published: new Counter({
      name: 'mqtt_messages_published_total',
      help: 'Messages given to the MQTT broker',
      labelNames: ['kind', 'result'],
      registers,
    }),
    consumed: new Counter({
      name: 'mqtt_messages_consumed_total',
      help: 'Messages that came from the MQTT broker',
      labelNames: ['kind', 'result'],
      registers,
    }),
    latency: new Histogram({
      name: 'mqtt_messages_latency_seconds',
      help: 'Time until the broker confirmed a message, or until we acknowledged one',
      labelNames: ['direction'],
      buckets: LATENCY_BUCKETS_S,
      registers,
    }),
    connectionErrors: new Counter({
      name: 'mqtt_connection_errors_total',
      help: 'Connections to the MQTT broker that failed or were lost',
      registers,
    }),
    lateAnswers: new Counter({
      name: 'cauce_mqtt_answers_dropped_total',
      help: 'Answers to requests that came too late or that nobody asked for',
      labelNames: ['why'],
      registers,
    }),
    commands: new Counter({
      name: 'cauce_whatsapp_commands_total',
      help: 'Attempts to hand WhatsApp commands over, by way and what they came to',
      labelNames: ['line', 'way', 'result'],
      registers,
    }),
  }
}
