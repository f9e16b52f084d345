import { Type } from '@sinclair/typebox'
import { DEFAULT_TENANT } from '#access/index.ts'
import { changeFlag, followed } from '#flags/index.ts'
import { orNull } from '#platform/http/answer-fields.ts'
import { pageSchema } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { invalid, notFound, says } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import { compareWays } from '#switches/comparison.ts'
import { comparisonOf, windowFields } from '#switches/schemas.ts'
import { RECORDS, readTimes } from '#switches/store.ts'
import { type Declared, placeOf, switchState } from '#switches/switch.ts'
import { windowOf } from '#switches/window.ts'

const PATH = '/api/v1/switches'
const TAG = 'Switches'
/** What went one way may be this much later on the other. */
const GRACE_MS = 60_000
/** Of a comparison. */
const MOST_DAYS = 1

const Params = Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }) })
const Way = Type.String({ minLength: 1, maxLength: 100 })
const Shown = Type.Object(
  {
    name: Type.String(),
    ways: Type.Array(Way),
    active: Way,
    shadow: orNull(Way, { description: 'The way that is tried without effect' }),
    what: Type.Object({ es: Type.String(), en: Type.String() }, { description: 'What is done in two ways' }),
    effect: Type.Object({ es: Type.String(), en: Type.String() }),
  },
  { title: 'Switch' },
)
const Compared = Type.Object({
  ...comparisonOf().properties,
  tookMs: Type.Record(Type.String(), Type.Object({ p50: Type.Number(), p95: Type.Number() })),
})

export function switchRoutes(runtime: Pick<Runtime, 'database' | 'changes' | 'clock'>): Route[] {
  const { database, clock } = runtime
  const { declared } = switchState(database)
  const visible = ({ spec }: Declared, tenant: string) => spec.flag.scope === 'tenant' || tenant === DEFAULT_TENANT

  function find(name: string, tenant: string): Declared {
    const found = declared.get(name)
    if (found === undefined || !visible(found, tenant)) throw notFound('switch', name)
    return found
  }

  function shown({ spec, flag, shadow }: Declared, tenant: string) {
    const [off, on] = spec.ways
    const isOn = flag.of(tenant)
    return {
      name: spec.flag.name,
      ways: [off, on],
      active: isOn ? on : off,
      shadow: shadow.of(tenant) ? (isOn ? off : on) : null,
      what: spec.what,
      effect: spec.flag.effect,
    }
  }

  return [
    route({
      method: 'GET',
      path: PATH,
      permission: 'flags:read',
      tag: TAG,
      summary: 'What has two ways, with the one that is active and the one in its shadow',
      answer: pageSchema(Shown),
      handle: async ({ identity: { tenant } }) => ({
        items: [...declared.values()].filter((one) => visible(one, tenant)).map((one) => shown(one, tenant)),
        nextCursor: null,
      }),
    }),
    route({
      method: 'POST',
      path: `${PATH}/:name`,
      permission: 'flags:write',
      tag: TAG,
      summary: 'Try the other way in the shadow, switch to it, or switch back',
      description: 'Holds on this node when the answer is there, and on the others at once.',
      params: Params,
      body: Type.Object({ active: Type.Optional(Way), shadow: Type.Optional(Type.Boolean()) }),
      answer: Shown,
      async handle(call) {
        const { identity, body, params } = call
        const found = find(params.name, identity.tenant)
        const { flag, ways } = found.spec
        if (body.active !== undefined && !ways.includes(body.active)) {
          throw invalid({
            path: '/active',
            ...says(`must be one of ${ways.join(', ')}`, `debe ser uno de ${ways.join(', ')}`),
          })
        }
        await database.asTenant(identity.tenant, async (tx) => {
          if (body.active !== undefined) await changeFlag(runtime, tx, call, flag.name, body.active === ways[1])
          if (body.shadow !== undefined) await changeFlag(runtime, tx, call, `${flag.name}.shadow`, body.shadow)
        })
        await followed(runtime)
        return shown(found, identity.tenant)
      },
    }),
    route({
      method: 'GET',
      path: `${PATH}/:name/comparison`,
      permission: 'flags:read',
      tag: TAG,
      summary: 'How the two ways compare: what went one way only, what differs, which is later',
      description: 'Only what happened while there was a shadow.',
      params: Params,
      query: Type.Object(windowFields(MOST_DAYS)),
      answer: Compared,
      async handle({ identity, params, query }) {
        const found = find(params.name, identity.tenant)
        const now = clock.wall()
        const window = windowOf(query, now, MOST_DAYS)
        const { ways, flag } = found.spec
        const tenant = placeOf(found, identity.tenant)
        return database.asTenant(identity.tenant, async (tx) => {
          const of = { tenant, name: flag.name, ways }
          const comparison = await compareWays(tx, RECORDS, of, { ...window, graceMs: GRACE_MS }, now)
          const times = await readTimes(tx, tenant, flag.name, window.from, window.to)
          return { ...comparison, tookMs: Object.fromEntries(times.map(({ way, p50, p95 }) => [way, { p50, p95 }])) }
        })
      },
    }),
  ]
}
