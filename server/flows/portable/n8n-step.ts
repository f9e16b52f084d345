import type { Drawing } from '#flows/portable/drawing.ts'
import type { Source } from '#flows/portable/n8n-expressions.ts'

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

/** What became of it. `id` null: others lead through it. `value`: where its output is found; null: it passes it on. */
export type Made = {
  id: string | null
  /** It has no counterpart, and stands there as it was. */
  foreign?: boolean
  /** By which ways of ours an output leads on; null: by none. */
  ways?: (output: number) => string | undefined | null | readonly string[]
  /** How many outputs it has beside the one for failures; one, unless it says otherwise. */
  outputs?: number
  /** Ways that have to lead somewhere: where nothing follows, the run ends there. */
  mustLead?: readonly string[]
  value?: (path: readonly string[]) => string | null
}

/** Which of its settings nothing here does, as what comes behind its name. */
export type Unfit = { unfit: readonly [en: string, es: string] }

/** `zone`: where the workflow's clocks are, if it says so. */
export type Call = { drawn: Drawing; step: Step; source: Source; zone: string | null }
export type Maker = (call: Call) => Made | Unfit
