import { type Static, Type } from '@sinclair/typebox'
import { ROOTS } from '#flows/cel.ts'
import { fieldWords } from '#flows/field-words.ts'
import type { Walk } from '#flows/flow.ts'
import type { Compiler } from '#flows/node-definition.ts'
import { nodeKind, StepFault } from '#flows/node-kind.ts'
import { DURATION, NO_FIXED_LENGTH, NOTHING, TEXT } from '#flows/nodes/fields.ts'
import { assertEmail, checkEmail } from '#flows/nodes/recipient.ts'
import type { NotifyEffect, NotifyTo } from '#flows/run.ts'
import type { Text } from '#flows/texts.ts'
import { encounterOf, from, park, quietSince, text, textScope } from '#flows/walk.ts'
import { CHANNELS, opensSomething, TEMPLATE_NAMES } from '#notifications/index.ts'
import { parseDuration } from '#platform/duration.ts'
import { oneOfFaults } from '#platform/schema/one-of.ts'
import type { Sentence } from '#platform/sentence.ts'
import { storable } from '#platform/storable.ts'

const NO_LINK: Sentence = {
  en: 'must be an absolute URL that opens a page or an app',
  es: 'debe ser una URL completa que abra una página o una aplicación',
}
const ID = Type.String({ minLength: 1, maxLength: 255, description: 'Liquid' })

const DATA = Type.Object(
  {
    template: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    content: Type.Optional(
      Type.Object(
        { title: Type.Optional(TEXT), body: TEXT, html: Type.Optional(TEXT) },
        { additionalProperties: false },
      ),
    ),
    channels: Type.Array(Type.Union(CHANNELS.map((name) => Type.Literal(name))), {
      minItems: 1,
      maxItems: CHANNELS.length,
      uniqueItems: true,
    }),
    to: Type.Optional(
      Type.Union([
        ID,
        Type.Object({ contactId: ID }, { additionalProperties: false }),
        Type.Object({ userId: ID }, { additionalProperties: false }),
        Type.Object({ address: ID }, { additionalProperties: false }),
      ]),
    ),
    deepLink: Type.Optional(Type.Union([Type.Boolean(), TEXT])),
    category: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    critical: Type.Optional(Type.Boolean()),
    escalateAfter: Type.Optional(DURATION),
    dedupeKey: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: 'Liquid' })),
  },
  { additionalProperties: false },
)

/** Tells a person something on the first channel that reaches them, and goes on when it is sent, failed or held back. */
export const notify = nodeKind({
  type: 'notify',
  asksBy: 'notification',
  definition: {
    title: { es: 'Notificar', en: 'Notify' },
    data: DATA,
    faultWay: 'failed',
    undoable: true,
    ways: () => ['sent', 'failed', 'suppressed'],
  },
  compile(data, compiler) {
    const { template = null, content = null, deepLink } = data
    for (const { name, says } of oneOfFaults(data, ['template', 'content'], fieldWords)) compiler.fault(name, says)
    if (template !== null) checkTemplate(template, data.channels, compiler)
    // Rendered by the notifier, which knows person and link; checked here, where the author is.
    for (const [name, source] of Object.entries(content ?? {})) compiler.text(`content.${name}`, source, TEMPLATE_NAMES)
    for (const root of ['contact', 'encounter', 'queue'] as const) compiler.reads(root)
    const link = typeof deepLink === 'string' ? compiler.text('deepLink', deepLink) : deepLink === true
    // Without outputs it is what it will be.
    if (typeof link === 'string' && link !== '' && !opensSomething(link.trim())) compiler.doubt('deepLink', NO_LINK)
    return {
      template,
      content,
      channels: data.channels,
      to: recipientOf(data.to, compiler),
      deepLink: link,
      category: data.category ?? null,
      critical: data.critical ?? false,
      escalateAfterMs: escalationOf(data, compiler),
      dedupeKey: data.dedupeKey === undefined ? null : compiler.text('dedupeKey', data.dedupeKey),
    }
  },
  advance({ template, content, channels, to, deepLink, category, critical, escalateAfterMs, dedupeKey }, walk) {
    const { event, last, encounter, queue, vars } = textScope(walk)
    const effect: NotifyEffect = {
      kind: 'notify',
      ...from(walk),
      ...(to === null ? { to: contactOf(walk), onlyKnown: false } : addressed(to, walk)),
      template,
      content,
      channels,
      deepLink: linkOf(deepLink, walk),
      category,
      critical,
      dedupeKey: dedupeKey === null ? null : storable(text(walk, dedupeKey), 500),
      scope: { event, last, encounter, queue, vars },
      escalateAfterMs,
      whileQuiet: quietSince(walk) !== null,
    }
    walk.effects.push(effect)
    walk.step.input = { to: effect.to, ...(template === null ? {} : { template }), channels: [...channels] }
    return park(walk, 'outcome', null)
  },
  resume(_ready, walk, news) {
    if (news.kind !== 'outcome') return null
    walk.step.output = news.outcome.value
    return news.outcome.way
  },
  abandon: (_ready, at) => [{ kind: 'callOff', ...at }],
})

