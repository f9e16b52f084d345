import classes from './mini-flow.module.css'
import { HEIGHT, needsLayout, WIDTH } from './model/canvas.ts'
import type { Graph } from './model/graph.ts'
import { KINDS } from './model/kinds.ts'

/** The shape of a flow, small: for lists. Nothing is drawn where nobody placed the steps. */
export function MiniFlow({ graph }: { graph: Graph }) {
  if (graph.nodes.length === 0 || needsLayout(graph)) return null
  const places = new Map(graph.nodes.map(({ id, position }) => [id, position ?? { x: 0, y: 0 }]))
  const all = [...places.values()]
  const [left, top] = [Math.min(...all.map(({ x }) => x)), Math.min(...all.map(({ y }) => y))]
  const right = Math.max(...all.map(({ x }) => x)) + WIDTH
  const bottom = Math.max(...all.map(({ y }) => y)) + HEIGHT
  return (
    <svg className={classes.picture} viewBox={`${left - 8} ${top - 8} ${right - left + 16} ${bottom - top + 16}`}>
      <title>{graph.name}</title>
      {graph.edges.map(({ id, source, target }) => {
        const [from, to] = [places.get(source), places.get(target)]
        if (from === undefined || to === undefined) return null
        const [x1, y1, x2, y2] = [from.x + WIDTH / 2, from.y + HEIGHT / 2, to.x + WIDTH / 2, to.y + HEIGHT / 2]
        const bend = (y1 + y2) / 2
        return <path key={id} d={`M${x1} ${y1} C${x1} ${bend} ${x2} ${bend} ${x2} ${y2}`} />
      })}
      {graph.nodes.map(({ id, type }) => {
        const { x, y } = places.get(id) ?? { x: 0, y: 0 }
        return (
          <rect
            key={id}
            x={x}
            y={y + 16}
            width={WIDTH}
            height={HEIGHT - 32}
            rx={12}
            data-group={KINDS.get(type)?.group}
          />
        )
      })}
    </svg>
  )
}
