/**
 * A call of this installation's API for the shell, to be pasted as it is: with its address, and with the key or the variable
 * that holds it.
 */
export const callSample = (method: string, path: string, data?: string, key = '$CAUCE_API_KEY'): string =>
  curl(method, `${location.origin}${path}`, [`Authorization: Bearer ${key}`], data)

/** `curl`, with JSON as the content where there is some. */
export function curl(method: string, url: string, headers: readonly string[], data?: string): string {
  const lines = [`curl -X ${method} '${url}'`, ...headers.map((header) => `-H "${header}"`)]
  if (data !== undefined) lines.push(`-H 'Content-Type: application/json'`, `-d '${data.replaceAll("'", "'\\''")}'`)
  return lines.join(' \\\n  ')
}
