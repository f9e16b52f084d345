import type { Fault } from '#platform/problem.ts'
import type { Sentence } from '#platform/sentence.ts'

/**
 * AMQP topic patterns: words split on `.`, `*` is exactly one word (which may be empty), `#` any number of words;
 * other words compare byte for byte. The empty key has no words at all.
 */

const MAX_PATTERN_BYTES = 255

const wordsOf = (text: string): string[] => (text === '' ? [] : text.split('.'))

/** What is wrong with a pattern that somebody registers; AMQP itself would take empty words, which are mistakes here. */
export function patternFaults(pattern: unknown, path: string): Fault[] {
  return patternMistakes(pattern).map((messages) => ({ path, message: messages.en, messages }))
}

/** The same for people who read it in either language. */
export function patternMistakes(pattern: unknown): Sentence[] {
  if (typeof pattern !== 'string') return [{ en: 'must be a string', es: 'debe ser un texto' }]
  if (pattern === '') return [{ en: 'must not be empty', es: 'no puede estar vacío' }]
  const mistakes: Sentence[] = []
  if (Buffer.byteLength(pattern) > MAX_PATTERN_BYTES) {
    mistakes.push({
      en: `must have at most ${MAX_PATTERN_BYTES} bytes`,
      es: `puede tener como máximo ${MAX_PATTERN_BYTES} bytes`,
    })
  }
  if (pattern.split('.').includes('')) {
    mistakes.push({ en: 'must not hold an empty word', es: 'no puede tener una palabra vacía' })
  }
  // Taken along by who copied it: it would match nothing, and nobody would be told.
  if (pattern !== pattern.trim()) {
    mistakes.push({ en: 'must not begin or end with a space', es: 'no puede empezar ni terminar con un espacio' })
  }
  if (/[\p{Cc}\p{Cs}]/u.test(pattern)) {
    mistakes.push({ en: 'must not hold control characters', es: 'no puede tener caracteres de control' })
  }
  return mistakes
}

/** A test of routing keys against one pattern, in time linear in both for each `#`. */
export function compilePattern(pattern: string): (key: string) => boolean {
  if (!/[*#]/.test(pattern)) return (key) => key === pattern
  if (pattern === '#') return () => true
  const expected = wordsOf(pattern)
  return (key) => matches(expected, wordsOf(key))
}

/** The greedy match of shell patterns: only the last `#` ever needs to take another word. */
function matches(expected: readonly string[], words: readonly string[]): boolean {
  let at = 0
  let word = 0
  let retryAt = -1
  let retryWord = 0
  while (word < words.length) {
    const part = expected[at]
    if (part === '#') {
      retryAt = ++at
      retryWord = word
    } else if (at < expected.length && (part === '*' || part === words[word])) {
      at++
      word++
    } else if (retryAt !== -1) {
      at = retryAt
      word = ++retryWord
    } else {
      return false
    }
  }
  while (expected[at] === '#') at++
  return at === expected.length
}

type Node<T> = { words: Map<string, Node<T>>; any: Node<T> | null; rest: Node<T> | null; isRest: boolean; values: T[] }

const newNode = <T>(isRest: boolean): Node<T> => ({ words: new Map(), any: null, rest: null, isRest, values: [] })

export type TopicIndex<T> = {
  /** The values of all patterns that match, each once, in the order in which they were given. */
  match(key: string): readonly T[]
}

/** Keys whose answer an index remembers: types are few, and a flood of new ones must not fill the memory. */
const REMEMBERED_KEYS = 1000

/** Many patterns at once: one walk of a tree by words, whatever their number. */
export function topicIndex<T>(entries: Iterable<readonly [pattern: string, value: T]>): TopicIndex<T> {
  const root = newNode<number>(false)
  const values: T[] = []
  for (const [pattern, value] of entries) {
    values.push(value)
    insert(root, pattern).values.push(values.length - 1)
  }
  const remembered = new Map<string, readonly T[]>()
  return {
    match(key) {
      const known = remembered.get(key)
      if (known !== undefined) return known
      const found = [...find(root, wordsOf(key))].sort((a, b) => a - b).map((index) => values[index] as T)
      if (remembered.size >= REMEMBERED_KEYS) remembered.clear()
      remembered.set(key, found)
      return found
    },
  }
}

function insert(root: Node<number>, pattern: string): Node<number> {
  let node = root
  for (const word of wordsOf(pattern)) {
    if (word === '#') {
      // "#.#" says no more than "#".
      if (!node.isRest) node = node.rest ??= newNode(true)
    } else if (word === '*') {
      node = node.any ??= newNode(false)
    } else {
      let next = node.words.get(word)
      if (next === undefined) {
        next = newNode(false)
        node.words.set(word, next)
      }
      node = next
    }
  }
  return node
}

/** All states at once, so that patterns full of `#` cost no more than nodes times words. */
function find(root: Node<number>, words: readonly string[]): Set<number> {
  let states = new Set<Node<number>>()
  enter(states, root)
  for (const word of words) {
    const next = new Set<Node<number>>()
    for (const node of states) {
      if (node.isRest) next.add(node)
      if (node.any !== null) enter(next, node.any)
      const exact = node.words.get(word)
      if (exact !== undefined) enter(next, exact)
    }
    states = next
  }
  const found = new Set<number>()
  for (const node of states) for (const index of node.values) found.add(index)
  return found
}

/** `#` takes no word at first. */
function enter(states: Set<Node<number>>, node: Node<number>): void {
  states.add(node)
  if (node.rest !== null) states.add(node.rest)
}
