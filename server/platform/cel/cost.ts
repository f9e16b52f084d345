import { MACROS, type Node } from '#platform/cel/names.ts'
import { isTime, plainTime } from '#platform/cel/times.ts'

/** How nodes are run inside the library; not in its types, hence the exact pin and the tests of attacks. */
type Evaluate = (this: unknown, evaluator: unknown, node: unknown, context: unknown) => unknown
type Runnable = { evaluate: Evaluate }

/**
 * Units of work that one evaluation may cost: about one for each node run in a loop, each item compared and each
 * 32 characters handled. Some 5 ms at most; honest expressions use under a hundred.
 */
const COST_LIMIT = 50_000
const UNITS_PER_US = 10
/** A look at the local time of a zone takes some 30 µs. */
const ZONE_COST = 100
/** The library remembers the shape of what it compares; data must not be able to invent shapes without end. */
const MAX_NESTING = 8
/** Its parser of durations takes quadratic time. */
const MAX_DURATION_LENGTH = 64

const TOO_COSTLY = `takes more than ${COST_LIMIT} steps`

/** One counter for all: evaluations never overlap. */
let left = COST_LIMIT
let spent: string | null = null

/** Thrown without a stack: the library may catch it once for each item of a list. */
class Spent extends Error {
  override readonly name = 'Spent'
}
const { stackTraceLimit } = Error
Error.stackTraceLimit = 0
const SPENT = new Spent(TOO_COSTLY)
Error.stackTraceLimit = stackTraceLimit

/** `effort`: what was used of it since the start, in microseconds. */
export type Budget = { start(): void; fault(): string | null; effort(): number }
const BUDGET: Budget = {
  start() {
    left = COST_LIMIT
    spent = null
  },
  fault: () => spent,
  effort: () => (COST_LIMIT - left) / UNITS_PER_US,
}

function refuse(why: string): never {
  spent ??= why
  throw SPENT
}

function charge(units: number): void {
  left -= units
  if (left < 0) refuse(TOO_COSTLY)
}

/** Charges a text by its length, a list or map by all that comparing it would look at. */
function chargeValue(value: unknown): void {
  if (typeof value === 'string') {
    if (value.length > 32) charge(value.length >> 5)
  } else if (typeof value === 'object' && value !== null) {
    chargeDeep(value, 0)
  }
}

function chargeDeep(value: object, depth: number): void {
  if (depth >= MAX_NESTING) refuse(`compares or joins values that are nested more than ${MAX_NESTING} deep`)
  const items: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
  charge(items.length)
  for (const item of items) {
    if (typeof item === 'object' && item !== null) chargeDeep(item, depth + 1)
    else if (typeof item === 'string' && item.length > 32) charge(item.length >> 5)
  }
}

/** Nodes that running this one once runs, with what is dear in them. */
function weightOf(node: Node): number {
  return 1 + partsOf(node).reduce((sum, part) => sum + weightOf(part), inZone(node) ? ZONE_COST : 0)
}

const inZone = (node: Node) => node.op === 'rcall' && node.args[0].startsWith('get') && node.args[2].length > 0

function partsOf(node: Node): readonly Node[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return []
    case '.':
    case '.?':
      return [node.args[0]]
    case 'call':
      return node.args[1]
    case 'rcall':
      return [node.args[1], ...node.args[2]]
    case 'map':
      return node.args.flat()
    case '!_':
    case '-_':
      return [node.args]
    default:
      return node.args
  }
}

/**
 * Puts `after` behind a node: it sees each value that the node gives, and `change` gives another in its place. The library replaces `evaluate` on the
 * first run by what it found fit; that is caught and kept below ours.
 */
function tap(node: Node, after: (value: unknown) => void, change?: (value: unknown) => unknown): void {
  const target = node as unknown as Runnable
  const first = target.evaluate
  let settled: Evaluate | undefined
  const tapped: Evaluate = function (this: unknown, evaluator, ast, context) {
    let value: unknown
    if (settled === undefined) {
      try {
        value = first.call(target, evaluator, ast, context)
      } finally {
        if (target.evaluate !== tapped) settled = target.evaluate
        target.evaluate = tapped
      }
    } else {
      value = settled.call(target, evaluator, ast, context)
    }
    after(value)
    return change === undefined ? value : change(value)
  }
  target.evaluate = tapped
}

const COMPARING: ReadonlySet<string> = new Set(['==', '!=', 'in', '+', '<', '<=', '>', '>='])

/**
 * Bounds an expression that was checked. What a run costs is counted before it is spent: the items of a loop
 * times the weight of its body when the loop begins, texts and lists when something is about to use them.
 */
export function meter(ast: Node): Budget {
  const taps = new Map<Node, ((value: unknown) => void)[]>()
  const times = new Set<Node>()
  const add = (node: Node, after: (value: unknown) => void) => {
    if (node.op !== 'value') taps.set(node, [...(taps.get(node) ?? []), after])
  }

  /** The library would look at its length. */
  function asTime(node: Node): void {
    if (node.op !== 'value') times.add(node)
    else if (typeof node.args === 'string' && isTime(node.args)) Object.assign(node, { args: plainTime(node.args) })
  }

  function visit(node: Node): void {
    if (COMPARING.has(node.op)) for (const part of partsOf(node)) add(part, chargeValue)
    if (node.op === '[]') add(node.args[1], ownName)
    if (node.op === 'call')
      for (const part of node.args[1]) {
        add(part, node.args[0] === 'duration' ? short : chargeValue)
        if (node.args[0] === 'timestamp') asTime(part)
      }
    if (node.op === 'rcall') {
      const [name, receiver, args] = node.args
      if (MACROS.has(name)) {
        const weight = 1 + args.slice(1).reduce((sum, arg) => sum + weightOf(arg), 0)
        add(receiver, (list) => {
          if (typeof list !== 'object' || list === null) return
          charge(weight * (Array.isArray(list) ? list.length : Object.keys(list).length))
        })
      } else {
        for (const part of [receiver, ...args]) add(part, chargeValue)
      }
    }
    for (const part of partsOf(node)) visit(part)
  }

  visit(ast)
  for (const [node, all] of taps) {
    const [one] = all
    const after =
      all.length === 1 && one !== undefined ? one : (value: unknown) => all.forEach((each) => void each(value))
    tap(node, after, times.has(node) ? plainTime : undefined)
  }
  return BUDGET
}

function short(value: unknown): void {
  if (typeof value === 'string' && value.length > MAX_DURATION_LENGTH)
    refuse(`takes a duration of more than ${MAX_DURATION_LENGTH} characters`)
}

/** Times have members behind them that no author is meant to reach. */
function ownName(value: unknown): void {
  if (value === '__proto__' || value === 'constructor' || value === 'prototype') refuse(`reads ${value}`)
}
