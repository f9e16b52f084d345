/** Epoch milliseconds as answers and texts tell them: RFC 3339 in UTC, with milliseconds. */
export const iso = (at: number): string => new Date(at).toISOString()

export const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at))
