import { Type } from '@sinclair/typebox'
import { instant, oneOf, orNull } from '#platform/http/answer-fields.ts'

/** A timer as the API shows it. */
export const timerAnswer = Type.Object(
  {
    id: Type.String(),
    dueAt: instant,
    status: oneOf(['scheduled', 'fired', 'failed', 'cancelled'], { description: 'failed: nobody took the call' }),
    calendar: Type.Optional(Type.String({ description: 'Business calendar in which the delay is counted' })),
    callbackUrl: Type.Optional(Type.String()),
    deliveryId: Type.Optional(Type.String({ description: 'Of the call, once it fired: tells how each attempt fared' })),
    event: Type.Optional(
      Type.Object({
        type: Type.String(),
        subject: Type.Optional(Type.String()),
        data: Type.Optional(Type.Unknown()),
      }),
    ),
    payload: Type.Unknown({ description: 'Goes with the call; null where there is none' }),
    attempts: orNull(Type.Integer({ description: 'Of the call, once it ended' })),
    error: orNull(Type.String()),
    createdAt: instant,
    updatedAt: instant,
    firedAt: orNull(instant),
  },
  { title: 'Timer' },
)
