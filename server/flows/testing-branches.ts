import fc from 'fast-check'
import { flowOf, graph } from '#flows/testing.ts'

/*
 * Flows drawn in blocks, with branches, loops and arms inside each other, and a model kept apart from the interpreter:
 * each block is a generator that tells where it waits and is told which wait is over. No token, fork or frame is known
 * to it.
 */

export type Block =
  | { kind: 'set' | 'emit' | 'wait' | 'event' | 'http' }
  | { kind: 'all' | 'any'; branches: readonly { blocks: readonly Block[]; meets: boolean }[] }
  | { kind: 'each'; items: number; blocks: readonly Block[]; leadsBack: boolean }
  | { kind: 'arms'; arms: readonly (readonly Block[])[] }

const leaf: fc.Arbitrary<Block> = fc
  .constantFrom('set', 'emit', 'wait', 'event', 'http')
  .map((kind) => ({ kind }) as Block)

export const blocks: fc.Arbitrary<readonly Block[]> = fc.letrec<{ block: Block; list: readonly Block[] }>((tie) => ({
  list: fc.array(tie('block'), { maxLength: 3 }),
  block: fc.oneof(
    { depthSize: 'small', withCrossShrink: true, maxDepth: 3 },
    { weight: 4, arbitrary: leaf },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom('all' as const, 'any' as const),
        branches: fc.array(fc.record({ blocks: tie('list'), meets: fc.boolean() }), { minLength: 2, maxLength: 3 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('each' as const),
        items: fc.nat(3),
        blocks: tie('list'),
        leadsBack: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('arms' as const),
        arms: fc.array(tie('list'), { minLength: 2, maxLength: 3 }),
      }),
    },
  ),
})).list

/** A row of blocks; `tail`: a last step that leads nowhere. */
type Row = { drawn: readonly Drawn[]; tail: string | null }
type Drawn = { id: string; block: Block; inside: readonly Row[] }

/** The blocks with names for their nodes, the graph they make, and the flow. */
export function drawBlocks(list: readonly Block[], startsOn = 'go') {
  const nodes: (readonly [string, string, { [name: string]: unknown }])[] = [['start', 'trigger', { event: startsOn }]]
  const edges: string[] = []
  let count = 0
  const joins = new Map<string, string>()

  /** Draws a row that leads to `to`; null: nowhere. @returns where it begins */
  function row(blocks: readonly Block[], to: string | null): { row: Row; first: string } {
    const tail = to === null ? `t${++count}` : null
    if (tail !== null) nodes.push([tail, 'set', { vars: { t: '1' } }])
    let first = to ?? (tail as string)
    const drawn: Drawn[] = []
    for (const block of blocks.toReversed()) {
      const id = `n${++count}`
      drawn.unshift({ id, block, inside: draw(id, block, first) })
      first = id
    }
    return { row: { drawn, tail }, first }
  }

  function draw(id: string, block: Block, to: string): Row[] {
    switch (block.kind) {
      case 'each': {
        const items = JSON.stringify(Array.from({ length: block.items }, (_, i) => i))
        nodes.push([id, 'forEach', { items, as: `i${id}` }])
        const body = row(block.blocks, block.leadsBack ? id : null)
        edges.push(`${id}.item ${body.first}`, `${id}.done ${to}`)
        return [body.row]
      }
      case 'arms':
        nodes.push([id, 'split', { arms: block.arms.map((_, i) => ({ handle: `a${i}`, weight: 1 })) }])
        return block.arms.map((arm, i) => {
          const drawn = row(arm, to)
          edges.push(`${id}.a${i} ${drawn.first}`)
          return drawn.row
        })
      case 'all':
      case 'any': {
        const join = `j${++count}`
        joins.set(id, join)
        nodes.push([id, 'parallel', {}], [join, 'join', { mode: block.kind }])
        edges.push(`${join} ${to}`)
        return block.branches.map((branch, i) => {
          // Some branch has to reach the join, or nothing does.
          const drawn = row(branch.blocks, branch.meets || i === 0 ? join : null)
          edges.push(`${id} ${drawn.first}`)
          return drawn.row
        })
      }
      default:
        nodes.push([id, LEAVES[block.kind].type, LEAVES[block.kind].data(id)])
        edges.push(`${id} ${to}`)
        return []
    }
  }

  const whole = row(list, null)
  edges.unshift(`start ${whole.first}`)
  const made = graph(nodes, edges)
  return { graph: made, flow: flowOf(made), row: whole.row, joins }
}

