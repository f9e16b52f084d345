import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { pino } from 'pino'
import { type MqttLink, type MqttMessage, openLink } from '../../server/platform/brokers/mqtt/index.ts'
import { type Client, clientOf, settled } from './client.ts'
import type { ProgramProcess } from './program.ts'
import type { Receiver } from './receiver.ts'

const SUBJECTS = 5
/** One message in ten is sent twice by who makes it. */
const TWICE_EACH = 10

export type MqttWorld = {
  client: Client
  /** Goes on until told to stop; resolves when all that was begun is confirmed or answered. */
  loadUntil(stop: () => boolean): Promise<void>
  /** Waits until all that was confirmed has had its effects, then compares with the count kept here. */
  verify(timeoutMs?: number): Promise<void>
  /** What has been confirmed or answered so far. */
  readonly confirmed: number
  close(): Promise<void>
}

/** The settings that a program needs for this world. */
export const mqttWorldSettings = (brokerPort: number, receiver: Receiver) => ({
  MQTT_HOST: '127.0.0.1',
  MQTT_PORT: String(brokerPort),
  MQTT_KEEPALIVE_SECONDS: '4',
  MQTT_EVENT_TOPICS: 'in/#',
  MQTT_PUBLISH: 'out.*',
  USE_MQTT_WHATSAPP: 'true',
  WA_CLIENTES_BASE_URL: receiver.url,
  CAUCE_WHATSAPP_RECEIVE: 'proveedores',
})

/** What is about which command at the receiver of HTTP. */
export const commandOf = (_path: string, body: string): string =>
  (JSON.parse(body) as { message_id: string }).message_id

/**
 * Everything that goes over MQTT, counted apart from the program: events in (some twice), messages that a rule makes
 * events of, events out, and commands both ways.
 * @param brokerPort where the broker is reached without what stands between it and the program
 * @param ordered whether events of a subject must come in the order in which they were sent
 */
