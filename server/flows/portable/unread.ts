import type { Drawing } from '#flows/portable/drawing.ts'

/** More are of no use to anybody. */
const MOST_NAMED = 20

/** Whether a member says nothing: it is empty or off. */
export const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === false ||
  (typeof value === 'object' && Object.keys(value).length === 0)

/** Members that say something and are not among the known ones: those that are read, told of, or do nothing here. */
export const unreadIn = (members: { [name: string]: unknown }, known: ReadonlySet<string>, within = ''): string[] =>
  Object.keys(members)
    .filter((name) => !known.has(name) && !isNothing(members[name]))
    .map((name) => `${within}${name}`.slice(0, 100))

/** Names what of a step nobody read, so that nothing is lost without a word. */
export function tellUnread(drawn: Drawing, id: string, called: string, names: readonly string[]): void {
  if (names.length === 0) return
  const list = [...new Set(names)].slice(0, MOST_NAMED).join(', ')
  drawn.note(id, `${called}: not carried over: ${list}`, `${called}: no se traslada: ${list}`)
}
