import { escapeHtml } from '#platform/liquid.ts'
import type { Payload } from '../store.ts'

/** An e-mail as the transport takes it. */
export type EmailMessage = {
  from: string
  to: string
  subject: string
  text: string
  html: string
  messageId: string
  date: Date
  headers: Readonly<Record<string, string>>
}

/**
 * Makes the e-mail of a notification: text and HTML, marked as sent by a machine so that nobody's absence note
 * answers it. The Message-ID is the same on every attempt: a mailbox shows a repeated one once.
 * @param at wall milliseconds of the attempt
 */
export function emailMessage(
  mail: { id: string; address: string; from: string; payload: Payload },
  at: number,
): EmailMessage {
  const { id, address, from, payload } = mail
  const text = withLink(payload.body, payload.link)
  return {
    from,
    to: address,
    subject: payload.title ?? '',
    text,
    html: payload.html ?? htmlOf(text),
    messageId: `<${id}@${domainOf(from)}>`,
    date: new Date(at),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  }
}

/** The one action of the message is never lost, whatever the author wrote. */
const withLink = (body: string, link: string | null): string =>
  link === null || body.includes(link) ? body : `${body}\n\n${link}`

const domainOf = (from: string): string => /@([a-z0-9.-]+)>?\s*$/i.exec(from)?.[1] ?? 'localhost'

/** A text as simple HTML: its lines, and its web addresses as links. */
function htmlOf(text: string): string {
  const linked = escapeHtml(text).replace(
    // An entity after the address is not part of it; a final stop or comma neither.
    /https?:\/\/(?:[^\s<&]|&amp;)+[^\s<&.,;:!?)]/g,
    (address) => `<a href="${address}">${address}</a>`,
  )
  return `<!doctype html><html><head><meta charset="utf-8"></head><body style="font:16px/1.5 system-ui,sans-serif"><p>${linked.replace(/\r?\n/g, '<br>')}</p></body></html>`
}
