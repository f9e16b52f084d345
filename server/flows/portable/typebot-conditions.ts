import { EXPRESSION_LIMIT } from '#flows/cel.ts'
import { listOf, ownIn, textIn } from '#flows/portable/drawing.ts'
import { IS_NUMBER, read, type Variables, wordsOf } from '#flows/portable/typebot-values.ts'

/*
 * What Typebot compares, and by what.
 */

type Members = { [name: string]: unknown }

/** Typebot looks for parts of a text whatever the case of its letters. */
const small = (variable: string) => `string(${read(variable)}).lowerAscii()`

/** What something is compared with: a text, or a variable alone. @returns null where variables stand inside a text */
function comparedWith(value: unknown, { byName }: Variables): string | null {
  if (typeof value === 'object' && value !== null) return null
  const plain = String(value ?? '')
  const one = byName.get(/^\s*\{\{([^{}]+)\}\}\s*$/.exec(plain)?.[1]?.trim() ?? '')
  if (one !== undefined) return `string(${read(one)})`
  return plain.includes('{{') ? null : JSON.stringify(plain)
}

/** As in Typebot, what is no number is neither less nor greater than anything. */
function compared(variable: string, how: string, value: string): string {
  const words = wordsOf(variable)
  if (/^"-?\d+(\.\d+)?"$/.test(value)) return `[${words}].exists(n, ${IS_NUMBER} && double(n) ${how} double(${value}))`
  return `[${words}, ${value}.trim()].all(n, ${IS_NUMBER}) && double(${words}) ${how} double(${value}.trim())`
}

const OPERATORS: { readonly [name: string]: (variable: string, value: string) => string } = {
  'Equal to': (variable, value) => `string(${read(variable)}) == ${value}`,
  'Not equal': (variable, value) => `string(${read(variable)}) != ${value}`,
  Contains: (variable, value) => `${small(variable)}.contains(${value}.lowerAscii())`,
  'Does not contain': (variable, value) => `!${small(variable)}.contains(${value}.lowerAscii())`,
  'Starts with': (variable, value) => `${small(variable)}.startsWith(${value}.lowerAscii())`,
  'Ends with': (variable, value) => `${small(variable)}.endsWith(${value}.lowerAscii())`,
  'Is set': (variable) => `string(${read(variable)}) != ""`,
  'Is empty': (variable) => `string(${read(variable)}) == ""`,
  'Greater than': (variable, value) => compared(variable, '>', value),
  'Less than': (variable, value) => compared(variable, '<', value),
}

/** @returns null where something is compared as nothing here does */
export function whenOf(content: Members, variables: Variables): string | null {
  const parts = listOf(content.comparisons).map(({ variableId, comparisonOperator, value }) => {
    const variable = variables.byId.get(textIn(variableId))
    const made = ownIn(OPERATORS, textIn(comparisonOperator) || 'Equal to')
    const other = comparedWith(value, variables)
    return variable === undefined || made === undefined || other === null ? null : `(${made(variable, other)})`
  })
  if (parts.length === 0 || parts.includes(null)) return null
  const when = parts.join(textIn(content.logicalOperator) === 'OR' ? ' || ' : ' && ')
  return when.length > EXPRESSION_LIMIT ? null : when
}
