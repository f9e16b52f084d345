import { type TSchema, Type } from '@sinclair/typebox'
import type { AbilityName } from '#flows/abilities.ts'
import type { NodeKind } from '#flows/flow.ts'
import { nodeKind, StepFault } from '#flows/node-kind.ts'
import { ASKS, SAVE } from '#flows/nodes/fields.ts'
import { RETRY, retryOf } from '#flows/nodes/retry.ts'
import { able, from, json, park, savingWhy, setVars } from '#flows/walk.ts'
import { jsonOf } from '#platform/cel/values.ts'
import type { Json } from '#platform/event.ts'

const LIQUID = (description: string, maxLength = 2_000) =>
  Type.String({ minLength: 1, maxLength, description: `Liquid. ${description}` })
const WHO = { contactId: Type.Optional(LIQUID('Absent: the person whom the run is about')) }

/** A node whose work another context does: it asks, and goes on when it is told what became of it. */
function asking(type: AbilityName, title: { es: string; en: string }, data: { [name: string]: TSchema }): NodeKind {
  return nodeKind({
    type,
    definition: {
      title,
      data: Type.Object(
        {
          ...data,
          retry: Type.Optional(RETRY),
          save: SAVE,
        },
        { additionalProperties: false },
      ),
      ...ASKS,
    },
    compile({ save, retry, ...fields }, compiler) {
      compiler.does(type)
      compiler.reads('contact')
      return {
        // Texts of a request, each told of by its own name.
        fields: Object.entries(fields).map(([name, source]) => ({ name, text: compiler.json(name, [source]) })),
        retry: retryOf(retry as Parameters<typeof retryOf>[0], compiler),
        save: typeof save === 'string' ? save : null,
      }
    },
    retry: (ready) => ready.retry,
    advance: ({ fields, save }, walk) =>
      savingWhy(walk, save, () => {
        able(walk, type)
        const request: { [name: string]: Json } = {}
        for (const { name, text } of fields) request[name] = (json(walk, text) as [Json])[0]
        const known = (walk.env.facts.contact as { id?: Json } | null)?.id ?? walk.about.contactId
        if (request.contactId === undefined && known !== null) request.contactId = known
        walk.effects.push({ kind: 'ask', ...from(walk), ability: type, request })
        walk.step.input = request
        return park(walk, 'outcome', null)
      }),
    resume({ save }, walk, news) {
      if (news.kind !== 'outcome') return null
      const { way, value, cause } = news.outcome
      const made = savingWhy(walk, save, () => {
        const answer = jsonOf(way === 'ok' ? value : { error: cause ?? 'failed' })
        if (answer.fault !== undefined) throw new StepFault(`the answer cannot be kept: it ${answer.fault}`)
        return answer
      })
      if (save !== null) setVars(walk, { ...walk.vars, [save]: made.value })
      walk.step.output = made.value
      if (way !== 'ok') throw new StepFault(cause ?? 'it could not be done')
      return 'ok'
    },
  })
}

/** Takes an hour in somebody's calendar. */
export const bookSlot = asking(
  'bookSlot',
  { es: 'Reservar hora', en: 'Book an appointment' },
  {
    serviceId: LIQUID('What for'),
    resourceId: Type.Optional(LIQUID('With whom; absent: with anybody who is free')),
    start: LIQUID('When: a time with its zone, 2026-05-02T15:30:00-03:00'),
    ...WHO,
    notes: Type.Optional(LIQUID('For whoever receives the person')),
  },
)

/** Opens a complaint. */
export const createComplaint = asking(
  'createComplaint',
  { es: 'Crear reclamo', en: 'Open a complaint' },
  {
    category: Type.Optional(LIQUID('Of the complaint')),
    description: LIQUID('What happened', 20_000),
    ...WHO,
  },
)
