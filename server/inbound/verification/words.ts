import { Type } from '@sinclair/typebox'

/** Name of a header, in any case. */
export const headerName = (description: string) =>
  Type.String({
    minLength: 1,
    maxLength: 100,
    pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
    description: `${description}: letters, digits and - as headers have them`,
  })

/** Text that a header may hold. */
export const headerText = (description: string, maxLength: number) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: '^[\\x20-\\x7e]+$',
    description: `${description}; visible ASCII and spaces`,
  })

export const idHeader = Type.Optional(
  headerName('Header by which the sender names a message, the same when it tries again'),
)

/** What a sender calls a message, or null. */
export const messageIdOf = (headers: Readonly<Record<string, string>>, header: string | undefined): string | null =>
  (header === undefined ? undefined : headers[header.toLowerCase()]) || null
