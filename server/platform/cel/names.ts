import type { ParseResult } from '@marcbachmann/cel-js'
import type { Sentence } from '#platform/sentence.ts'
import { UNSAFE_NAMES } from '#platform/unsafe-names.ts'

/** A node of the library's syntax tree. */
export type Node = ParseResult['ast']

/**
 * Functions and methods that an expression may call. Left out: `matches` (JavaScript's regular expressions may
 * take for ever), `bind` (doubles a text with every use), bytes, optionals and type values (nothing JSON holds).
 */
const FUNCTIONS: ReadonlySet<string> = new Set([
  'has',
  'size',
  'string',
  'int',
  'double',
  'bool',
  'timestamp',
  'duration',
])
/** Loops over lists and maps. */
export const MACROS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter'])
const METHODS: ReadonlySet<string> = new Set([
  ...MACROS,
  'size',
  'startsWith',
  'endsWith',
  'contains',
  'indexOf',
  'lastIndexOf',
  'substring',
  'split',
  'join',
  'trim',
  'lowerAscii',
  'upperAscii',
  'getFullYear',
  'getMonth',
  'getDate',
  'getDayOfMonth',
  'getDayOfWeek',
  'getDayOfYear',
  'getHours',
  'getMinutes',
  'getSeconds',
  'getMilliseconds',
])
/** Loops inside loops multiply; two levels are what reading lists of lists needs. */
const MAX_LOOPS = 2
/** Of one expression; more are of no use. */
const MAX_FAULTS = 10

type Names = { roots: ReadonlySet<string>; paths: readonly string[]; faults?: undefined }

/** Walks an expression: which names it reads, or what in it is not allowed. */
export function readNames(ast: Node, allowed: readonly string[]): Names | { faults: readonly Sentence[] } {
  const known = new Set(allowed)
  const roots = new Set<string>()
  const paths = new Set<string>()
  const faults = new Map<string, Sentence>()
  const fault = (en: string, es: string) => void faults.set(en, { en, es })

  function visit(node: Node, bound: ReadonlySet<string>, loops: number): void {
    switch (node.op) {
      case 'value':
        if (node.args instanceof Uint8Array) fault('bytes are not allowed', 'no se permiten bytes')
        return
      case 'id':
        if (bound.has(node.args)) return
        if (!known.has(node.args)) {
          const list = allowed.join(', ')
          fault(`there is no ${node.args}; known are ${list}`, `no existe ${node.args}; existen ${list}`)
        }
        roots.add(node.args)
        return
      case '.':
      case '.?': {
        const [object, name] = node.args
        if (UNSAFE_NAMES.has(name)) fault(`${name} is not allowed`, `${name} no se permite`)
        if (object.op === 'id' && !bound.has(object.args)) paths.add(`${object.args}.${name}`)
        visit(object, bound, loops)
        return
      }
      case 'call': {
        const [name, args] = node.args
        if (!FUNCTIONS.has(name)) {
          const list = [...FUNCTIONS].join(', ')
          fault(`there is no function ${name}; known are ${list}`, `no existe la función ${name}; existen ${list}`)
        }
        for (const arg of args) visit(arg, bound, loops)
        return
      }
      case 'rcall': {
        const [name, receiver, args] = node.args
        if (!METHODS.has(name)) {
          const why = name === 'matches'
          const list = [...METHODS].join(', ')
          fault(
            `there is no method ${name}${why ? ' (a regular expression may run without end)' : ''}; known are ${list}`,
            `no existe el método ${name}${why ? ' (una expresión regular puede no acabar nunca)' : ''}; existen ${list}`,
          )
        }
        visit(receiver, bound, loops)
        const variable = args[0]
        if (MACROS.has(name) && variable?.op === 'id') {
          if (known.has(variable.args)) {
            fault(
              `${variable.args} cannot name the item of a list here`,
              `${variable.args} no puede ser aquí el nombre de un elemento de la lista`,
            )
          }
          if (loops + 1 > MAX_LOOPS) {
            fault(`loops may be ${MAX_LOOPS} deep`, `los bucles pueden tener ${MAX_LOOPS} niveles`)
          }
          const inner = new Set(bound).add(variable.args)
          for (const arg of args.slice(1)) visit(arg, inner, loops + 1)
        } else {
          for (const arg of args) visit(arg, bound, loops)
        }
        return
      }
      case 'map':
        for (const [key, value] of node.args) {
          visit(key, bound, loops)
          visit(value, bound, loops)
        }
        return
      case '!_':
      case '-_':
        visit(node.args, bound, loops)
        return
      case '[]':
      case '[?]': {
        const [object, index] = node.args
        if (index.op === 'value' && typeof index.args === 'string') {
          if (UNSAFE_NAMES.has(index.args)) fault(`${index.args} is not allowed`, `${index.args} no se permite`)
          if (object.op === 'id' && !bound.has(object.args)) paths.add(`${object.args}.${index.args}`)
        }
        visit(object, bound, loops)
        visit(index, bound, loops)
        return
      }
      default:
        for (const part of node.args) visit(part, bound, loops)
    }
  }

  visit(ast, new Set(), 0)
  return faults.size === 0 ? { roots, paths: [...paths] } : { faults: [...faults.values()].slice(0, MAX_FAULTS) }
}
