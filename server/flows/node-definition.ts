import type { TSchema } from '@sinclair/typebox'
import type { Cel, CelUse } from '#flows/cel.ts'
import type { BodyText, ConcealedText } from '#flows/concealed.ts'
import type { JsonText, Text, UrlText } from '#flows/texts.ts'
import type { Span } from '#platform/duration.ts'
import type { Sentence } from '#platform/sentence.ts'

/** What the builder needs to draw a node and its form. */
export type Definition<Data = never> = {
  readonly title: { readonly es: string; readonly en: string }
  /** Schema of `data`. */
  readonly data: TSchema
  /** Ways out (`sourceHandle`). A node without any ends the run. */
  ways(data: Data): readonly string[]
  /** Ways that must lead somewhere; the run ends at any other that is not drawn. */
  mustLead?(data: Data): readonly string[]
  /** Variables that the node sets. */
  sets?(data: Data): readonly string[]
  /** The way taken when a step throws; where it leads nowhere the run fails. */
  readonly faultWay?: string
  /** Time passes at this node, or a person acts, each time a run comes to it: a cycle through it cannot spin. */
  waits?(data: Data): boolean
  /** Runs begin here; nothing leads into it. */
  readonly starts?: true
  /** Every edge that leaves is taken at once, whatever its handle. */
  readonly forks?: true
  /** The step can be undone: an edge may leave by `undo` to what undoes it. */
  readonly undoable?: true
  /** A way that can be gone a bounded number of times only: a cycle through it cannot spin. */
  readonly boundedWay?: string
}

/** What compiling a node needs. Faults are collected; what stands for a part at fault is never run. */
export type Compiler = {
  cel(path: string, source: string, use: CelUse): Cel
  text(path: string, source: string, names?: readonly string[]): Text
  json(path: string, value: unknown): JsonText
  url(path: string, source: string): UrlText
  /** A text in which secrets may stand: those that the node says it uses. */
  concealed(path: string, source: string, secrets: ReadonlySet<string>): ConcealedText
  /** A body in whose strings secrets may stand. */
  body(path: string, value: unknown, secrets: ReadonlySet<string>): BodyText
  /** The node uses a secret of the tenant. */
  secret(path: string, name: string): void
  duration(path: string, source: string): Span
  calendar(path: string, name: string): void
  /** The node runs another flow of the tenant. */
  flow(path: string, id: string): void
  /** Somebody of the team by their id; warns where there is nobody, or somebody of whom `asked` wants an answer may give none. */
  user(path: string, id: string, asked: boolean): void
  /** The node does work that an installation may not be able to do. */
  does(kind: string): void
  /** The node has so many characters more to be looked at with every publish and load; false: too many. */
  takes(path: string, characters: number): boolean
  /** The graph cannot run: for what leaves a part of it unmade. */
  fault(path: string, says: Sentence): void
  /**
   * The graph must not be published as it is, though it could run: for whatever is only judged. A version that an older
   * program published, which did not see it yet, runs on, and fails where it comes to that.
   */
  doubt(path: string, says: Sentence): void
  /** The node calls this URL, whatever it is about. */
  calls(path: string, url: string): void
  /** Said to whoever publishes; the graph runs all the same. */
  warn(path: string, says: Sentence): void
  /** The node reads this root without naming it in an expression. */
  reads(root: 'contact' | 'encounter' | 'queue'): void
  /** Another event that the node waits for, found by this key. */
  listens(event: string, key: Cel | undefined): void
  /** Templates a tenant can use with their channels; undefined: not to be checked. */
  readonly templates: ReadonlyMap<string, readonly string[]> | undefined
}
