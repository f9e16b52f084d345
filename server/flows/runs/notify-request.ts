import type { NotifyEffect, Run } from '#flows/run.ts'
import type { ChannelName, NotifyRequest } from '#notifications/index.ts'

/** What a run asks of notifications: the same in earnest and in a simulation. */
export function notifyRequestOf(
  tenant: string,
  id: string,
  effect: NotifyEffect,
  { event, about }: Pick<Run, 'event' | 'about'>,
): NotifyRequest {
  const { template, content, deepLink, category, escalateAfterMs } = effect
  const { encounterId } = about
  return {
    tenant,
    id,
    to: effect.to,
    ...(effect.onlyKnown ? { onlyKnown: true } : {}),
    ...(template === null ? {} : { template }),
    ...(content === null ? {} : { content: { format: 'liquid', ...content } }),
    channels: effect.channels as readonly ChannelName[],
    ...(deepLink === null ? {} : { deepLink }),
    scope: effect.scope,
    ...(category === null ? {} : { category }),
    critical: effect.critical,
    ...(escalateAfterMs === null ? {} : { escalateAfterMs }),
    ...(effect.whileQuiet && encounterId !== null
      ? { stillTrue: { encounterId, statuses: ['open', 'warned'], quietSince: Date.parse(event.time) } }
      : {}),
  }
}
