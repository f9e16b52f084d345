import { type Static, Type } from '@sinclair/typebox'
import { type Actor, audit } from '#access/index.ts'
import { typeFault } from '#events/forms-fields.ts'
import { compilePattern, patternFaults } from '#events/topic.ts'
import type { Json } from '#platform/event.ts'
import { pageFields, pageOf, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { conflict, invalid, notFound, Problem } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'
import { builtInTypes } from './built-in/index.ts'
import { nameWarnings } from './past-tense.ts'
import { releaseEntry } from './quarantine/due.ts'
import { allVersions, isSame, placeVersion, proposalFaults } from './register.ts'
import type { Schema } from './schema-guard.ts'
import * as schemas from './schemas.ts'
import {
  countTypes,
  findType,
  insertVersion,
  listTypes,
  listVersions,
  lockCatalogue,
  readVersionsOf,
  type TypeRow,
  type VersionRow,
  writeType,
} from './store.ts'
import { type Version, versionText } from './version.ts'

/** The topic of changes of the catalogue. */
export const TOPIC = 'event-catalogue'
const MAX_TYPES = 1_000
const PATH = '/api/v1/event-types'
const TAG = 'Event catalogue'

type Summary = Omit<TypeRow, 'createdAt'> & { builtIn: boolean }

/** A type as a tenant sees it: what came with the program, and what the tenant says of it. */
function summaryOf(name: string, own: TypeRow | undefined): Summary | undefined {
  const builtIn = builtInTypes.get(name)
  if (own !== undefined) return { ...own, builtIn: builtIn !== undefined }
  if (builtIn === undefined) return undefined
  const { family, owner, description } = builtIn
  return { name, family, owner, description, deprecated: null, builtIn: true }
}

const shown = ({ name, family, owner, description, deprecated, builtIn }: Summary) => ({
  name,
  family,
  owner,
  description,
  builtIn,
  deprecated,
  warnings: nameWarnings(name),
})

const shownVersion = (version: VersionRow) => ({
  version: versionText(version),
  schema: version.schema,
  examples: version.examples,
  createdAt: version.createdAt?.toISOString() ?? null,
})

export function catalogueRoutes(runtime: Pick<Runtime, 'database' | 'clock' | 'changes'>): Route[] {
  const { database, clock, changes } = runtime

  async function full(tx: Tx, tenant: string, name: string) {
    const [own, versions] = await Promise.all([findType(tx, tenant, name), listVersions(tx, tenant, name)])
    const summary = summaryOf(name, own)
    if (summary === undefined) throw notFound('event type', name)
    return { summary, versions: allVersions(builtInTypes.get(name), versions) }
  }

  /** After the commit the catalogue is read again everywhere, and what was set aside for this type is judged again. */
  function changed(tx: Tx, tenant: string, name: string, by: Actor, action: string, after: object): void {
    const at = clock.wall()
    audit(tx, by, { at, action, target: `event-type:${name}`, after })
    changes.note(tx, TOPIC)
    const wish = { filter: { type: name }, after: 0, upTo: Number.MAX_SAFE_INTEGER, force: false }
    tx.schedule([releaseEntry(tenant, `type:${name}`, wish, at)])
  }

  function store(
    tx: Tx,
    tenant: string,
    name: string,
    version: Version,
    body: { schema: unknown; examples?: unknown[] },
    by: Actor,
  ) {
    const kept = { ...version, schema: body.schema as Schema, examples: (body.examples ?? []) as Json[] }
    insertVersion(tx, tenant, name, kept, clock.wall(), by.identity.actor)
  }

  async function register(by: Actor, body: Static<typeof schemas.registration>) {
    const { tenant } = by.identity
    const { name, family = familyOf(name), owner = null, description = '' } = body
    const wrong = typeFault(name)
    if (wrong !== null) throw invalid({ path: '/name', message: wrong })
    refuseFaults(body)
    await database.asTenant(tenant, async (tx) => {
      await lockCatalogue(tx, tenant)
      const own = await findType(tx, tenant, name)
      if (own !== undefined && (await isRepeat(tx, tenant, own, { ...body, family, owner, description }))) return
      if (summaryOf(name, own) !== undefined) {
        throw conflict(
          `The event type ${JSON.stringify(name)} is registered already: add a version to it.`,
          `El tipo de evento ${JSON.stringify(name)} ya está registrado: añádele una versión.`,
        )
      }
      if ((await countTypes(tx, tenant)) >= MAX_TYPES) {
        throw new Problem(422, 'events/too-many-types', `A tenant registers at most ${MAX_TYPES} types.`)
      }
      writeType(tx, tenant, { name, family, owner, description, deprecated: null }, clock.wall(), by.identity.actor)
      store(tx, tenant, name, { major: 1, minor: 0 }, body, by)
      changed(tx, tenant, name, by, 'event-type.registered', { name, family, owner, version: '1.0' })
    })
    return { name, version: '1.0', warnings: nameWarnings(name) }
  }

  async function addVersion(by: Actor, name: string, body: Static<typeof schemas.newVersion>) {
    const { tenant } = by.identity
    refuseFaults(body)
    return database.asTenant(tenant, async (tx) => {
      await lockCatalogue(tx, tenant)
      const { versions } = await full(tx, tenant, name)
      const proposal = { schema: body.schema as Schema, examples: (body.examples ?? []) as Json[] }
      const { version, difference, fresh } = placeVersion(versions, proposal, body.major)
      const text = versionText(version)
      if (fresh) {
        store(tx, tenant, name, version, body, by)
        changed(tx, tenant, name, by, 'event-type.version-added', { version: text })
      }
      const notable = difference?.notable ?? []
      return { name, version: text, warnings: notable.map((note) => ({ ...note, path: `/schema${note.path}` })) }
    })
  }

  async function describe(by: Actor, name: string, body: Static<typeof schemas.description>) {
    const { tenant } = by.identity
    return database.asTenant(tenant, async (tx) => {
      await lockCatalogue(tx, tenant)
      const { summary } = await full(tx, tenant, name)
      const { deprecated: end, ...said } = body
      const deprecated =
        end === undefined ? summary.deprecated : end && { at: new Date(clock.wall()).toISOString(), ...end }
      const after = { ...summary, ...said, deprecated }
      writeType(tx, tenant, after, clock.wall(), by.identity.actor)
      audit(tx, by, {
        at: clock.wall(),
        action: 'event-type.changed',
        target: `event-type:${name}`,
        before: summary,
        after,
      })
      return shown(after)
    })
  }

  return [
    route({
      method: 'GET',
      path: PATH,
      permission: 'events:read',
      tag: TAG,
      summary: 'Browse the types of events: those that come registered, and your own',
      query: Type.Object({ ...pageFields, ...schemas.filter }),
      answer: pageSchema(schemas.typeSummary),
      async handle({ identity: { tenant }, query: { limit = 50, cursor, family, pattern, deprecated } }) {
        const after = readCursor(cursor, Type.String())
        if (pattern !== undefined) refuse(patternFaults(pattern, '/pattern'))
        const matches = pattern === undefined ? () => true : compilePattern(pattern)
        const [rows, versions] = await database.asTenant(tenant, (tx) =>
          Promise.all([listTypes(tx, tenant), readVersionsOf(tx, tenant)]),
        )
        const own = new Map(rows.map((row) => [row.name, row]))
        const types = [...new Set([...builtInTypes.keys(), ...own.keys()])]
          .filter((name) => (after === undefined || name > after) && matches(name))
          .sort((a, b) => (a < b ? -1 : 1))
          .flatMap((name) => summaryOf(name, own.get(name)) ?? [])
          .filter((type) => family === undefined || type.family === family)
          .filter((type) => deprecated === undefined || (type.deprecated !== null) === deprecated)
        const page = pageOf(types, limit, ({ name }) => name)
        return {
          ...page,
          items: page.items.map((type) => ({ ...shown(type), latest: latestOf(versions.get(type.name)) })),
        }
      },
    }),
    route({
      method: 'GET',
      path: `${PATH}/:name`,
      permission: 'events:read',
      tag: TAG,
      summary: 'Show a type with the schema and examples of each version',
      params: schemas.nameParams,
      answer: schemas.typeWithVersions,
      handle: ({ identity: { tenant }, params: { name } }) =>
        database.asTenant(tenant, async (tx) => {
          const { summary, versions } = await full(tx, tenant, name)
          const latest = versionText(versions.at(-1) as VersionRow)
          return { ...shown(summary), latest, versions: versions.map(shownVersion) }
        }),
    }),
    route({
      method: 'POST',
      path: PATH,
      permission: 'catalogue:write',
      tag: TAG,
      summary: 'Register a type with the first version of its schema',
      mayRound: true,
      description:
        'JSON Schema 2020-12 of the data: the flat object, the enterprise payload or the CloudEvents data. It refers to itself only, and in no circle. A name that is not in the past tense gets a warning. Events set aside for this type are given to the log.',
      body: schemas.registration,
      answer: schemas.registered,
      status: 201,
      idempotent: true,
      handle: (call) => register(call, call.body),
    }),
    route({
      method: 'POST',
      path: `${PATH}/:name/versions`,
      permission: 'catalogue:write',
      tag: TAG,
      summary: 'Add a version to a type',
      mayRound: true,
      description:
        'Within a major version a schema may add fields that can be absent, and little else: a 409 lists every change that would break a producer or a consumer. `major` with the next number makes a new major version, which may be anything.',
      params: schemas.nameParams,
      body: schemas.newVersion,
      answer: schemas.registered,
      status: 201,
      idempotent: true,
      handle: (call) => addVersion(call, call.params.name, call.body),
    }),
    route({
      method: 'PATCH',
      path: `${PATH}/:name`,
      permission: 'catalogue:write',
      tag: TAG,
      summary: 'Describe a type, deprecate it, or take that back',
      description: 'Events of a deprecated type are taken as before.',
      params: schemas.nameParams,
      body: schemas.description,
      answer: Type.Omit(schemas.typeSummary, ['latest']),
      handle: (call) => describe(call, call.params.name, call.body),
    }),
  ]
}

/** The same registration again, of a type that went no further: a sender that missed the answer. */
async function isRepeat(
  tx: Tx,
  tenant: string,
  own: TypeRow,
  body: { schema?: unknown; examples?: unknown[]; family: string; owner: string | null; description: string },
): Promise<boolean> {
  const [first, more] = await listVersions(tx, tenant, own.name)
  const said = { schema: body.schema as Schema, examples: (body.examples ?? []) as Json[] }
  return (
    first !== undefined &&
    more === undefined &&
    isSame(first, said) &&
    own.family === body.family &&
    own.owner === body.owner &&
    own.description === body.description
  )
}

function latestOf(own: ReadonlyMap<number, number> | undefined): string {
  const major = Math.max(1, ...(own?.keys() ?? []))
  return versionText({ major, minor: own?.get(major) ?? 0 })
}

/** Where nobody says: the first word, as in `order.placed`; a name of one word stands alone. */
const familyOf = (name: string): string => (name.includes('.') ? (name.split('.', 1)[0] as string) : 'other')

function refuse(faults: ReturnType<typeof proposalFaults>): void {
  if (faults.length > 0) throw invalid(...faults)
}

const refuseFaults = ({ schema, examples }: { schema?: unknown; examples?: unknown[] }) =>
  refuse(proposalFaults(schema as Json, (examples ?? []) as Json[]))
