import { Type } from '@sinclair/typebox'
import type { Walk } from '#flows/flow.ts'
import { nodeKind, StepFault } from '#flows/node-kind.ts'
import { EXPRESSION, VARIABLE } from '#flows/nodes/fields.ts'
import type { Frame } from '#flows/run.ts'
import { park, setVars, value } from '#flows/walk.ts'

const MOST = 1_000
const USUAL = 100
/** Steps of one advance after which a loop lets others have their turn and goes on at once. */
const TURN = 500

/**
 * Goes the way `item` for each item of a list, one after the other: the next one begins when a way of the one before
 * leads nowhere, or back here. Then `done`. Of a list longer than `limit` the first are taken.
 */
export const forEach = nodeKind({
  type: 'forEach',
  staysInside: true,
  definition: {
    title: { es: 'Para cada elemento', en: 'For each item' },
    data: Type.Object(
      {
        items: EXPRESSION,
        as: Type.String({ pattern: VARIABLE, description: 'Name of the variable that holds the item' }),
        limit: Type.Optional(
          Type.Integer({ minimum: 1, maximum: MOST, description: `Most items taken; default ${USUAL}` }),
        ),
      },
      { additionalProperties: false },
    ),
    ways: () => ['item', 'done'],
    mustLead: () => ['item'],
    boundedWay: 'item',
    sets: (data) => [data.as],
  },
  compile: ({ items, as, limit = USUAL }, compiler) => ({ items: compiler.cel('items', items, 'list'), as, limit }),
  advance({ items, as, limit }, walk) {
    const at = walk.frames.findLastIndex((frame) => frame.kind === 'each' && frame.node === walk.node.id)
    if (at === -1) {
      const list = value(walk, items)
      if (!Array.isArray(list)) throw new StepFault('items gave no list')
      walk.frames = [...walk.frames, { kind: 'each', node: walk.node.id, items: list.slice(0, limit), next: 0 }]
      walk.step.input = { items: list.length, ...(list.length > limit ? { taken: limit } : {}) }
    } else walk.frames = walk.frames.slice(0, at + 1)
    return walk.steps.length > TURN ? park(walk, 'time', walk.now) : nextItem(as, walk)
  },
  resume: ({ as }, walk, news) => (news.kind === 'timer' ? nextItem(as, walk) : null),
})

function nextItem(as: string, walk: Walk): 'item' | 'done' {
  const frame = walk.frames.at(-1) as Extract<Frame, { kind: 'each' }>
  const outside = walk.frames.slice(0, -1)
  if (frame.next >= frame.items.length) {
    walk.frames = outside
    return 'done'
  }
  walk.frames = [...outside, { ...frame, next: frame.next + 1 }]
  setVars(walk, { ...walk.vars, [as]: frame.items[frame.next] ?? null })
  walk.step.output = { item: frame.next + 1, of: frame.items.length }
  return 'item'
}
