/** What came of an event, as a tree: who read it, what they did, what left, what happened then. No React. */
import type { operations } from '../../api/schema.d.ts'

export type EventAnswer = operations['getEventsById']['responses'][200]['content']['application/json']
type Caused = EventAnswer['caused']
export type Consumer = EventAnswer['consumers'][number]

export type What =
  | { kind: 'event'; event: Pick<Caused['events'][number], 'id' | 'source' | 'type' | 'subject' | 'time'> }
  | { kind: 'consumer'; consumer: Consumer }
  | { kind: 'run'; run: NonNullable<Caused['runs']>[number] }
  | { kind: 'continued'; run: NonNullable<Caused['continued']>[number] }
  | { kind: 'notification'; notification: NonNullable<Caused['notifications']>[number] }
  | { kind: 'delivery'; delivery: NonNullable<Caused['deliveries']>[number] }

export type CausalNode = {
  key: string
  what: What
  children: CausalNode[]
  /** How many alike it stands for: siblings that led to nothing and say the same. */
  count: number
}

const nodeOf = (key: string, what: What): CausalNode => ({ key, what, children: [], count: 1 })

/**
 * The tree of an event. Each thing hangs on what it names as its cause; what names something unknown hangs on the event. Those who
 * read the event stand between it and what they did; one that did nothing visible is shown only where it could not go on.
 */
export function causalTree(event: EventAnswer): CausalNode {
  const root = nodeOf(`event:${event.id}`, { kind: 'event', event })
  const { runs = [], continued = [], notifications = [], deliveries = [], events } = event.caused
  const known = new Map<string, CausalNode>([[event.id, root]])
  const made: { node: CausalNode; cause: string | null; by?: string }[] = []
  const add = (name: string, what: What, cause: string | null, by?: string) => {
    if (known.has(name)) return
    const node = nodeOf(name, what)
    known.set(name, node)
    made.push({ node, cause, by })
  }
  for (const run of runs) add(`run:${run.id}`, { kind: 'run', run }, run.eventId, 'flows')
  for (const run of continued) add(`continued:${run.id}`, { kind: 'continued', run }, run.cause, 'flows')
  for (const notification of notifications)
    add(`notification:${notification.id}`, { kind: 'notification', notification }, notification.cause)
  const carrierOf = new Map(notifications.map(({ id, deliveryId }) => [deliveryId, `notification:${id}`]))
  for (const delivery of deliveries)
    add(
      `delivery:${delivery.id}`,
      { kind: 'delivery', delivery },
      carrierOf.get(delivery.id) ?? delivery.cause ?? delivery.eventId,
      delivery.target.startsWith('subscription:') ? 'subscriptions' : undefined,
    )
  for (const later of events) add(later.id, { kind: 'event', event: later }, later.cause)

  const readers = new Map(
    event.consumers.map((consumer) => [
      consumer.name,
      nodeOf(`consumer:${consumer.name}`, { kind: 'consumer', consumer }),
    ]),
  )
  const shown = new Set<CausalNode>()
  for (const { node, cause, by } of made) {
    const parent = known.get(cause ?? event.id) ?? root
    const reader = parent === root && by !== undefined ? readers.get(by) : undefined
    if (reader !== undefined) shown.add(reader)
    const holder = reader ?? (isBelow(node, parent) ? root : parent)
    holder.children.push(node)
  }
  for (const [name, reader] of readers) {
    const { state } = event.consumers.find((each) => each.name === name) as Consumer
    if (state !== 'passed') shown.add(reader)
  }
  root.children.unshift(...[...readers.values()].filter((reader) => shown.has(reader)))
  return gathered(root)
}

/** Whether `parent` hangs below `node`: a cause that is its own consequence would close a circle. */
function isBelow(node: CausalNode, parent: CausalNode): boolean {
  return node === parent || node.children.some((child) => isBelow(child, parent))
}

/** Siblings that led to nothing and say the same become one with their count. */
function gathered(node: CausalNode): CausalNode {
  const children: CausalNode[] = []
  const alike = new Map<string, CausalNode>()
  for (const child of node.children.map(gathered)) {
    const says = child.children.length === 0 ? sayingOf(child.what) : null
    const first = says === null ? undefined : alike.get(says)
    if (first !== undefined) first.count += child.count
    else {
      if (says !== null) alike.set(says, child)
      children.push(child)
    }
  }
  return { ...node, children }
}

function sayingOf(what: What): string | null {
  if (what.kind === 'delivery')
    return `delivery ${what.delivery.channel} ${what.delivery.target} ${what.delivery.status}`
  if (what.kind === 'event') return `event ${what.event.type} ${what.event.subject}`
  return null
}

export type Placed = { node: CausalNode; column: number; row: number; parent: Placed | null }

/** Where each node stands: a column for each step of cause and effect, leaves one below the other, who leads to several beside their middle. */
export function placeTree(root: CausalNode): { placed: Placed[]; columns: number; rows: number } {
  const placed: Placed[] = []
  let rows = 0
  let columns = 0
  const visit = (node: CausalNode, column: number, parent: Placed | null): Placed => {
    const here: Placed = { node, column, row: 0, parent }
    placed.push(here)
    columns = Math.max(columns, column + 1)
    const below = node.children.map((child) => visit(child, column + 1, here))
    const first = below[0]
    const last = below.at(-1)
    here.row = first === undefined || last === undefined ? rows++ : (first.row + last.row) / 2
    return here
  }
  visit(root, 0, null)
  return { placed, columns, rows }
}

/** How many things the tree shows besides the event itself. */
export const sizeOf = (node: CausalNode): number =>
  node.children.reduce((sum, child) => sum + child.count + sizeOf(child), 0)
