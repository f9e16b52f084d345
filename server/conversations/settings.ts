import { integer } from '#platform/settings.ts'

export const conversationSettings = {
  CAUCE_LINK_HOURS: integer(
    'Hours (domain time) that a signed link to a conversation lives unless asked otherwise.',
    168,
    {
      min: 1,
      max: 8_760,
    },
  ),
}
