import { toBinary } from '#events/index.ts'
import type { LogEvent } from '#platform/event.ts'

/** How a webhook is written: as the event came in, or as CloudEvents (structured, binary, batch) whatever it came as. */
export type Format = 'as-received' | 'cloudevents' | 'cloudevents-binary' | 'cloudevents-batch'

const JSON_TYPE = 'application/json'
export const CLOUDEVENTS_TYPE = 'application/cloudevents+json'
const BATCH_TYPE = 'application/cloudevents-batch+json'
const BINARY = 'CloudEvents, binary'

/** How a request is written: the media type of its body, or the mode that has none of its own. */
export type Written = typeof JSON_TYPE | typeof CLOUDEVENTS_TYPE | typeof BATCH_TYPE | typeof BINARY
export const WRITTEN: readonly Written[] = [JSON_TYPE, CLOUDEVENTS_TYPE, BATCH_TYPE, BINARY]

/** How an event is written for a subscription of that format. */
export function writtenFor(event: Pick<LogEvent, 'form'>, format: Format): Written {
  switch (format) {
    case 'as-received':
      return event.form === 'cloudevents' ? CLOUDEVENTS_TYPE : JSON_TYPE
    case 'cloudevents':
      return CLOUDEVENTS_TYPE
    case 'cloudevents-batch':
      return BATCH_TYPE
    case 'cloudevents-binary':
      return BINARY
  }
}

/**
 * What goes out for the text of an event. An event that has no binary form goes out structured: a receiver tells the two
 * apart by the content type.
 * @param text the event in the form that `written` is made of: as it came, or as a CloudEvent
 */
export function wireOf(
  written: Written,
  text: string,
): { headers: Readonly<Record<string, string>>; body: string | Buffer } {
  if (written === BATCH_TYPE) return { headers: { 'content-type': written }, body: `[${text}]` }
  if (written !== BINARY) return { headers: { 'content-type': written }, body: text }
  return toBinary(text) ?? { headers: { 'content-type': CLOUDEVENTS_TYPE }, body: text }
}
