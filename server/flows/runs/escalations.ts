import type { EventView } from '#flows/run.ts'
import { endsSilence, type Sent, type Simulation } from '#flows/simulator.ts'
import {
  type ChannelName,
  escalationOf,
  type NotifyRequest,
  type Preview,
  type PreviewItem,
} from '#notifications/index.ts'
import type { Json } from '#platform/event.ts'

/** A notification that a channel took in a simulation, at its time. */
export type Taken = { request: NotifyRequest; channel: ChannelName; at: number; nodeId: string }

/**
 * What would be said on the next channels, if nobody reads or follows what was sent: the run that sent it has gone on,
 * so this is looked at when its walk is over.
 * @param later the events of the scenario
 */
export async function escalations(
  taken: readonly Taken[],
  walk: Pick<Simulation, 'sent'>,
  later: readonly { at: number; event: EventView }[],
  preview: (item: PreviewItem) => Promise<Preview>,
): Promise<Sent[]> {
  const closes = walk.sent.filter(({ kind }) => kind === 'close').map(({ at }) => ({ at, closes: true, ends: true }))
  const heard = [
    ...later.map(({ at, event }) => ({ at, closes: event.type === 'encounter.closed', ends: endsSilence(event) })),
    ...closes,
  ]
  const found: Sent[] = []
  const told = [...taken]
  for (const { request: said, channel: tried, at: when, nodeId } of told) {
    const next = escalationOf({ request: said, tried: said.channels.indexOf(tried) }, when)
    if (next === null) continue
    const { request } = next
    let { at } = next
    let shown: Preview | null = null
    while (shown === null && !isAnswered({ at, request }, heard)) {
      const read = await preview({ request, at, taken: told })
      if (read.heldUntil === null) shown = read
      else at = read.heldUntil
    }
    if (shown === null) continue
    found.push({ at, nodeId, kind: 'notify', detail: shown as unknown as Json })
    if (shown.channel !== null) told.push({ request, channel: shown.channel, at, nodeId })
  }
  return found
}

function isAnswered(
  { at, request: { stillTrue } }: { at: number; request: NotifyRequest },
  heard: readonly { at: number; closes: boolean; ends: boolean }[],
): boolean {
  if (stillTrue === undefined) return false
  const since = stillTrue.quietSince ?? 0
  return heard.some((event) => event.at <= at && (event.closes || (event.ends && event.at > since)))
}
