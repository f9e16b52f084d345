import { Type } from '@sinclair/typebox'
import { behindLog } from '#events/index.ts'
import { loadDoors } from '#gateway/doors/store.ts'
import type { FullQueue } from '#gateway/full-queue.ts'
import { countRefused } from '#gateway/refused/store.ts'
import { relayName } from '#gateway/relay.ts'
import type { Bus, BusStatus } from '#platform/brokers/bus.ts'
import { count, instant, orNull } from '#platform/http/answer-fields.ts'
import { type Route, route } from '#platform/http/route.ts'
import { isoOrNull } from '#platform/iso.ts'
import type { Runtime } from '#platform/service.ts'

const time = orNull(instant)

const answer = Type.Object({
  bus: Type.String({ description: '`postgres`: no broker carries the events of this tenant' }),
  node: Type.Optional(Type.String({ description: 'The node that answers, as it is addressed on the bus' })),
  state: Type.String({ description: '`none`, `connecting`, `connected`, `blocked`, `away` or `closed`' }),
  since: Type.Optional(time),
  address: Type.Optional(Type.String()),
  reconnects: Type.Optional(count),
  lastError: Type.Optional(orNull(Type.Object({ at: time, message: Type.String() }))),
  warnings: Type.Optional(Type.Array(Type.String())),
  lastConfirmAt: Type.Optional(time),
  unconfirmed: Type.Optional(count),
  confirmed: Type.Optional(count),
  unrouted: Type.Optional(count),
  relay: Type.Optional(
    Type.Object({
      behind: Type.Integer({ description: 'Events of the log that the relay has not passed, on all nodes' }),
    }),
  ),
  refused: Type.Optional(count),
  queues: Type.Optional(
    Type.Array(
      Type.Object({
        name: Type.String(),
        messages: orNull(count),
        consumers: orNull(count),
        error: Type.Optional(Type.String()),
      }),
    ),
  ),
  doors: Type.Optional(
    Type.Array(Type.Object({ name: Type.String(), source: Type.String(), state: Type.String() }), {
      description: 'What this node reads',
    }),
  ),
  received: Type.Optional(
    Type.Array(
      Type.Object({
        node: Type.String(),
        door: Type.String(),
        received: count,
        duplicates: count,
        refused: count,
        lastId: orNull(Type.String()),
        lastKey: orNull(Type.String()),
        lastAt: time,
      }),
      { description: 'What each node took by which way since it started, within a second' },
    ),
  ),
})

/** What an operator asks about the broker. */
export function brokerRoutes(
  runtime: Runtime,
  open: { bus: Bus; name: string; tenant: string; node: string; full: FullQueue } | null,
): Route[] {
  const { worker } = runtime.database

  async function diagnose() {
    const { bus, name, tenant, node, full } = open as NonNullable<typeof open>
    const [queues, refused, received, behind] = await Promise.all([
      bus.depths(),
      countRefused(worker, tenant),
      loadDoors(worker),
      behindLog(worker, relayName(name)),
    ])
    const status = bus.status()
    const { since, lastError, lastConfirmAt, warnings, ...rest } = status
    return {
      ...rest,
      warnings: [
        ...warnings,
        ...(full.warning === null ? [] : [full.warning]),
        ...readElsewhere(status, runtime.nodes()),
      ],
      node,
      since: isoOrNull(since),
      lastError: lastError === null ? null : { at: isoOrNull(lastError.at), message: lastError.message },
      lastConfirmAt: isoOrNull(lastConfirmAt),
      relay: { behind },
      refused,
      queues,
      received: received.map((row) => ({ ...row, lastAt: row.lastAt.toISOString() })),
    }
  }

  return [
    route({
      method: 'GET',
      path: '/backoffice/brokers',
      permission: 'backoffice:read',
      tag: 'Backoffice',
      summary: 'The broker: its state, its queues, and what each node took by which way',
      answer,
      handle: async ({ identity }) =>
        open === null || identity.tenant !== open.tenant ? { bus: 'postgres', state: 'none' } : diagnose(),
    }),
  ]
}

/** A node that stands by for nobody of ours: a program that was there before goes on reading, and nothing reaches us. */
const readElsewhere = ({ doors }: Pick<BusStatus, 'doors'>, nodes: number): string[] =>
  nodes > 1
    ? []
    : doors
        .filter(({ state }) => state === 'standby')
        .map(
          ({ source }) =>
            `${source} is read by somebody else, and no other node of ours runs: what comes there is theirs`,
        )