export async function makeMqttWorld(options: {
  brokerPort: number
  programs: readonly [ProgramProcess, ...ProgramProcess[]]
  receiver: Receiver
  ordered: boolean
}): Promise<MqttWorld> {
  const { brokerPort, programs, receiver } = options
  const client = clientOf(
    programs.map(({ url }) => url),
    { silentMs: 3_000 },
  )
  const kept = {
    /** Ids by subject, in order. */
    events: Array.from({ length: SUBJECTS }, () => [] as string[]),
    messages: new Set<number>(),
    /** Published without an answer: they may have arrived. */
    maybe: new Set<number>(),
    out: new Set<string>(),
    commands: new Set<string>(),
    requested: new Set<string>(),
  }
  const published: { id: string; subject: string }[] = []
  const served = new Map<string, Set<string>>()
  let next = 0

  const links: MqttLink[] = []
  async function connected(
    name: string,
    sessionS: number,
    filters: readonly string[],
    take: (message: MqttMessage) => void,
  ) {
    const link = openLink(
      {
        address: { host: '127.0.0.1', port: brokerPort },
        protocol: '5',
        clientId: `world-${process.pid}-${name}-${brokerPort}`,
        sessionS,
        keepaliveS: 10,
        mostInHand: 100,
        maxPacketBytes: 1_000_000,
        logger: pino({ level: 'silent' }),
        name,
        onMessage: async (message) => take(message),
        onConnected: async (connection) => void (await connection.subscribe(filters)),
      },
      Date.now,
    )
    links.push(link)
    await link.ready(10_000)
    return link
  }
  const producer = await connected('producer', 0, [], () => {})
  await connected('reader', 3_600, ['cauce/events/out/sent'], ({ payload }) => {
    const { id, subject } = JSON.parse(payload.toString())
    published.push({ id, subject })
  })
  await connected('service', 3_600, ['whatsapp/clientes/send'], ({ payload }) => {
    const { message_id } = JSON.parse(payload.toString())
    served.set(message_id, (served.get(message_id) ?? new Set()).add(payload.toString()))
  })

  let closed = false
  /** Publishes until the broker has confirmed. */
  async function persist(topic: string, payload: string): Promise<void> {
    for (;;) {
      try {
        await producer.publish({ topic, payload }, 3_000)
        return
      } catch (error) {
        if (closed) throw error
        producer.retryNow()
        await pause(20)
      }
    }
  }

  async function event(n: number, subject: number): Promise<void> {
    const id = `event-${n}`
    const text = JSON.stringify({ specversion: '1.0', id, source: '/e2e', type: 'mqtt.in', subject: `s-${subject}` })
    await persist(`in/${subject}`, text)
    if (n % TWICE_EACH === 0) await persist(`in/${subject}`, text)
    kept.events[subject]?.push(id)
  }

  /** Told once: whether one without an answer arrived is not known, and must not be asked again. */
  async function message(n: number): Promise<void> {
    try {
      await producer.publish({ topic: `raw/${n % 3}`, payload: `{"n":${n}}` }, 3_000)
      kept.messages.add(n)
    } catch {
      kept.maybe.add(n)
      producer.retryNow()
      await pause(50)
    }
  }

  async function outgoing(n: number, subject: number): Promise<void> {
    const id = `out-${n}`
    const body = { specversion: '1.0', id, source: '/e2e', type: 'out.sent', subject: `o-${subject}` }
    await client.persist('POST', '/api/v1/events', body)
    kept.out.add(id)
  }

  async function command(n: number): Promise<void> {
    const messageId = `command-${n}`
    const body = { line: 'clientes', to: '+56987654321', message: `Hola ${n}`, messageId }
    await client.persist('POST', '/api/v1/whatsapp/commands', body)
    kept.commands.add(messageId)
    // Switched to and fro under load.
    if (n % 40 === 0) {
      const active = n % 80 === 0 ? 'mqtt' : 'http'
      await client.persist('POST', '/api/v1/switches/USE_MQTT_WHATSAPP', { active })
    }
  }

  /** The same command over both ways, or by one. */
  async function requested(n: number): Promise<void> {
    const id = `requested-${n}`
    const body = { to: '34600111222', message: `Hola ${n}`, message_id: id }
    if (n % 3 !== 0) await persist('whatsapp/proveedores/send', JSON.stringify(body))
    if (n % 3 !== 1) await client.persist('POST', '/wa-proveedores/send', body)
    kept.requested.add(id)
  }

  await client.persist('POST', '/api/v1/mqtt/rules', {
    id: 'raw',
    name: 'Raw',
    topic: 'raw/#',
    event: { type: '"raw.seen"', subject: 'levels[1]' },
  })

  /** Before anything is sent: what nobody is subscribed to is nobody's. */
  async function ready(): Promise<void> {
    await settled(async () => {
      const answer = await client.persist<{ sessions?: { filters: string[]; state: string }[] }>(
        'GET',
        '/backoffice/mqtt',
      )
      const filters = new Set((answer.sessions ?? []).flatMap((session) => session.filters))
      return [...filters].some((filter) => filter.endsWith('raw/#')) ? '' : `subscribed to ${[...filters]}`
    }, 20_000)
  }
  await ready()

  async function asked<T>(fn: (database: pg.Client) => Promise<T>): Promise<T> {
    const database = await programs[0].database()
    try {
      return await fn(database)
    } finally {
      await database.end()
    }
  }

  const logged = () =>
    asked(async (database) => {
      const { rows } = await database.query<{ type: string; id: string; subject: string; n: number | null }>(
        `select type, id, subject, case type when 'raw.seen' then (raw::json -> 'data' ->> 'n')::int end as n
         from event_log where type in ('mqtt.in', 'raw.seen', 'out.sent', 'whatsapp.send_requested') order by position`,
      )
      const of = (type: string) => rows.filter((row) => row.type === type)
      return { in: of('mqtt.in'), raw: of('raw.seen'), out: of('out.sent'), requested: of('whatsapp.send_requested') }
    })

  const trouble = () =>
    asked(async (database) => {
      const { rows } = await database.query<Record<string, number>>(`select
        (select count(*)::int from mqtt_refused) as refused,
        (select count(*)::int from event_exception) as exceptions,
        (select count(*)::int from delivery) as deliveries_open`)
      return rows[0] as { refused: number; exceptions: number; deliveries_open: number }
    })

  const eventsKept = () => kept.events.reduce((sum, ids) => sum + ids.length, 0)
  const wasServed = (id: string) => served.has(id) || receiver.calls.has(id)

  async function pending(): Promise<string> {
    const log = await logged()
    if (log.in.length < eventsKept()) return `${log.in.length} of ${eventsKept()} events came in`
    const seen = new Set(log.raw.map(({ n }) => n))
    const missing = [...kept.messages].filter((n) => !seen.has(n))
    if (missing.length > 0) return `messages ${missing.slice(0, 5)} (of ${missing.length}) became no event`
    const out = new Set(published.map(({ id }) => id))
    const notOut = [...kept.out].filter((id) => !out.has(id))
    if (notOut.length > 0) return `events ${notOut.slice(0, 5)} (of ${notOut.length}) were not published`
    const waiting = [...kept.commands].filter((id) => !wasServed(id))
    if (waiting.length > 0) return `commands ${waiting.slice(0, 5)} (of ${waiting.length}) were not handed over`
    if (log.requested.length < kept.requested.size) {
      return `${log.requested.length} of ${kept.requested.size} commands were taken`
    }
    const { deliveries_open } = await trouble()
    return deliveries_open === 0 ? '' : `${deliveries_open} deliveries are not over`
  }

  return {
    client,
    async loadUntil(stop) {
      const loop = async (work: (n: number) => Promise<void>) => {
        while (!stop()) {
          await work(next++)
          await pause(4)
        }
      }
      await Promise.all([
        ...Array.from({ length: SUBJECTS }, (_, subject) => loop((n) => event(n, subject))),
        ...Array.from({ length: SUBJECTS }, (_, subject) => loop((n) => outgoing(n, subject))),
        loop(message),
        loop(message),
        loop(command),
        loop(command),
        loop(requested),
      ])
    },
    async verify(timeoutMs) {
      for (const link of links) link.retryNow()
      await settled(pending, timeoutMs)
      const log = await logged()
      assert.equal(log.in.length, eventsKept(), 'each event came in once')
      for (const [subject, ids] of kept.events.entries()) {
        const came = log.in.filter((row) => row.subject === `s-${subject}`).map(({ id }) => id)
        if (options.ordered) assert.deepEqual(came, ids, `the order of s-${subject}`)
        else assert.deepEqual(came.toSorted(), ids.toSorted())
      }
      const numbers = log.raw.map(({ n }) => n as number)
      assert.equal(new Set(numbers).size, numbers.length, 'each message became one event')
      assert.deepEqual(
        numbers.filter((n) => !kept.messages.has(n) && !kept.maybe.has(n)),
        [],
      )
      for (let subject = 0; subject < SUBJECTS; subject++) {
        const about = ({ subject: of }: { subject: string }) => of === `o-${subject}`
        const heard = [...new Set(published.filter(about).map(({ id }) => id))]
        assert.deepEqual(
          heard,
          log.out.filter(about).map(({ id }) => id),
          `the order in which o-${subject} was published`,
        )
      }
      for (const id of kept.commands) {
        const bodies = new Set([...(served.get(id) ?? []), receiver.calls.get(id)?.body ?? []].flat())
        assert.equal(bodies.size, 1, `${id} was the same on all ways`)
      }
      assert.equal(log.requested.length, kept.requested.size, 'each command was taken once')
      assert.deepEqual(await trouble(), { refused: 0, exceptions: 0, deliveries_open: 0 })
    },
    get confirmed() {
      return eventsKept() + kept.messages.size + kept.out.size + kept.commands.size + kept.requested.size
    },
    async close() {
      closed = true
      await Promise.all(links.map((link) => link.stop({ withinMs: 0 })))
    },
  }
}
