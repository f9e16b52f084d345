import { type Static, Type } from '@sinclair/typebox'
import { type Actor, audit, knownKeys } from '#access/index.ts'
import { dataOf } from '#events/cloudevents-out.ts'
import { DEFAULT_SOURCE } from '#events/flat.ts'
import { comparePair } from '#events/sources/comparison.ts'
import { PURGE_KIND } from '#events/sources/due.ts'
import { changeFaults, pairFaults } from '#events/sources/registration.ts'
import * as schemas from '#events/sources/schemas.ts'
import {
  countWaiting,
  deletePair,
  findPair,
  type HeldRow,
  listHeld,
  readPairs,
  type StoredPair,
  type Waiting,
  writePair,
} from '#events/sources/store.ts'
import { beginSwitch, finishSwitch } from '#events/sources/switch.ts'
import { isoOf, parseDuration } from '#platform/duration.ts'
import type { EventForm } from '#platform/event.ts'
import { numberCursor, pageFields, pageFrom, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { iso } from '#platform/iso.ts'
import { invalid, notFound, Problem, says } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import { windowFields, windowOf } from '#switches/index.ts'

/** The topic of changes of pairs. */
export const TOPIC = 'event-sources'
const PATH = '/api/v1/sources'
const TAG = 'Sources'
const DEFAULT_WINDOW_MS = 15 * 60_000
const DAY_MS = 86_400_000
/** Of a comparison: by default nothing older is kept. */
const MOST_DAYS = 7
/** How long a switch is waited for; it goes on by itself after that. */
const PATIENCE_MS = 20_000
const MAX_COUNTED = 100_000

function shown(pair: StoredPair) {
  const { switching, lastSwitch } = pair
  const of = ({ from, to, startedAt, published, actor }: NonNullable<StoredPair['lastSwitch' | 'switching']>) => ({
    from,
    to,
    startedAt: iso(startedAt),
    published,
    actor,
  })
  return {
    id: pair.id,
    namespace: pair.namespace,
    window: isoOf(pair.windowMs),
    leader: pair.leader,
    systems: pair.systems.map(({ name, knownBy }) => ({
      name,
      role: name === pair.leader ? 'leader' : 'follower',
      knownBy,
    })),
    switching: switching === null ? null : of(switching),
    lastSwitch: lastSwitch === null ? null : { ...of(lastSwitch), endedAt: iso(lastSwitch.endedAt) },
  }
}

const shownWaiting = ({ count, oldest, newest }: Waiting) => ({
  count,
  oldest: oldest?.toISOString() ?? null,
  newest: newest?.toISOString() ?? null,
})

const shownHeld = ({ id, type, subject, system, seenAt, publishedAt, form, raw }: HeldRow) => ({
  id,
  type,
  subject,
  system,
  seenAt: seenAt.toISOString(),
  publishedAt: publishedAt?.toISOString() ?? null,
  event: dataOf(form as EventForm, raw),
})

function windowMsOf(text: string | undefined, path: string): number | undefined {
  if (text === undefined) return undefined
  const span = parseDuration(text)
  if (span === null || span.months > 0 || span.ms > DAY_MS) {
    throw invalid({
      path,
      ...says(
        'must be an ISO 8601 duration of at most a day, for example PT15M',
        'debe ser una duración de un día como máximo, por ejemplo PT15M',
      ),
    })
  }
  return span.ms
}

/** @param looked called when events were put into the log by a switch */
export function sourceRoutes(runtime: Pick<Runtime, 'database' | 'clock' | 'changes'>, looked: () => void): Route[] {
  const { database, clock, changes } = runtime

  async function put(by: Actor, id: string, body: Static<typeof schemas.registration>) {
    const { tenant } = by.identity
    const windowMs = windowMsOf(body.window, '/window') ?? DEFAULT_WINDOW_MS
    const systems = body.systems.map(({ name, knownBy }) => ({ name, knownBy }))
    const leaders = body.systems.filter(({ role }) => role === 'leader')
    if (leaders.length !== 1)
      throw invalid({
        path: '/systems',
        ...says('must be one leader and one follower', 'debe haber uno que manda y uno que sigue'),
      })
    return database.asTenant(tenant, async (tx) => {
      const pairs = await readPairs(tx, tenant)
      const before = pairs.find((pair) => pair.id === id)
      const namespace = body.namespace ?? before?.namespace ?? DEFAULT_SOURCE
      const pair = { id, namespace, systems, windowMs, leader: before?.leader ?? (leaders[0]?.name as string) }
      const fixed = before === undefined ? [] : changeFaults(before, { namespace, systems: body.systems })
      if (fixed.length > 0) {
        const detail = 'Some of what this pair was made with cannot change.'
        throw new Problem(409, 'sources/fixed', detail, { faults: fixed })
      }
      const faults = pairFaults(
        pair,
        pairs.filter((other) => other.id !== id),
      )
      const keys = await knownKeys(
        tx,
        tenant,
        systems.flatMap(({ knownBy }) => knownBy.keys ?? []),
      )
      for (const [i, { knownBy }] of systems.entries()) {
        for (const [n, key] of (knownBy.keys ?? []).entries()) {
          if (!keys.has(key))
            faults.push({
              path: `/systems/${i}/knownBy/keys/${n}`,
              ...says('is no key of yours', 'no es una clave tuya'),
            })
        }
      }
      if (faults.length > 0) throw invalid(...faults)
      const at = clock.wall()
      writePair(tx, tenant, pair, at)
      tx.schedule([{ kind: PURGE_KIND, tenant, key: id, dueAt: at + DAY_MS }])
      const stored = (await findPair(tx, tenant, id)) as StoredPair
      const after = shown(stored)
      audit(tx, by, { at, action: 'sources.changed', target: `sources:${id}`, before: before && shown(before), after })
      changes.note(tx, TOPIC)
      return after
    })
  }

  async function preview(tenant: string, id: string, to: string, windowMs: number | undefined) {
    return database.asTenant(tenant, async (tx) => {
      const pair = await existing(tx, tenant, id)
      const since = clock.wall() - (windowMs ?? pair.windowMs)
      const publish = await countWaiting(tx, tenant, id, to, { from: since }, MAX_COUNTED)
      const stay = await countWaiting(tx, tenant, id, to, { to: since }, MAX_COUNTED)
      const examples = await listHeld(tx, tenant, id, { system: to, onlyUnpublished: true, since }, 10)
      return {
        from: pair.leader,
        to,
        preview: true,
        wouldPublish: shownWaiting(publish),
        wouldStayHeld: shownWaiting(stay),
        examples: examples.rows.map(shownHeld),
      }
    })
  }

  async function change(by: Actor, id: string, { to, window, preview: only }: Static<typeof schemas.wish>) {
    const { tenant, actor } = by.identity
    const windowMs = windowMsOf(window, '/window')
    const pair = await database.asTenant(tenant, (tx) => existing(tx, tenant, id))
    if (!pair.systems.some(({ name }) => name === to)) {
      throw invalid({
        path: '/to',
        ...says(
          `must be one of ${pair.systems.map(({ name }) => name).join(', ')}`,
          `debe ser uno de ${pair.systems.map(({ name }) => name).join(', ')}`,
        ),
      })
    }
    if (only) return preview(tenant, id, to, windowMs)
    await database.asTenant(tenant, (tx) =>
      beginSwitch(runtime, tx, tenant, id, to, windowMs, { actor, traceparent: by.traceparent }),
    )
    const done = await finishSwitch(runtime, tenant, id, clock.wall() + PATIENCE_MS, looked)
    const now = await database.asTenant(tenant, (tx) => existing(tx, tenant, id))
    const last = now.switching ?? now.lastSwitch
    // Asked again, the same: the answer tells of the switch that made it so.
    return { from: last?.from ?? to, to, preview: false, published: last?.published ?? 0, done }
  }

  return [
    route({
      method: 'GET',
      path: PATH,
      permission: 'sources:read',
      tag: TAG,
      summary: 'Pairs of systems that tell of the same events: who leads, who follows',
      answer: pageSchema(schemas.shownPair),
      handle: ({ identity: { tenant } }) =>
        database.asTenant(tenant, async (tx) => ({
          items: (await readPairs(tx, tenant)).map(shown),
          nextCursor: null,
        })),
    }),
    route({
      method: 'GET',
      path: `${PATH}/:pair`,
      permission: 'sources:read',
      tag: TAG,
      summary: 'Show a pair',
      params: schemas.pairParams,
      answer: schemas.shownPair,
      handle: ({ identity: { tenant }, params }) =>
        database.asTenant(tenant, async (tx) => shown(await existing(tx, tenant, params.pair))),
    }),
    route({
      method: 'PUT',
      path: `${PATH}/:pair`,
      permission: 'sources:write',
      tag: TAG,
      summary: 'Pair two systems, or change how they are known',
      description:
        'Events of the leader are published; those of the follower are kept and answered `published: false`. Ids of both belong to one namespace. Roles change by a switch only. Other nodes follow within a second.',
      params: schemas.pairParams,
      body: schemas.registration,
      answer: schemas.shownPair,
      refuses: [409],
      handle: (call) => put(call, call.params.pair, call.body),
    }),
    route({
      method: 'DELETE',
      path: `${PATH}/:pair`,
      permission: 'sources:write',
      tag: TAG,
      summary: 'Dissolve a pair: from now on the events of both systems are published',
      params: schemas.pairParams,
      status: 204,
      refuses: [409],
      handle: ({ identity, params, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const before = await existing(tx, identity.tenant, params.pair)
          await deletePair(tx, identity.tenant, params.pair)
          const target = `sources:${params.pair}`
          audit(
            tx,
            { identity, traceparent },
            { at: clock.wall(), action: 'sources.dissolved', target, before: shown(before) },
          )
          changes.note(tx, TOPIC)
        }),
    }),
    route({
      method: 'GET',
      path: `${PATH}/:pair/comparison`,
      permission: 'sources:read',
      tag: TAG,
      summary: 'How the two streams compare: what one sent and the other did not, what differs, who is later',
      params: schemas.pairParams,
      query: Type.Object(windowFields(MOST_DAYS)),
      answer: schemas.comparison,
      handle: ({ identity: { tenant }, params, query }) =>
        database.asTenant(tenant, async (tx) => {
          const now = clock.wall()
          return comparePair(tx, tenant, await existing(tx, tenant, params.pair), windowOf(query, now, MOST_DAYS), now)
        }),
    }),
    route({
      method: 'GET',
      path: `${PATH}/:pair/held`,
      permission: 'sources:read',
      tag: TAG,
      summary: 'What a system sent while it followed, the newest first',
      params: schemas.pairParams,
      query: Type.Object({ ...pageFields, ...schemas.heldQuery }),
      answer: pageSchema(schemas.heldEvent),
      handle: ({ identity: { tenant }, params, query: { cursor, limit = 50, system, unpublished = false } }) =>
        database.asTenant(tenant, async (tx) => {
          const pair = await existing(tx, tenant, params.pair)
          const follower = system ?? pair.systems.find(({ name }) => name !== pair.leader)?.name ?? ''
          const before = readCursor(cursor, numberCursor)
          const filter = { system: follower, onlyUnpublished: unpublished, before }
          const page = pageFrom(await listHeld(tx, tenant, pair.id, filter, limit), ({ seq }) => seq)
          return { ...page, items: page.items.map(shownHeld) }
        }),
    }),
    route({
      method: 'POST',
      path: `${PATH}/:pair/switch`,
      permission: 'sources:write',
      tag: TAG,
      summary: 'Let the other system lead, under traffic; or see beforehand what that would do',
      description:
        'What the new leader sent within the window and nobody published is published; from the same moment on its events are published and those of the former leader held. Each event is published once, whoever sends it when. The same call with the other name switches back; the same call again changes nothing.',
      params: schemas.pairParams,
      body: schemas.wish,
      answer: schemas.switched,
      refuses: [409],
      handle: (call) => change(call, call.params.pair, call.body),
    }),
  ]
}

async function existing(tx: Parameters<typeof findPair>[0], tenant: string, id: string): Promise<StoredPair> {
  const pair = await findPair(tx, tenant, id)
  if (pair === undefined) throw notFound('pair of sources', id)
  return pair
}
