import type { MqttClient } from 'mqtt'
import { settledWithin } from '#platform/within.ts'
import { MqttAway, MqttRefused } from './errors.ts'
import { type OutgoingMessage, packetBytes, propertiesOf } from './message.ts'
import { NOBODY, TOO_LARGE } from './reasons.ts'

/** Publications without an answer at a broker that names no limit. */
const MOST_OUTSTANDING = 100
/** Callers that wait for one of them to end; beyond these they are turned away, so that memory stays bounded. */
const MOST_WAITING = 10_000

/** `heard`: false when the broker says that nobody is subscribed (MQTT 5; a broker need not tell). */
export type Published = { heard: boolean }

export type Publisher = {
  /** Resolves when the broker has confirmed (PUBACK). Rejects with MqttAway or MqttRefused. */
  publish(message: OutgoingMessage, timeoutMs: number): Promise<Published>
  /** Resolves when nothing is outstanding, at the latest after `withinMs`. */
  drained(withinMs: number): Promise<void>
  /** Whoever waits learns that the connection is gone. */
  lost(why: string): void
}

type Outstanding = { reject(error: Error): void }

/**
 * QoS 1 over one connection, never more at once than the broker takes (its Receive Maximum). Nothing is kept for a
 * later connection: what was not confirmed is its sender's to send again, under the same id.
 */
export function createPublisher(client: MqttClient): Publisher {
  const limits = client.serverProperties
  const most = Math.min(MOST_OUTSTANDING, limits?.receiveMaximum ?? MOST_OUTSTANDING)
  const outstanding = new Set<Outstanding>()
  const waiting: { go(): void; reject(error: Error): void }[] = []
  const idlers: (() => void)[] = []
  /** Places taken: by what is outstanding and by who was just let in. */
  let taken = 0
  let gone: string | null = null
  /** Messages whose confirmation says that nobody is subscribed; the library keeps that to itself. */
  const unheard = new Set<number>()
  client.on('packetreceive', (packet) => {
    if (packet.cmd === 'puback' && packet.reasonCode === NOBODY && packet.messageId !== undefined) {
      unheard.add(packet.messageId)
    }
  })

  function ended(entry: Outstanding): void {
    if (!outstanding.delete(entry)) return
    leave()
    if (outstanding.size === 0) for (const resolve of idlers.splice(0)) resolve()
  }

  /** The place goes to whoever waits the longest. */
  function leave(): void {
    const next = waiting.shift()
    if (next === undefined) taken -= 1
    else next.go()
  }

  function enter(): Promise<void> | undefined {
    if (taken < most) {
      taken += 1
      return undefined
    }
    if (waiting.length >= MOST_WAITING) return Promise.reject(new MqttAway('too many messages wait for the broker'))
    return new Promise((resolve, reject) => waiting.push({ go: resolve, reject }))
  }

  function send(message: OutgoingMessage, timeoutMs: number): Promise<Published> {
    return new Promise((resolve, reject) => {
      const entry: Outstanding = {
        reject(error) {
          clearTimeout(timer)
          ended(entry)
          reject(error)
        },
      }
      let id = 0
      // Before the library is asked: a client that is ending answers within the call.
      const timer = setTimeout(() => {
        entry.reject(new MqttAway(`the broker did not confirm within ${timeoutMs} ms`))
        // It must not stay with the library, to leave at some later time.
        client.removeOutgoingMessage(id)
      }, timeoutMs)
      outstanding.add(entry)
      client.publish(
        message.topic,
        message.payload,
        { qos: 1, retain: message.retain ?? false, properties: propertiesOf(message) },
        (error) => {
          const heard = !unheard.delete(id)
          if (!outstanding.has(entry)) return
          if (error === undefined || error === null) {
            clearTimeout(timer)
            ended(entry)
            resolve({ heard })
            return
          }
          const code = (error as { code?: unknown }).code
          entry.reject(
            typeof code === 'number' && code > 0 ? new MqttRefused(code, message.topic) : new MqttAway(error.message),
          )
        },
      )
      id = client.getLastMessageId()
    })
  }

  return {
    async publish(message, timeoutMs) {
      if (packetBytes(message) > (limits?.maximumPacketSize ?? Number.POSITIVE_INFINITY)) {
        throw new MqttRefused(TOO_LARGE, message.topic)
      }
      const wait = enter()
      if (wait !== undefined) await wait
      if (gone === null) return send(message, timeoutMs)
      leave()
      throw new MqttAway(gone)
    },
    async drained(withinMs) {
      if (outstanding.size === 0) return
      await settledWithin(new Promise<void>((resolve) => idlers.push(resolve)), withinMs)
    },
    lost(why) {
      gone = why
      for (const { reject } of waiting.splice(0)) reject(new MqttAway(why))
      for (const entry of [...outstanding]) entry.reject(new MqttAway(why, { cutOff: true }))
    },
  }
}
