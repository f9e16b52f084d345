import { Type } from '@sinclair/typebox'
import { compileSchema, type Schema, schemaFaults } from '#events/index.ts'
import type { Compiler } from '#flows/node-definition.ts'
import { nodeKind, StepFault } from '#flows/node-kind.ts'
import { ASKS, SAVE, TEXT } from '#flows/nodes/fields.ts'
import { RETRY, retryOf } from '#flows/nodes/retry.ts'
import { able, from, park, savingWhy, setVars, text } from '#flows/walk.ts'
import { jsonOf } from '#platform/cel/values.ts'
import type { Json } from '#platform/event.ts'
import { exactJson } from '#platform/exact-json.ts'
import { storable } from '#platform/storable.ts'

const USUAL_TOKENS = 500
const LONGEST_PROMPT = 60_000

/**
 * Asks a language model and keeps what it says: a text, or JSON that fits a schema. An answer that does not fit, a model
 * that does not answer and an installation without one go the way `error`.
 */
export const llm = nodeKind({
  type: 'llm',
  asksBy: 'delivery',
  definition: {
    title: { es: 'Preguntar a un modelo de lenguaje', en: 'Ask a language model' },
    data: Type.Object(
      {
        prompt: TEXT,
        schema: Type.Optional(Type.Unknown({ description: 'JSON Schema of the answer; absent: a text' })),
        maxTokens: Type.Optional(
          Type.Integer({ minimum: 1, maximum: 8_192, description: `Longest answer; default ${USUAL_TOKENS}` }),
        ),
        retry: Type.Optional(RETRY),
        save: SAVE,
      },
      { additionalProperties: false },
    ),
    ...ASKS,
  },
  compile(data, compiler) {
    compiler.does('llm')
    return {
      prompt: compiler.text('prompt', data.prompt),
      schema: data.schema === undefined ? null : (data.schema as Schema),
      check: data.schema === undefined ? null : checkOf(data.schema as Schema, compiler),
      maxTokens: data.maxTokens ?? USUAL_TOKENS,
      retry: retryOf(data.retry, compiler),
      save: data.save ?? null,
    }
  },
  retry: ({ retry }) => retry,
  advance: ({ prompt, schema, maxTokens, save }, walk) =>
    savingWhy(
      walk,
      save,
      () => {
        able(walk, 'llm')
        const written = text(walk, prompt).trim()
        if (written === '') throw new StepFault('the prompt is empty')
        if (written.length > LONGEST_PROMPT)
          throw new StepFault(`the prompt is longer than ${LONGEST_PROMPT} characters`)
        walk.effects.push({ kind: 'llm', ...from(walk), prompt: written, schema: schema as Json, maxTokens })
        walk.step.input = { prompt: storable(written, 2_000) }
        return park(walk, 'outcome', null)
      },
      () => null,
    ),
  resume({ check, save }, walk, news) {
    if (news.kind !== 'outcome') return null
    const { way, value, cause } = news.outcome
    // Whatever is wrong with this answer, that of an earlier visit is none.
    if (save !== null) setVars(walk, { ...walk.vars, [save]: null })
    if (way !== 'ok') throw new StepFault(cause ?? 'the language model did not answer')
    const answer = answered(value, check)
    if (save !== null) setVars(walk, { ...walk.vars, [save]: answer })
    walk.step.output = answer
    return 'ok'
  },
})

type Check = ((value: unknown) => { path: string; message: string } | null) | null

/** Longest schema, in characters of JSON. */
const LONGEST_SCHEMA = 8_000

/** Judged when it is drawn; compiled when the first answer has to fit it, since that takes longest. */
function checkOf(schema: Schema, compiler: Compiler): Check {
  const { length } = JSON.stringify(schema)
  if (length > LONGEST_SCHEMA) {
    compiler.fault('schema', {
      en: `has more than ${LONGEST_SCHEMA} characters`,
      es: `tiene más de ${LONGEST_SCHEMA} caracteres`,
    })
    return null
  }
  if (!compiler.takes('schema', length)) return null
  const [fault] = schemaFaults(schema as Json, '')
  if (fault !== undefined) {
    const where = fault.path === '' ? 'schema' : `schema${fault.path.replaceAll('/', '.')}`
    compiler.fault(where, { en: fault.message, es: fault.messages?.es ?? fault.message })
    return null
  }
  let check: Check = null
  return (value) => {
    check ??= compiled(schema)
    return check?.(value) ?? null
  }
}

function compiled(schema: Schema): Check {
  try {
    return compileSchema(schema).check
  } catch (error) {
    throw new StepFault('the schema cannot be used', { cause: error })
  }
}

/** What of an answer is kept. Half an answer is none: nobody would want to read it. @throws StepFault */
function answered(value: Json, check: Check): Json {
  const { content = value, finishReason = null } =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { content: value }
  if (finishReason === 'length') throw new StepFault('the answer was cut: it needs more tokens than maxTokens')
  if (finishReason === 'content_filter') throw new StepFault('the language model withheld its answer')
  if (typeof content === 'string' && content.trim() === '') throw new StepFault('the answer is empty')
  let answer: unknown = content
  if (check !== null) {
    answer = typeof content === 'string' ? parsed(content) : content
    const fault = check(answer)
    if (fault !== null) {
      const where = fault.path === '' ? '' : `${fault.path} `
      throw new StepFault(`the answer does not fit the schema: ${where}${fault.message}`)
    }
  }
  const made = jsonOf(answer)
  if (made.fault !== undefined) throw new StepFault(`the answer cannot be kept: it ${made.fault}`)
  return made.value
}

const FENCE = '```'

/** Models like to put JSON between fences, with a word before and after. */
function parsed(content: string): unknown {
  // Cut, and not matched: a model that writes nothing but spaces would keep a regular expression busy for minutes.
  const fenced = content.slice(content.indexOf(FENCE) + FENCE.length, content.lastIndexOf(FENCE)).replace(/^json/i, '')
  for (const text of [content, fenced]) {
    try {
      return exactJson(text.trim())
    } catch {}
  }
  throw new StepFault('the answer is no JSON')
}
