/** A version of a type's schema: a higher minor only adds; a higher major may break. */
export type Version = { major: number; minor: number }

export const versionText = ({ major, minor }: Version): string => `${major}.${minor}`

/** A number at the end of a version or of a URI: `2`, `2.1`, `v2`, `https://schemas.example/order/2.1.json`. */
const TRAILING = /(?:^|[^\d.])v?(\d{1,4})(?:\.\d{1,9}){0,3}(?:\.json)?\/?#?$/i
const TAIL = 64

/**
 * The major version that an event is of, out of what it says (`schemaVersion`, `schemaversion`, `dataschema`). One that
 * says nothing, or nothing that has a number, is of the first.
 */
export function majorOf(said: string | null | undefined): number {
  if (said === null || said === undefined) return 1
  const major = Number(TRAILING.exec(said.slice(-TAIL))?.[1] ?? 1)
  // "0.9" comes before the first.
  return Math.max(1, major)
}
