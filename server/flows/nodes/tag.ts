import { Type } from '@sinclair/typebox'
import { nodeKind, StepFault } from '#flows/node-kind.ts'
import { encounterOf, from, text, toConversation } from '#flows/walk.ts'

const LONGEST = 100

/** Puts words on the conversation, which stay there; those that it has already change nothing. */
export const tag = nodeKind({
  type: 'tag',
  definition: {
    title: { es: 'Etiquetar la conversación', en: 'Tag the conversation' },
    data: Type.Object(
      {
        tags: Type.Array(Type.String({ minLength: 1, maxLength: 500, description: 'Liquid' }), {
          minItems: 1,
          maxItems: 20,
        }),
      },
      { additionalProperties: false },
    ),
    undoable: true,
    ways: () => ['out'],
  },
  compile: (data, compiler) => data.tags.map((source, i) => compiler.text(`tags.${i}`, source)),
  advance(texts, walk) {
    const tags = [...new Set(texts.map((one) => text(walk, one).trim()).filter((one) => one !== ''))]
    if (tags.length === 0) throw new StepFault('the tags are empty')
    if (tags.some((one) => one.length > LONGEST)) throw new StepFault(`a tag is longer than ${LONGEST} characters`)
    toConversation(walk, { kind: 'tag', ...from(walk), encounterId: encounterOf(walk), tags })
    walk.step.output = { tags }
    return 'out'
  },
})
