/** A subscription in words: where it goes, how it fares. */

import type { Schema } from '../../api/client.ts'
import { isObject, jsonIn } from '../../ui/json-text.ts'
import type { Tone } from '../../ui/state-badge.tsx'

export type Listed = Schema<'ListedSubscription'>
export type Health = NonNullable<Listed['health']>

export const HEALTH_TONES: Record<Health['state'], Tone> = { well: 'good', failing: 'bad', disabled: 'quiet' }

/** The address of a webhook without its query, which may hold a token; the place of a broker by its name. */
export function placeOf({ webhookUrl, destination }: Pick<Listed, 'webhookUrl' | 'destination'>): string {
  if (destination === undefined) return (webhookUrl ?? '').split(/[?#]/, 1)[0] ?? ''
  if (destination.kind === 'rabbitmq')
    return `RabbitMQ ${[destination.exchange, destination.routingKey].filter(Boolean).join(' / ')}`
  return `${destination.kind === 'kafka' ? 'Kafka' : 'MQTT'} ${destination.topic}`
}

/** The members of the backup form; what goes to a broker has no place in it. */
export const backupOf = (subscriptions: readonly Listed[]) =>
  subscriptions.flatMap(({ id, routingKeyPattern, webhookUrl, createdAt, status }) =>
    webhookUrl === undefined ? [] : [{ id, routingKeyPattern, webhookUrl, createdAt, status }],
  )

export type BackupEntry = ReturnType<typeof backupOf>[number]

/** A file's text as a backup: a list of objects. Whether each is right the program says, with its place. */
export function readBackup(text: string): BackupEntry[] | null {
  const read = jsonIn(text)
  return Array.isArray(read) && read.length > 0 && read.every(isObject) ? (read as BackupEntry[]) : null
}
