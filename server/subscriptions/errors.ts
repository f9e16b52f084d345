import { Problem } from '#platform/problem.ts'

/** 409: a test or a replay to a receiver that gets nothing. A retry helps after it was enabled. */
export const disabled = (id: string) =>
  new Problem(
    409,
    'subscriptions/disabled',
    `The subscription ${JSON.stringify(id)} is disabled. Enable it first: PATCH its status to ACTIVE.`,
  )
