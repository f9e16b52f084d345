import { Type } from '@sinclair/typebox'
import { DEFAULT_TENANT } from '#access/index.ts'
import { changeFlag, followed } from '#flags/change.ts'
import type { FlagSpec, FlagValue } from '#flags/flag.ts'
import { flagState } from '#flags/state.ts'
import { instant, orNull } from '#platform/http/answer-fields.ts'
import { pageSchema } from '#platform/http/page.ts'
import { type Call, type Route, route } from '#platform/http/route.ts'
import { notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

const Value = Type.Union([Type.Boolean(), Type.String()])
const Flag = Type.Object(
  {
    name: Type.String(),
    kind: Type.Union([Type.Literal('boolean'), Type.Literal('string')]),
    value: Type.Union([Type.Boolean(), Type.String()], { description: 'What holds now' }),
    default: Value,
    effect: Type.Object({ es: Type.String(), en: Type.String() }),
    scope: Type.Union([Type.Literal('tenant'), Type.Literal('installation')]),
    live: Type.Boolean({ description: 'false: a change holds from the next start' }),
    choices: Type.Optional(Type.Array(Value)),
    afterRestart: Type.Optional(Type.Union([Type.Boolean(), Type.String()])),
    changedAt: orNull(instant),
    changedBy: orNull(Type.String()),
  },
  { title: 'Flag' },
)
const Params = Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }) })
const PATH = '/api/v1/flags'
const TAG = 'Flags'

export function flagRoutes(runtime: Runtime): Route[] {
  const { database } = runtime
  const state = flagState(database)

  /** Of the installation nobody else knows. */
  const visible = (spec: FlagSpec, tenant: string) => spec.scope === 'tenant' || tenant === DEFAULT_TENANT

  function specOf(name: string, tenant: string): FlagSpec {
    const spec = state.specs.get(name)
    if (spec === undefined || !visible(spec, tenant)) throw notFound('flag', name)
    return spec
  }

  function shown(spec: FlagSpec, tenant: string) {
    const row = state.row(spec, tenant)
    const value = state.value(spec, tenant)
    const set = (row?.value ?? spec.default) as FlagValue
    return {
      name: spec.name,
      kind: typeof spec.default,
      value,
      default: spec.default,
      effect: spec.effect,
      scope: spec.scope,
      live: spec.live,
      ...(spec.choices === undefined ? {} : { choices: spec.choices }),
      ...(spec.live || set === value ? {} : { afterRestart: set }),
      changedAt: row?.changedAt.toISOString() ?? null,
      changedBy: row?.changedBy ?? null,
    }
  }

  async function change(call: Call<{ name: string }, unknown, unknown>, value: FlagValue | undefined) {
    const { tenant } = call.identity
    const spec = specOf(call.params.name, tenant)
    await database.asTenant(tenant, (tx) => changeFlag(runtime, tx, call, spec.name, value))
    await followed(runtime)
    return shown(spec, tenant)
  }

  return [
    route({
      method: 'GET',
      path: PATH,
      permission: 'flags:read',
      tag: TAG,
      summary: 'What can be switched while the program runs, with what holds now',
      answer: pageSchema(Flag),
      handle: async ({ identity: { tenant } }) => ({
        items: [...state.specs.values()]
          .filter((spec) => visible(spec, tenant))
          .sort((a, b) => (a.name < b.name ? -1 : 1))
          .map((spec) => shown(spec, tenant)),
        nextCursor: null,
      }),
    }),
    route({
      method: 'GET',
      path: `${PATH}/:name`,
      permission: 'flags:read',
      tag: TAG,
      summary: 'Show a flag',
      params: Params,
      answer: Flag,
      handle: async ({ identity: { tenant }, params }) => shown(specOf(params.name, tenant), tenant),
    }),
    route({
      method: 'PUT',
      path: `${PATH}/:name`,
      permission: 'flags:write',
      tag: TAG,
      summary: 'Switch a flag',
      description: 'A live one holds on this node when the answer is there, and on the others at once.',
      params: Params,
      body: Type.Object({ value: Value }),
      answer: Flag,
      handle: (call) => change(call, call.body.value),
    }),
    route({
      method: 'DELETE',
      path: `${PATH}/:name`,
      permission: 'flags:write',
      tag: TAG,
      summary: 'Give a flag back its default',
      params: Params,
      status: 204,
      handle: async (call) => void (await change(call, undefined)),
    }),
  ]
}
