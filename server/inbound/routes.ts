import { isDeepStrictEqual } from 'node:util'
import { type Static, Type } from '@sinclair/typebox'
import { type Actor, audit } from '#access/index.ts'
import { uuidParams } from '#platform/http/answer-fields.ts'
import { assertKnown, tagOf } from '#platform/http/entity-tag.ts'
import { pageFields, pageFrom, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { uuidv7 } from '#platform/ids.ts'
import { type Fault, invalid, notFound, Problem, says } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'
import type { Sealer } from '#secrets/index.ts'
import { addressHash, addressOf, type Definition, definitionFaults, type Endpoint } from './endpoint.ts'
import { eventsOf } from './mapping/events-of.ts'
import { purgeAll } from './receipts/due.ts'
import * as schema from './schemas.ts'
import {
  changeAddress,
  countEndpoints,
  deleteEndpoint,
  findEndpoint,
  insertEndpoint,
  listEndpoints,
  rotateSecret,
  updateEndpoint,
} from './store.ts'
import { isKind, kindOf } from './verification/kinds.ts'
import { sealedName } from './verification/look.ts'
import { SECRET_PATH } from './verification/secret-path.ts'
import { auditView, endpointView, urlOf } from './view.ts'

const PATH = '/api/v1/inbound-endpoints'
const TAG = 'Inbound webhooks'
const KIND = 'inbound-endpoint'
const MOST_ENDPOINTS = 1_000
const OVERLAP_HOURS = 24
const HOUR_MS = 3_600_000
const CURSOR = Type.Object({ createdAt: Type.String({ format: 'date-time' }), id: Type.String({ format: 'uuid' }) })

type Maker = Actor & { newId(): string; newSecret(): Buffer }

/** What a body says, with what it leaves out. */
const definitionOf = (body: Static<typeof schema.definition>): Definition => ({
  name: body.name,
  enabled: body.enabled ?? true,
  verification: body.verification,
  event: body.event ?? null,
  headers: [...new Set((body.headers ?? []).map((name) => name.toLowerCase()))],
  networks: body.networks ?? [],
})

/** Why a secret cannot be the one of this kind of verification. */
function secretFaults(kind: unknown, secret: unknown): Fault[] {
  if (typeof secret !== 'string' || !isKind(kind)) return []
  const { secretFault } = kindOf({ kind: kind as string })
  const fault = secretFault === null ? 'is not used: the address is what the sender has to know' : secretFault(secret)
  return fault === null ? [] : [{ path: '/secret', message: fault }]
}

const creationFaults = (body: object): Fault[] => {
  const { verification, secret } = body as { verification?: { kind?: unknown } | null; secret?: unknown }
  return [...definitionFaults({ ...body }), ...secretFaults(verification?.kind, secret)]
}

/** Endpoints that other systems send their webhooks to, and their secrets. */
export function endpointRoutes(runtime: Runtime, sealer: Pick<Sealer, 'seal'>): Route[] {
  const { clock, database } = runtime
  const shown = (endpoint: Endpoint) => endpointView(endpoint, runtime.publicUrl())
  const noted = (tx: Tx, by: Actor, what: string, id: string, before: unknown, after: unknown) =>
    audit(tx, by, {
      at: clock.wall(),
      action: `inbound-endpoint.${what}`,
      target: `inbound-endpoint:${id}`,
      before,
      after,
    })

  /** The secret that was given, or a new one, as it is stored and as it is shown. */
  function secretFor(by: Maker, endpoint: Pick<Endpoint, 'id' | 'verification'>, given: string | undefined) {
    const value = given ?? kindOf(endpoint.verification).secretOf(by.newSecret())
    const id = by.newId()
    const sealed = sealer.seal(by.identity.tenant, sealedName(endpoint.id, id), value)
    return { stored: { id, sealed }, shown: given === undefined ? { secret: value } : {} }
  }

  async function create(by: Maker, body: Static<typeof schema.creation>) {
    const { tenant } = by.identity
    const definition = definitionOf(body)
    const id = by.newId()
    const address = addressOf(by.newSecret())
    const isSecretPath = definition.verification.kind === SECRET_PATH
    const now = clock.wall()
    const made: Endpoint = {
      ...definition,
      tenant,
      id,
      address: isSecretPath ? null : address,
      revision: 1,
      createdAt: now,
      updatedAt: now,
    }
    const secret = isSecretPath ? null : secretFor(by, made, body.secret)
    const endpoint = await database.asTenant(tenant, async (tx) => {
      if ((await countEndpoints(tx, tenant)) >= MOST_ENDPOINTS) {
        throw new Problem(422, 'inbound/too-many-endpoints', `There are ${MOST_ENDPOINTS} endpoints already.`)
      }
      const isNew = await insertEndpoint(tx, made, addressHash(address), secret?.stored ?? null)
      if (!isNew) return (await findEndpoint(tx, tenant, id)) ?? made
      noted(tx, by, 'created', id, undefined, auditView(made))
      return made
    })
    return { ...shown(endpoint), url: urlOf(runtime.publicUrl(), address), ...secret?.shown }
  }

  async function change(by: Actor, id: string, body: Static<typeof schema.definition>, ifMatch: string | undefined) {
    const { tenant } = by.identity
    return database.asTenant(tenant, async (tx) => {
      const before = await findEndpoint(tx, tenant, id, true)
      if (before === undefined) throw notFound('inbound endpoint', id)
      assertKnown(ifMatch, KIND, shown(before))
      const definition = definitionOf(body)
      if (definition.verification.kind !== before.verification.kind) {
        throw invalid({
          path: '/verification/kind',
          ...says('cannot be changed: make another endpoint', 'no se puede cambiar: haz otra dirección'),
        })
      }
      // Not by their texts: the database puts the members of a mapping in an order of its own.
      const isOther = !isDeepStrictEqual(definition.event, before.event)
      const after = {
        ...before,
        ...definition,
        revision: before.revision + (isOther ? 1 : 0),
        updatedAt: clock.wall(),
      }
      await updateEndpoint(tx, after)
      noted(tx, by, 'changed', id, auditView(before), auditView(after))
      return shown(after)
    })
  }

  async function remove(by: Actor, id: string) {
    const { tenant } = by.identity
    await database.asTenant(tenant, async (tx) => {
      const before = await findEndpoint(tx, tenant, id, true)
      if (before === undefined || !(await deleteEndpoint(tx, tenant, id))) throw notFound('inbound endpoint', id)
      tx.schedule([purgeAll(tenant, id, clock.wall())])
      noted(tx, by, 'removed', id, auditView(before), undefined)
    })
  }

  async function rotate(by: Maker, id: string, { secret: given, overlapHours }: Static<typeof schema.rotation>) {
    const { tenant } = by.identity
    const now = clock.wall()
    return database.asTenant(tenant, async (tx) => {
      const endpoint = await findEndpoint(tx, tenant, id, true)
      if (endpoint === undefined) throw notFound('inbound endpoint', id)
      const { verification } = endpoint
      const faults = secretFaults(verification.kind, given)
      if (faults.length > 0) throw invalid(...faults)
      if (verification.kind === SECRET_PATH) {
        const address = addressOf(by.newSecret())
        await changeAddress(tx, tenant, id, addressHash(address))
        noted(tx, by, 'address-changed', id, undefined, undefined)
        return { url: urlOf(runtime.publicUrl(), address), previousValidUntil: new Date(now).toISOString() }
      }
      const secret = secretFor(by, endpoint, given)
      const until = await rotateSecret(tx, endpoint, secret.stored, now, (overlapHours ?? OVERLAP_HOURS) * HOUR_MS)
      const previousValidUntil = new Date(until).toISOString()
      noted(tx, by, 'secret-rotated', id, undefined, { previousValidUntil })
      return { ...secret.shown, previousValidUntil }
    })
  }

  /** What would become of a message; nothing is stored. */
  async function attempt(tenant: string, id: string, { event, message }: Static<typeof schema.trial>) {
    const endpoint = await database.asTenant(tenant, (tx) => findEndpoint(tx, tenant, id))
    if (endpoint === undefined) throw notFound('inbound endpoint', id)
    const { contentType = 'application/json', headers = {}, body } = message
    const kept = {
      contentType,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
      body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
      trace: null,
    }
    const now = clock.now()
    const drafts = eventsOf(kept, event ?? endpoint.event, { tenant, endpoint: id, now, id: uuidv7(now), again: null })
    return { events: drafts.map(({ raw }) => JSON.parse(raw) as unknown) }
  }

  return [
    route({
      method: 'POST',
      path: PATH,
      permission: 'inbound:write',
      tag: TAG,
      summary: 'Make an address that another system sends its webhooks to',
      description: 'A secret that the program makes, and the address of a `secret-path`, are shown this once.',
      body: schema.creation,
      answer: schema.endpoint,
      status: 201,
      idempotent: true,
      faults: creationFaults,
      handle: (call) => create(call, call.body),
    }),
    route({
      method: 'GET',
      path: PATH,
      permission: 'inbound:read',
      tag: TAG,
      summary: 'List the inbound endpoints, the oldest first',
      query: Type.Object(pageFields),
      answer: pageSchema(schema.endpoint),
      async handle({ identity: { tenant }, query: { cursor, limit = 50 } }) {
        const after = readCursor(cursor, CURSOR)
        const found = await database.asTenant(tenant, (tx) => listEndpoints(tx, tenant, after, limit))
        const page = pageFrom(found, ({ createdAt, id }) => ({ createdAt: new Date(createdAt).toISOString(), id }))
        return { ...page, items: page.items.map(shown) }
      },
    }),
    route({
      method: 'GET',
      path: `${PATH}/:id`,
      permission: 'inbound:read',
      tag: TAG,
      summary: 'Show an inbound endpoint; the ETag is for If-Match',
      params: uuidParams,
      answer: schema.endpoint,
      handle: ({ identity: { tenant }, params: { id }, reply }) =>
        database.asTenant(tenant, async (tx) => {
          const endpoint = await findEndpoint(tx, tenant, id)
          if (endpoint === undefined) throw notFound('inbound endpoint', id)
          reply.header('etag', tagOf(KIND, shown(endpoint)))
          return shown(endpoint)
        }),
    }),
    route({
      method: 'PUT',
      path: `${PATH}/:id`,
      permission: 'inbound:write',
      tag: TAG,
      summary: 'Change an inbound endpoint; what comes from now on finds it changed',
      description:
        'Address, secrets and the kind of verification stay. What was received before can be fed in again under another mapping. With If-Match, one that somebody else changed meanwhile is not overwritten: 409.',
      params: uuidParams,
      body: schema.definition,
      answer: schema.endpoint,
      faults: (body) => definitionFaults({ ...body }),
      refuses: [409],
      async handle(call) {
        const { params, body, request, reply } = call
        const saved = await change(call, params.id, body, request.headers['if-match'])
        reply.header('etag', tagOf(KIND, saved))
        return saved
      },
    }),
    route({
      method: 'DELETE',
      path: `${PATH}/:id`,
      permission: 'inbound:write',
      tag: TAG,
      summary: 'Remove an inbound endpoint with all that it received; its events stay',
      params: uuidParams,
      status: 204,
      handle: (call) => remove(call, call.params.id),
    }),
    route({
      method: 'POST',
      path: `${PATH}/:id/rotate-secret`,
      permission: 'inbound:write',
      tag: TAG,
      summary: 'Set or make a new secret; for a while the old one is taken as well',
      params: uuidParams,
      body: schema.rotation,
      answer: schema.rotated,
      idempotent: true,
      handle: (call) => rotate(call, call.params.id, call.body),
    }),
    route({
      method: 'POST',
      path: `${PATH}/:id/test`,
      permission: 'inbound:read',
      tag: TAG,
      summary: 'What would become of a message, by the mapping of the endpoint or another one; nothing is stored',
      params: uuidParams,
      body: schema.trial,
      answer: schema.tried,
      faults(body) {
        const { event } = body as { event?: unknown }
        const isMapping = typeof event === 'object' && event !== null && !Array.isArray(event)
        return isMapping ? definitionFaults({ event }) : []
      },
      handle: ({ identity, params, body }) => attempt(identity.tenant, params.id, body),
    }),
  ]
}
