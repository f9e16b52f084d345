import { Type } from '@sinclair/typebox'
import { sentence } from '#flows/answers.ts'
import { documentAnswer } from '#flows/cases/answers.ts'
import { documentOf } from '#flows/portable/document.ts'
import { readSample, SAMPLES } from '#flows/samples/samples.ts'
import { pageSchema } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'

const sampleAnswer = Type.Object(
  {
    id: Type.String(),
    title: sentence,
    description: sentence,
    document: Type.Unsafe<ReturnType<typeof documentOf>>(documentAnswer),
  },
  { title: 'FlowSample' },
)

/** The flows that ship, to begin from. */
export const sampleRoute = (): Route =>
  route({
    method: 'GET',
    path: '/api/v1/flow-samples',
    permission: 'flows:read',
    tag: 'Flows',
    summary: 'The flows that ship, to begin from: what each does, and its file',
    description:
      'To begin from one, post its `document` to `/api/v1/flows/import`, under a name of your own if you like: a new flow with a draft and its cases comes of it each time.',
    answer: pageSchema(sampleAnswer),
    handle: async () => ({
      items: await Promise.all(
        SAMPLES.map(async ({ id, title, says }) => ({
          ...{ id, title, description: says },
          document: documentOf(await readSample(id)),
        })),
      ),
      nextCursor: null,
    }),
  })
