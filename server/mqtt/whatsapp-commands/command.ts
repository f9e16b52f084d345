import { idFault, isObject } from '#events/index.ts'
import type { Chain } from '#platform/chain.ts'
import type { EventDraft, Json } from '#platform/event.ts'
import { type Fault, invalid } from '#platform/problem.ts'
import { readNumber, type WhatsappNumber } from './number.ts'

/** Who is written to: each line is a WhatsApp number of the organisation, with a service of its own. */
export const LINES = ['clientes', 'proveedores'] as const
export type Line = (typeof LINES)[number]

export const isLine = (value: unknown): value is Line => LINES.some((line) => line === value)

/** `whatsapp/clientes/send`. */
export const topicOfLine = (template: string, line: Line): string => template.replaceAll('{line}', line)

/** Where a line takes commands by HTTP, below the base URL of its service. */
export const pathOfLine = (line: Line): string => `/wa-${line}/send`

/** A command as it came: "write this to that number". Other members (media, buttons) are kept as they are. */
export type Command = {
  /** Null: it has none, as those of older senders. */
  messageId: string | null
  number: WhatsappNumber
  text: string
  members: { [name: string]: Json }
}

const MOST_CHARACTERS = 65_536

/**
 * Reads a command: `{to|phone, message|text, message_id?, …}`.
 * @throws Problem 400 naming every fault
 */
export function readCommand(value: Json, country: string | undefined): Command {
  if (!isObject(value)) throw invalid({ path: '', message: 'must be a JSON object' })
  const faults: Fault[] = []
  const to = value.to ?? value.phone
  const number = typeof to === 'string' || typeof to === 'number' ? readNumber(String(to), country) : null
  if (number === null)
    faults.push({
      path: value.to === undefined ? '/phone' : '/to',
      message: 'must be a phone number with its country code',
    })
  const text = value.message ?? value.text
  if (typeof text !== 'string' || text === '' || text.length > MOST_CHARACTERS) {
    const path = value.message === undefined ? '/text' : '/message'
    faults.push({ path, message: `must be a text of 1 to ${MOST_CHARACTERS} characters` })
  }
  const messageId = value.message_id ?? value.messageId ?? null
  const fault = messageId === null ? null : idFault(messageId)
  if (fault !== null) faults.push({ path: '/message_id', message: fault })
  if (faults.length > 0 || number === null) throw invalid(...faults)
  return { messageId: messageId as string | null, number, text: text as string, members: value }
}

/** Whether it is such a message: one of ours that tries a way, or one of `cauce check mqtt`. */
export const isCheck = (value: Json): boolean => isObject(value) && value.check === true

/** The body that goes over MQTT and by HTTP, the same each time. */
export const commandBody = (command: {
  messageId: string
  to: string
  message: string
  data?: { readonly [name: string]: Json }
}): string =>
  JSON.stringify({ ...command.data, to: command.to, message: command.message, message_id: command.messageId })

/** A message that only shows that a way is open: nobody is written to. */
export const checkBody = (messageId: string): string => JSON.stringify({ check: true, message_id: messageId })

const REQUESTED = 'whatsapp.send_requested'

/**
 * The event of a command: whoever sends on the line acts on it. Its source and id are line and message id, so the log
 * takes a command once, whichever way it came and however often.
 */
export function requestedEvent(
  command: Command,
  at: {
    tenant: string
    line: Line
    messageId: string
    now: number
    traceparent: string | null
    chain: Chain
    origin: string
  },
): EventDraft {
  const { number, text, members } = command
  const { tenant, line, messageId, now, traceparent, chain, origin } = at
  const source = `cauce:whatsapp:${line}`
  const { check: _, phone: _phone, text: _text, messageId: _id, ...rest } = members
  const data = { ...rest, line, to: number.e164, key: number.key, message: text, message_id: messageId }
  const view = {
    specversion: '1.0',
    id: messageId,
    source,
    type: REQUESTED,
    subject: number.key,
    time: new Date(now).toISOString(),
    ...(traceparent === null ? {} : { traceparent }),
    datacontenttype: 'application/json',
    data,
  }
  return {
    tenant,
    id: messageId,
    source,
    type: REQUESTED,
    subject: number.key,
    form: 'cloudevents',
    raw: JSON.stringify(view),
    data,
    occurredAt: now,
    encounterId: null,
    traceparent,
    ...chain,
    origin,
  }
}
