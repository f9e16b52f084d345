import { Type } from '@sinclair/typebox'
import { sentence } from '#flows/answers.ts'
import { documentAnswer } from '#flows/cases/answers.ts'
import type { Graph } from '#flows/graph.ts'
import { documentOf } from '#flows/portable/document.ts'
import { readSample, SAMPLES } from '#flows/samples/samples.ts'
import { type Language, languageOf } from '#platform/http/language.ts'
import { pageSchema } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { platformSettings } from '#platform/platform-settings.ts'
import type { Runtime } from '#platform/service.ts'

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
export const sampleRoute = ({ settings }: Runtime): Route =>
  route({
    method: 'GET',
    path: '/api/v1/flow-samples',
    permission: 'flows:read',
    tag: 'Flows',
    summary: 'The flows that ship, to begin from: what each does, and its file',
    description:
      'To begin from one, post its `document` to `/api/v1/flows/import`, under a name of your own if you like: a new flow with a draft and its cases comes of it each time.',
    query: Type.Object({
      locale: Type.Optional(
        Type.Union([Type.Literal('es'), Type.Literal('en')], {
          description: 'The language of the documents: names, steps, outcomes, cases. Default: that of `CAUCE_LOCALE`',
        }),
      ),
    }),
    answer: pageSchema(sampleAnswer),
    handle: async ({ query: { locale } }) => {
      const language = locale ?? languageOf(null, undefined, settings.of(platformSettings).CAUCE_LOCALE)
      return { items: await Promise.all(SAMPLES.map((id) => shown(id, language))), nextCursor: null }
    },
  })

async function shown(id: (typeof SAMPLES)[number], language: Language) {
  const [es, en] = await Promise.all([readSample(id, 'es'), readSample(id, 'en')])
  const told = { es: wordsOf(es.graph), en: wordsOf(en.graph) }
  return {
    id,
    title: { es: told.es.name, en: told.en.name },
    description: { es: told.es.description, en: told.en.description },
    document: documentOf(language === 'es' ? es : en),
  }
}

const wordsOf = ({ name = '', description = '' }: Graph & { description?: string }) => ({ name, description })
