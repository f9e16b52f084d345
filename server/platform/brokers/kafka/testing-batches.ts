/** A batch of records on its way to a partition. */
export type SentBatch = {
  /** Topic and partition. */
  to: string
  /** Whose it is: the id that the cluster gave an idempotent producer. */
  producer: string
  /** The number of its first record among all of that producer to that partition. */
  sequence: number
  count: number
  records: Buffer
}

/** Where these stand in a batch of records (KIP-98). */
const PRODUCER_ID = 43
const SEQUENCE = 53
const COUNT = 57
const RECORDS = 61

/** The batches of a request to produce, of the protocol's versions 3 to 8. @param frame with its length in front */
export function batchesOf(frame: Buffer): SentBatch[] {
  const found: SentBatch[] = []
  let at = 12
  const int16 = () => {
    at += 2
    return frame.readInt16BE(at - 2)
  }
  const int32 = () => {
    at += 4
    return frame.readInt32BE(at - 4)
  }
  const text = () => {
    const length = Math.max(0, int16())
    at += length
    return frame.toString('utf8', at - length, at)
  }
  // The client's name, that of a transaction, acks and the time for them.
  text()
  text()
  at += 6
  for (let topics = int32(); topics > 0; topics--) {
    const topic = text()
    for (let partitions = int32(); partitions > 0; partitions--) {
      const to = `${topic}/${int32()}`
      const length = int32()
      const batch = frame.subarray(at, at + length)
      at += length
      found.push({
        to,
        producer: String(batch.readBigInt64BE(PRODUCER_ID)),
        sequence: batch.readInt32BE(SEQUENCE),
        count: batch.readInt32BE(COUNT),
        records: Buffer.from(batch.subarray(RECORDS)),
      })
    }
  }
  return found
}
