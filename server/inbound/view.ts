import { isUtf8 } from 'node:buffer'
import type { Endpoint } from './endpoint.ts'
import { reasonText } from './receipts/reason-text.ts'
import type { Shown } from './receipts/store.ts'

const PATH = '/in/'

/** The address that senders post to. */
export const urlOf = (publicUrl: string, address: string): string => `${publicUrl}${PATH}${address}`

/** An endpoint as the API shows it. */
export const endpointView = (endpoint: Endpoint, publicUrl: string) => ({
  id: endpoint.id,
  name: endpoint.name,
  enabled: endpoint.enabled,
  ...(endpoint.address === null ? {} : { url: urlOf(publicUrl, endpoint.address) }),
  verification: endpoint.verification,
  ...(endpoint.event === null ? {} : { event: endpoint.event }),
  ...(endpoint.headers.length === 0 ? {} : { headers: [...endpoint.headers] }),
  ...(endpoint.networks.length === 0 ? {} : { networks: [...endpoint.networks] }),
  createdAt: new Date(endpoint.createdAt).toISOString(),
  updatedAt: new Date(endpoint.updatedAt).toISOString(),
})

/** What the audit keeps of an endpoint: what proves senders is named, not told. */
export const auditView = ({ name, enabled, verification: { kind }, event, headers, networks }: Endpoint) => ({
  name,
  enabled,
  verification: kind,
  event,
  headers,
  networks,
})

export const receiptView = (row: Shown) => ({
  id: row.id,
  receivedAt: row.received_at.toISOString(),
  status: row.status,
  verified: row.verified,
  ...(row.code === null ? {} : { code: row.code }),
  ...(row.reason === null ? {} : { reason: row.reason, says: reasonText(row.reason) }),
  ...(row.message_id === null ? {} : { messageId: row.message_id }),
  ...(row.content_type === null ? {} : { contentType: row.content_type }),
  headers: row.headers,
  size: row.body_bytes,
  ...(row.event_id === null ? {} : { eventId: row.event_id }),
  ...(row.event_type === null ? {} : { eventType: row.event_type }),
  ...(row.events > 1 ? { events: row.events } : {}),
  times: row.times,
  lastAt: row.last_at.toISOString(),
})

export const wholeReceiptView = ({ body, ...row }: Shown & { body: Buffer | null }) => ({
  ...receiptView(row),
  complete: body !== null,
  ...(body === null ? {} : isUtf8(body) ? { body: body.toString('utf8') } : { bodyBase64: body.toString('base64') }),
})