export type DrawnBlocks = ReturnType<typeof drawBlocks>

const LEAVES: Record<
  'set' | 'emit' | 'wait' | 'event' | 'http',
  { type: string; data(id: string): { [name: string]: unknown } }
> = {
  set: { type: 'set', data: () => ({ vars: { s: '1' } }) },
  emit: { type: 'emit', data: () => ({ type: 'told.it' }) },
  // No two take equally long, so that nothing happens at the same moment.
  wait: { type: 'wait', data: (id) => ({ for: `PT${(100 + Number(id.slice(1)) * 7.013).toFixed(3)}S` }) },
  event: { type: 'waitForEvent', data: (id) => ({ event: `reply.${id}` }) },
  http: { type: 'http', data: () => ({ url: 'https://example.com/' }) },
}

/** Tells where it waits; is told which of these waits is over; returns when it is done. */
type Activity = Generator<readonly string[], void, string>

/**
 * What a run of the blocks visits, and where it waits, by the model.
 * @param armOf the arm that the run goes at a split
 */
export function modelOf({ row, joins }: DrawnBlocks, armOf: (id: string) => number) {
  const visits = new Map<string, number>()
  const visit = (id: string) => void visits.set(id, (visits.get(id) ?? 0) + 1)

  function* rowOf({ drawn, tail }: Row): Activity {
    for (const one of drawn) yield* blockOf(one)
    if (tail !== null) visit(tail)
  }

  function* blockOf({ id, block, inside }: Drawn): Activity {
    visit(id)
    switch (block.kind) {
      case 'set':
      case 'emit':
        return
      case 'wait':
      case 'event':
      case 'http':
        yield [id]
        return
      case 'arms':
        return yield* rowOf(inside[armOf(id)] as Row)
      case 'each':
        for (let i = 0; i < block.items; i++) {
          yield* rowOf(inside[0] as Row)
          visit(id)
        }
        return
      default:
        return yield* together(id, block.kind, inside)
    }
  }

  function* together(id: string, mode: 'all' | 'any', inside: readonly Row[]): Activity {
    const branches = inside.map((row) => ({ row, activity: rowOf(row), waits: [] as readonly string[], isOver: false }))
    const joined = { any: false, some: false }
    const go = (branch: (typeof branches)[number], told: string) => {
      const { done, value } = branch.activity.next(told)
      branch.isOver = done === true
      branch.waits = value ?? []
      if (!branch.isOver || branch.row.tail !== null) return
      visit(joins.get(id) as string)
      joined.some = true
      joined.any ||= mode === 'any'
    }
    for (const branch of branches) go(branch, '')
    while (!joined.any && branches.some(({ isOver }) => !isOver)) {
      const told: string = yield branches.flatMap(({ isOver, waits }) => (isOver ? [] : waits))
      go(branches.find(({ isOver, waits }) => !isOver && waits.includes(told)) as (typeof branches)[number], told)
    }
    if (!joined.some) throw new Error('no branch reached the join')
  }

  visit('start')
  const whole = rowOf(row)
  let state = whole.next('')
  return {
    visits,
    /** Where it waits. */
    get waits(): readonly string[] {
      return state.done === true ? [] : state.value
    },
    over(id: string): void {
      state = whole.next(id)
    },
  }
}
