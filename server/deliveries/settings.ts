import { integer, list, type Setting } from '#platform/settings.ts'
import { readAllowList } from './guard.ts'

const items = list(
  'CIDRs, addresses and host names that outgoing requests may reach although they are private, separated by commas.',
)

const allow: Setting<readonly string[]> = {
  ...items,
  parse(text) {
    const parsed = items.parse(text)
    readAllowList(parsed)
    return parsed
  },
}

export const settings = {
  CAUCE_WEBHOOK_ALLOW: allow,
  CAUCE_DELIVERY_RETENTION_DAYS: integer(
    'Days for which finished deliveries and attempts are kept; a replay looks no further back.',
    30,
    {
      min: 1,
      max: 3650,
    },
  ),
}
