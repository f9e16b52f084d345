import { hash } from 'node:crypto'
import { assertTenantThere } from '#access/index.ts'
import { type MqttLink, openLink } from '#platform/brokers/mqtt/index.ts'
import type { Consumer, Runtime, ServiceParts } from '#platform/service.ts'
import { settledWithin } from '#platform/within.ts'
import { linkBase, openEmbedded } from './connect.ts'
import { diagnosticRoutes, stateOfBroker } from './diagnostics.ts'
import { openFace } from './face.ts'
import { createDoor } from './inbound/door.ts'
import { eventTaker } from './inbound/events.ts'
import type { Taker } from './inbound/taker.ts'
import { createIncoming, type Incoming } from './incoming.ts'
import { mqttMetrics } from './metrics.ts'
import { createPublish } from './outbound/publish.ts'
import { publishingConsumer } from './outbound/publish-events.ts'
import { refusedRoutes } from './refused/routes.ts'
import { createRequests } from './requests/requests.ts'
import { replyGuard } from './requests/respond.ts'
import { requestRoutes } from './requests/routes.ts'
import { ruleRoutes } from './rules/routes.ts'
import { createRuleBook } from './rules/rule-book.ts'
import { ruleTaker } from './rules/taker.ts'
import { settings } from './settings.ts'
import { openCommands } from './whatsapp-commands/index.ts'

/** A hint to the other nodes: sessions were given back, or rules changed. */
const TOPIC = 'mqtt'
/** Answers and the like that this node takes at once. */
const MOST_IN_HAND = 1_000

/** Puts the parts together; nothing connects before `start`. */
export function createGateway(runtime: Runtime): ServiceParts {
  const values = runtime.settings.of(settings)
  const { signals, clock, logger } = runtime
  const metrics = mqttMetrics(runtime.metrics)
  const mqtt = { tenant: values.MQTT_TENANT, on: values.MQTT_HOST !== undefined || values.CAUCE_MQTT_EMBEDDED }
  const { tenant } = mqtt
  if (values.MQTT_HOST !== undefined && values.CAUCE_MQTT_EMBEDDED) {
    throw new Error('MQTT_HOST names a broker and CAUCE_MQTT_EMBEDDED brings one along: set one of them')
  }
  let out: MqttLink | null = null
  let incoming: Incoming | null = null
  let embedded: Awaited<ReturnType<typeof openEmbedded>> = null
  let lastConfirmedAt: number | null = null

  const publish = createPublish(
    () => out,
    metrics,
    () => {
      lastConfirmedAt = clock.wall()
    },
  )
  openFace(runtime, mqtt, publish)
  const requests = createRequests({
    link: () => out,
    publish,
    answerPrefix: values.MQTT_ANSWER_PREFIX,
    metrics,
  })
  const mayReply = replyGuard([...values.MQTT_REPLY_TOPICS, `${values.MQTT_ANSWER_PREFIX}/#`])
  const book = createRuleBook(runtime, tenant)
  const commands = openCommands(runtime, { mqtt, publish, metrics })
  const takers: Taker[] = [
    commands.taker,
    eventTaker(runtime, tenant, values.MQTT_EVENT_TOPICS),
    ruleTaker(runtime, { tenant, book, link: () => out, publish, ours: () => door.filters(), mayReply }),
  ]
  const door = createDoor(runtime, { tenant, takers, metrics })
  const consumers: Consumer[] = []
  if (mqtt.on && values.MQTT_PUBLISH.length > 0) {
    const { MQTT_PUBLISH: patterns, MQTT_EVENT_PREFIX: prefix } = values
    consumers.push(publishingConsumer({ link: () => out, tenant, patterns, prefix, publish }))
  }

  /**
   * Rules are looked at with each beat, since a hint may be lost; and so is what sessions are subscribed to, since one that
   * was just being connected asked for what was wanted before.
   */
  async function refresh(): Promise<void> {
    await book.refresh()
    incoming?.refresh()
  }

  /** On this node they are in force when the change is answered; the next beat is the net. */
  const rulesChanged = async () => {
    signals.send(TOPIC)
    if (out !== null) await refresh().catch(() => {})
  }
  const parts = () =>
    out === null || incoming === null
      ? null
      : { out, incoming, lastConfirmedAt, requestsWaiting: requests.waiting, rules: book.rules().length }

  return {
    routes: [
      ...ruleRoutes(runtime, mqtt, mayReply, rulesChanged),
      ...requestRoutes(requests, mqtt),
      ...refusedRoutes(runtime, door),
      ...commands.routes,
      ...diagnosticRoutes(mqtt, parts),
    ],
    consumers,
    ...(mqtt.on ? { checks: { mqtt: async () => stateOfBroker(parts) } } : {}),
    async start() {
      if (!mqtt.on) return
      await assertTenantThere(runtime.database.worker, 'MQTT_TENANT', tenant)
      // Two installations at one broker must not take each other's sessions.
      const installation = hash('sha256', await runtime.secret('mqtt'), 'hex').slice(0, 8)
      const clientId = `${values.MQTT_CLIENT_ID}-${installation}`
      embedded = await openEmbedded(values, clientId, logger)
      const base = linkBase(values, logger, embedded?.address)
      await book.refresh()
      out = openLink(
        {
          ...base,
          name: 'out',
          clientId: `${clientId}-${runtime.node}`,
          sessionS: 0,
          mostInHand: MOST_IN_HAND,
          onMessage: async (message) => requests.take(message),
          onConnected: requests.connected,
          onTrouble: () => metrics.connectionErrors.inc(),
        },
        clock.wall,
      )
      incoming = createIncoming(runtime, {
        base,
        clientId,
        sessions: values.MQTT_SESSIONS,
        sessionS: values.MQTT_SESSION_HOURS * 3_600,
        door,
        // Where filters overlap it keeps a message once for each, ends the connection over that, and loses some.
        everything: embedded !== null,
        metrics,
        beat: refresh,
        released: () => signals.send(TOPIC),
      })
      signals.on(TOPIC, () => incoming?.look())
      await incoming.start()
    },
    async stop(drain) {
      const links = async () => {
        await incoming?.stop()
        await out?.stop()
      }
      // A broker that hangs confirms nothing.
      await settledWithin(links(), drain.left('brokers'))
      await embedded?.broker.close()
    },
  }
}
