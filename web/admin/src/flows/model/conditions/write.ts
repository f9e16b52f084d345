import { type Group, isGroup, isPath, type Part, type Rule, type Value } from './condition.ts'

/** What stands for a rule whose field is not chosen yet: the program finds fault with it, so nobody publishes it. */
const UNFINISHED = "null == ''"

/** The condition in CEL; empty where nothing is asked. */
export function celOf(group: Group): string {
  return joined(group)
}

function joined({ join, parts }: Group): string {
  return parts
    .map((part) => written(part))
    .filter((text) => text !== '')
    .join(join === 'all' ? ' && ' : ' || ')
}

function written(part: Part): string {
  if (!isGroup(part)) return ruleText(part)
  const inside = joined(part)
  return part.parts.length > 1 && inside !== '' ? `(${inside})` : inside
}

const quoted = (text: string): string =>
  `'${text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')}'`

function valueText(value: Value | undefined): string {
  if (value === undefined) return "''"
  if (value.kind === 'text') return quoted(value.text)
  if (value.kind === 'number') return String(value.number)
  if (value.kind === 'yes') return String(value.yes)
  if (value.kind === 'span') return `duration('${value.count}${value.unit}')`
  return `[${value.items.map(quoted).join(', ')}]`
}

function ruleText({ field, operator, value }: Rule): string {
  if (!isPath(field)) return UNFINISHED
  const shown = valueText(value)
  switch (operator) {
    case 'is':
      return `${field} == ${shown}`
    case 'isNot':
      return `${field} != ${shown}`
    case 'more':
      return `${field} > ${shown}`
    case 'least':
      return `${field} >= ${shown}`
    case 'less':
      return `${field} < ${shown}`
    case 'most':
      return `${field} <= ${shown}`
    case 'holds':
      return field
    case 'holdsNot':
      return `!${field}`
    case 'contains':
      return `${field}.contains(${shown})`
    case 'containsNot':
      return `!${field}.contains(${shown})`
    case 'starts':
      return `${field}.startsWith(${shown})`
    case 'ends':
      return `${field}.endsWith(${shown})`
    case 'oneOf':
      return `${field} in ${shown}`
    case 'noneOf':
      return `!(${field} in ${shown})`
    case 'includes':
      return `${shown} in ${field}`
    case 'lacks':
      return `!(${shown} in ${field})`
    case 'there':
      return `has(${field})`
    case 'notThere':
      return `!has(${field})`
    case 'known':
      return `${field} != null`
    case 'unknown':
      return `${field} == null`
    case 'inMore':
      return `timestamp(${field}) - now > ${shown}`
    case 'inLess':
      return `timestamp(${field}) - now < ${shown}`
    case 'agoMore':
      return `now - timestamp(${field}) > ${shown}`
    case 'agoLess':
      return `now - timestamp(${field}) < ${shown}`
  }
}
