import { type Static, Type } from '@sinclair/typebox'
import type { Walk } from '#flows/flow.ts'
import type { Compiler } from '#flows/node-definition.ts'
import { nodeKind, StepFault } from '#flows/node-kind.ts'
import { DURATION, NOTHING, TEXT } from '#flows/nodes/fields.ts'
import { assertEmail, checkEmail } from '#flows/nodes/recipient.ts'
import type { NotifyTo } from '#flows/run.ts'
import type { Text } from '#flows/texts.ts'
import { from, park, text } from '#flows/walk.ts'
import { addSpan, parseDuration } from '#platform/duration.ts'
import { iso } from '#platform/iso.ts'
import { storable } from '#platform/storable.ts'

const WHO = Type.String({ minLength: 1, maxLength: 255, description: 'Liquid' })
const TO = Type.Union([
  Type.String({ ...WHO, description: 'Liquid: an e-mail address, or the id of a user' }),
  Type.Object({ userId: WHO }, { additionalProperties: false }),
  Type.Object({ address: WHO }, { additionalProperties: false }),
])
/** As much as somebody reads who has to decide. */
const LONGEST = 4_000

/** Asks a person and waits for the answer: who gave it, and when, stands in the timeline. */
export const approval = nodeKind({
  type: 'approval',
  definition: {
    title: { es: 'Pedir aprobación', en: 'Ask for approval' },
    data: Type.Object({ to: TO, text: TEXT, timeout: Type.Optional(DURATION) }, { additionalProperties: false }),
    ways: (data) => (data.timeout === undefined ? ['approved', 'rejected'] : ['approved', 'rejected', 'timeout']),
    mustLead: () => ['approved'],
    waits: () => true,
  },
  compile(data, compiler) {
    const timeout = data.timeout === undefined ? null : compiler.duration('timeout', data.timeout)
    const stated = data.timeout === undefined ? null : parseDuration(data.timeout)
    if (stated?.ms === 0 && stated.months === 0) compiler.fault('timeout', NOTHING)
    return { to: whoOf(data.to, compiler), text: compiler.text('text', data.text), timeout }
  },
  advance({ to, text: asked, timeout }, walk) {
    const expiresAt = timeout === null ? null : addSpan(walk.now, timeout)
    const whom = askedOf(to, walk)
    const question = text(walk, asked).trim()
    if (question === '') throw new StepFault('the text is empty')
    if (question.length > LONGEST) throw new StepFault(`the text is longer than ${LONGEST} characters`)
    const { name } = walk.flow
    const title = `${TITLE[walk.env.lastResort.startsWith('es') ? 'es' : 'en']}${name === '' ? '' : `: ${name}`}`
    walk.effects.push({
      kind: 'approval',
      ...from(walk),
      to: whom,
      title: storable(title, 250),
      text: question,
      expiresAt,
    })
    walk.step.input = { to: whom, text: question, ...(expiresAt === null ? {} : { until: iso(expiresAt) }) }
    return park(walk, 'outcome', expiresAt)
  },
  resume(_ready, walk, news) {
    if (news.kind === 'timer') {
      walk.effects.push({ kind: 'withdraw', ...from(walk), expired: true })
      return 'timeout'
    }
    if (news.kind !== 'outcome') return null
    walk.step.output = news.outcome.value
    return news.outcome.way
  },
  abandon: (_ready, at) => [{ kind: 'withdraw', ...at, expired: false }],
})

const TITLE = { es: 'Se necesita tu aprobación', en: 'Your approval is needed' }

type Who = { kind: 'userId' | 'address' | 'any'; text: Text }

function whoOf(to: Static<typeof TO>, compiler: Compiler): Who {
  const [kind, source]: [Who['kind'], string] =
    typeof to === 'string' ? ['any', to] : 'userId' in to ? ['userId', to.userId] : ['address', to.address]
  const path = kind === 'any' ? 'to' : `to.${kind}`
  const made = compiler.text(path, source)
  const isUser = kind === 'userId' || (kind === 'any' && !source.includes('@'))
  if (isUser && typeof made === 'string' && made.trim() !== '') compiler.user(path, made.trim(), true)
  if (kind !== 'userId') checkEmail(compiler, path, made)
  return { kind, text: made }
}

function askedOf({ kind, text: source }: Who, walk: Walk): Exclude<NotifyTo, { contactId: string }> {
  const to = text(walk, source).trim()
  if (to === '' || to.length > 255) throw new StepFault('there is nobody to ask')
  if (kind !== 'userId') assertEmail(to)
  return kind === 'address' || (kind === 'any' && to.includes('@')) ? { address: to } : { userId: to }
}
