import { Type } from '@sinclair/typebox'
import { COUNTED_RUNS, FLOW_STATUSES, type FlowRow, type FlowStatus, type FlowSummary } from '#flows/authoring/store.ts'
import { count, instant, oneOf, orNull } from '#platform/http/answer-fields.ts'

export const flowAnswer = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    status: oneOf(FLOW_STATUSES, {
      description: 'draft: never published. stopped: no event starts a run any more',
    }),
    published: orNull(Type.Integer({ description: 'The version that new events run' })),
    latestVersion: orNull(Type.Integer()),
    revision: Type.Integer({ description: 'Of the draft' }),
    runs: Type.Object(
      { waiting: count, completed: count, failed: count, cancelled: count },
      { description: `Of the newest ${COUNTED_RUNS} runs` },
    ),
    lastRunAt: orNull(instant),
    createdAt: Type.String({ format: 'date-time' }),
    updatedAt: Type.String({ format: 'date-time' }),
  },
  { title: 'Flow' },
)

const statusOf = (published: number | null, latestVersion: number | null): FlowStatus =>
  published !== null ? 'published' : latestVersion === null ? 'draft' : 'stopped'

/** A flow as lists show it. */
export function flowView(row: FlowRow, summary: FlowSummary | undefined) {
  const { id, name, published, revision, createdAt, updatedAt } = row
  const {
    latestVersion = null,
    waiting = 0,
    completed = 0,
    failed = 0,
    cancelled = 0,
    lastRunAt = null,
  } = summary ?? {}
  return {
    id,
    name,
    status: statusOf(published, latestVersion),
    published,
    latestVersion,
    revision,
    runs: { waiting, completed, failed, cancelled },
    lastRunAt: lastRunAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }
}
