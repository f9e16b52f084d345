import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { env } from 'node:process'
import { type Passing, type TcpProxy, tcpProxy } from '#platform/brokers/testing.ts'

/**
 * Why tests that speak Kafka's protocol are left out, for `describe(…, { skip })`; false when they run. Where
 * CAUCE_REQUIRE_BROKERS is set they always run, and fail without it.
 */
export function withoutKcat(): string | false {
  if (env.CAUCE_REQUIRE_BROKERS === '1') return false
  return spawnSync('kcat', ['-V']).error === undefined
    ? false
    : 'no kcat is installed, whose librdkafka plays a cluster'
}

/** A cluster that librdkafka plays in memory, and what stands before each of its brokers. */
export type MockCluster = {
  /** `host:port` of the brokers as clients that meet the faults see them. */
  brokers: readonly string[]
  /** As those do that never meet any. */
  straight: readonly string[]
  cut(): void
  restore(): void
  reset(): void
  /** What the brokers say arrives so much later. */
  delay(ms: number): void
  /** What is sent to that topic arrives so much later. */
  slow(topic: string, ms: number): void
  /** What is sent to that topic finds no such topic. */
  lose(topic: string): void
  /** Tells each request to produce, as it is passed on. */
  watch(fn: (frame: Buffer) => void): void
  /** The cluster stands still: what it is asked waits. */
  pause(): void
  resume(): void
  close(): Promise<void>
}

const ADDRESS = /Mock cluster enabled.* replaced with (\S+)/
const STARTS_MS = 10_000

/**
 * Starts a cluster of so many brokers, with 4 partitions in each topic, which it makes when first asked for.
 * @param tls its proxies are asked by TLS
 */
export async function mockCluster(count = 1, tls?: { key: string; cert: string }): Promise<MockCluster> {
  // It lives while its input is open, so it cannot outlive the tests.
  const child = spawn('kcat', ['-P', '-b', 'none', '-t', 'unused', '-X', `test.mock.num.brokers=${count}`], {
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  child.stdin.on('error', () => {})
  const straight = await addressOf(child)
  const proxies: TcpProxy[] = []
  const moved = new Map<string, Buffer>()
  const slow = new Map<string, number>()
  const lost = new Set<string>()
  const watchers: ((frame: Buffer) => void)[] = []
  for (const address of straight) {
    const proxy = await tcpProxy(Number(address.split(':')[1]), {
      questions: () => asked(slow, lost, watchers),
      answers: () => readdressed(moved),
      ...(tls === undefined ? {} : { tls }),
    })
    moved.set(placeOf(address).toString('latin1'), placeOf(`127.0.0.1:${proxy.port}`))
    proxies.push(proxy)
  }
  const each = (act: (proxy: TcpProxy) => void) => () => proxies.forEach(act)
  return {
    brokers: proxies.map(({ port }) => `127.0.0.1:${port}`),
    straight,
    cut: each((proxy) => proxy.cut()),
    restore: each((proxy) => proxy.restore()),
    reset: each((proxy) => void proxy.reset()),
    delay: (ms) => each((proxy) => proxy.delay(ms))(),
    slow: (topic, ms) => void slow.set(topic, ms),
    lose: (topic) => void lost.add(topic),
    watch: (fn) => void watchers.push(fn),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async close() {
      const ended = child.exitCode === null ? once(child, 'exit') : undefined
      child.kill('SIGKILL')
      await ended
      await Promise.all(proxies.map((proxy) => proxy.close()))
    },
  }
}

async function addressOf(child: ChildProcess): Promise<string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<string[]>()
  let said = ''
  const timer = setTimeout(() => reject(new Error(`kcat began no cluster: ${said}`)), STARTS_MS)
  child.once('error', reject)
  child.once('exit', () => reject(new Error(`kcat ended: ${said}`)))
  // Read on to the end, or it would wait for its words to be heard.
  child.stderr?.on('data', (data: Buffer) => {
    if (said.length > 10_000) return
    said += data.toString()
    const found = ADDRESS.exec(said)
    if (found !== null && said.includes('\n', found.index)) resolve((found[1] as string).split(','))
  })
  try {
    return await promise
  } finally {
    clearTimeout(timer)
  }
}

/** How a broker's address stands in answers: a string with its length, and the port. */
function placeOf(address: string): Buffer {
  const [host, port] = address.split(':') as [string, string]
  const place = Buffer.alloc(2 + host.length + 4)
  place.writeInt16BE(host.length)
  place.write(host, 2)
  place.writeInt32BE(Number(port), 2 + host.length)
  return place
}

/** Cuts a stream into the frames of the protocol, each with its length in front. */
function inFrames(pass: (frame: Buffer) => { data: Buffer; lateMs?: number }): Passing {
  let held = Buffer.alloc(0)
  return (data) => {
    held = Buffer.concat([held, data])
    const whole: { data: Buffer; lateMs?: number }[] = []
    while (held.length >= 4 && held.length >= 4 + held.readInt32BE()) {
      const end = 4 + held.readInt32BE()
      whole.push(pass(Buffer.from(held.subarray(0, end))))
      held = held.subarray(end)
    }
    return whole
  }
}

/** Answers with the addresses of the proxies: a client goes where the cluster says that its brokers are. */
const readdressed = (moved: ReadonlyMap<string, Buffer>): Passing =>
  inFrames((data) => {
    for (const [place, other] of moved) {
      for (let at = data.indexOf(place, 0, 'latin1'); at >= 0; at = data.indexOf(place, at + 1, 'latin1')) {
        other.copy(data, at)
      }
    }
    return { data }
  })

const PRODUCE = 0
const HEARTBEAT = 12
const SYNC_GROUP = 14
const LEADER_LATE_MS = 250

/**
 * librdkafka's cluster dies of a member without a name, as the client may be that was just expelled; Apache Kafka does
 * not take it. Here it gets an empty name, which nobody has.
 */
function nameMember(data: Buffer): void {
  let at = 12
  // The client, the group, and which division of it this is.
  at += 2 + data.readInt16BE(at)
  at += 2 + data.readInt16BE(at)
  at += 4
  if (data.readInt16BE(at) < 0) data.writeInt16BE(0, at)
}

/**
 * librdkafka's cluster forms a group as soon as its leader has said who reads what, and refuses who asks after that
 * (Apache Kafka answers them). So the leader, whose request is the longer one, is let through last.
 * @param slow topics that what is sent reaches so much later
 * @param lost topics that what is sent does not find
 * @param watchers told of what is sent
 */
const asked = (
  slow: ReadonlyMap<string, number>,
  lost: ReadonlySet<string>,
  watchers: readonly ((frame: Buffer) => void)[],
): Passing =>
  inFrames((data) => {
    const asks = data.readInt16BE(4)
    if (asks === SYNC_GROUP || asks === HEARTBEAT) nameMember(data)
    if (asks === SYNC_GROUP && data.readInt32BE(data.length - 4) !== 0) return { data, lateMs: LEADER_LATE_MS }
    if (asks !== PRODUCE) return { data }
    for (const watcher of watchers) watcher(data)
    for (const topic of lost) for (let at = data.indexOf(topic); at >= 0; at = data.indexOf(topic)) data.write('no', at)
    const of = [...slow.keys()].find((topic) => data.includes(topic))
    return of === undefined ? { data } : { data, lateMs: slow.get(of) as number }
  })

/** Names that no other run of the tests uses. */
export const testTopic = (): string => `test-${randomBytes(5).toString('hex')}`

/** A record as another client of Kafka tells it, in the order of its partition. */
export type Told = {
  partition: number
  offset: number
  key: string | null
  payload: string | null
  headers?: Record<string, string>
}

/** All that a topic holds, read by kcat. */
export async function kcatRead(cluster: Pick<MockCluster, 'straight'>, topic: string): Promise<Told[]> {
  const text = await kcat(['-C', '-q', '-b', cluster.straight.join(), '-t', topic, '-o', 'beginning', '-e', '-J'])
  return linesOf(text).map(toldOf)
}

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '')

