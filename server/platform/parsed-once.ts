/**
 * Reads JSON so that equal texts are one object, never to be changed: what is computed of it can be kept beside it.
 * @param most texts that are remembered; then all are forgotten
 */
export function parsedOnce<T>(most: number): (text: string) => T {
  const parsed = new Map<string, T>()
  return (text) => {
    const known = parsed.get(text)
    if (known !== undefined) return known
    const value = JSON.parse(text) as T
    if (parsed.size >= most) parsed.clear()
    parsed.set(text, value)
    return value
  }
}
