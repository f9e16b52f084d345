import { integer, list } from '#platform/settings.ts'

export const settings = {
  CAUCE_WEBHOOK_ALLOW: list(
    'CIDRs, addresses and host names that outgoing requests may reach although they are private, separated by commas.',
  ),
  CAUCE_DELIVERY_RETENTION_DAYS: integer('Days for which finished deliveries and attempts are kept.', 30, {
    min: 1,
    max: 3650,
  }),
}