function toldOf(line: string): Told {
  // It tells headers as a list of names and values in turn.
  const { headers: pairs = [], ...told } = JSON.parse(line) as Omit<Told, 'headers'> & { headers?: string[] }
  const headers: Record<string, string> = {}
  for (let i = 0; i < pairs.length; i += 2) headers[pairs[i] as string] = pairs[i + 1] as string
  return { ...told, headers }
}

/** A client that has listened to a topic since its first record. */
export type KcatListener = {
  /** What it heard, in the order of each partition. @throws when a record was gone before it was heard, or kcat has ended */
  heard(): readonly Told[]
  close(): Promise<void>
}

/**
 * Listens to a topic, which must be there, by kcat. For what goes on for long: librdkafka's cluster keeps the last 5 MB of
 * each partition, so who reads it at the end may find that its first records are gone.
 */
export function kcatListen(cluster: Pick<MockCluster, 'straight'>, topic: string): KcatListener {
  const heard: Told[] = []
  const next = new Map<number, number>()
  let fault: Error | undefined
  let rest = ''
  let complained = ''
  const args = ['-C', '-q', '-u', '-b', cluster.straight.join(), '-t', topic, '-o', 'beginning', '-J']
  const child = spawn('kcat', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stderr.on('data', (data: Buffer) => (complained += data.toString()))
  child.once('error', (error) => (fault ??= error))
  child.once('exit', (code) => (fault ??= new Error(`kcat ${args.join(' ')} ended with ${code}: ${complained}`)))
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const whole = (rest + text).lastIndexOf('\n') + 1
    for (const told of linesOf((rest + text).slice(0, whole)).map(toldOf)) {
      const { partition, offset } = told
      const expected = next.get(partition) ?? 0
      if (offset !== expected) fault ??= new Error(`${topic}/${partition}: after ${expected - 1} came ${offset}`)
      next.set(partition, offset + 1)
      heard.push(told)
    }
    rest = (rest + text).slice(whole)
  })
  return {
    heard() {
      if (fault !== undefined) throw fault
      return heard
    },
    async close() {
      const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Records that kcat sends in order, with `acks=all`; resolves when the cluster has them. */
export async function kcatSend(
  cluster: Pick<MockCluster, 'straight'>,
  topic: string,
  records: readonly { key: string; value: string }[],
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const given = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}=${value}`])
  const lines = records.map(({ key, value }) => `${key}\t${value}\n`).join('')
  await kcat(['-P', '-b', cluster.straight.join(), '-t', topic, '-K', '\t', '-X', 'acks=all', ...given], lines)
}

async function kcat(args: readonly string[], input = ''): Promise<string> {
  const child = spawn('kcat', args, { stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.end(input)
  let said = ''
  let complained = ''
  child.stdout.on('data', (data: Buffer) => (said += data.toString()))
  child.stderr.on('data', (data: Buffer) => (complained += data.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`kcat ${args.join(' ')} ended with ${code}: ${complained}`)
  return said
}
