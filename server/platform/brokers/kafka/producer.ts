import { compatibilityPartitioner, type MessageToProduce, Producer } from '@platformatic/kafka'
import type { Outcome } from '#platform/brokers/bus.ts'
import { answered, clientOptions, type KafkaAddress, left, watched } from '#platform/brokers/kafka/client.ts'
import { errorWords, lastingFault } from '#platform/brokers/kafka/errors.ts'
import { createReach, type Reach } from '#platform/brokers/kafka/reach.ts'
import type { KafkaRecord } from '#platform/brokers/kafka/record.ts'
import { Postponed } from '#platform/postponed.ts'

/** All of one request may fall to one partition, and a batch of Kafka has a megabyte at most by default. */
const REQUEST_BYTES = 768 * 1024
const REQUEST_RECORDS = 5_000
/** What a record costs beside its bytes, at most. */
const FRAME_BYTES = 64

export type KafkaProducer = {
  /**
   * Sends in order, each key to its partition, and resolves when all replicas that are in step have each record.
   * Records of several calls go out together; none overtakes an earlier one.
   * @returns of each record whether the cluster has it, or why it never will
   * @throws Postponed when the cluster is away, or was lost on the way: some may have arrived, and are sent again
   */
  send(records: readonly KafkaRecord[], signal?: AbortSignal): Promise<readonly Outcome[]>
  readonly counts: { unconfirmed: number; confirmed: number; lastConfirmAt: number | null }
  readonly reach: Reach
  /** Resolves when nothing is unconfirmed, or after `limitMs`. */
  settled(limitMs: number): Promise<void>
  close(): Promise<void>
}

type Told = (outcome: Outcome | Error) => void
type Waiting = { record: KafkaRecord; bytes: number; told: Told }

/**
 * An idempotent producer with `acks=all`: what the client repeats after a lost answer, the cluster knows as a repeat.
 * @param options.topic that all records go to, looked for when it connects: a fault of it passes when somebody mends it.
 *   null: they go to any, and a fault of one of those is the records' own
 */
export function kafkaProducer(options: {
  address: KafkaAddress
  /** As the cluster's own tools show it. */
  clientId: string
  topic: string | null
  wall(): number
  changed?(what: { event: 'up' | 'lost'; error?: Error; retryMs?: number }): void
}): KafkaProducer {
  const { address, clientId, topic, wall } = options
  const counts: KafkaProducer['counts'] = { unconfirmed: 0, confirmed: 0, lastConfirmAt: null }
  let client: Producer | undefined
  let waiting: Waiting[] = []
  let sending = false

  const reach = createReach({
    async look() {
      // Each attempt is a client of its own: what the one before had in hand is not sent behind anybody's back.
      void left(client)
      const made = new Producer({
        ...clientOptions(address, clientId),
        idempotent: true,
        // "None yet": a producer that is new asks for an id (KIP-360).
        producerId: -1n,
        producerEpoch: -1,
        // As the clients of Java, Go and C do it, so that a subject has one partition whoever tells of it.
        partitioner: compatibilityPartitioner,
      })
      client = watched(made)
      await answered(made.metadata({ topics: topic === null ? [] : [topic], forceUpdate: true }))
    },
    changed: (what) => options.changed?.(what),
  })

  const away = (reason: string) => new Postponed(reason, reach.whenReady())

  /** As many as go into one request, in order: of one topic, whose faults are then no other's. */
  function take(first: Waiting): Waiting[] {
    const batch: Waiting[] = []
    const others: Waiting[] = []
    let bytes = 0
    let full = false
    for (const one of waiting) {
      const same = one.record.topic === first.record.topic
      full ||= same && batch.length > 0 && (bytes + one.bytes > REQUEST_BYTES || batch.length >= REQUEST_RECORDS)
      if (!same || full) others.push(one)
      else {
        batch.push(one)
        bytes += one.bytes
      }
    }
    waiting = others
    return batch
  }

  async function pump(): Promise<void> {
    if (sending) return
    sending = true
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) await sendBatch(take(first))
    sending = false
  }

  async function sendBatch(batch: readonly Waiting[]): Promise<void> {
    const current = client
    if (!reach.up || current === undefined) return tell(batch, new Error('the cluster is away'))
    try {
      await answered(current.send({ messages: batch.map(({ record }) => messageOf(record)) }))
    } catch (error) {
      return failed(batch, error as Error)
    }
    reach.well()
    counts.confirmed += batch.length
    counts.lastConfirmAt = wall()
    tell(batch, 'confirmed')
  }

  /** A fault of one record is found by halves; what comes twice for that has the same id. */
  async function failed(batch: readonly Waiting[], error: Error): Promise<void> {
    const fault = lastingFault(error)
    const [first] = batch
    if (fault === null || first === undefined || (fault === 'topic' && topic !== null)) {
      reach.failed(error)
      return tell(batch, new Error(errorWords(error)))
    }
    if (fault === 'topic') return tell(batch, { refused: `the topic ${first.record.topic}: ${errorWords(error)}` })
    if (batch.length > 1) {
      const half = batch.length >> 1
      await sendBatch(batch.slice(0, half))
      return sendBatch(batch.slice(half))
    }
    tell(batch, { refused: `it has ${first.bytes} bytes: ${errorWords(error)}` })
  }

  function tell(batch: readonly Waiting[], outcome: Outcome | Error): void {
    counts.unconfirmed -= batch.length
    for (const { told } of batch) told(outcome)
  }

  return {
    send(records, signal) {
      if (!reach.up) return Promise.reject(away('the cluster is away'))
      if (records.length === 0) return Promise.resolve([])
      return new Promise((resolve, reject) => {
        const outcomes = new Array<Outcome>(records.length)
        let left = records.length
        const giveUp = () => reject(new Postponed('it was interrupted', Promise.resolve()))
        if (signal?.aborted) return giveUp()
        signal?.addEventListener('abort', giveUp, { once: true })
        records.forEach((record, i) => {
          const told: Told = (outcome) => {
            if (outcome instanceof Error) reject(away(outcome.message))
            else outcomes[i] = outcome
            left -= 1
            if (left > 0) return
            signal?.removeEventListener('abort', giveUp)
            resolve(outcomes)
          }
          waiting.push({ record, bytes: bytesOf(record), told })
        })
        counts.unconfirmed += records.length
        void pump()
      })
    },
    counts,
    reach,
    async settled(limitMs) {
      const end = performance.now() + limitMs
      while (counts.unconfirmed > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 5))
    },
    async close() {
      reach.close()
      tell(waiting, new Error('the producer was closed'))
      waiting = []
      await left(client)
    },
  }
}

function bytesOf({ key, value, headers }: KafkaRecord): number {
  let bytes = FRAME_BYTES + Buffer.byteLength(value) + (key === null ? 0 : Buffer.byteLength(key))
  for (const name in headers) bytes += name.length + Buffer.byteLength(headers[name] as string) + 4
  return bytes
}

function messageOf({ topic, key, value, headers, at }: KafkaRecord): MessageToProduce {
  return {
    topic,
    ...(key === null ? {} : { key: Buffer.from(key) }),
    value: typeof value === 'string' ? Buffer.from(value) : value,
    headers: new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)])),
    timestamp: BigInt(at),
  }
}
