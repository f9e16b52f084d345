import { isIP } from 'node:net'
import type { BaseOptions } from '@platformatic/kafka'

export type KafkaAddress = {
  /** `host:port`, at least one: the others of the cluster are learnt from it. */
  brokers: readonly string[]
  /** PEM texts; null: without TLS. Certificates are always verified. */
  tls: { ca?: string; cert?: string; key?: string } | null
  sasl: { mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'; username: string; password: string } | null
}

const CONNECT_MS = 10_000
/** How long the replicas of a partition may take to have a batch; then the leader gives it up. */
const ACKS_MS = 30_000
/** A broker that answers nothing for so long is gone. */
const REQUEST_MS = 45_000
/** What passes by itself within a second is not told of: a leader that moves, a coordinator that is being chosen. */
const RETRIES = 4
const RETRY_MS = 250

/** What all clients have in common. */
export const clientOptions = ({ brokers, tls, sasl }: KafkaAddress, clientId: string) =>
  ({
    clientId,
    bootstrapBrokers: [...brokers],
    connectTimeout: CONNECT_MS,
    timeout: ACKS_MS,
    requestTimeout: REQUEST_MS,
    retries: RETRIES,
    retryDelay: RETRY_MS,
    // Whether a topic that is not there is made is for the cluster to say (auto.create.topics.enable).
    autocreateTopics: true,
    ...(tls === null ? {} : { tls, tlsServerName: brokers.every(isNamed) }),
    ...(sasl === null ? {} : { sasl }),
  }) satisfies BaseOptions & { requestTimeout: number }

/** A cluster behind one address tells by the name which broker is meant; an address is no name (RFC 6066). */
const isNamed = (broker: string): boolean => !broker.startsWith('[') && isIP(broker.replace(/:\d+$/, '')) === 0

const LEAVE_MS = 2_000

/** Closes a client, or leaves it alone when that takes long: its connection may be half open. */
export async function left(client: { close(force?: boolean): Promise<unknown> } | undefined): Promise<void> {
  if (client === undefined) return
  let timer: NodeJS.Timeout | undefined
  await Promise.race([
    client.close(true).catch(() => {}),
    new Promise((resolve) => {
      timer = setTimeout(resolve, LEAVE_MS)
    }),
  ])
  clearTimeout(timer)
}
