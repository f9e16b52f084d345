import type { Graph } from '#flows/graph.ts'
import { type Drawing, drawing, listOf, membersOf, type Note, numberIn, textIn } from '#flows/portable/drawing.ts'
import { type Block, drawBlock } from '#flows/portable/typebot-blocks.ts'
import { type Variables, variablesOf } from '#flows/portable/typebot-values.ts'
import { isNothing } from '#flows/portable/unread.ts'

/**
 * A bot of Typebot (its export as JSON, version 1 to 6) as a graph of ours: groups are rows of steps, bubbles become
 * messages, inputs wait for the answer and keep it in a variable.
 */
export function readTypebot(value: unknown): { graph: Graph; notes: readonly Note[] } | null {
  const bot = membersOf(value)
  if (!Array.isArray(bot.groups) || !Array.isArray(bot.edges)) return null
  const drawn = drawing()
  const variables = variablesOf(bot.variables, blocksOf(bot.groups))
  const start = drawn.add('start', 'trigger', { event: 'encounter.created' })
  drawn.note(
    start,
    'begins with each new conversation; narrow it with a condition',
    'comienza con cada conversación nueva; acótalo con una condición',
  )
  const begun = listOf(bot.variables).filter(({ value }) => !isNothing(value))
  if (begun.length > 0) {
    const list = begun
      .slice(0, 20)
      .map(({ name }) => textIn(name).slice(0, 100))
      .join(', ')
    drawn.note(
      start,
      `variables that had a value from the beginning are empty here (${list}); set them first`,
      `las variables que tenían un valor desde el comienzo aquí están vacías (${list}); asígnalas primero`,
    )
  }
  const rows = listOf(bot.groups).map((group) => rowOf(drawn, group, variables))
  const entries = entriesOf(rows)
  const edges = new Map(listOf(bot.edges).map((edge) => [textIn(edge.id), membersOf(edge.to)]))
  const target = (edgeId: unknown): string | null => {
    const to = edges.get(textIn(edgeId))
    return to === undefined ? null : stepAt(entries, textIn(to.blockId) || textIn(to.groupId))
  }
  const [begin, ...others] = listOf(bot.events)
  for (const { type, options } of others) {
    const named = textIn(membersOf(options).command)
    const what = `${textIn(type)}${named === '' ? '' : ` ${named}`}`.slice(0, 100)
    drawn.note(
      null,
      `it began at another place too (${what}); nothing here leads there`,
      `también comenzaba en otro lugar (${what}); aquí nada lleva ahí`,
    )
  }
  const first = target(begin?.outgoingEdgeId ?? firstOf(bot.groups)) ?? stepAt(entries, rows[0]?.groupId ?? '')
  if (first !== null) drawn.edge(start, first)
  for (const { steps } of rows) {
    for (const [i, step] of steps.entries()) {
      for (const { from, way, edgeId } of step.ways) {
        const to = textIn(edgeId) === '' ? stepAt(entries, steps[i + 1]?.blockId ?? '') : target(edgeId)
        if (to !== null) drawn.edge(from, to, way)
      }
    }
  }
  return { graph: drawn.graph(textIn(bot.name) || 'Typebot'), notes: drawn.notes }
}

/** In older exports the start is a block of a group of its own. */
const firstOf = (groups: unknown): unknown => blocksOf(groups).find(({ type }) => type === 'start')?.outgoingEdgeId

const blocksOf = (groups: unknown) => listOf(groups).flatMap(({ blocks, steps }) => listOf(blocks ?? steps))

type Row = { groupId: string; steps: Block[] }

function rowOf(drawn: Drawing, group: { [name: string]: unknown }, variables: Variables): Row {
  const at = membersOf(group.graphCoordinates)
  const [x, y] = [numberIn(at.x), numberIn(at.y)]
  const blocks = listOf(group.blocks ?? group.steps).filter(({ type }) => type !== 'start')
  const steps = blocks.map((block, i) =>
    drawBlock(drawn, block, {
      called: `${textIn(group.title) || 'group'} ${i + 1}`,
      at: x === null || y === null ? null : { x, y: y + i * 120 },
      variables,
    }),
  )
  return { groupId: textIn(group.id), steps }
}

type Entries = ReadonlyMap<string, Block>

/** Blocks by their ids, and by those of the groups that they begin. */
function entriesOf(rows: readonly Row[]): Entries {
  const entries = new Map<string, Block>()
  for (const { groupId, steps } of rows) {
    const [first] = steps
    if (first !== undefined) entries.set(groupId, first)
    for (const step of steps) entries.set(step.blockId, step)
  }
  return entries
}

/** The step at which a block or a group begins; jumps that lead in a circle lead nowhere. */
function stepAt(entries: Entries, id: string): string | null {
  const seen = new Set<string>()
  for (let at = entries.get(id); at !== undefined && !seen.has(at.blockId); at = entries.get(at.jump ?? '')) {
    if (at.first !== null) return at.first
    seen.add(at.blockId)
  }
  return null
}
