import type { Program } from '../../program.ts'

/** An event as another system tells it; `body` instead of the flat form, for what is no event. */
export type Told = { id: string; subject: string; body?: string }

export const TYPE = 'encounter'
export const SUBTYPE = 'noted'

export const flatBody = ({ id, subject }: Told): string =>
  JSON.stringify({
    event_id: id,
    type: TYPE,
    subtype: SUBTYPE,
    encounter_id: subject,
    datetime: 1_780_000_000_000,
  })

/** One setting of CAUCE_BUS, with what is around it. All of them pass the same suite. */
export type BusUnderTest = {
  name: string
  /** Why it cannot be tried here, or false. */
  missing(): Promise<string | false>
  open(): Promise<BusWorld>
}

export type BusWorld = {
  /** Settings of each program. */
  env: Record<string, string>
  /** Resolves when a program has found its bus. */
  ready(program: Program): Promise<void>
  /** Another system hands events in, in order; resolves when they are in safe hands there. */
  send(programs: readonly Program[], events: readonly Told[]): Promise<void>
  /** What other systems have got of the events that were born inside, in order and with repeats. */
  received(): Promise<readonly { id: string; subject: string }[]>
  /** The bus is away, and back. */
  cut(programs: readonly Program[]): Promise<void>
  restore(): Promise<void>
  /** Which keys a reader with this pattern gets, asked of the bus itself where it knows patterns. */
  matching(pattern: string, keys: readonly string[]): Promise<ReadonlySet<string>>
  /** How many messages wait on the bus for the programs. */
  waiting(): Promise<number>
  close(): Promise<void>
}
