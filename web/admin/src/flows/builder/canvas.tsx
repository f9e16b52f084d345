import '@xyflow/react/dist/style.css'
import {
  applyNodeChanges,
  Background,
  BackgroundVariant,
  type Connection,
  Controls,
  type EdgeChange,
  MarkerType,
  MiniMap,
  type NodeChange,
  ReactFlow,
  type ReactFlowInstance,
  useNodesInitialized,
  useReactFlow,
} from '@xyflow/react'
import {
  type DragEvent,
  memo,
  type RefObject,
  useCallback,
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useTexts } from '../../app/texts.ts'
import { canvasOf, type Canvas as Drawn, HEIGHT, WIDTH } from '../model/canvas.ts'
import { linked, linkFault, moved } from '../model/edits.ts'
import type { Point } from '../model/graph.ts'
import classes from './canvas.module.css'
import { useBuilder, useChosen, useDraftState } from './context.tsx'
import { drawnEdges, drawnNodes, type Shown } from './drawn.ts'
import { StepEdge, type StepEdgeType } from './step-edge.tsx'
import { StepNode, type StepNodeType } from './step-node.tsx'
import { builderTexts } from './texts.ts'

const nodeTypes = { step: StepNode }
const edgeTypes = { step: StepEdge }
const edgeDefaults = {
  markerEnd: {
    type: MarkerType.ArrowClosed,
    width: 18,
    height: 18,
    markerUnits: 'userSpaceOnUse',
    color: 'var(--line-strong)',
  },
}

export type FlowCanvas = ReactFlowInstance<StepNodeType, StepEdgeType>
/** What is dragged out of the palette. */
export const DRAGGED = 'application/x-cauce-step'

type Props = {
  shown: Omit<Shown, 'faults'>
  canvas: RefObject<FlowCanvas | null>
  chosenEdges: readonly string[]
  onChooseEdges: (ids: readonly string[]) => void
  onDropped: (type: string, at: Point) => void
  /** Somebody holds a step, or has let it go. */
  onHeld: (held: boolean) => void
}

/**
 * The drawing itself. The graph says what there is; where a step is while it is dragged is only known here. It follows what is
 * typed in the settings a moment later, so that typing waits for nothing.
 */
export const Canvas = memo(function Canvas({
  shown: given,
  canvas,
  chosenEdges,
  onChooseEdges,
  onDropped,
  onHeld,
}: Props) {
  const t = useTexts(builderTexts)
  const { draft, mayWrite, choose } = useBuilder()
  const { history, faults } = useDeferredValue(useDraftState())
  const chosen = useChosen()
  const graph = history.present
  const shown = useMemo(() => ({ ...given, faults }), [given, faults])
  const dropped = useRef(false)
  const before = useRef<Drawn | null>(null)
  const drawn = useMemo(() => {
    before.current = canvasOf(graph, before.current)
    return before.current
  }, [graph])
  const [nodes, setNodes] = useState<StepNodeType[]>(() => drawnNodes(drawn, shown, []))
  const [edges, setEdges] = useState<StepEdgeType[]>(() => drawnEdges(drawn, shown, []))
  // A step that was just added is chosen before it is drawn.
  useEffect(() => setNodes((old) => withSelection(drawnNodes(drawn, shown, old), chosen)), [drawn, shown, chosen])
  useEffect(
    () => setEdges((old) => withSelection(drawnEdges(drawn, shown, old), chosenEdges)),
    [drawn, shown, chosenEdges],
  )

  const onNodesChange = useCallback(
    (changes: NodeChange<StepNodeType>[]) => {
      // Only the keys and acts of the builder take steps away.
      const taken = changes.filter(({ type }) => type !== 'remove')
      setNodes((old) => applyNodeChanges(taken, old))
      const placed = new Map<string, Point>()
      for (const change of taken) {
        if (change.type === 'position' && change.dragging === false && change.position !== undefined) {
          placed.set(change.id, change.position)
        }
      }
      if (placed.size > 0) draft.change((given) => moved(given, placed))
      const selects = taken.filter((change) => change.type === 'select')
      if (selects.length > 0) {
        const now = new Set(chosen)
        for (const { id, selected } of selects) {
          if (selected) now.add(id)
          else now.delete(id)
        }
        choose([...now])
      }
    },
    [draft, chosen, choose],
  )
  const onEdgesChange = useCallback(
    (changes: EdgeChange<StepEdgeType>[]) => {
      const selects = changes.filter((change) => change.type === 'select')
      if (selects.length === 0) return
      const now = new Set(chosenEdges)
      for (const { id, selected } of selects) {
        if (selected) now.add(id)
        else now.delete(id)
      }
      onChooseEdges([...now])
    },
    [chosenEdges, onChooseEdges],
  )
  const linkOf = ({ source, sourceHandle, target }: Connection | StepEdgeType) => ({
    source,
    way: sourceHandle ?? '',
    target,
  })
  return (
    <section
      aria-label={t('drawing')}
      className={classes.canvas}
      onDragOver={(event: DragEvent) => {
        if (!event.dataTransfer.types.includes(DRAGGED)) return
        event.preventDefault()
        event.dataTransfer.dropEffect = 'copy'
      }}
      onDrop={(event: DragEvent) => {
        const type = event.dataTransfer.getData(DRAGGED)
        if (type === '' || canvas.current === null) return
        event.preventDefault()
        const at = canvas.current.screenToFlowPosition({ x: event.clientX, y: event.clientY })
        dropped.current = true
        onDropped(type, { x: at.x - WIDTH / 2, y: at.y - HEIGHT / 3 })
      }}
    >
      <ReactFlow<StepNodeType, StepEdgeType>
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        defaultEdgeOptions={edgeDefaults}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onInit={(instance) => {
          canvas.current = instance
        }}
        onConnect={(connection) => draft.change((given) => linked(given, linkOf(connection)))}
        isValidConnection={(connection) => linkFault(draft.state().history.present, linkOf(connection)) === null}
        onNodeDragStart={() => onHeld(true)}
        onNodeDragStop={() => onHeld(false)}
        nodesDraggable={mayWrite}
        nodesConnectable={mayWrite}
        deleteKeyCode={null}
        multiSelectionKeyCode={['Shift', 'Meta', 'Control']}
        selectionKeyCode="Shift"
        connectionRadius={48}
        connectOnClick
        snapToGrid
        snapGrid={[8, 8]}
        minZoom={0.15}
        maxZoom={1.6}
        proOptions={{ hideAttribution: true }}
        ariaLabelConfig={{
          'node.a11yDescription.default': t('a11yStep'),
          'node.a11yDescription.keyboardDisabled': t('a11yStep'),
          'edge.a11yDescription.default': t('a11yEdge'),
          'controls.ariaLabel': t('a11yControls'),
          'controls.zoomIn.ariaLabel': t('zoomIn'),
          'controls.zoomOut.ariaLabel': t('zoomOut'),
          'controls.fitView.ariaLabel': t('fitView'),
          'minimap.ariaLabel': t('minimap'),
        }}
      >
        <Background variant={BackgroundVariant.Dots} gap={24} size={1.4} color="var(--line)" />
        <Controls showInteractive={false} position="bottom-left" />
        {nodes.length > MAPPED && (
          <MiniMap
            pannable
            zoomable
            position="bottom-right"
            nodeColor={colorOf}
            nodeBorderRadius={24}
            ariaLabel={t('minimap')}
            style={{ width: 168, height: 124 }}
          />
        )}
        <FitOnce unless={dropped} />
      </ReactFlow>
    </section>
  )
})

