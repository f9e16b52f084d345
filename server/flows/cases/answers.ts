import { Type } from '@sinclair/typebox'
import { differenceFields, graphAnswer, graphFault, missAnswer } from '#flows/answers.ts'
import { CASE_NAME, caseBody } from '#flows/cases/case.ts'
import { FORM } from '#flows/portable/document.ts'
import { instant, orNull } from '#platform/http/answer-fields.ts'

// What the routes of cases, and of flows as files, answer.

const named = { name: CASE_NAME, ...caseBody.properties }
export const caseSaved = Type.Object(named)
export const caseAnswer = Type.Object({ ...named, updatedBy: Type.String(), updatedAt: instant }, { title: 'FlowCase' })

export const casesPlayed = Type.Object({
  passed: Type.Integer({ minimum: 0 }),
  failed: Type.Integer({ minimum: 0 }),
  results: Type.Array(
    Type.Object(
      {
        name: CASE_NAME,
        passed: Type.Boolean(),
        misses: Type.Array(missAnswer, { description: 'What came otherwise than expected' }),
        status: Type.String(),
        outcome: Type.String(),
        steps: Type.Array(Type.String()),
        messages: Type.Array(
          Type.Object({
            nodeId: Type.String(),
            after: Type.String({ description: 'ISO 8601 duration since the first event' }),
            channel: Type.String(),
            template: orNull(Type.String()),
            title: orNull(Type.String()),
            text: orNull(Type.String()),
          }),
        ),
      },
      { title: 'CaseVerdict' },
    ),
  ),
})

/** A flow as a file holds it: a graph with its cases. */
const documentFields = {
  cauce: Type.Literal(FORM),
  id: Type.Optional(Type.String({ format: 'uuid' })),
  ...graphAnswer.properties,
  cases: Type.Optional(Type.Array(caseSaved)),
}
export const documentAnswer = Type.Object(documentFields, { title: 'FlowFile', additionalProperties: true })

export const importedAnswer = Type.Object({
  id: Type.String(),
  name: Type.String(),
  created: Type.Boolean(),
  changed: Type.Boolean({ description: 'false: it was all there already' }),
  revision: Type.Integer({ description: 'Of the draft' }),
  difference: orNull(Type.Object(differenceFields, { description: 'To the draft of before; null for a new flow' })),
  faults: Type.Array(graphFault, { description: 'What would keep it from being published' }),
  notes: Type.Array(
    Type.Object({ nodeId: orNull(Type.String()), says: Type.Object({ en: Type.String(), es: Type.String() }) }),
    { description: 'What could not be carried over, or means something else here' },
  ),
})
