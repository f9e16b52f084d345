/**
 * The address holds filters and selection. A page says which parameters it knows; what is not among them or makes no
 * sense is left out, so that an old or mistyped link still opens.
 */

type Parameter<T> = (given: unknown) => T | undefined
type Known<P> = { [K in keyof P]?: P[K] extends Parameter<infer T> ? T : never }

/** For `validateSearch`: `search({ status: oneOf('open', 'closed'), q: text, selected: text })`. */
export const search =
  <const P extends Record<string, Parameter<unknown>>>(parameters: P) =>
  (given: Record<string, unknown>): Known<P> =>
    Object.fromEntries(
      Object.entries(parameters)
        .map(([name, parameter]) => [name, parameter(given[name])] as const)
        .filter(([, value]) => value !== undefined),
    ) as Known<P>

const one = (given: unknown): unknown => (Array.isArray(given) ? given[0] : given)

export const text: Parameter<string> = (given) => {
  const value = one(given)
  return value === undefined || value === null || value === '' ? undefined : String(value)
}

export const oneOf =
  <const V extends string>(...values: readonly V[]): Parameter<V> =>
  (given) =>
    values.find((value) => value === text(given))

export const many: Parameter<readonly string[]> = (given) => {
  const values = (Array.isArray(given) ? given : [given]).map(text).filter((value) => value !== undefined)
  return values.length === 0 ? undefined : values
}

export const yes: Parameter<true> = (given) => (['true', '1'].includes(text(given) ?? '') ? true : undefined)

/** A moment, as ISO 8601. */
export const moment: Parameter<string> = (given) => {
  const value = text(given)
  return value === undefined || Number.isNaN(Date.parse(value)) ? undefined : value
}

/** `?a=1&b=x&b=y`: words, not JSON, so that a person can read and write it. What is empty says nothing. */
export function parseSearch(query: string): Record<string, string | string[]> {
  const found: Record<string, string | string[]> = {}
  for (const [name, value] of new URLSearchParams(query)) {
    if (value === '') continue
    const before = found[name]
    found[name] = before === undefined ? value : [before, value].flat()
  }
  return found
}

export function stringifySearch(values: Record<string, unknown>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values))
    for (const each of [value].flat())
      if (each !== undefined && each !== null && each !== '') query.append(name, String(each))
  return query.size === 0 ? '' : `?${query}`
}
