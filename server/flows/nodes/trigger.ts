import { Type } from '@sinclair/typebox'
import { patternMistakes } from '#events/index.ts'
import { nodeKind } from '#flows/node-kind.ts'
import { EXPRESSION, PATTERN } from '#flows/nodes/fields.ts'

/** Where runs begin. Whether an event starts one is judged before there is a run: see `triggerFor`. */
export const trigger = nodeKind({
  type: 'trigger',
  definition: {
    title: { es: 'Inicio', en: 'Trigger' },
    data: Type.Object({ event: PATTERN, where: Type.Optional(EXPRESSION) }, { additionalProperties: false }),
    ways: () => ['out'],
    starts: true,
  },
  compile(data, compiler) {
    for (const says of patternMistakes(data.event)) compiler.fault('event', says)
    return {
      pattern: data.event,
      where: data.where === undefined ? null : compiler.cel('where', data.where, 'condition'),
    }
  },
  advance: (_ready, walk) => {
    walk.step.input = { event: walk.event.id, type: walk.event.type }
    return 'out'
  },
})
