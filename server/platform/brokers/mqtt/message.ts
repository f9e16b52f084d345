import type { IPublishPacket } from 'mqtt'

/** A message as it came. What only MQTT 5 carries is absent on a 3.1.1 connection, whoever sent it. */
export type MqttMessage = {
  topic: string
  payload: Buffer
  qos: number
  /** Kept by the broker and sent because we subscribed, not because somebody published it now. */
  retained: boolean
  /** The broker may have sent it before (DUP). */
  redelivered: boolean
  /** 0 with QoS 0. */
  packetId: number
  contentType?: string
  responseTopic?: string
  correlationData?: Buffer
  userProperties: ReadonlyMap<string, string>
}

/** A message that shall leave, at QoS 1. The properties go out on MQTT 5 only. */
export type OutgoingMessage = {
  topic: string
  payload: string | Buffer
  retain?: boolean
  contentType?: string
  responseTopic?: string
  correlationData?: Buffer
  userProperties?: { readonly [name: string]: string }
  /** Seconds after which the broker no longer delivers it. */
  expiresS?: number
}

/** The library's packet as ours; of a user property that is given more than once the first counts. */
export function messageOf(packet: IPublishPacket): MqttMessage {
  const { properties } = packet
  const userProperties = new Map<string, string>()
  for (const [name, value] of Object.entries(properties?.userProperties ?? {})) {
    const first = Array.isArray(value) ? value[0] : value
    if (first !== undefined) userProperties.set(name, first)
  }
  return {
    topic: packet.topic,
    payload: typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload,
    qos: packet.qos,
    retained: packet.retain,
    redelivered: packet.dup,
    packetId: packet.messageId ?? 0,
    contentType: properties?.contentType,
    responseTopic: properties?.responseTopic,
    correlationData: properties?.correlationData,
    userProperties,
  }
}

/** Properties of MQTT 5 for a message, undefined when it has none. */
export function propertiesOf(message: OutgoingMessage): NonNullable<IPublishPacket['properties']> | undefined {
  const { contentType, responseTopic, correlationData, userProperties, expiresS } = message
  const properties = {
    ...(contentType === undefined ? {} : { contentType }),
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(correlationData === undefined ? {} : { correlationData }),
    ...(userProperties === undefined ? {} : { userProperties: { ...userProperties } }),
    ...(expiresS === undefined ? {} : { messageExpiryInterval: expiresS }),
  }
  return Object.keys(properties).length === 0 ? undefined : properties
}

/** Bytes of a length written as a variable byte integer. */
const lengthBytes = (length: number) => (length < 128 ? 1 : length < 16_384 ? 2 : length < 2_097_152 ? 3 : 4)

/** Bytes that the message takes as a PUBLISH packet of MQTT 5 (3.1.1 takes fewer). */
export function packetBytes(message: OutgoingMessage): number {
  const text = (value: string | undefined) => (value === undefined ? 0 : 3 + Buffer.byteLength(value))
  let properties = text(message.contentType) + text(message.responseTopic)
  if (message.correlationData !== undefined) properties += 3 + message.correlationData.length
  if (message.expiresS !== undefined) properties += 5
  for (const [name, value] of Object.entries(message.userProperties ?? {})) {
    properties += 5 + Buffer.byteLength(name) + Buffer.byteLength(value)
  }
  const body =
    2 + Buffer.byteLength(message.topic) + 2 + lengthBytes(properties) + properties + Buffer.byteLength(message.payload)
  return 1 + lengthBytes(body) + body
}
