import type { Fault } from '../../model/faults.ts'
import type { Field } from '../../model/forms.ts'
import type { Data, Json } from '../../model/graph.ts'

/** What a field of a form is given. */
export type FieldProps = {
  readonly field: Field
  readonly data: Data
  /** Those of this field; their paths begin with the name of a setting. */
  readonly faults: readonly Fault[]
  readonly readOnly: boolean
  /** Changes settings; undefined takes one away. */
  set(changes: { [name: string]: Json | undefined }): void
}

/** A text that is nothing when it is empty. */
export const orNothing = (text: string): string | undefined => (text === '' ? undefined : text)
