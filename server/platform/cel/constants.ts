import { evaluate } from '@marcbachmann/cel-js'
import { mistakeIn } from '#platform/cel/mistakes.ts'
import type { Node } from '#platform/cel/names.ts'
import { plainTime } from '#platform/cel/times.ts'
import type { Sentence } from '#platform/sentence.ts'

const OF_TEXTS: ReadonlySet<unknown> = new Set(['timestamp', 'duration'])

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'op' in value

/** Parts of an expression that fail whatever it is asked about: times and durations that are none. */
export function constantFaults(ast: Node): Sentence[] {
  const faults = new Map<string, Sentence>()
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit)
    if (!isNode(value)) return
    const fault = faultOf(value.op, value.args)
    if (fault !== null) faults.set(fault.en, fault)
    visit(value.args)
  }
  visit(ast)
  return [...faults.values()]
}

function faultOf(op: string, args: unknown): Sentence | null {
  if (!Array.isArray(args)) return null
  const [name, given] = args as [unknown, unknown]
  if (op !== 'call' || !OF_TEXTS.has(name) || !Array.isArray(given) || given.length !== 1) return null
  const [literal] = given
  if (!isNode(literal) || literal.op !== 'value' || typeof literal.args !== 'string') return null
  // The library's parser of durations takes quadratic time; no honest one is longer.
  if (literal.args.length > 64) return null
  try {
    const text = name === 'timestamp' ? plainTime(literal.args) : literal.args
    evaluate(`${name}(${JSON.stringify(text)})`)
    return null
  } catch (error) {
    return mistakeIn({ code: (error as { code?: string }).code, summary: String(error) }, '')
  }
}
