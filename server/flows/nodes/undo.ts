import { Type } from '@sinclair/typebox'
import { LEAP, nodeKind } from '#flows/node-kind.ts'
import { takeDone } from '#flows/undo.ts'

/**
 * Undoes what was done so far: of every step with an `undo` edge, the latest first, what that edge leads to. Then it
 * goes on. A run that fails does the same by itself before it ends.
 */
export const undo = nodeKind({
  type: 'undo',
  definition: {
    title: { es: 'Deshacer lo hecho', en: 'Undo what was done' },
    data: Type.Object({}, { additionalProperties: false }),
    ways: () => ['out'],
  },
  compile: () => null,
  advance(_ready, walk) {
    const left = takeDone(walk)
    walk.step.output = { undoes: left.map(({ node }) => node) }
    if (left.length === 0) return 'out'
    walk.frames = [...walk.frames, { kind: 'undo', node: walk.node.id, left }]
    return LEAP
  },
})
