/**
 * Thrown by a consumer that cannot go on now: what it hands on to is away. Nothing is wrong with the events; they stay
 * where they are and come again.
 */
export class Postponed extends Error {
  /** Resolves when it is worth another try. */
  readonly until: Promise<unknown>
  constructor(reason: string, until: Promise<unknown>) {
    super(reason)
    this.name = 'Postponed'
    this.until = until
  }
}
