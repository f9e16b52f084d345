import { type TObject, Type } from '@sinclair/typebox'
import { PER_MINUTE, type RunsChoice } from '#flows/moves/choice.ts'
import { orNull } from '#platform/http/answer-fields.ts'

const STEP = Type.String({ minLength: 1, maxLength: 100 })

/** The fields of a request that say what becomes of the runs of other versions. */
export const runsFields = {
  runs: Type.Optional(
    Type.Union([Type.Literal('stay'), Type.Literal('move'), Type.Literal('stop')], {
      description:
        'What becomes of runs under way: they keep their version (`stay`, the default), go on by the new one (`move`), or end (`stop`)',
    }),
  ),
  map: Type.Optional(
    Type.Record(STEP, orNull(STEP), {
      maxProperties: 500,
      description:
        'With `move`: for each step that is gone, the step that its runs enter instead; null leaves them with their version',
    }),
  ),
  perMinute: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 60_000,
      description: `With \`move\`: how many runs may act in a minute because they were moved; default ${PER_MINUTE}`,
    }),
  ),
} satisfies TObject['properties']

type Fields = { runs?: RunsChoice['choice']; map?: RunsChoice['map']; perMinute?: number }

/** What was chosen, or what happens when nothing was said. */
export const runsOf = ({ runs = 'stay', map = {}, perMinute = PER_MINUTE }: Fields): RunsChoice => ({
  choice: runs,
  map,
  perMinute,
})
