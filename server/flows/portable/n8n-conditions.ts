import { type Drawing, listOf, membersOf, numberIn, textIn } from '#flows/portable/drawing.ts'
import { comparesLength, comparison } from '#flows/portable/n8n-comparisons.ts'
import { celOf, kept, type Source } from '#flows/portable/n8n-expressions.ts'

const notCompared = (drawn: Drawing, id: string, name: string, operations: readonly string[]) => {
  const list = operations.join(', ')
  drawn.note(
    id,
    `${name}: compares as nothing here does (${list}); it stays as it was written`,
    `${name}: compara como aquí no se puede (${list}); queda como estaba`,
  )
}

/** What of conditions could not be carried over. */
export function tellOf(drawn: Drawing, id: string, name: string, all: readonly Condition[]): void {
  if (all.some((one) => one.kept)) kept(drawn, id, name, 'condition')
  const operations = [...new Set(all.flatMap((one) => one.unlike))]
  if (operations.length > 0) notCompared(drawn, id, name, operations)
  if (!all.some(({ caseless }) => caseless)) return
  drawn.note(
    id,
    `${name}: n8n compared its texts whatever the case of their letters; here capitals count`,
    `${name}: n8n comparaba sus textos sin distinguir mayúsculas; aquí se distinguen`,
  )
}

/** `unlike`: what it compares by, where nothing here does. `caseless`: it compares texts whatever the case of their letters. */
export type Condition = { when: string; kept: boolean; unlike: readonly string[]; caseless: boolean }

/** Whether the case of letters is nothing to conditions of version 2: said of them, or of the step. */
const ignoresCase = (conditions: Members, options: unknown): boolean =>
  (membersOf(conditions.options).caseSensitive === false || membersOf(options).ignoreCase === true) &&
  listOf(conditions.conditions).some(({ operator }) => membersOf(operator).type === 'string')

type Members = { [name: string]: unknown }
/** What a step says of its conditions as a whole. */
type Said = { combine?: unknown; options?: unknown }

/** What is compared with, as n8n reads it: a text where none was written is an empty one, a number may be written as text. */
function plain(right: unknown, type: string, operation: unknown): unknown {
  if ((type === 'number' || comparesLength(operation)) && typeof right === 'string' && !right.startsWith('='))
    return numberIn(right) ?? right
  return type === 'string' ? (right ?? '') : right
}

/** Conditions of `if`, `filter` and `switch`, in the form of version 2 or of version 1. */
export function whenOf(conditions: Members, { combine, options }: Said, source: Source): Condition {
  const isNew = Array.isArray(conditions.conditions)
  const asked = isNew
    ? listOf(conditions.conditions).map(({ leftValue, rightValue, operator }) => ({
        left: leftValue,
        right: rightValue,
        operation: membersOf(operator).operation,
        type: membersOf(operator).type,
      }))
    : Object.entries(conditions).flatMap(([type, list]) =>
        listOf(list).map(({ value1, value2, operation }) => ({
          left: value1,
          right: value2,
          operation: operation ?? (type === 'number' ? 'smaller' : 'equal'),
          type,
        })),
      )
  const isAny = (isNew ? textIn(conditions.combinator) : textIn(combine)) === (isNew ? 'or' : 'any')
  let isKept = asked.length === 0
  const unlike: string[] = []
  const parts = asked.map(({ left, right, operation, type }) => {
    const [one, other] = [celOf(left, source), celOf(plain(right, textIn(type), operation), source)]
    const made = comparison(operation, { left: one.cel, right: other.cel, type: textIn(type), old: !isNew })
    if (one.kept || other.kept) isKept = true
    if (made === null) unlike.push(textIn(operation) || '?')
    return made !== null && !one.kept && !other.kept ? made : `${one.cel} ${textIn(operation)} ${other.cel}`
  })
  return {
    when: parts.length === 1 ? (parts[0] ?? '') : parts.map((part) => `(${part})`).join(isAny ? ' || ' : ' && '),
    kept: isKept,
    unlike,
    caseless: isNew && ignoresCase(conditions, options),
  }
}
