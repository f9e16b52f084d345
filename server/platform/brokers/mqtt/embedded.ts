import { hash, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { Client } from 'aedes'
import type { Logger } from 'pino'
import type { Acl } from './acl.ts'

/** A broker in this process, for those without one: MQTT 3.1.1, what it holds is gone with the process. */
export type EmbeddedBroker = { host: string; port: number; close(): Promise<void> }

export type EmbeddedOptions = {
  host: string
  /** 0 takes a free one. */
  port: number
  /** Passwords by user name. */
  users: ReadonlyMap<string, string>
  /** What they may do; whoever is not in it may do nothing. */
  acl: Acl
  /** The program's own user, who may do everything. */
  own: string
  /** Client ids that begin so are the program's own: nobody else takes its sessions over. */
  ownClientIds: string
  maxPayloadBytes: number
  logger: Logger
}

const MOST_CONNECTIONS = 1_000
/** What a CONNECT may take; a stranger is cut off beyond it. */
const STRANGER_BYTES = 65_536
const CONNECT_TIMEOUT_MS = 10_000
/** A wrong password is answered slowly. */
const REFUSE_MS = 500

/** @throws Error when the address cannot be listened on */
export async function startEmbeddedBroker(options: EmbeddedOptions): Promise<EmbeddedBroker> {
  const { logger, users, acl, own } = options
  const { Aedes } = await import('aedes')
  const names = new WeakMap<Client, string>()
  const who = (client: Client) => ({ user: names.get(client) ?? null, clientId: client.id })

  const broker = await Aedes.createBroker({
    connectTimeout: CONNECT_TIMEOUT_MS,
    maxTopicLevels: 64,
    authenticate(client, username, password, done) {
      const known = username === undefined ? undefined : users.get(username)
      const given = password?.toString('utf8') ?? ''
      if (username === undefined || known === undefined || !same(known, given)) {
        logger.warn({ clientId: client.id }, 'the embedded MQTT broker refused a user name or password')
        setTimeout(() => done(refusal('bad user name or password', 4), false), REFUSE_MS)
        return
      }
      if (username !== own && client.id.startsWith(options.ownClientIds)) {
        logger.warn({ clientId: client.id }, 'the embedded MQTT broker refused a client id that is its own')
        done(refusal('client id rejected', 2), false)
        return
      }
      names.set(client, username)
      done(null, true)
    },
    authorizePublish(client, packet, done) {
      if (packet.payload.length > options.maxPayloadBytes) return done(new Error('the message is too large'))
      // A will of a client that is gone has nobody to ask about.
      if (client === null || packet.topic.startsWith('$')) return done(new Error('not authorised'))
      const allowed = names.get(client) === own || acl.mayWrite(who(client), packet.topic)
      // 3.1.1 knows no refusal of a message but the end of the connection.
      done(allowed ? null : new Error('not authorised'))
    },
    authorizeSubscribe(client, subscription, done) {
      const allowed = names.get(client) === own || acl.maySubscribe(who(client), subscription.topic)
      done(null, allowed ? subscription : null)
    },
    authorizeForward(client, packet) {
      return names.get(client) === own || acl.mayRead(who(client), packet.topic) ? packet : null
    },
  })
  broker.on('clientError', (client, error) => {
    logger.debug({ clientId: client.id, err: error.message }, 'the embedded MQTT broker ended a connection')
  })

  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    const client = broker.handle(socket)
    socket.on('readable', () => {
      if (!names.has(client) && socket.bytesRead > STRANGER_BYTES) socket.destroy()
    })
  })
  server.maxConnections = MOST_CONNECTIONS
  server.listen(options.port, options.host)
  await once(server, 'listening')
  const { port } = server.address() as { port: number }

  return {
    host: options.host,
    port,
    async close() {
      server.close()
      await new Promise<void>((resolve) => broker.close(resolve))
      for (const socket of sockets) socket.destroy()
    },
  }
}

const refusal = (message: string, returnCode: number) => Object.assign(new Error(message), { returnCode })

/** Hashes have one length, whatever was given. */
const same = (known: string, given: string) =>
  timingSafeEqual(hash('sha256', known, 'buffer'), hash('sha256', given, 'buffer'))
