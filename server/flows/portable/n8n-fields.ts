import { listOf, memberPath, membersOf, textIn, variableOf } from '#flows/portable/drawing.ts'
import { celOf, isExpression, kept } from '#flows/portable/n8n-expressions.ts'
import type { Maker, Step, Unfit } from '#flows/portable/n8n-step.ts'
import { valueOrNull } from '#flows/portable/there.ts'

/*
 * What fields a workflow of n8n sets.
 */

type Field = { [name: string]: unknown }

/** The fields of what was written as one JSON; null where they were written one by one. */
function rawOf({ mode, jsonOutput }: Step['parameters']): Field[] | Unfit | null {
  if (textIn(mode) !== 'raw') return null
  const written = typeof jsonOutput === 'string' ? jsonOutput.replace(/^=/, '') : jsonOutput
  if (typeof written === 'string' && isExpression(jsonOutput) && written.includes('{{'))
    return {
      unfit: [
        'its JSON has expressions inside (mode raw); write its fields one by one',
        'su JSON tiene expresiones adentro (modo raw); escribe sus campos uno por uno',
      ],
    }
  const read = typeof written === 'string' ? parsed(written) : written
  if (typeof read !== 'object' || read === null || Array.isArray(read))
    return {
      unfit: ['what it sets is no JSON object (mode raw)', 'lo que asigna no es un objeto JSON (modo raw)'],
    }
  return Object.entries(read).map(([name, value]) => ({ name, literal: value }))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** A text that a field makes a number, a list or true or false of. */
function typed(value: unknown, type: unknown): unknown {
  if (typeof value !== 'string' || value.startsWith('=') || !/^(number|boolean|array|object)/.test(textIn(type)))
    return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/** What a field is given that may be missing: null, so that the run goes on, as in n8n. */
const orNull = ({ cel, kept: isKept }: { cel: string; kept: boolean }) => ({
  cel: isKept ? cel : valueOrNull(cel),
  kept: isKept,
})

export const assign: Maker = ({ drawn, step: { name, parameters, at }, source }) => {
  const raw = rawOf(parameters)
  if (raw !== null && 'unfit' in raw) return raw
  const fields = raw ?? [
    ...listOf(membersOf(parameters.assignments).assignments),
    ...listOf(membersOf(parameters.fields).values).map(
      (field): Field => ({
        ...field,
        value:
          field.value ??
          field.stringValue ??
          field.numberValue ??
          field.booleanValue ??
          field.arrayValue ??
          field.objectValue,
      }),
    ),
    ...Object.entries(membersOf(parameters.values)).flatMap(([type, list]) =>
      listOf(list).map((field): Field => ({ type, ...field })),
    ),
  ]
  // Nothing is set: what it was given it gives on.
  if (fields.length === 0) return { id: null }
  const made = fields.map(({ name: field, value, type, literal }) => ({
    field: textIn(field),
    variable: variableOf(textIn(field)),
    // What stands in a JSON is no expression, whatever it begins with.
    ...(literal === undefined
      ? orNull(celOf(typed(value, type), source))
      : { cel: JSON.stringify(literal), kept: false }),
  }))
  const id = drawn.add(name, 'set', { vars: Object.fromEntries(made.map(({ variable, cel }) => [variable, cel])) }, at)
  if (made.some((one) => one.kept)) kept(drawn, id, name, 'value')
  return {
    id,
    // A dot in the name of a field leads inside.
    value: (path) => {
      for (const [i] of path.entries()) {
        const found = made.find(({ field }) => field === path.slice(0, i + 1).join('.'))
        if (found !== undefined) return memberPath(`vars.${found.variable}`, path.slice(i + 1))
      }
      return null
    },
  }
}
