import { Type } from '@sinclair/typebox'
import type { Walk } from '#flows/flow.ts'
import { nodeKind, StepFault } from '#flows/node-kind.ts'
import { TEXT } from '#flows/nodes/fields.ts'
import { fixedLength, type Text } from '#flows/texts.ts'
import { encounterOf, from, text } from '#flows/walk.ts'
import type { Sentence } from '#platform/sentence.ts'

const LOCALE = '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$'
/** As much as a person reads in a chat; channels cut longer ones. */
const LONGEST = 4_000

/** Writes a text into the conversation, in the person's language where there are several. */
export const message = nodeKind({
  type: 'message',
  definition: {
    title: { es: 'Escribir en la conversación', en: 'Write in the conversation' },
    data: Type.Object(
      {
        text: Type.Union([
          TEXT,
          Type.Record(Type.String({ pattern: LOCALE }), TEXT, {
            minProperties: 1,
            maxProperties: 40,
            additionalProperties: false,
          }),
        ]),
      },
      { additionalProperties: false },
    ),
    undoable: true,
    ways: () => ['out'],
  },
  compile(data, compiler) {
    compiler.reads('contact')
    const written = (path: string, source: string): Text => {
      const least = fixedLength(source)
      if (least > LONGEST) compiler.doubt(path, tooLong(least))
      return compiler.text(path, source)
    }
    if (typeof data.text === 'string') return new Map([['', written('text', data.text)]])
    return new Map(
      Object.entries(data.text).map(([locale, source]) => [locale.toLowerCase(), written(`text.${locale}`, source)]),
    )
  },
  advance(texts, walk) {
    const written = text(walk, pick(texts, [localeOf(walk), walk.env.lastResort, 'en'])).trim()
    if (written === '') throw new StepFault('the text is empty')
    if (written.length > LONGEST) throw new StepFault(`the text is longer than ${LONGEST} characters`)
    walk.effects.push({ kind: 'message', ...from(walk), encounterId: encounterOf(walk), text: written })
    walk.step.output = { text: written }
    return 'out'
  },
})

const tooLong = (least: number): Sentence => ({
  en: `has ${least} characters whatever is put into it; a message has ${LONGEST} at most`,
  es: `tiene ${least} caracteres se ponga lo que se ponga; un mensaje tiene como máximo ${LONGEST}`,
})

function localeOf(walk: Walk): string | null {
  const locale = (walk.env.facts.contact as { locale?: unknown } | null)?.locale
  return typeof locale === 'string' ? locale.toLowerCase() : null
}

const languageOf = (locale: string) => locale.split('-')[0] ?? locale

/** Of each locale in turn the text itself, its language's, or a sister's; else the first that was written. */
function pick(texts: ReadonlyMap<string, Text>, locales: readonly (string | null)[]): Text {
  for (const asked of locales) {
    if (asked === null) continue
    const locale = asked.toLowerCase()
    const sister = [...texts.keys()].find((key) => languageOf(key) === languageOf(locale))
    const found = texts.get(locale) ?? texts.get(languageOf(locale)) ?? texts.get(sister ?? '')
    if (found !== undefined) return found
  }
  return texts.values().next().value ?? ''
}
