/** What is said of a field, or of an entry of its list. */
export function faultAt(errors: Readonly<Record<string, unknown>>, path: string): string | undefined {
  const found = Object.keys(errors).find((name) => name === path || name.startsWith(`${path}.`))
  const said = found === undefined ? undefined : errors[found]
  return typeof said === 'string' ? said : undefined
}
