import { integer } from '#platform/settings.ts'

export const inboundSettings = {
  CAUCE_INBOUND_RETENTION_DAYS: integer(
    'Days for which what came to inbound endpoints is kept as it came, can be fed in again and is known as a repeat.',
    30,
    { min: 1, max: 3650 },
  ),
}
