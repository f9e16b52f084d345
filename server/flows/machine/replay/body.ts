import { type Static, Type } from '@sinclair/typebox'
import { versionNumber } from '#platform/http/answer-fields.ts'

/** A replay as it is asked for. */
export const replayBody = Type.Object(
  {
    from: Type.String({ format: 'date-time' }),
    to: Type.String({ format: 'date-time', description: 'What is still under way then is compared as it stands' }),
    version: Type.Optional(versionNumber({ description: 'Default: the draft' })),
    dryRun: Type.Optional(Type.Boolean({ description: 'Only count' })),
    examples: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 50, description: 'Shown of each kind of difference; default 10' }),
    ),
  },
  { additionalProperties: false },
)

/** A past run that is to go again. */
export const runBody = Type.Object(
  { version: Type.Optional(versionNumber({ description: 'Default: the draft' })) },
  { additionalProperties: false },
)

export type ReplayBody = Static<typeof replayBody>
