import { Type } from '@sinclair/typebox'
import { nodeKind } from '#flows/node-kind.ts'
import { plainWord } from '#flows/nodes/fields.ts'

/** Ends the run, with a word for how it came out. */
export const end = nodeKind({
  type: 'end',
  definition: {
    title: { es: 'Fin', en: 'End' },
    data: Type.Object(
      { outcome: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })) },
      { additionalProperties: false },
    ),
    ways: () => [],
  },
  compile: (data, compiler) => plainWord(compiler, 'outcome', data.outcome) ?? null,
  advance(outcome, walk) {
    walk.end = { status: 'completed', outcome }
    return null
  },
})
