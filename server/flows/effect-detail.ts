import { openly } from '#flows/concealed.ts'
import type { Effect, HttpEffect } from '#flows/run.ts'
import type { Json } from '#platform/event.ts'

/** What an effect is, besides where it comes from. */
export function detailOf(effect: Effect): Json {
  const { id: _id, node: _node, visit: _visit, kind: _kind, ...detail } = effect
  return (effect.kind === 'http' ? { ...detail, ...shownRequest(effect) } : detail) as unknown as Json
}

/** Secrets by their names, as the author wrote them. */
const shownRequest = ({ headers, body }: HttpEffect) => ({
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, openly(value)])),
  body: body === null ? null : openly(body),
})
