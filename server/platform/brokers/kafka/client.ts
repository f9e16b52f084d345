import { isIP } from 'node:net'
import { type BaseOptions, type Connection, Consumer, type Producer } from '@platformatic/kafka'
import { settledWithin, within } from '#platform/within.ts'

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

/** Beyond all its own limits and repeats: whatever the client still waits for, it has lost sight of it. */
const LOST_MS = 60_000

/** @throws Error when nothing comes of it for long */
export const answered = <T>(asked: Promise<T>): Promise<T> =>
  within(asked, LOST_MS, `nothing came of it for ${LOST_MS / 1000} s`)

const LEAVE_MS = 2_000

/** What is open of each client. Its own list forgets one when another to the same broker breaks. */
const connections = new WeakMap<Producer | Consumer, Set<Connection>>()

/** A client of which nothing is left open in the end. Its errors are told by what is asked of it. */
export function watched<C extends Producer | Consumer>(client: C): C {
  const open = new Set<Connection>()
  connections.set(client, open)
  client.on('error', () => {})
  client.on('client:broker:connect', ({ connection }: { connection: Connection }) => {
    open.add(connection)
    connection.once('close', () => open.delete(connection))
  })
  return client
}

/**
 * Ends a client, in order if that does not take long. A member leaves its group first: one that is closed while the
 * group is being divided would go on asking for its place.
 */
export async function left(client: Producer | Consumer | undefined): Promise<void> {
  if (client === undefined) return
  const leave = async () => client instanceof Consumer && client.leaveGroup(true)
  const close = async () => client.close(true)
  await settledWithin(leave(), LEAVE_MS)
  await settledWithin(close(), LEAVE_MS)
  for (const { socket } of connections.get(client) ?? []) socket.destroy()
}