/** Shows all of it when it is opened, once its steps are measured; the first that is dropped stays where it was. */
function FitOnce({ unless }: { unless: RefObject<boolean> }) {
  const measured = useNodesInitialized()
  const flow = useReactFlow<StepNodeType, StepEdgeType>()
  const done = useRef(false)
  useEffect(() => {
    if (done.current || !measured) return
    done.current = true
    if (!unless.current) void showAll(flow)
  }, [measured, flow, unless])
  return null
}

/** Smaller than this nothing can be read. */
const LEGIBLE = 0.35

/** Brings all of it into sight; of what is too large for that, the beginning, as it is read. */
export async function showAll(flow: Pick<FlowCanvas, 'fitView' | 'getNodes' | 'getViewport' | 'setViewport'>) {
  await flow.fitView(FIT)
  if (flow.getViewport().zoom >= LEGIBLE) return
  const nodes = flow.getNodes()
  const starts = nodes.filter(({ data }) => data.item.node.type === 'trigger')
  const [first] = (starts.length > 0 ? starts : nodes).toSorted((a, b) => a.position.y - b.position.y)
  const box = document.querySelector('.react-flow')?.getBoundingClientRect()
  if (first === undefined || box === undefined) return
  const zoom = 0.8
  const { x, y } = first.position
  await flow.setViewport({ zoom, x: box.width / 2 - (x + WIDTH / 2) * zoom, y: 60 - y * zoom })
}

/** On the left stand the controls: no step lies below them. */
export const FIT = { padding: { top: 0.15, right: 0.15, bottom: 0.15, left: '72px' }, maxZoom: 1 } as const
/** Of a few steps nobody needs a map. */
const MAPPED = 12

function withSelection<T extends { id: string; selected?: boolean }>(items: T[], chosen: readonly string[]): T[] {
  const wanted = new Set(chosen)
  let changed = false
  const next = items.map((item) => {
    if ((item.selected === true) === wanted.has(item.id)) return item
    changed = true
    return { ...item, selected: wanted.has(item.id) }
  })
  return changed ? next : items
}

const colorOf = ({ data }: StepNodeType): string =>
  data.faults > 0
    ? 'var(--bad-mark)'
    : data.lit === 'been' || data.lit === 'here'
      ? 'var(--current)'
      : 'var(--quiet-mark)'
