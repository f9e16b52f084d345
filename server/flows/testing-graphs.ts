import fc from 'fast-check'
import { flowOf, graph } from '#flows/testing.ts'

/*
 * Graphs of any shape whose cycles have a wait, and a model kept apart from the interpreter: a table of node →
 * way → node, walked by hand with the ways that were drawn by lot. The interpreter must visit the same nodes
 * equally often, whatever duplicates, late news and foreign events are mixed in.
 */

export type Kind = 'set' | 'branch' | 'wait' | 'waitForEvent' | 'http' | 'notify' | 'emit' | 'message'
const KINDS: readonly Kind[] = ['set', 'branch', 'wait', 'waitForEvent', 'http', 'notify', 'emit', 'message']
export const WAYS: Readonly<Record<Kind, readonly string[]>> = {
  set: ['out'],
  emit: ['out'],
  message: ['out'],
  wait: ['out'],
  branch: ['a', 'b', 'else'],
  waitForEvent: ['event', 'timeout'],
  http: ['ok', 'error'],
  notify: ['sent', 'failed', 'suppressed'],
}
const WAITS: ReadonlySet<Kind> = new Set(['wait', 'waitForEvent'])

export type Plan = { kinds: Kind[]; targets: (number | null)[][] }

/** Edges lead forward, or back to a node that waits: so every cycle has a wait in it. */
export const plan: fc.Arbitrary<Plan> = fc
  .array(fc.constantFrom(...KINDS), { minLength: 1, maxLength: 20 })
  .chain((kinds) =>
    fc.record({
      kinds: fc.constant(kinds),
      targets: fc.tuple(
        ...kinds.map((kind, i) => {
          const allowed = kinds.map((_, j) => j).filter((j) => j > i || WAITS.has(kinds[j] as Kind))
          const one = fc.option(allowed.length === 0 ? fc.constant(null) : fc.constantFrom(...allowed), { freq: 6 })
          return fc.tuple(...WAYS[kind].map(() => one))
        }),
      ),
    }),
  ) as fc.Arbitrary<Plan>

/** `c` counts what the branches see, so that the model knows the way they take. */
const DATA: Readonly<Record<Kind, { [name: string]: unknown }>> = {
  set: { vars: { c: 'has(vars.c) ? vars.c + 1 : 1' } },
  branch: {
    cases: [
      { handle: 'a', when: 'has(vars.c) && vars.c % 3 == 1' },
      { handle: 'b', when: 'has(vars.c) && vars.c % 3 == 2' },
    ],
  },
  wait: { for: 'PT0.05S' },
  waitForEvent: { event: 'reply', timeout: 'PT1H' },
  http: { url: 'https://example.com/{{ event.id }}' },
  notify: { content: { body: 'x' }, channels: ['push'] },
  emit: { type: 'told.it' },
  message: { text: '{{ vars.c | default: 0 }}' },
}

/** Every way leads to a node of its own kind of end where nothing is drawn, so that ends are drawn too. */
export function build({ kinds, targets }: Plan, startsOn = 'go') {
  const reached = new Set<number>([0])
  for (const i of reached) for (const target of targets[i] ?? []) if (target !== null) reached.add(target)
  const kept = [...reached].sort((a, b) => a - b)
  const nodes = kept.map((i) => [`n${i}`, kinds[i] as Kind, DATA[kinds[i] as Kind]] as const)
  const ends: (readonly [string, string])[] = []
  const edges = ['start n0']
  const model = new Map<string, ReadonlyMap<string, string>>()
  for (const i of kept) {
    const ways = new Map<string, string>()
    WAYS[kinds[i] as Kind].forEach((way, w) => {
      const target = targets[i]?.[w] ?? null
      const id = target === null ? `x${i}${way}` : `n${target}`
      if (target === null) ends.push([id, 'end'])
      ways.set(way, id)
      edges.push(`n${i}.${way} ${id}`)
    })
    model.set(`n${i}`, ways)
  }
  // `has(vars.c)` needs some node that sets it, reached or not.
  const names = kept.some((i) => kinds[i] === 'set') ? [] : ([['names', 'set', DATA.set]] as const)
  const all = [['start', 'trigger', { event: startsOn }] as const, ...names, ...nodes, ...ends]
  const first = names.length > 0 ? ['start names', 'names n0', ...edges.slice(1)] : edges
  const drawn = graph(all, first)
  return {
    graph: drawn,
    flow: flowOf(drawn),
    model,
    kinds: new Map(kept.map((i) => [`n${i}`, kinds[i] as Kind])),
    counts: names.length,
  }
}

/** The model: no code of the interpreter, only the table and a counter. */
export function walkByHand(made: ReturnType<typeof build>, ways: readonly number[]): Map<string, number> {
  const visits = new Map<string, number>([['start', 1]])
  let count = made.counts
  if (count > 0) visits.set('names', 1)
  let at = 'n0'
  let lot = 0
  for (;;) {
    visits.set(at, (visits.get(at) ?? 0) + 1)
    const kind = made.kinds.get(at)
    if (kind === undefined) return visits
    let way: string
    if (kind === 'set') count += 1
    if (kind === 'branch') way = ['else', 'a', 'b'][count === 0 ? 0 : count % 3] as string
    else if (WAYS[kind].length === 1 && kind !== 'wait') way = 'out'
    else if (lot >= ways.length) return visits
    else way = WAYS[kind][(ways[lot++] ?? 0) % WAYS[kind].length] as string
    at = made.model.get(at)?.get(way) as string
  }
}

export const lots = fc.array(fc.nat(5), { maxLength: 30 })
