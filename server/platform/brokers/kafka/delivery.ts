import type { Incoming } from '#platform/brokers/bus.ts'
import { readHeaders } from '#platform/brokers/kafka/record.ts'

/** What a reader knows of the partitions that it was given, until they are given to somebody else. */
export type Tenure = {
  live: boolean
  inHand: number
  bytes: number
  /** A record is in safe hands. */
  settled(): void
}

type Read = {
  key: Buffer | null
  value: Buffer | null
  headers: [Buffer | null, Buffer | null][]
}

const EMPTY = Buffer.alloc(0)

/** A class, since there are many thousands of them a second. */
export class Delivery implements Incoming {
  readonly door: string
  readonly key: string
  readonly id: string | undefined
  readonly contentType: string | undefined
  readonly contentEncoding: string | undefined
  readonly attributes: Incoming['attributes']
  readonly traceparent: string | undefined
  readonly tracestate: string | undefined
  readonly mark: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly #tenure: Tenure
  readonly #bytes: number
  #settle: (() => void) | undefined

  constructor({ key, value, headers }: Read, door: string, tenure: Tenure, settle: () => void) {
    const read = readHeaders(headers)
    this.door = door
    this.key = key === null ? '' : key.toString('utf8')
    this.id = read.id
    this.contentType = read.contentType
    this.contentEncoding = read.contentEncoding
    this.attributes = read.attributes
    this.traceparent = read.traceparent
    this.tracestate = read.tracestate
    this.mark = read.mark
    this.headers = read.headers
    // What was read in one piece is kept in one piece: a copy lets the rest of it go.
    this.body = value === null ? EMPTY : Buffer.from(value)
    this.#tenure = tenure
    this.#settle = settle
    this.#bytes = this.body.length
    tenure.inHand += 1
    tenure.bytes += this.#bytes
  }

  get live(): boolean {
    return this.#tenure.live
  }

  accept(): void {
    const settle = this.#settle
    if (settle === undefined) return
    this.#settle = undefined
    this.#tenure.inHand -= 1
    this.#tenure.bytes -= this.#bytes
    settle()
    this.#tenure.settled()
  }

  /** It is kept where refused messages are; Kafka has no other place for it. */
  refuse(): void {
    this.accept()
  }
}
