import { ScrollArea } from '@mantine/core'
import { useTexts } from '../../app/texts.ts'
import { CausalCard } from './node.tsx'
import classes from './picture.module.css'
import { eventTexts } from './texts.ts'
import { type CausalNode, type Placed, placeTree } from './tree.ts'

const WIDTH = 212
const HEIGHT = 56
const ACROSS = 44
const BETWEEN = 12

const left = ({ column }: Placed) => column * (WIDTH + ACROSS)
const top = ({ row }: Placed) => row * (HEIGHT + BETWEEN)

/** From the right side of a cause to the left side of its effect, as water bends. */
function wayOf(from: Placed, to: Placed): string {
  const [x, y] = [left(from) + WIDTH, top(from) + HEIGHT / 2]
  const [toX, toY] = [left(to), top(to) + HEIGHT / 2]
  const middle = x + ACROSS / 2
  return `M${x} ${y}C${middle} ${y} ${middle} ${toY} ${toX} ${toY}`
}

/** Cause and effect from left to right. */
export function CausalPicture({ tree }: { tree: CausalNode }) {
  const t = useTexts(eventTexts)
  const { placed, columns, rows } = placeTree(tree)
  const width = columns * (WIDTH + ACROSS) - ACROSS
  const height = rows * (HEIGHT + BETWEEN) - BETWEEN
  return (
    // Wider than its place it shows a bar that stays, since nothing else may say that there is more; by the keyboard it scrolls too.
    <ScrollArea.Autosize
      type="auto"
      mah={560}
      className={classes.window}
      viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': t('came') }}
    >
      <div className={classes.canvas} style={{ width, height }}>
        <svg width={width} height={height} aria-hidden="true" className={classes.ways}>
          {placed.map((one) => one.parent && <path key={one.node.key} d={wayOf(one.parent, one)} />)}
        </svg>
        {placed.map((one, index) => (
          <div
            key={one.node.key}
            className={classes.place}
            style={{ left: left(one), top: top(one), width: WIDTH, height: HEIGHT }}
          >
            <CausalCard node={one.node} here={index === 0} />
          </div>
        ))}
      </div>
    </ScrollArea.Autosize>
  )
}

/** The same as a list within lists, which needs no width and reads from top to bottom. */
export function CausalList({ tree }: { tree: CausalNode }) {
  const t = useTexts(eventTexts)
  return (
    <ul className={classes.list} aria-label={t('came')}>
      <Branch node={tree} here />
    </ul>
  )
}

function Branch({ node, here = false }: { node: CausalNode; here?: boolean }) {
  return (
    <li>
      <CausalCard node={node} here={here} />
      {node.children.length > 0 && (
        <ul className={classes.list}>
          {node.children.map((child) => (
            <Branch key={child.key} node={child} />
          ))}
        </ul>
      )}
    </li>
  )
}
