import type { EventView } from '#flows/run.ts'
import { endsSilence, type Sent, type Simulation } from '#flows/simulator.ts'
import { type ChannelName, escalationOf, type NotifyRequest, type Preview } from '#notifications/index.ts'
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
  preview: (request: NotifyRequest, at: number) => Promise<Preview>,
): Promise<Sent[]> {
  const closes = walk.sent.filter(({ kind }) => kind === 'close').map(({ at }) => ({ at, closes: true, ends: true }))
  const heard = [
    ...later.map(({ at, event }) => ({ at, closes: event.type === 'encounter.closed', ends: endsSilence(event) })),
    ...closes,
  ]
  const found: Sent[] = []
  const waiting = [...taken]
  for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
    const next = escalationOf({ request: one.request, tried: one.request.channels.indexOf(one.channel) }, one.at)
    if (next === null || isAnswered(next, heard)) continue
    const { at, request } = next
    const shown = await preview(request, at)
    found.push({ at, nodeId: one.nodeId, kind: 'notify', detail: shown as unknown as Json })
    if (shown.channel !== null) waiting.push({ request, channel: shown.channel, at, nodeId: one.nodeId })
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
