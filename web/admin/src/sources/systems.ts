import type { Schema } from '../api/client.ts'

export type Pair = Schema<'SourcePair'>

/** The periods that can be compared: what paired systems sent is kept for a week. */
export const COMPARED = ['PT1H', 'P1D', 'P7D'] as const

export const followerOf = ({ systems }: Pair): string => systems.find(({ role }) => role === 'follower')?.name ?? '—'

/** Whether anything came of either, in the time that is compared. */
export const isSeen = ({ ways }: { ways: object }): boolean =>
  Object.values(ways as Record<string, number>).some((count) => count > 0)
