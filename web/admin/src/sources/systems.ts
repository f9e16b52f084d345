import type { Schema } from '../api/client.ts'

export type Pair = Schema<'SourcePair'>

export const followerOf = ({ systems }: Pair): string => systems.find(({ role }) => role === 'follower')?.name ?? '—'
