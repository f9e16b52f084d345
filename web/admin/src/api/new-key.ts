import { useRef } from 'react'

/** 128 bits by chance, for an Idempotency-Key or a password. Not `randomUUID`: browsers have that over https only. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-')

/** A key for each thing that is asked for: a try whose answer was lost and its repeat are one, and what was changed meanwhile is another. */
export function useKeys(): (asked: unknown) => string {
  const keys = useRef(new Map<string, string>())
  return (asked) => {
    const name = JSON.stringify(asked)
    const key = keys.current.get(name) ?? newKey()
    keys.current.set(name, key)
    return key
  }
}
