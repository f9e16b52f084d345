import { patternFaults } from '#events/index.ts'
import type { Fault } from '#platform/problem.ts'
import type { Status, Subscription } from './subscription.ts'

/** One entry of the JSON file in which the source system keeps its subscriptions. */
export type BackupEntry = {
  id: string
  routingKeyPattern: string
  webhookUrl: string
  /** RFC 3339. */
  createdAt: string
  status: Status
}

/** Judges a webhook's URL; the guard of deliveries with its list of what is allowed. */
export type JudgeUrl = (url: string, path: string) => Fault[]

/** What is wrong with a registration, field by field. */
export const registrationFaults = (
  { routingKeyPattern, webhookUrl }: Pick<BackupEntry, 'routingKeyPattern' | 'webhookUrl'>,
  judge: JudgeUrl,
  path = '',
): Fault[] => [
  ...patternFaults(routingKeyPattern, `${path}/routingKeyPattern`),
  ...judge(webhookUrl, `${path}/webhookUrl`),
]

/** What is wrong with a backup: its entries, and ids that stand twice. */
export function backupFaults(entries: readonly BackupEntry[], judge: JudgeUrl): Fault[] {
  const seen = new Set<string>()
  return entries.flatMap((entry, index) => {
    const faults = registrationFaults(entry, judge, `/${index}`)
    if (seen.has(entry.id)) faults.push({ path: `/${index}/id`, message: 'stands twice' })
    seen.add(entry.id)
    return faults
  })
}

/** A backup's entry as a subscription. */
export const restored = ({ id, routingKeyPattern, webhookUrl, createdAt, status }: BackupEntry): Subscription => ({
  id,
  routingKeyPattern,
  webhookUrl,
  format: 'as-received',
  status,
  statusReason: status === 'DISABLED' ? 'backup' : null,
  createdAt: Date.parse(createdAt),
  delaysS: null,
  signature: 'v1',
  publicKeys: [],
})
