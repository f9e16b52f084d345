import { Type } from '@sinclair/typebox'
import { nodeKind, StepFault } from '#flows/node-kind.ts'
import { VARIABLE } from '#flows/nodes/fields.ts'
import { RETRY, retryOf } from '#flows/nodes/retry.ts'
import { from, json, park, quietSince, savingWhy, setVars } from '#flows/walk.ts'
import { jsonOf } from '#platform/cel/values.ts'
import type { Json } from '#platform/event.ts'

/**
 * Begins a run of another flow, at its manual trigger, about the same conversation. It waits for its end unless told
 * not to: a run that fails or is cancelled is an error here, and when this run ends the other one ends too.
 */
export const subflow = nodeKind({
  type: 'subflow',
  definition: {
    title: { es: 'Ejecutar otro flujo', en: 'Run another flow' },
    data: Type.Object(
      {
        flow: Type.String({ format: 'uuid', description: 'Id of the flow' }),
        input: Type.Optional(
          Type.Unknown({ description: 'JSON whose strings are Liquid; the other run has it as `event.data`' }),
        ),
        wait: Type.Optional(Type.Boolean({ description: 'false: goes on at once; default true' })),
        retry: Type.Optional(RETRY),
        save: Type.Optional(
          Type.String({ pattern: VARIABLE, description: 'Variable that gets outcome and variables of the other run' }),
        ),
      },
      { additionalProperties: false },
    ),
    faultWay: 'error',
    undoable: true,
    ways: () => ['out', 'error'],
    sets: (data) => (data.save === undefined ? [] : [data.save]),
  },
  compile(data, compiler) {
    compiler.flow('flow', data.flow)
    return {
      flowId: data.flow,
      input: compiler.json('input', data.input ?? {}),
      waits: data.wait ?? true,
      retry: retryOf(data.retry, compiler),
      save: data.save ?? null,
    }
  },
  retry: ({ retry }) => retry,
  advance: ({ flowId, input, waits, save }, walk) =>
    savingWhy(walk, save, () => {
      const given = json(walk, input)
      if (typeof given !== 'object' || given === null || Array.isArray(given)) throw new StepFault('input is no object')
      walk.effects.push({ kind: 'subflow', ...from(walk), flowId, input: given, waits, quietSince: quietSince(walk) })
      walk.step.input = { flow: flowId, input: given }
      return waits ? park(walk, 'outcome', null) : 'out'
    }),
  resume({ save }, walk, news) {
    if (news.kind !== 'outcome') return null
    const { way, value, cause } = news.outcome
    walk.step.output = value
    if (save !== null) setVars(walk, { ...walk.vars, [save]: kept(value, cause) })
    if (way !== 'out' && way !== 'ok') throw new StepFault(cause ?? 'the other flow failed')
    return 'out'
  },
  abandon: ({ flowId, waits }, at) => (waits ? [{ kind: 'stop', ...at, flowId }] : []),
})

/** What is kept of the other run: without its variables where they are too long. */
function kept(value: Json, cause: string | undefined): Json {
  const given = { ...(value as { [name: string]: Json }), ...(cause === undefined ? {} : { error: cause }) }
  const made = jsonOf(given)
  return made.fault === undefined ? made.value : { ...given, vars: {} }
}
