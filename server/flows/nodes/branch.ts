import { Type } from '@sinclair/typebox'
import { absentIn, type Cel, CelFault } from '#flows/cel.ts'
import { nodeKind, StepFault } from '#flows/node-kind.ts'
import { EXPRESSION, HANDLE } from '#flows/nodes/fields.ts'
import { condition } from '#flows/walk.ts'

/**
 * Goes the way of the first case that holds, else `else`. A case that asks for a field which is not there does not hold:
 * events of the same type need not all have the same fields.
 */
export const branch = nodeKind({
  type: 'branch',
  staysInside: true,
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
    const absent: { [handle: string]: string } = {}
    const found = cases.find(({ handle, when }) => {
      try {
        return condition(walk, when)
      } catch (error) {
        const name = mayLack(when) && error instanceof StepFault ? absentFor(error) : null
        if (name === null) throw error
        absent[handle] = name
        return false
      }
    })
    // Whoever looks for the reason finds it: no case failed, and what one asked for was not there.
    if (Object.keys(absent).length > 0) walk.step.output = { absent }
    return found?.handle ?? 'else'
  },
})

/** What senders and authors fill; queue and encounter have the same fields always. */
const FILLED_BY_OTHERS = ['event', 'last', 'contact', 'vars'] as const
const mayLack = ({ roots }: Cel): boolean => FILLED_BY_OTHERS.some((root) => roots.has(root))

const absentFor = ({ cause }: StepFault): string | null => (cause instanceof CelFault ? absentIn(cause) : null)
