import type { NotifyEffect, Run } from '#flows/run.ts'
import { warnedAt } from '#flows/walk.ts'
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
    ...(encounterId === null ? {} : { encounterId }),
    scope: effect.scope,
    ...(category === null ? {} : { category }),
    critical: effect.critical,
    ...(escalateAfterMs === null ? {} : { escalateAfterMs }),
    ...(effect.whileQuiet && encounterId !== null
      ? { stillTrue: { encounterId, statuses: ['open', 'warned'], quietSince: warnedAt({ event, about }) } }
      : {}),
  }
}

/**
 * One nudge for each silence, step and visit, whichever system tells of the silence and however often, unless the
 * author named a key. The silence is that of the event which started the run: the encounter may be in another by now.
 */
export function dedupeKeyOf(
  flowId: string,
  { silence }: Run['about'],
  { dedupeKey, whileQuiet, node, visit }: NotifyEffect,
): string | null {
  if (dedupeKey !== null || !whileQuiet || !silence) return dedupeKey
  return `${silence}/${flowId}/${node}/${visit}`
}
