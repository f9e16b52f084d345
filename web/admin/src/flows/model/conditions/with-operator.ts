import { OPERATORS, type Operator, type Rule, type Value } from './condition.ts'
import { fieldOf, type KnownField } from './fields.ts'

/** Whether a field can be equal to a value: a number never is to a text of the same digits. */
function isOfType({ type, choices }: KnownField, value: Value): boolean {
  if (choices !== undefined) return value.kind === 'text' && choices.some((one) => one.value === value.text)
  return type === 'any' ? ['text', 'number', 'yes'].includes(value.kind) : value.kind === type
}

/** The rule with another comparison, or about another field, and a value that goes with both. */
export function withOperator({ field, value }: Rule, operator: Operator): Rule {
  const needs = OPERATORS[operator]
  if (needs === 'nothing') return { field, operator }
  const known = fieldOf(field)
  const fresh: { [needs: string]: Value } = {
    value:
      known.type === 'number' ? { kind: 'number', number: 0 } : { kind: 'text', text: known.choices?.[0]?.value ?? '' },
    number: { kind: 'number', number: 0 },
    text: { kind: 'text', text: '' },
    list: { kind: 'list', items: [] },
    span: { kind: 'span', count: 24, unit: 'h' },
  }
  const fits = value !== undefined && (needs === 'value' ? isOfType(known, value) : value.kind === needs)
  return { field, operator, value: fits ? value : fresh[needs] }
}
