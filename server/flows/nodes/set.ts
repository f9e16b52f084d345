import { Type } from '@sinclair/typebox'
import { nodeKind } from '#flows/node-kind.ts'
import { EXPRESSION, VARIABLE } from '#flows/nodes/fields.ts'
import { setVars, value } from '#flows/walk.ts'
import type { Json } from '#platform/event.ts'

/** Gives variables their values, in the order written: each sees those before it. */
export const set = nodeKind({
  type: 'set',
  staysInside: true,
  definition: {
    title: { es: 'Asignar variables', en: 'Set variables' },
    data: Type.Object(
      {
        vars: Type.Record(Type.String({ pattern: VARIABLE }), EXPRESSION, {
          minProperties: 1,
          maxProperties: 50,
          additionalProperties: false,
        }),
      },
      { additionalProperties: false },
    ),
    undoable: true,
    ways: () => ['out'],
    sets: (data) => Object.keys(data.vars),
  },
  compile: (data, compiler) =>
    Object.entries(data.vars).map(([name, source]) => ({ name, cel: compiler.cel(`vars.${name}`, source, 'value') })),
  advance(entries, walk) {
    const output: { [name: string]: Json } = {}
    for (const { name, cel } of entries) {
      const made = value(walk, cel)
      output[name] = made
      setVars(walk, { ...walk.vars, [name]: made })
    }
    walk.step.output = output
    return 'out'
  },
})
