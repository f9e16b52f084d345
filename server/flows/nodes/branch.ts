import { Type } from '@sinclair/typebox'
import { nodeKind } from '#flows/node-kind.ts'
import { EXPRESSION, HANDLE } from '#flows/nodes/fields.ts'
import { condition } from '#flows/walk.ts'

/** Goes the way of the first case that holds, else `else`. */
export const branch = nodeKind({
  type: 'branch',
  definition: {
    title: { es: 'Bifurcar', en: 'Branch' },
    data: Type.Object(
      {
        cases: Type.Array(Type.Object({ handle: HANDLE, when: EXPRESSION }, { additionalProperties: false }), {
          minItems: 1,
          maxItems: 50,
        }),
      },
      { additionalProperties: false },
    ),
    ways: (data) => [...data.cases.map(({ handle }) => handle), 'else'],
    mustLead: (data) => data.cases.map(({ handle }) => handle),
  },
  compile(data, compiler) {
    const seen = new Set(['else'])
    return data.cases.map(({ handle, when }, i) => {
      if (seen.has(handle)) {
        compiler.fault(`cases.${i}.handle`, { en: `${handle} is taken already`, es: `${handle} ya está usado` })
      }
      seen.add(handle)
      return { handle, when: compiler.cel(`cases.${i}.when`, when, 'condition') }
    })
  },
  advance(cases, walk) {
    for (const { handle, when } of cases) if (condition(walk, when)) return handle
    return 'else'
  },
})
