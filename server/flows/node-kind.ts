import type { Static, TSchema } from '@sinclair/typebox'
import type { News, NodeKind, Retry, Walk, Way } from '#flows/flow.ts'
import type { Compiler, Definition } from '#flows/node-definition.ts'
import type { Effect, From } from '#flows/run.ts'

/** A way that is none: the run goes on where its frames say. */
export const LEAP = ''

/** Types a kind from its schema. */
export function nodeKind<S extends TSchema, Ready>(kind: {
  type: string
  definition: Omit<Definition<Static<S>>, 'data'> & { data: S }
  compile(data: Static<S>, compiler: Compiler): Ready
  advance(ready: Ready, walk: Walk): Way
  resume?(ready: Ready, walk: Walk, news: News): Way
  onlyWaits?: true
  staysInside?: true
  asksBy?: NodeKind['asksBy']
  abandon?(ready: Ready, from: From): readonly Effect[]
  retry?(ready: Ready): Retry | null
}): NodeKind {
  return kind as unknown as NodeKind
}

/** A step cannot be done: the node's `error` way is taken, or the run fails naming node and cause. */
export class StepFault extends Error {
  override readonly name = 'StepFault'
  /** Whoever was asked has certainly not done it: it may be asked for anew, and need not be recognised. */
  readonly isRefusal: boolean

  constructor(cause: string, options: ErrorOptions & { isRefusal?: boolean } = {}) {
    super(cause, options)
    this.isRefusal = options.isRefusal === true
  }
}
