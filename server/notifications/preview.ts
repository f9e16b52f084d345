import type { Json } from '#platform/event.ts'
import type { Db } from '#platform/work.ts'
import { decide, type Facts, type Person } from './gate.ts'
import type { OpenNotifier } from './notifier.ts'
import type { NotifyRequest } from './request.ts'
import { ownKey } from './store.ts'

export type PreviewRequest = Omit<NotifyRequest, 'tenant' | 'id'>

/** What the gate would decide for this request at that moment, with the texts as the person would read them. */
export type Preview = (request: PreviewRequest, at: number) => Json

/**
 * Prepares previews for one person, real or invented: the same gate and texts, nothing written and nothing sent.
 * @param templates the template keys that will be asked for
 */
export async function previewer(
  notifier: OpenNotifier,
  db: Db,
  tenant: string,
  person: Person,
  templates: readonly string[],
): Promise<Preview> {
  const probe = (id: string, template?: string): NotifyRequest => ({
    tenant,
    id,
    to: { contactId: person.id },
    channels: [],
    ...(template === undefined ? {} : { template }),
  })
  const found = await notifier.factsOf(db, [probe(''), ...templates.map((key) => probe(`template:${key}`, key))])
  const factsFor = (template: string | undefined): Facts => {
    const facts = found.get(ownKey(tenant, template === undefined ? '' : `template:${template}`))
    if (facts === undefined) throw new Error(`the template ${template} was not prepared`)
    return { ...facts, person, link: null, encounter: null }
  }
  return (request, at) => {
    const { deepLink } = request
    const link = deepLink === undefined ? null : 'url' in deepLink ? deepLink.url : `(signed link to ${deepLink.encounterId})`
    const facts = { ...factsFor(request.template), link }
    const decision = decide({ ...request, tenant, id: 'preview' }, facts, 0, at)
    const to = { ...request.to }
    switch (decision.kind) {
      case 'hand':
        return {
          to,
          channel: decision.channel,
          address: decision.address,
          ...decision.rendered,
          link,
          locale: decision.locale,
          skipped: decision.skipped.map((skip) => ({ ...skip })),
        }
      case 'hold':
        return { to, heldUntil: new Date(decision.until).toISOString() }
      case 'suppress':
        return { to, suppressed: decision.reason }
      case 'fail':
        return { to, failed: decision.reason, skipped: decision.skipped.map((skip) => ({ ...skip })) }
    }
  }
}
