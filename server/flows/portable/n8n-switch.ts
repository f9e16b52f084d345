import { fileNameOf } from '#flows/portable/document.ts'
import { listOf, membersOf, numberIn, textIn } from '#flows/portable/drawing.ts'
import { type Condition, tellOf, whenOf } from '#flows/portable/n8n-conditions.ts'
import { celOf } from '#flows/portable/n8n-expressions.ts'
import type { Call, Maker, Unfit } from '#flows/portable/n8n-step.ts'
import { UNSAFE_NAMES } from '#platform/unsafe-names.ts'

/*
 * The switch of n8n: rules of version 3, those of versions 1 and 2, which compare one value, and an expression that
 * gives the number of an output.
 */

type Members = { [name: string]: unknown }

/** The ways of rules: as its author called their outputs, so far as ways can be called so. */
function handlesOf(rules: readonly Members[]): string[] {
  const taken = new Set(['else', ...UNSAFE_NAMES])
  return rules.map(({ outputKey }, i) => {
    const called = textIn(outputKey)
    const plain = /^[A-Za-z0-9_-]{1,60}$/.test(called) ? called : fileNameOf(called.slice(0, 200)).slice(0, 60)
    const base = called.startsWith('=') || !/[\p{L}\p{N}]/u.test(called) || plain === 'flow' ? `rule-${i + 1}` : plain
    let handle = base
    for (let n = 2; taken.has(handle); n++) handle = `${base}-${n}`
    taken.add(handle)
    return handle
  })
}

/** A way, the output of n8n that it is, and when it is gone. */
type Case = Condition & { handle: string; output: number }

/** What a comparison of the first versions is where none was written. */
const USUAL: { readonly [type: string]: string } = { number: 'smaller', dateTime: 'after' }

function casesOf({ step: { parameters, version }, source }: Call): Case[] | Unfit {
  const { options, dataType, value1 } = parameters
  const { rules: older, values } = membersOf(parameters.rules)
  if (textIn(parameters.mode) === 'expression') return byNumber(parameters, source)
  const rules = listOf(values ?? older)
  if (rules.length === 0) return { unfit: ['it has no rules', 'no tiene reglas'] }
  const handles = handlesOf(rules)
  return rules.map((rule, i) => {
    const type = textIn(dataType) || 'number'
    const operation = rule.operation ?? USUAL[type] ?? 'equal'
    const conditions = values === undefined ? { [type]: [{ value1, value2: rule.value2, operation }] } : rule.conditions
    return {
      handle: handles[i] ?? '',
      // Of the first version each rule says itself which output it is.
      output: values === undefined && version < 2 ? (numberIn(rule.output) ?? 0) : i,
      ...whenOf(membersOf(conditions), { options }, source),
    }
  })
}

const MOST_OUTPUTS = 50

/** A value that is the number of the output. */
function byNumber({ output, numberOutputs, outputsAmount }: Members, source: Call['source']): Case[] | Unfit {
  const number = celOf(output, source)
  if (number.kept)
    return {
      unfit: [
        'which output it goes is JavaScript (mode expression), which nothing here runs; write it as rules',
        'la salida que sigue es JavaScript (modo expression), que aquí nada ejecuta; escríbela como reglas',
      ],
    }
  const amount = Math.max(1, Math.min(MOST_OUTPUTS, Math.round(numberIn(numberOutputs ?? outputsAmount) ?? 4)))
  return Array.from({ length: amount }, (_one, i) => ({
    handle: `output-${i}`,
    output: i,
    when: `${number.cel} == ${i}`,
    kept: false,
    unlike: [],
    caseless: false,
  }))
}

export const choose: Maker = (call) => {
  const { drawn, step } = call
  const { name, parameters, at } = step
  const cases = casesOf(call)
  if ('unfit' in cases) return cases
  const id = drawn.add(name, 'branch', { cases: cases.map(({ handle, when }) => ({ handle, when })) }, at)
  tellOf(drawn, id, name, cases)
  const { allMatchingOutputs, renameFallbackOutput, ...options } = membersOf(parameters.options)
  const otherwise = textIn(renameFallbackOutput).slice(0, 100)
  if (otherwise !== '')
    drawn.note(
      id,
      `${name}: what n8n called ${otherwise} is the way else here`,
      `${name}: lo que n8n llamaba ${otherwise} es aquí la salida else`,
    )
  if (allMatchingOutputs === true)
    drawn.note(
      id,
      `${name}: n8n went every way that matches; here it goes the first`,
      `${name}: n8n seguía todas las salidas que coinciden; aquí sigue la primera`,
    )
  const said = options.fallbackOutput ?? parameters.fallbackOutput
  const fallback = said === 'extra' ? cases.length : numberIn(said)
  const outputs = Math.max(fallback ?? 0, ...cases.map(({ output }) => output)) + 1
  return {
    id,
    // Several rules may go one output, and so may what no rule fits.
    ways: (output) => [
      ...cases.filter((one) => one.output === output).map(({ handle }) => handle),
      ...(output === fallback ? ['else'] : []),
    ],
    outputs,
    mustLead: cases.map(({ handle }) => handle),
  }
}
