import type { Schema } from '../../../api/client.ts'
import { type Data, type Json, listOf, membersOf, textIn } from '../graph.ts'

export type Verdict = Schema<'CaseVerdict'>
export type CameMessage = Verdict['messages'][number]

/** A step that was expected beside the one that came; null where the other side has one more. */
export type StepPair = { readonly expected: string | null; readonly came: string | null }
export type MessagePair = {
  readonly expected: Data | null
  readonly came: CameMessage | null
  /** What of it came otherwise: names of the expectation's members. All of it, where there is no other side. */
  readonly missed: ReadonlySet<string>
}
export type ValuePair = { readonly name: string; readonly expected: Json; readonly came: Json }

/** What a case expects beside what came. What it expects nothing of is null. */
export type Comparison = {
  readonly status: { readonly expected: string | null; readonly came: string; readonly missed: boolean }
  readonly outcome: { readonly expected: string | null; readonly came: string; readonly missed: boolean }
  readonly steps: { readonly pairs: readonly StepPair[]; readonly expected: boolean }
  readonly messages: { readonly pairs: readonly MessagePair[]; readonly expected: boolean }
  /** Variables that came otherwise. */
  readonly values: readonly ValuePair[]
}

export function comparisonOf(expect: Data, verdict: Verdict): Comparison {
  const paths = new Set(verdict.misses.map(({ path }) => path))
  const wanted = (name: 'status' | 'outcome') => ({
    expected: typeof expect[name] === 'string' ? textIn(expect[name]) : null,
    came: verdict[name],
    missed: paths.has(`/expect/${name}`),
  })
  const steps = expect.steps === undefined ? null : listOf(expect.steps).map(textIn)
  const messages = expect.messages === undefined ? null : listOf(expect.messages).map(membersOf)
  return {
    status: wanted('status'),
    outcome: wanted('outcome'),
    steps: {
      expected: steps !== null,
      pairs: steps === null ? verdict.steps.map((came) => ({ expected: null, came })) : aligned(steps, verdict.steps),
    },
    messages: { expected: messages !== null, pairs: messagePairs(messages, verdict, paths) },
    values: verdict.misses.flatMap(({ path, expected, actual }) => {
      const [, name] = /^\/expect\/vars\/(.+)$/.exec(path) ?? []
      return name === undefined ? [] : [{ name, expected: expected as Json, came: actual as Json }]
    }),
  }
}

function messagePairs(wanted: readonly Data[] | null, { messages }: Verdict, paths: ReadonlySet<string>) {
  const count = Math.max(wanted?.length ?? 0, messages.length)
  return Array.from({ length: count }, (_, i): MessagePair => {
    const expected = wanted?.[i] ?? null
    const began = `/expect/messages/${i}/`
    const missed = [...paths].flatMap((path) => (path.startsWith(began) ? [path.slice(began.length)] : []))
    return { expected, came: messages[i] ?? null, missed: new Set(missed) }
  })
}

/**
 * Two lists beside each other, equal steps in one line: where one step is more, those after it still meet. By the longest
 * that both have in common.
 */
export function aligned(expected: readonly string[], came: readonly string[]): StepPair[] {
  const [rows, columns] = [expected.length, came.length]
  const width = columns + 1
  const common = new Uint16Array((rows + 1) * width)
  const at = (i: number, j: number) => common[i * width + j] ?? 0
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      common[i * width + j] = expected[i] === came[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const pairs: StepPair[] = []
  let [i, j] = [0, 0]
  while (i < rows || j < columns) {
    const same = i < rows && j < columns && expected[i] === came[j]
    const takesExpected = same || (i < rows && (j >= columns || at(i + 1, j) >= at(i, j + 1)))
    const takesCame = same || !takesExpected
    pairs.push({
      expected: takesExpected ? (expected[i] as string) : null,
      came: takesCame ? (came[j] as string) : null,
    })
    if (takesExpected) i++
    if (takesCame) j++
  }
  return paired(pairs)
}

/** Steps that are missing and those that came in their place stand in the same lines. */
function paired(pairs: readonly StepPair[]): StepPair[] {
  const result: StepPair[] = []
  /** The first line whose right side is still free. */
  let free = 0
  for (const pair of pairs) {
    if (pair.expected !== null && pair.came !== null) free = result.length + 1
    const place = result[free]
    if (pair.expected === null && place !== undefined) result[free++] = { ...place, came: pair.came }
    else {
      result.push(pair)
      if (pair.expected === null) free = result.length
    }
  }
  return result
}

/** What came as an expectation: the case then says that it shall come like this again. */
export function expectationOf({ status, outcome, steps, messages }: Verdict): Data {
  return {
    status,
    ...(outcome === '' || outcome === status ? {} : { outcome }),
    ...(steps.length === 0 ? {} : { steps: [...steps] }),
    messages: messages.map(({ nodeId, after, channel, template, title, text }) => ({
      ...{ node: nodeId, after, channel },
      ...(template === null ? {} : { template }),
      ...(title === null ? {} : { title }),
      ...(text === null || text === '' ? {} : { text }),
    })),
  }
}
