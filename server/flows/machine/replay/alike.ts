import type { Json } from '#platform/event.ts'

const MOMENT = /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)/g

/** Whether two values are the same, but for moments in their texts that are not further apart: `{{ now }}` is always a little late. */
export function alike(a: Json, b: Json, toleranceMs: number): boolean {
  if (a === b) return true
  if (typeof a === 'string' && typeof b === 'string') return alikeTexts(a, b, toleranceMs)
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [one, other] = [a, b] as { [name: string]: Json }[]
  const names = Object.keys(one ?? {})
  return (
    names.length === Object.keys(other ?? {}).length &&
    names.every(
      (name) => Object.hasOwn(other ?? {}, name) && alike(one?.[name] ?? null, other?.[name] ?? null, toleranceMs),
    )
  )
}

function alikeTexts(a: string, b: string, toleranceMs: number): boolean {
  const [these, those] = [a.match(MOMENT) ?? [], b.match(MOMENT) ?? []]
  return (
    these.length > 0 &&
    these.length === those.length &&
    a.replace(MOMENT, '') === b.replace(MOMENT, '') &&
    these.every((moment, i) => Math.abs(Date.parse(moment) - Date.parse(those[i] ?? '')) <= toleranceMs)
  )
}
