import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Logger } from 'pino'
import {
  type BrokerAddress,
  type EmbeddedBroker,
  type MqttMessage,
  type Protocol,
  parseAcl,
  startEmbeddedBroker,
} from '#platform/brokers/mqtt/index.ts'
import type { ValuesOf } from '#platform/settings.ts'
import type { settings } from './settings.ts'

export type MqttSettings = ValuesOf<typeof settings>

/** What all our connections have in common. */
export type LinkBase = {
  address: BrokerAddress
  protocol: Protocol | 'auto'
  keepaliveS: number
  maxPacketBytes: number
  logger: Logger
}

/** An event has at most 1 MiB; what is around it in a packet is less than this. */
const MOST_PACKET_BYTES = 1_048_576 + 65_536

/**
 * What the settings say of the connection.
 * @param address of the embedded broker, when there is one
 * @throws Error naming the setting of a file that cannot be read
 */
export function linkBase(values: MqttSettings, logger: Logger, address?: BrokerAddress): LinkBase {
  return {
    address: address ?? {
      host: values.MQTT_HOST ?? '127.0.0.1',
      port: values.MQTT_PORT,
      username: values.MQTT_USUARIO,
      password: values.MQTT_PASSWORD,
      ...(values.MQTT_TLS
        ? {
            tls: {
              ca: fileOf('MQTT_TLS_CA', values.MQTT_TLS_CA),
              cert: fileOf('MQTT_TLS_CERT', values.MQTT_TLS_CERT),
              key: fileOf('MQTT_TLS_KEY', values.MQTT_TLS_KEY),
              verify: true,
            },
          }
        : {}),
    },
    protocol: address === undefined ? (values.MQTT_PROTOCOL as Protocol | 'auto') : '3.1.1',
    keepaliveS: values.MQTT_KEEPALIVE_SECONDS,
    maxPacketBytes: MOST_PACKET_BYTES,
    logger,
  }
}

function fileOf(name: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`)
  }
}

/**
 * The embedded broker, when there shall be one, and how we reach it.
 * @param ownClientIds first part of our client ids: nobody else may have one of these
 */
export async function openEmbedded(
  values: MqttSettings,
  ownClientIds: string,
  logger: Logger,
): Promise<{ broker: EmbeddedBroker; address: BrokerAddress } | null> {
  if (!values.CAUCE_MQTT_EMBEDDED) return null
  const username = values.MQTT_USUARIO ?? 'cauce'
  const password = values.MQTT_PASSWORD ?? randomBytes(24).toString('base64url')
  const file = fileOf('CAUCE_MQTT_EMBEDDED_ACL', values.CAUCE_MQTT_EMBEDDED_ACL)
  const broker = await startEmbeddedBroker({
    host: values.CAUCE_MQTT_EMBEDDED_HOST,
    port: values.CAUCE_MQTT_EMBEDDED_PORT,
    users: new Map([...(values.CAUCE_MQTT_EMBEDDED_USERS ?? []), [username, password]]),
    acl: aclOf(file ?? ''),
    own: username,
    ownClientIds,
    maxPayloadBytes: MOST_PACKET_BYTES,
    logger,
  })
  const { host, port } = broker
  logger.info({ host, port }, 'the embedded MQTT broker listens')
  // Whatever it listens on, it is reached from here.
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return { broker, address: { host: reached, port, username, password } }
}

function aclOf(text: string) {
  try {
    return parseAcl(text)
  } catch (error) {
    throw new Error(`CAUCE_MQTT_EMBEDDED_ACL: ${(error as Error).message}`)
  }
}

/** For links that nothing is expected over. */
export const noMessages = async (_message: MqttMessage): Promise<void> => {}
