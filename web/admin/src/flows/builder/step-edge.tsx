import { IconPlus, IconTrash } from '@tabler/icons-react'
import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath } from '@xyflow/react'
import { memo } from 'react'
import { useTexts } from '../../app/texts.ts'
import { WIDTH } from '../model/canvas.ts'
import { removed } from '../model/edits.ts'
import { AddMenu } from './add-menu.tsx'
import { useBuilder } from './context.tsx'
import classes from './step-edge.module.css'
import { builderTexts } from './texts.ts'

export type StepEdgeData = { way: string; lit: 'no' | 'been' | null; aside: boolean; faulty: boolean }
export type StepEdgeType = Edge<StepEdgeData, 'step'>

/** Down to the next step in one bend, however near it is; around what lies between where it leads back up. */
function pathOf(props: EdgeProps<StepEdgeType>): [path: string, x: number, y: number] {
  const { sourceX, sourceY, targetX, targetY } = props
  const gap = targetY - sourceY
  if (gap < 16) {
    const [path, x, y] = getSmoothStepPath({ ...props, borderRadius: 16, offset: 22, ...beside(sourceX, targetX) })
    return [path, x, y]
  }
  const bend = Math.min(120, Math.max(gap / 2, 20))
  const path = `M${sourceX},${sourceY} C${sourceX},${sourceY + bend} ${targetX},${targetY - bend} ${targetX},${targetY}`
  return [path, (sourceX + targetX) / 2, (sourceY + targetY) / 2]
}

/** Half a step, and room for the bend. */
const ROUND = WIDTH / 2 + 28

/** Where a way back goes up: between the two steps, or beside both where one stands over the other, on the side that it leaves on. */
function beside(sourceX: number, targetX: number): { centerX?: number } {
  if (Math.abs(sourceX - targetX) >= WIDTH) return {}
  return { centerX: sourceX < targetX ? Math.min(sourceX, targetX) - ROUND : Math.max(sourceX, targetX) + ROUND }
}

/** An edge. While it is chosen, a step can be put into it, or it is taken away. */
export const StepEdge = memo(function StepEdge(props: EdgeProps<StepEdgeType>) {
  const { id, source, data, selected } = props
  const [path, x, y] = pathOf(props)
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        markerEnd={props.markerEnd}
        interactionWidth={22}
        className={classes.edge}
        data-lit={data?.lit ?? undefined}
        data-aside={data?.aside || undefined}
        data-faulty={data?.faulty || undefined}
        data-selected={selected || undefined}
      />
      {selected && data !== undefined && <Acts id={id} source={source} way={data.way} x={x} y={y} />}
    </>
  )
})

function Acts({ id, source, way, x, y }: { id: string; source: string; way: string; x: number; y: number }) {
  const t = useTexts(builderTexts)
  const { draft, mayWrite } = useBuilder()
  if (!mayWrite) return null
  return (
    <EdgeLabelRenderer>
      <div
        className={`${classes.acts} nodrag nopan`}
        style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
      >
        <AddMenu behind={{ id: source, way }}>
          {(open) => (
            <button type="button" aria-label={t('addBetween')} title={t('addBetween')} onClick={open}>
              <IconPlus size={15} stroke={2.2} aria-hidden />
            </button>
          )}
        </AddMenu>
        <button
          type="button"
          aria-label={t('removeEdge')}
          title={t('removeEdge')}
          onClick={() => draft.change((graph) => removed(graph, { edges: [id] }))}
        >
          <IconTrash size={15} stroke={2} aria-hidden />
        </button>
      </div>
    </EdgeLabelRenderer>
  )
}
