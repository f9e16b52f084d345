import { IconPlus, IconTrash } from '@tabler/icons-react'
import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath } from '@xyflow/react'
import { memo } from 'react'
import { useTexts } from '../../app/texts.ts'
import { removed } from '../model/edits.ts'
import { AddMenu } from './add-menu.tsx'
import { useBuilder } from './context.tsx'
import classes from './step-edge.module.css'
import { builderTexts } from './texts.ts'

export type StepEdgeData = { way: string; lit: 'no' | 'been' | null; aside: boolean; faulty: boolean }
export type StepEdgeType = Edge<StepEdgeData, 'step'>

/** An edge. While it is chosen, a step can be put into it, or it is taken away. */
export const StepEdge = memo(function StepEdge(props: EdgeProps<StepEdgeType>) {
  const { id, source, data, selected } = props
  const [path, x, y] = getSmoothStepPath({ ...props, borderRadius: 16, offset: 22 })
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
