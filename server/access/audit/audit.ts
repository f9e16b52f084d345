/** Names of fields whose values are never written to the audit, at any depth. */
const SECRET = /password|secret|token|hash|authorization|credential|^key$|apikey|signature/i

/** The value with everything secret replaced, as it goes into `before` and `after`. */
export function redacted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redacted)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      // A version or a count is no secret, whatever it is called.
      SECRET.test(name) && typeof member !== 'number' && member !== null ? '[redacted]' : redacted(member),
    ]),
  )
}
