import { Type } from '@sinclair/typebox'
import { audit } from '#access/index.ts'
import { pageFields, pageOf, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { conflict, notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import { countSecrets, deleteSecret, findSecret, listSecrets, putSecret, type SecretRow } from './store.ts'
import type { vault } from './vault.ts'

/** Names that a text can write after a dot: `secrets.crm_key`. */
export const NAME = Type.String({
  pattern: '^(?!(?:__proto__|constructor|prototype)$)[A-Za-z_][A-Za-z0-9_-]{0,63}$',
  description: 'A letter or _, then letters, digits, _ and -, at most 64',
})
const params = Type.Object({ name: NAME })
const answer = Type.Object(
  {
    name: Type.String(),
    createdAt: Type.String({ format: 'date-time' }),
    updatedAt: Type.String({ format: 'date-time' }),
    updatedBy: Type.String(),
  },
  { title: 'Secret' },
)
/** Shorter ones cannot be told from ordinary text, where an answer has to be cleaned of them. */
const SHORTEST = 4
const LONGEST = 8_192
const MOST = 1_000

const shown = ({ name, createdAt, updatedAt, updatedBy }: SecretRow) => ({
  name,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
  updatedBy,
})

/** Names and when they changed; a value goes in and never comes out. */
export function secretRoutes({ database, clock }: Runtime, { seal }: ReturnType<typeof vault>): Route[] {
  const tag = 'Secrets'
  return [
    route({
      method: 'GET',
      path: '/api/v1/secrets',
      permission: 'secrets:read',
      tag,
      summary: 'Names of the secrets that flows may use, never their values',
      query: Type.Object(pageFields),
      answer: pageSchema(answer),
      handle: ({ identity: { tenant }, query: { limit = 50, cursor } }) =>
        database.asTenant(tenant, async (tx) => {
          const rows = await listSecrets(tx, tenant, readCursor(cursor, Type.String({ maxLength: 64 })), limit)
          const page = pageOf(rows, limit, ({ name }) => name)
          return { ...page, items: page.items.map(shown) }
        }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/secrets/:name',
      permission: 'secrets:read',
      tag,
      summary: 'When a secret was set and by whom, never its value',
      params,
      answer,
      handle: ({ identity: { tenant }, params: { name } }) =>
        database.asTenant(tenant, async (tx) => {
          const found = await findSecret(tx, tenant, name)
          if (found === undefined) throw notFound('secret', name)
          return shown(found)
        }),
    }),
    route({
      method: 'PUT',
      path: '/api/v1/secrets/:name',
      permission: 'secrets:write',
      tag,
      summary: 'Set a secret; its new value holds from the next request that leaves',
      params,
      body: Type.Object(
        {
          value: Type.String({
            minLength: SHORTEST,
            maxLength: LONGEST,
            pattern: '^[^\\u0000\\p{Cs}]*$',
            description: 'Without NUL and halves of surrogate pairs',
          }),
        },
        { additionalProperties: false },
      ),
      answer,
      refuses: [409],
      handle: ({ identity, params: { name }, body: { value }, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const { tenant, actor } = identity
          const before = await findSecret(tx, tenant, name)
          if (before === undefined && (await countSecrets(tx, tenant)) >= MOST) {
            throw conflict(`There are ${MOST} secrets already.`, `Ya hay ${MOST} secretos.`)
          }
          const row = await putSecret(tx, { tenant, name }, seal(tenant, name, value), actor, clock.wall())
          audit(
            tx,
            { identity, traceparent },
            {
              at: clock.wall(),
              action: before === undefined ? 'secret.created' : 'secret.replaced',
              target: `secret:${name}`,
            },
          )
          return shown(row)
        }),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/secrets/:name',
      permission: 'secrets:write',
      tag,
      summary: 'Delete a secret; calls that use it fail from now on',
      params,
      status: 204,
      handle: ({ identity, params: { name }, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          if (!(await deleteSecret(tx, identity.tenant, name))) throw notFound('secret', name)
          audit(tx, { identity, traceparent }, { at: clock.wall(), action: 'secret.deleted', target: `secret:${name}` })
        }),
    }),
  ]
}
