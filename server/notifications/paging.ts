import { Type } from '@sinclair/typebox'

/** A place in a list that is sorted by time and id, the newest first. */
export const timeCursor = Type.Object({
  at: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' }),
  id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
})

export const byTime = (last: { created_at: Date; id: string }) => ({ at: last.created_at.toISOString(), id: last.id })
