import { Script } from 'node:vm'
import { EXPRESSION_LIMIT } from '#flows/cel.ts'
import { listOf, membersOf, textIn, variableOf } from '#flows/portable/drawing.ts'

/*
 * Variables of Typebot, and what is written with them, in Liquid and in CEL.
 */

type Members = { [name: string]: unknown }

/** Names of variables by their ids, and by what people call them. `counts`: those in which nothing but numbers are put. */
export type Variables = {
  byId: ReadonlyMap<string, string>
  byName: ReadonlyMap<string, string>
  counts: ReadonlySet<string>
}

export function variablesOf(value: unknown, blocks: readonly Members[]): Variables {
  const all = listOf(value).map(({ id, name }) => ({
    id: textIn(id),
    name: textIn(name),
    ours: variableOf(textIn(name)),
  }))
  const byId = new Map(all.map(({ id, ours }) => [id, ours]))
  const byName = new Map(all.map(({ name, ours }) => [name, ours]))
  const counts = new Set(byId.values())
  for (const { type, options } of blocks) {
    const { variableId, expressionToEvaluate, responseVariableMapping } = membersOf(options)
    const written = textIn(expressionToEvaluate).trim()
    if (type !== 'Set variable' || !(NUMBER.test(written) || SUM.test(written)))
      counts.delete(byId.get(textIn(variableId)) ?? '')
    for (const mapped of listOf(responseVariableMapping)) counts.delete(byId.get(textIn(mapped.variableId)) ?? '')
  }
  return { byId, byName, counts }
}

const NUMBER = /^-?\d+(\.\d+)?$/
const SUM = /^\{\{([^{}]+)\}\}\s*([+*/-])\s*(\d+(?:\.\d+)?)$/

/** Texts name variables as people call them: `{{Full name}}`. */
export const liquidOf = (source: string, { byName }: Variables): string =>
  source.replace(/\{\{([^{}]+)\}\}/g, (whole, name: string) => {
    const ours = byName.get(name.trim())
    return ours === undefined ? whole : `{{ vars.${ours} | default: "" }}`
  })

/** A variable with what may be in it: until it is set there is none. */
export const read = (name: string) => `(has(vars.${name}) ? vars.${name} : "")`

/** What is in a variable as a text: answers are texts, also those that are numbers. */
export const wordsOf = (name: string) => `string(${read(name)}).trim()`
const DIGITS = 'n.substring(n.startsWith("-") ? 1 : 0).split(".").join("")'
/** Whether the text `n` is a number: digits with one point and a sign at most. */
export const IS_NUMBER = `size(n.split(".")) < 3 && ${DIGITS} != "" && ${DIGITS}.split("").all(d, "0123456789".contains(d))`

/** Arithmetic over one variable, which is nothing where it is no number. `doubted`: a variable that may be none. */
export function sumOf(source: string, { byName, counts }: Variables): { cel: string; doubted: string | null } | null {
  const sum = SUM.exec(source.trim())
  const variable = byName.get(sum?.[1]?.trim() ?? '')
  if (sum === null || variable === undefined) return null
  const rest = `${sum[2]} ${sum[3]}`
  if (counts.has(variable)) return { cel: `(has(vars.${variable}) ? vars.${variable} : 0) ${rest}`, doubted: null }
  const words = wordsOf(variable)
  return { cel: `([${words}].all(n, ${IS_NUMBER}) ? double(${words}) : 0.0) ${rest}`, doubted: variable }
}

/**
 * An expression: a number, a variable, or a text. Typebot runs it as JavaScript, and takes what is none for a text.
 * @returns null where it is JavaScript
 */
export function celOf(source: string, variables: Variables): string | null {
  const { byName } = variables
  const plain = source.trim()
  if (NUMBER.test(plain)) return plain
  const only = /^\{\{([^{}]+)\}\}$/.exec(plain)
  const one = only === null ? undefined : byName.get(only[1]?.trim() ?? '')
  if (one !== undefined) return read(one)
  if (plain.includes('{{') && !isCode(plain)) return textOf(plain, variables)
  return /[{}()=;`]|=>|\bnew\b|\breturn\b/.test(plain) ? null : JSON.stringify(plain)
}

/** Whether JavaScript can read a text, which is not run; of one that is too long nobody knows. */
function isCode(source: string): boolean {
  if (source.length > EXPRESSION_LIMIT) return true
  const code = source.replace(/\{\{[^{}]+\}\}/g, 'v')
  try {
    new Script(`(async function () {${/\breturn /.test(code) ? code : `return ${code}`}\n})`)
    return true
  } catch {
    return false
  }
}

/** A text with variables in it, as an expression. */
export function textOf(source: string, { byName }: Variables): string {
  const parts = source.split(/(\{\{[^{}]+\}\})/).filter((part) => part !== '')
  const made = parts.map((part) => {
    const ours = part.startsWith('{{') ? byName.get(part.slice(2, -2).trim()) : undefined
    return ours === undefined ? JSON.stringify(part) : `string(${read(ours)})`
  })
  return made.length === 0 ? '""' : made.join(' + ')
}
