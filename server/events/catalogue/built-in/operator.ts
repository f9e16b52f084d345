import { type BuiltInType, id, record, text } from './words.ts'

/** What the program tells its operators about itself. */
export const operatorTypes: readonly BuiltInType[] = [
  {
    name: 'subscription.disabled',
    family: 'operator',
    owner: 'cauce',
    description: 'A receiver said that it is gone; it gets nothing more.',
    schema: record({ subscriptionId: id, webhookUrl: text, reason: text }),
    examples: [
      {
        subscriptionId: '0190a0b0-0000-7000-8000-000000000001',
        webhookUrl: 'https://hooks.example.org/events',
        reason: 'the receiver answered 410 Gone',
      },
    ],
  },
]
