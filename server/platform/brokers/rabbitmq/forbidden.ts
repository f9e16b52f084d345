/** Rights can be mended: after so long the broker is asked again, which costs a connection where they were not. */
const AGAIN_MS = 60_000
const NOT_ALLOWED = 403
/** Routing keys are made of what others send. */
const MOST = 1_000

/**
 * What the broker does not let us publish. It says so by ending the channel with all that is under way on it, so that one
 * event would hold up all others for ever: what it was is remembered, and refused without asking.
 */
export type Forbidden = {
  learn(error: Error & { code?: unknown }): void
  /** What the broker said of it. */
  why(exchange: string, key: string): string | undefined
}

/** @param main the exchange of which a ban is none of one message: where nothing may go, all of it waits */
export function forbiddenPlaces(main: string, now = () => performance.now()): Forbidden {
  const places = new Map<string, { why: string; until: number }>()
  const topicAt = (exchange: string, key: string) => `${exchange}\n${key}`

  function placeIn(text: string): string | undefined {
    const topic = /access to topic '(.*)' in exchange '(.*)' in vhost /s.exec(text)
    if (topic !== null) return topicAt(topic[2] as string, topic[1] as string)
    const exchange = /exchange '(.*)' in vhost /s.exec(text)?.[1]
    return exchange === main ? undefined : exchange
  }

  return {
    learn(error) {
      if (error.code !== NOT_ALLOWED) return
      const place = placeIn(error.message)
      if (place === undefined) return
      places.delete(place)
      places.set(place, { why: error.message, until: now() + AGAIN_MS })
      if (places.size > MOST) places.delete(places.keys().next().value as string)
    },
    why(exchange, key) {
      if (places.size === 0) return undefined
      for (const place of [exchange, topicAt(exchange, key)]) {
        const found = places.get(place)
        if (found === undefined) continue
        if (now() < found.until) return found.why
        places.delete(place)
      }
      return undefined
    },
  }
}
