/** The reader's own time zone. */
export const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone

/** The time zones to choose from: the reader's own first, and the one that is chosen, even where the browser knows it not. */
export const zonesWith = (chosen?: string): string[] => [
  ...new Set([OWN_ZONE, ...(chosen ? [chosen] : []), ...Intl.supportedValuesOf('timeZone'), 'UTC']),
]
