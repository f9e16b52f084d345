import { readFileSync } from 'node:fs'
import type { Logger } from 'pino'
import type { BrokerAddress, MqttMessage, Protocol } from '#platform/brokers/mqtt/index.ts'
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
    protocol: values.MQTT_PROTOCOL as Protocol | 'auto',
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

/** For links that nothing is expected over. */
export const noMessages = async (_message: MqttMessage): Promise<void> => {}
