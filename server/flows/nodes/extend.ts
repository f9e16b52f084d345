import { Type } from '@sinclair/typebox'
import { nodeKind } from '#flows/node-kind.ts'
import { DURATION, NO_FIXED_LENGTH, NOTHING } from '#flows/nodes/fields.ts'
import { encounterOf, from } from '#flows/walk.ts'

/** Puts off the close of the conversation's present silence. */
export const extend = nodeKind({
  type: 'extend',
  definition: {
    title: { es: 'Prolongar la conversación', en: 'Extend the conversation' },
    data: Type.Object({ by: DURATION }, { additionalProperties: false }),
    undoable: true,
    ways: () => ['out'],
  },
  compile(data, compiler) {
    const span = compiler.duration('by', data.by)
    if (span.months > 0) compiler.fault('by', NO_FIXED_LENGTH)
    if (span.ms === 0 && span.months === 0) compiler.fault('by', NOTHING)
    return span.ms
  },
  advance(byMs, walk) {
    walk.effects.push({ kind: 'extend', ...from(walk), encounterId: encounterOf(walk), byMs })
    return 'out'
  },
})
