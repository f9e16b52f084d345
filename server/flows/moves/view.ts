import { Type } from '@sinclair/typebox'
import { lost } from '#flows/moves/not-back.ts'
import type { MoveRow } from '#flows/moves/store.ts'
import { instant, orNull } from '#platform/http/answer-fields.ts'

const count = (description: string) => Type.Integer({ minimum: 0, description })

/** Runs by why they are where they are. */
export const whyAnswer = (description: string) =>
  Type.Array(Type.Object({ runs: Type.Integer(), says: Type.Object({ en: Type.String(), es: Type.String() }) }), {
    description,
  })

export const moveAnswer = Type.Object(
  {
    version: Type.Integer(),
    choice: Type.Union([Type.Literal('stay'), Type.Literal('move'), Type.Literal('stop')]),
    map: Type.Record(Type.String(), orNull(Type.String())),
    perMinute: Type.Integer(),
    previous: orNull(Type.Integer(), { description: 'The version that new events ran before' }),
    state: Type.Union(
      ['moving', 'moved', 'undoing', 'undone', 'closed'].map((name) => Type.Literal(name)),
      { description: 'closed: it is over, and too late to take it back' },
    ),
    runs: Type.Object({
      total: count('Waiting in other versions when it was published'),
      moved: count('Made runs of this version; those that an undo brings back count as `restored` too'),
      paced: count('Of those: act because they were moved, at the stated pace'),
      stopped: count('Ended by the publish'),
      kept: count('Still of their version: nobody said where they go, or they cannot be run any more'),
      restored: count('Brought back to what they were'),
      lost: count('Of a publish that was taken back: moved or stopped, and not brought back'),
    }),
    why: whyAnswer('Why runs were kept; of a publish that was taken back, why some did not come back'),
    pacedUntil: orNull(instant, { description: 'When the last of the paced runs acts' }),
    startedBy: Type.String(),
    startedAt: instant,
    endedAt: orNull(instant),
    undoUntil: orNull(instant, { description: 'null: it cannot be taken back any more' }),
  },
  { title: 'Move' },
)

/** A move as answers show it. */
export function moveView(row: MoveRow) {
  const { version, choice, map, perMinute, previous, state, startedBy } = row
  const { total, moved, paced, stopped, kept, restored } = row
  return {
    version,
    choice,
    map,
    perMinute,
    previous,
    state,
    runs: { total, moved, paced, stopped, kept, restored, lost: state === 'undone' ? lost(row) : 0 },
    why: row.why,
    pacedUntil: row.pacedUntil?.toISOString() ?? null,
    startedBy,
    startedAt: row.startedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    undoUntil: state === 'moving' || state === 'moved' ? row.undoUntil.toISOString() : null,
  }
}
