/** PUBACK: type 4, two bytes follow. Without a reason code it is the same in 3.1.1 and 5. */
const puback = (packetId: number): Buffer => Buffer.from([0x40, 2, packetId >> 8, packetId & 0xff])

/**
 * Acknowledges QoS 1 messages in the order in which they came ([MQTT-4.6.0-2]), whatever the order in which they were
 * done, and only what was done.
 */
export type Acknowledgements = {
  /** @returns call it when the message is done */
  expect(packetId: number): () => void
}

/** @param write puts bytes on the connection that the messages came over */
export function acknowledgements(write: (bytes: Buffer) => void): Acknowledgements {
  const waiting: { packetId: number; done: boolean }[] = []
  let flushing = false

  /** All that is done by the end of this turn goes out in one write. */
  function flush(): void {
    flushing = false
    const acks: Buffer[] = []
    while (waiting[0]?.done === true) acks.push(puback((waiting.shift() as { packetId: number }).packetId))
    if (acks.length > 0) write(acks.length === 1 ? (acks[0] as Buffer) : Buffer.concat(acks))
  }

  return {
    expect(packetId) {
      const entry = { packetId, done: false }
      waiting.push(entry)
      return () => {
        entry.done = true
        if (flushing || waiting[0] !== entry) return
        flushing = true
        queueMicrotask(flush)
      }
    },
  }
}
