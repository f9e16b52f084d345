import type { Json } from '#platform/event.ts'
import { type BuiltInType, count, id, moment, orNull, record, text } from './words.ts'

type Fields = { readonly [name: string]: Json }

/** What the program tells its operators about a receiver of webhooks. */
const about = (
  name: string,
  description: string,
  required: Fields,
  optional: Fields,
  example: Fields,
): BuiltInType => ({
  name: `subscription.${name}`,
  family: 'operator',
  owner: 'cauce',
  description,
  schema: record({ subscriptionId: id, webhookUrl: text, ...required }, optional),
  examples: [
    {
      subscriptionId: '0190a0b0-0000-7000-8000-000000000001',
      webhookUrl: 'https://hooks.example.org/events',
      ...example,
    },
  ],
})

const SINCE = '2026-04-04T17:10:00.000Z'

export const operatorTypes: readonly BuiltInType[] = [
  about(
    'failing',
    'A receiver has taken nothing for a while; it is going to be disabled.',
    { failingSince: moment, warning: count, warnings: count, disablesAt: moment },
    { lastStatus: orNull(count), lastError: orNull(text) },
    { failingSince: SINCE, warning: 1, warnings: 3, disablesAt: '2026-04-09T17:10:00.000Z', lastStatus: 500 },
  ),
  about(
    'disabled',
    'A receiver gets nothing more: it is gone, or failed for too long.',
    { reason: text },
    { cause: text, failingSince: moment },
    { cause: 'gone', reason: 'the receiver answered 410 Gone' },
  ),
  about(
    'recovered',
    'A receiver that was failing takes requests again.',
    { failingSince: moment },
    { disabledAt: orNull(moment) },
    { failingSince: SINCE, disabledAt: null },
  ),
]
