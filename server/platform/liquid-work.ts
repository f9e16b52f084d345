import { type Template, TypeGuards } from 'liquidjs'

/** What a text asks for that no rendering may do, with the place where it asks. */
export type TooMuch = { kind: 'range' | 'parts'; count: number; line: number; column: number }

/** The members of the library's templates that tell of loops; not all are in its types. */
type Part = Template & {
  collection?: unknown
  templates?: readonly Part[]
  hash?: { hash: { readonly [name: string]: unknown } }
  children?(partials: boolean, sync: boolean): Iterator<unknown, readonly Part[]>
  arguments?(): Iterable<unknown>
}
type Filtered = { initial: { postfix: readonly unknown[] }; filters: readonly { args: readonly unknown[] }[] }

const LOOPS: ReadonlySet<string> = new Set(['for', 'tablerow'])
/** Tags whose inside is gone through whatever the data are. */
const ALWAYS: ReadonlySet<string> = new Set(['for', 'tablerow', 'capture', 'liquid'])

/**
 * Finds ranges and loops whose bounds are written out and which are larger than a rendering may be: they would fail
 * every time. What depends on data is bounded when it is rendered.
 */
export function tooMuchWork(templates: readonly Template[], most: number): TooMuch[] {
  const found: TooMuch[] = []
  for (const part of templates as readonly Part[]) {
    for (const inner of allOf(part)) {
      const count = Math.max(0, ...valuesOf(inner).map(sizeOf))
      if (count > most) found.push({ kind: 'range', count, ...placeOf(inner) })
    }
    const parts = partsOf(part)
    if (found.length === 0 && parts > most) found.push({ kind: 'parts', count: parts, ...placeOf(part) })
  }
  return found
}

function placeOf({ token }: Part): { line: number; column: number } {
  const [line = 1, column = 1] = token.getPosition()
  return { line, column }
}

const childrenOf = (part: Part): readonly Part[] =>
  (part.children?.(false, true).next().value as readonly Part[] | undefined) ?? []

function* allOf(part: Part): Iterable<Part> {
  yield part
  for (const child of childrenOf(part)) yield* allOf(child)
}

const nameOf = (part: Part): string => (part as { name?: string }).name ?? ''

/** Parts that one rendering of this one goes through at least: a branch may not be taken, a loop may be broken off. */
function partsOf(part: Part): number {
  const name = nameOf(part)
  if (!ALWAYS.has(name)) return 1
  if (!LOOPS.has(name)) return 1 + sum(childrenOf(part))
  if ([...allOf(part)].some((inner) => nameOf(inner) === 'break')) return 1
  return 1 + roundsOf(part) * sum(part.templates ?? [])
}

const sum = (parts: readonly Part[]): number => parts.reduce((total, part) => total + partsOf(part), 0)

function roundsOf({ collection, hash }: Part): number {
  const { limit, offset } = hash?.hash ?? {}
  if (offset !== undefined) return 0
  const size = sizeOf(collection)
  if (limit === undefined) return size
  return Math.min(size, numberIn(limit) ?? 0)
}

/** Everything that a part takes: the tokens of its values and of their filters. */
function valuesOf(part: Part): unknown[] {
  return [...(part.arguments?.() ?? [])].flatMap((value) => {
    const { initial, filters } = value as Partial<Filtered>
    if (initial === undefined || filters === undefined) return [value]
    return [...initial.postfix, ...filters.flatMap(({ args }) => args.flat())]
  })
}

/** How many numbers a range has whose bounds are written out; 0: it is none. */
function sizeOf(token: unknown): number {
  if (!TypeGuards.isRangeToken(token)) return 0
  const [from, to] = [numberIn(token.lhs), numberIn(token.rhs)]
  return from === null || to === null ? 0 : Math.max(0, Math.floor(to) - Math.floor(from) + 1)
}

const numberIn = (token: unknown): number | null => (TypeGuards.isNumberToken(token) ? token.content : null)
