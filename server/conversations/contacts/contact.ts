import type { Json } from '#platform/event.ts'

/** A person. Unknown ones, seen only in events, have an id and nothing else. */
export type Contact = {
  tenant: string
  id: string
  name: string | null
  locale: string | null
  timeZone: string | null
  /** Where the person is reached, by kind: `email`, `push`, `phone`, … */
  addresses: Readonly<Record<string, Json>>
  attributes: Readonly<Record<string, Json>>
  bare: boolean
  version: number
}
