import { Type } from '@sinclair/typebox'
import { arrive } from '#flows/forks.ts'
import { nodeKind } from '#flows/node-kind.ts'

/**
 * Where branches meet: `all` goes on when every branch that has not ended is here, `any` with the first one, and the
 * others are called off. A run that has no branches passes.
 */
export const join = nodeKind({
  type: 'join',
  staysInside: true,
  definition: {
    title: { es: 'Reunir', en: 'Join' },
    data: Type.Object(
      { mode: Type.Optional(Type.Union([Type.Literal('all'), Type.Literal('any')])) },
      { additionalProperties: false },
    ),
    ways: () => ['out'],
  },
  compile: ({ mode = 'all' }) => ({ mode }),
  advance(_ready, walk) {
    if (walk.forks.length === 0) return 'out'
    arrive(walk)
    return null
  },
})
