import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pino } from 'pino'
import type { Bus, Incoming } from '#platform/brokers/bus.ts'
import { kafkaBus } from '#platform/brokers/kafka/index.ts'
import {
  kcatRead,
  kcatSend,
  type MockCluster,
  mockCluster,
  testTopic,
  withoutKcat,
} from '#platform/brokers/kafka/testing.ts'

const noOpenssl = spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is not installed here'
const SUBJECTS = 7
const PATIENCE_MS = 60_000
/** What librdkafka's cluster keeps of a partition. */
const KEPT_BYTES = 5 * 1_048_576

describe('reading from Kafka', { skip: withoutKcat(), timeout: 300_000 }, () => {
  let cluster: MockCluster
  const opened: Bus[] = []
  before(async () => {
    cluster = await mockCluster(2)
  })
  after(async () => {
    await Promise.all(opened.map((bus) => bus.close()))
    await cluster?.close()
  })

  type Node = { bus: Bus; seen: Incoming[]; accepting: boolean }
  function node(topic: string, options: { most?: number; accepting?: boolean } = {}): Node {
    const bus = kafkaBus({
      address: { brokers: cluster.brokers, tls: null, sasl: null },
      clientId: 'cauce-test',
      topic,
      readTopics: [topic],
      groupId: `${topic}-group`,
      most: options.most ?? 2_000,
      logger: pino({ level: 'silent' }),
      wall: () => Date.now(),
    })
    const made: Node = { bus, seen: [], accepting: options.accepting ?? true }
    bus.open({
      deliver(message) {
        made.seen.push(message)
        if (made.accepting) message.accept()
      },
      changed() {},
    })
    opened.push(bus)
    return made
  }

  const told = (run: string, count: number, from = 0) =>
    Array.from({ length: count }, (_, i) => ({
      key: `subject-${(from + i) % SUBJECTS}`,
      value: `${run}-${String(from + i).padStart(5, '0')}`,
    }))

  async function until(look: () => unknown): Promise<void> {
    const end = performance.now() + PATIENCE_MS
    while (!(await look())) {
      assert.ok(performance.now() < end, `not within ${PATIENCE_MS} ms: ${look}`)
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }
  const texts = (messages: readonly Incoming[]) => messages.map(({ body }) => body.toString())
  const lag = async ({ bus }: Node) =>
    (await bus.depths()).reduce((sum, { messages }) => sum + (messages ?? Number.NaN), 0)

  /** Each at least once; those of a key, by when they first came, in the order in which they were told. */
  function inOrder(messages: readonly Incoming[], count: number): void {
    const first = [...new Map(messages.toReversed().map((one) => [one.body.toString(), one])).values()].toReversed()
    assert.equal(first.length, count)
    for (let subject = 0; subject < SUBJECTS; subject++) {
      const own = texts(first.filter(({ key }) => key === `subject-${subject}`))
      assert.deepEqual(own, own.toSorted())
    }
  }

  it('hands on what others send, with its headers, and tells how much is behind', async () => {
    const topic = testTopic()
    const one = node(topic)
    const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const headers = { 'content-type': 'application/json', ce_id: 'a-1', ce_type: 'x', traceparent: trace, other: 'ñ' }
    await kcatSend(cluster, topic, told('a', 1), headers)
    await until(() => one.seen.length > 0)
    const [message] = one.seen
    assert.deepEqual(
      [message?.door, message?.key, message?.contentType, message?.traceparent, message?.headers],
      ['events', 'subject-0', 'application/json', trace, headers],
    )
    assert.deepEqual(
      [...(message?.attributes ?? [])],
      [
        ['id', 'a-1'],
        ['type', 'x'],
      ],
    )
    await until(async () => (await lag(one)) === 0)
    const depths = await one.bus.depths()
    assert.deepEqual(
      depths.map(({ name }) => name).toSorted(),
      [0, 1, 2, 3].map((n) => `${topic}/${n}`),
    )
    const { state, doors, lastError } = one.bus.status()
    assert.deepEqual(
      [state, doors, lastError],
      ['connected', [{ name: 'events', source: topic, state: 'consuming' }], null],
    )
    await one.bus.close()
  })

  it('brings again, in order, what was not accepted; what was is not read again', async () => {
    const topic = testTopic()
    const one = node(topic)
    await kcatSend(cluster, topic, told('a', 100))
    await until(async () => one.seen.length === 100 && (await lag(one)) === 0)
    one.accepting = false
    await kcatSend(cluster, topic, told('b', 100))
    await until(() => one.seen.length === 200)
    // All but the first of each key, and so of each partition: nothing behind one that is open may be passed.
    const open = new Set<string>()
    for (const message of one.seen.slice(100)) {
      if (open.has(message.key)) message.accept()
      open.add(message.key)
    }
    await one.bus.close()
    assert.ok(one.seen.every(({ live }) => !live))
    const two = node(topic)
    await until(() => new Set(texts(two.seen)).size >= 100)
    inOrder(two.seen, 100)
    assert.ok(texts(two.seen).every((text) => text.startsWith('b-')))
    await until(async () => (await lag(two)) === 0)
    await two.bus.close()
  })

  it('asks for no more while too much is in hand, and goes on afterwards', async () => {
    const topic = testTopic()
    const one = node(topic, { most: 10, accepting: false })
    await until(() => one.bus.status().doors[0]?.state === 'consuming')
    // Each answer brings a megabyte at most.
    const large = told('a', 60).map(({ key, value }) => ({ key, value: `${value}${'x'.repeat(100_000)}` }))
    await kcatSend(cluster, topic, large)
    await until(() => one.seen.length >= 10)
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    const before = one.seen.length
    assert.ok(before <= 40, `${before} in hand`)
    one.accepting = true
    for (const message of [...one.seen]) message.accept()
    await until(() => one.seen.length === 60)
    inOrder(one.seen, 60)
    await one.bus.close()
  })

  it('goes on where it was while connections break, the cluster goes away, or stands still', async () => {
    const topic = testTopic()
    const one = node(topic)
    await until(() => one.bus.status().doors[0]?.state === 'consuming')
    let sent = 0
    const more = async (count: number) => {
      await kcatSend(cluster, topic, told('a', count, sent))
      sent += count
    }
    for (let i = 0; i < 10; i++) {
      await more(50)
      cluster.reset()
    }
    cluster.cut()
    await until(() => one.bus.status().state === 'away')
    await more(50)
    cluster.restore()
    await until(() => one.bus.status().state === 'connected')
    cluster.pause()
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    cluster.resume()
    await more(50)
    await until(() => new Set(texts(one.seen)).size === sent)
    inOrder(one.seen, sent)
    assert.notEqual(one.bus.status().lastError, null)
    assert.ok(one.bus.status().reconnects > 0)
    await until(async () => (await lag(one)) === 0)
    await one.bus.close()
  })

  it('divides the partitions among nodes; what one leaves open another reads', async () => {
    const topic = testTopic()
    const one = node(topic)
    await until(() => one.bus.status().doors[0]?.state === 'consuming')
    const two = node(topic)
    await until(() => two.bus.status().doors[0]?.state === 'consuming')
    await until(() => one.bus.status().doors[0]?.state === 'consuming')
    await kcatSend(cluster, topic, told('a', 200))
    await until(() => new Set(texts([...one.seen, ...two.seen])).size === 200)
    assert.ok(one.seen.length > 0 && two.seen.length > 0, `${one.seen.length} and ${two.seen.length}`)
    one.accepting = false
    await kcatSend(cluster, topic, told('b', 200))
    await until(() => texts([...one.seen, ...two.seen]).filter((text) => text.startsWith('b-')).length >= 200)
    await one.bus.read('release')
    assert.ok(one.seen.every(({ live }) => !live))
    await until(() => new Set(texts(two.seen).filter((text) => text.startsWith('b-'))).size === 200)
    inOrder(
      two.seen.filter(({ body }) => body.toString().startsWith('b-')),
      200,
    )
    one.accepting = true
    await one.bus.read('on')
    await until(() => one.bus.status().doors[0]?.state === 'consuming')
    await Promise.all([one.bus.close(), two.bus.close()])
  })

  it('skips what the topic does not keep any more, which for a new group is nothing to tell of', async () => {
    const topic = testTopic()
    const filler = 'x'.repeat(200_000)
    const count = Math.ceil((KEPT_BYTES * 1.5) / filler.length)
    const one = await reading(topic, count, filler)
    await until(() => one.seen.length > 0 && texts(one.seen).some((text) => text.startsWith('last')))
    assert.ok(one.seen.length < count + 1, 'the first are gone')
    assert.deepEqual(one.bus.status().warnings, [])
    await one.bus.close()
  })

  it('tells of records that were gone before it read them', async () => {
    const topic = testTopic()
    await kcatSend(cluster, topic, [{ key: 'one', value: 'first' }])
    const one = node(topic)
    await until(async () => texts(one.seen).includes('first') && (await lag(one)) === 0)
    await one.bus.close()
    const filler = 'x'.repeat(200_000)
    const again = await reading(topic, Math.ceil((KEPT_BYTES * 1.5) / filler.length), filler)
    await until(() => texts(again.seen).some((text) => text.startsWith('last')))
    const { warnings, lastError } = again.bus.status()
    assert.match(
      warnings.join(),
      new RegExp(`^${topic}/\\d: the records from 1 to \\d+ were gone before they were read$`),
    )
    assert.equal(lastError?.message, warnings[0])
    await again.bus.close()
  })

  async function reading(topic: string, count: number, filler: string): Promise<Node> {
    const records = told('a', count).map(({ value }) => ({ key: 'one', value: `${value}${filler}` }))
    await kcatSend(cluster, topic, records)
    await kcatSend(cluster, topic, [{ key: 'one', value: 'last' }])
    return node(topic)
  }

  it('sends events while another topic that messages go to is slow, or fails', async () => {
    const [topic, slow, lost] = [testTopic(), testTopic(), testTopic()]
    const { bus } = node(topic)
    await until(() => bus.status().doors[0]?.state === 'consuming')
    const message = (id: string, to?: string) => ({
      ...{
        key: 'x.y',
        subject: 's',
        id,
        source: null,
        type: 'x.y',
        at: 1_800_000_000_000,
        cause: null,
        body: id,
        attributes: null,
      },
      ...{ contentType: 'application/json', ...(to === undefined ? {} : { to }) },
    })
    assert.deepEqual(await bus.publish([message('first', slow)]), ['confirmed'])
    assert.deepEqual(await bus.publish([message('second')]), ['confirmed'])
    cluster.slow(slow, 3_000)
    let arrived = false
    const late = bus.publish([message('third', slow)]).then((outcomes) => {
      arrived = true
      return outcomes
    })
    assert.deepEqual(await bus.publish([message('fourth')]), ['confirmed'])
    assert.equal(arrived, false, 'the event did not wait for the other topic')
    assert.deepEqual(await late, ['confirmed'])
    cluster.lose(lost)
    const bad = bus.publish([message('fifth', lost), message('fifth, too', lost)])
    assert.deepEqual(await bus.publish([message('sixth')]), ['confirmed'])
    const refused = await bad
    assert.equal(refused.length, 2)
    for (const outcome of refused) assert.match(JSON.stringify(outcome), new RegExp(`refused.*the topic ${lost}`))
    assert.equal(bus.status().state, 'connected')
    assert.equal(bus.status().confirmed, 5)
    await bus.close()
  })

  it('says that it waits while there is no cluster at all', async () => {
    const bus = kafkaBus({
      address: { brokers: ['127.0.0.1:9'], tls: null, sasl: null },
      clientId: 'cauce-test',
      topic: 'any',
      readTopics: ['any'],
      groupId: 'any',
      most: 10,
      logger: pino({ level: 'silent' }),
      wall: () => Date.now(),
    })
    bus.open({ deliver() {}, changed() {} })
    await until(() => bus.status().state === 'away')
    assert.match(String(bus.status().lastError?.message), /ECONNREFUSED/)
    assert.deepEqual(await bus.depths(), [
      { name: 'any', messages: null, consumers: null, error: 'the broker is away' },
    ])
    await assert.rejects(bus.publish([]), { name: 'Postponed' })
    await bus.close()
  })

  it('connects by TLS to a cluster that an authority of ours vouches for, and to no other', {
    skip: noOpenssl,
  }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cauce-tls-'))
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const subject = ['-subj', '/CN=broker', '-addext', 'subjectAltName=IP:127.0.0.1']
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-keyout', keyFile, '-out', certFile]
    spawnSync('openssl', [...made, ...subject])
    const [key, cert] = [await readFile(keyFile, 'utf8'), await readFile(certFile, 'utf8')]
    const own = await mockCluster(1, { key, cert })
    const open = (ca: string | undefined) => {
      const bus = kafkaBus({
        address: { brokers: own.brokers, tls: ca === undefined ? {} : { ca }, sasl: null },
        clientId: 'cauce-test',
        topic: 'by-tls',
        readTopics: ['by-tls'],
        groupId: 'by-tls',
        most: 10,
        logger: pino({ level: 'silent' }),
        wall: () => Date.now(),
      })
      const seen: Incoming[] = []
      bus.open({
        deliver(message) {
          seen.push(message)
          message.accept()
        },
        changed() {},
      })
      return { bus, seen }
    }
    const wary = open(undefined)
    await until(() => wary.bus.status().state === 'away')
    assert.match(String(wary.bus.status().lastError?.message), /self.signed/)
    const trusting = open(cert)
    await until(() => trusting.bus.status().state === 'connected')
    await kcatSend(own, 'by-tls', told('a', 3))
    await until(() => trusting.seen.length === 3)
    const out = {
      key: 'x.y',
      subject: 's',
      id: 'e-1',
      source: null,
      type: 'x.y',
      at: 1_800_000_000_000,
      cause: null,
      body: '{}',
    }
    const outcomes = await trusting.bus.publish([{ ...out, contentType: 'application/json', attributes: null }])
    assert.deepEqual(outcomes, ['confirmed'])
    assert.equal((await kcatRead(own, 'by-tls')).length, 4)
    await Promise.all([wary.bus.close(), trusting.bus.close()])
    await own.close()
    await rm(folder, { recursive: true })
  })
})
