/** A node of n8n. `kind`: its type without the package. */
export type Step = {
  name: string
  type: string
  kind: string
  version: number
  parameters: { [name: string]: unknown }
  at: { x: number; y: number } | null
  disabled: boolean
  credentials: boolean
  notes: string
  onError: string
  tries: number
  betweenMs: number
  /** All of it, as it was written. */
  node: { [name: string]: unknown }
}