type Recipient = { kind: 'contactId' | 'userId' | 'address' | 'any'; text: Text }

function checkTemplate(template: string, channels: readonly string[], compiler: Compiler): void {
  if (compiler.templates === undefined) return
  const has = compiler.templates.get(template)
  if (has === undefined) {
    compiler.fault('template', { en: `there is no template ${template}`, es: `no existe la plantilla ${template}` })
  } else if (!channels.some((channel) => has.includes(channel))) {
    const list = has.join(', ')
    compiler.fault('channels', {
      en: `template ${template} has texts for ${list} only`,
      es: `la plantilla ${template} solo tiene textos para ${list}`,
    })
  }
}

function escalationOf({ escalateAfter, channels }: Static<typeof DATA>, compiler: Compiler): number | null {
  if (escalateAfter === undefined) return null
  const { ms, months } = compiler.duration('escalateAfter', escalateAfter)
  if (months > 0) compiler.fault('escalateAfter', NO_FIXED_LENGTH)
  else if (ms === 0 && parseDuration(escalateAfter) !== null) compiler.fault('escalateAfter', NOTHING)
  else if (channels.length < 2) {
    compiler.fault('escalateAfter', {
      en: 'goes to the channel after the first, and there is none',
      es: 'pasa al canal después del primero, y no hay ninguno',
    })
  }
  return ms
}

function recipientOf(to: Static<typeof DATA>['to'], compiler: Compiler): Recipient | null {
  if (to === undefined) return null
  const [kind, source]: [Recipient['kind'], string] =
    typeof to === 'string'
      ? ['any', to]
      : 'contactId' in to
        ? ['contactId', to.contactId]
        : 'userId' in to
          ? ['userId', to.userId]
          : ['address', to.address]
  const path = kind === 'any' ? 'to' : `to.${kind}`
  const made = compiler.text(path, source)
  if (typeof made === 'string' && made !== '') {
    if (LOOKS_LIKE_CEL.test(made)) compiler.fault(path, noExpression(made.trim()))
    else if (kind === 'any' && !made.includes('@')) compiler.warn(path, alwaysThem(made.trim()))
    else if (kind === 'userId') compiler.user(path, made.trim(), false)
    else if (kind === 'any') checkEmail(compiler, path, made)
  }
  return { kind, text: made }
}

/** Conditions stand beside it that are written so; here it would be the name of somebody. */
const LOOKS_LIKE_CEL = new RegExp(`^\\s*(?:${ROOTS.join('|')})[.[]`)
const noExpression = (source: string): Sentence => ({
  en: `is a text and no expression: {{ ${source} }} puts the value into it`,
  es: `es un texto y no una expresión: {{ ${source} }} pone el valor`,
})
const alwaysThem = (name: string): Sentence => ({
  en: `is always the contact ${name}, whoever the event is about; {{ … }} puts a value into it`,
  es: `es siempre el contacto ${name}, trate de quien trate el evento; {{ … }} pone un valor`,
})

/** An id that an author wrote must be somebody's; the event's own patient may be new. */
function addressed({ kind, text: template }: Recipient, walk: Walk): Pick<NotifyEffect, 'to' | 'onlyKnown'> {
  const to = text(walk, template).trim()
  if (to === '' || to.length > 255) throw new StepFault('there is nobody to notify')
  if (kind === 'userId') return { to: { userId: to }, onlyKnown: false }
  if (kind === 'any') assertEmail(to)
  if (kind === 'address' || (kind === 'any' && to.includes('@'))) return { to: { address: to }, onlyKnown: false }
  return { to: { contactId: to }, onlyKnown: to !== contactIn(walk) }
}

function contactIn(walk: Walk): string | null {
  const known = (walk.env.facts.contact as { id?: unknown } | null)?.id
  return typeof known === 'string' ? known : walk.about.contactId
}

function contactOf(walk: Walk): NotifyTo {
  const contactId = contactIn(walk)
  if (contactId === null) throw new StepFault('there is nobody to notify: the event names no patient')
  return { contactId }
}

function linkOf(link: Text | boolean, walk: Walk): NotifyEffect['deepLink'] {
  if (link === false) return null
  return link === true ? { encounterId: encounterOf(walk) } : { url: text(walk, link).trim() }
}
