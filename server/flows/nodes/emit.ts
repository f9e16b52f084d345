import { Type } from '@sinclair/typebox'
import { isOwnType, ownTypeFault } from '#events/index.ts'
import { nodeKind } from '#flows/node-kind.ts'
import { EVENT_TYPE } from '#flows/nodes/fields.ts'
import { from, json } from '#flows/walk.ts'

/** Tells the world something: an event of the run's subject. */
export const emit = nodeKind({
  type: 'emit',
  definition: {
    title: { es: 'Publicar un evento', en: 'Publish an event' },
    data: Type.Object(
      { type: EVENT_TYPE, data: Type.Optional(Type.Unknown({ description: 'JSON whose strings are Liquid' })) },
      { additionalProperties: false },
    ),
    undoable: true,
    ways: () => ['out'],
  },
  compile(data, compiler) {
    if (isOwnType(data.type)) compiler.fault('type', ownTypeFault(data.type))
    return { type: data.type, data: compiler.json('data', data.data ?? {}) }
  },
  advance({ type, data }, walk) {
    const told = json(walk, data)
    walk.effects.push({ kind: 'emit', ...from(walk), type, data: told })
    walk.step.output = { type, data: told }
    return 'out'
  },
})
