import { Type } from '@sinclair/typebox'
import { nodeKind } from '#flows/node-kind.ts'
import { plainWord } from '#flows/nodes/fields.ts'
import { encounterOf, from, quietSince, toConversation } from '#flows/walk.ts'

/**
 * Closes the conversation. In a run that began because the person went quiet and has not seen them since, a sign
 * of life, or more time given by hand, calls the close off. Closing a closed conversation does nothing.
 */
export const close = nodeKind({
  type: 'close',
  definition: {
    title: { es: 'Cerrar la conversación', en: 'Close the conversation' },
    data: Type.Object(
      { reason: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })) },
      { additionalProperties: false },
    ),
    ways: () => ['out'],
  },
  compile: (data, compiler) => plainWord(compiler, 'reason', data.reason) ?? 'flow',
  advance(reason, walk) {
    toConversation(walk, {
      kind: 'close',
      ...from(walk),
      encounterId: encounterOf(walk),
      reason,
      quietSince: quietSince(walk),
    })
    walk.step.output = { reason }
    return 'out'
  },
})
