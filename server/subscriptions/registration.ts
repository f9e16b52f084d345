import { patternFaults } from '#events/index.ts'
import { type Fault, says } from '#platform/problem.ts'
import { exactlyOne } from '#platform/schema/one-of.ts'
import { destinationFaults } from './destinations/kinds.ts'
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

type Given = { readonly [name: string]: unknown }

/** What is wrong with a registration besides its form, field by field. */
export const registrationFaults = (given: Given, judge: JudgeUrl, path = ''): Fault[] => [
  ...textFaults(given.routingKeyPattern, (pattern) => patternFaults(pattern, `${path}/routingKeyPattern`)),
  ...textFaults(given.webhookUrl, (url) => judge(url, `${path}/webhookUrl`)),
]

const textFaults = (value: unknown, faultsOf: (text: string) => Fault[]): Fault[] =>
  typeof value === 'string' ? faultsOf(value) : []

/** What is wrong with where events shall go, a URL or a place of a broker, besides its form. */
export function placeFaults(given: Given): Fault[] {
  const faults = [
    ...exactlyOne(given, ['webhookUrl', 'destination']),
    ...destinationFaults(given.destination, '/destination'),
  ]
  if (given.destination !== undefined && given.signature !== undefined)
    faults.push({
      path: '/signature',
      ...says(
        'cannot go with destination: nothing is signed on the way to a broker',
        'no va con un broker: en ese camino no se firma nada',
      ),
    })
  if (given.destination !== undefined && given.format === 'cloudevents-batch')
    faults.push({ path: '/format', message: NO_BATCH })
  return faults
}

/** The same of a change, which may leave the place as it is. */
export const changedPlaceFaults = (given: Given): Fault[] =>
  given.webhookUrl === undefined && given.destination === undefined
    ? []
    : placeFaults({ ...given, signature: undefined })

/** CloudEvents batches are HTTP's alone (bindings of AMQP, Kafka and MQTT). */
export const NO_BATCH = 'cannot go with destination: brokers carry no batches'

/** What a caller can use of a backup with thousands of faults. */
const MOST_FAULTS = 100

/** What is wrong with a backup besides its form: its entries, and ids that stand twice. */
export function backupFaults(entries: readonly unknown[], judge: JudgeUrl): Fault[] {
  const seen = new Set<unknown>()
  const faults = entries.flatMap((entry, index) => {
    if (typeof entry !== 'object' || entry === null) return []
    const found = registrationFaults(entry as Given, judge, `/${index}`)
    const { id } = entry as Given
    if (id !== undefined && seen.has(id))
      found.push({ path: `/${index}/id`, ...says('stands twice', 'está dos veces') })
    seen.add(id)
    return found
  })
  return faults.slice(0, MOST_FAULTS)
}

/** A backup's entry as a subscription. */
export const restored = ({ id, routingKeyPattern, webhookUrl, createdAt, status }: BackupEntry): Subscription => ({
  id,
  routingKeyPattern,
  webhookUrl,
  destination: null,
  format: 'as-received',
  status,
  statusReason: status === 'DISABLED' ? 'backup' : null,
  createdAt: Date.parse(createdAt),
  delaysS: null,
  signature: 'v1',
  publicKeys: [],
  previousUntil: null,
})
