import { Box, Button, Loader } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconPlus, IconRoute } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router'
import { ReactFlowProvider } from '@xyflow/react'
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { api, body } from '../../api/client.ts'
import { useLive } from '../../api/live.ts'
import { useLanguage } from '../../app/language.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { CRAMPED, NARROW } from '../../app/theme.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useSentence } from '../../ui/error-state.tsx'
import { Unsaved } from '../../ui/unsaved.tsx'
import { NoFlow } from '../flow-head.tsx'
import { HEIGHT, needsLayout, placeBehind, WIDTH } from '../model/canvas.ts'
import { added, addedBehind } from '../model/edits.ts'
import { type Graph, nodeOf, type Point } from '../model/graph.ts'
import { KINDS } from '../model/kinds.ts'
import { placed } from '../model/layout.ts'
import type { Lit } from '../model/playing.ts'
import { useStepNames } from '../names.ts'
import { type FlowWithDraft, flowQuery } from '../queries.ts'
import { Simulation } from '../simulate/simulation.tsx'
import { focusStep } from './add-menu.tsx'
import classes from './builder-page.module.css'
import { Canvas, FIT, type FlowCanvas, showAll } from './canvas.tsx'
import { ConflictDialog } from './conflict-dialog.tsx'
import {
  type Beside,
  BuilderProvider,
  type BuilderShared,
  ChosenProvider,
  useBuilder,
  useDraftState,
} from './context.tsx'
import { JoiningNotice } from './joining.tsx'
import { Outline } from './outline.tsx'
import { Palette } from './palette.tsx'
import { Panel } from './panel.tsx'
import { PublishDialog } from './publish-dialog.tsx'
import { RunDrawing } from './run-drawing.tsx'
import { builderTexts } from './texts.ts'
import { TopBar } from './top-bar.tsx'
import { useDraft } from './use-draft.ts'
import { useKeys } from './use-keys.ts'

/** A flow as it is drawn, or as it was when somebody went through it. */
export function BuilderPage() {
  const { flowId } = useParams({ from: '/shell/flows/$flowId' })
  const { run } = useSearch({ from: '/shell/flows/$flowId' })
  const flow = useQuery(flowQuery(flowId))
  if (flow.isPending) return <Loader m="xl" />
  if (flow.isError)
    return (
      // The drawing goes to the edges, what is said does not.
      <Box p={{ base: 'md', sm: 'lg' }}>
        <NoFlow error={flow.error} retry={() => flow.refetch()} />
      </Box>
    )
  return (
    <ReactFlowProvider>
      {run === undefined ? <Builder key={flowId} flow={flow.data} /> : <RunDrawing flow={flow.data} runId={run} />}
    </ReactFlowProvider>
  )
}

const NOTHING: readonly string[] = []

/** Frames after which it is fitted as it stands: there is no canvas, or steps move on. */
const MOST_FRAMES = 60

/** Brings all of a graph into sight, once its steps are drawn where they stand now: before, the view would fit their old places. */
function fitOnceDrawn(canvas: RefObject<FlowCanvas | null>, graph: Graph, left = MOST_FRAMES): void {
  requestAnimationFrame(() => {
    const isDrawn = graph.nodes.every(({ id, position }) => {
      const at = canvas.current?.getInternalNode(id)?.internals.positionAbsolute
      return at?.x === position?.x && at?.y === position?.y
    })
    if (!isDrawn && left > 0) fitOnceDrawn(canvas, graph, left - 1)
    else void canvas.current?.fitView({ ...FIT, duration: 250 })
  })
}

function Builder({ flow }: { flow: FlowWithDraft }) {
  const language = useLanguage()
  const mayWrite = useCan()('flows:write')
  const narrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false })
  const cramped = useMediaQuery(CRAMPED, false, { getInitialValueInEffect: false })
  const draft = useDraft(flow, mayWrite)
  const { step, simulate, publish } = useSearch({ from: '/shell/flows/$flowId' })
  const navigate = useNavigate({ from: '/flows/$flowId' })
  const canvas = useRef<FlowCanvas | null>(null)
  const [chosenEdges, setChosenEdges] = useState<readonly string[]>(NOTHING)
  const [lit, setLit] = useState<Lit | null>(null)
  const [held, setHeld] = useState(false)

  const [chosen, setChosen] = useState<readonly string[]>(() => (step === undefined ? NOTHING : [step]))
  useChosenInAddress(step, chosen, setChosen, narrow)
  const [beside, setBeside] = useState<Beside>(null)
  const choose = useCallback((ids: readonly string[]) => {
    if (ids.length > 0) setBeside(null)
    setChosen((now) => (now.length === ids.length && now.every((id, i) => id === ids[i]) ? now : ids))
  }, [])
  const goTo = useCallback(
    (id: string) => {
      choose([id])
      const at = nodeOf(draft.state().history.present, id)?.position
      if (at === undefined) return
      void canvas.current?.setCenter(at.x + WIDTH / 2, at.y + HEIGHT / 2, {
        duration: calm() ? 0 : 250,
        zoom: Math.max(0.8, canvas.current.getZoom()),
      })
    },
    [choose, draft],
  )
  const add = useCallback(
    (type: string, behind?: { id: string; way?: string }, at?: Point) => {
      const { present } = draft.state().history
      const place = at ?? placeBehind(present, behind?.id ?? null, behind?.way)
      const made = behind === undefined ? added(present, type, place) : addedBehind(present, type, behind, place)
      draft.change(() => made.graph)
      choose([made.id])
      requestAnimationFrame(() => (at === undefined ? seen : whole)(canvas.current, place))
      return made.id
    },
    [draft, choose],
  )
  const names = useStepNames()
  const unable = flow.unable.join()
  const offered = useMemo(() => [...KINDS.values()].filter(({ type }) => !unable.split(',').includes(type)), [unable])
  const shared: BuilderShared = useMemo(
    () => ({ flowId: flow.id, draft, mayWrite, language, names, offered, choose, goTo, add }),
    [flow.id, draft, mayWrite, language, names, offered, choose, goTo, add],
  )
  const standing = useStanding(flow.id)
  const shown = useMemo(() => ({ language, names, standing, lit, changed: NO_STEPS }), [language, names, standing, lit])
  const tidy = useCallback(() => {
    draft.change(placed)
    fitOnceDrawn(canvas, draft.state().history.present)
  }, [draft])
  // Nobody placed the steps of a file from elsewhere: they are laid out for the eye, and kept with the next change.
  const laidOut = useRef(false)
  useEffect(() => {
    if (laidOut.current || !mayWrite) return
    laidOut.current = true
    if (needsLayout(draft.state().history.present)) tidy()
  }, [draft, mayWrite, tidy])
  useKeys({ shared, chosen, canvas, chosenEdges, setChosenEdges, enabled: !narrow })

  // Another room to draw in: all of it is shown again, and then the step at which a walk is.
  const simulating = simulate === true
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows whether one simulates
  useEffect(() => {
    const timer = setTimeout(() => {
      // Of an empty canvas that would wait for its first step, and move it from where it was dropped.
      if (draft.state().history.present.nodes.length > 0 && canvas.current !== null) void showAll(canvas.current)
    }, 250)
    return () => clearTimeout(timer)
  }, [simulating])
  const stands = lit?.at
  useEffect(() => {
    const at = stands == null ? undefined : nodeOf(draft.state().history.present, stands)?.position
    if (at !== undefined) seen(canvas.current, at)
  }, [stands, draft])

  const setSimulate = useCallback(
    (on: boolean) => {
      if (!on) setLit(null)
      void navigate({ search: (before) => ({ ...before, simulate: on ? true : undefined }), replace: true })
    },
    [navigate],
  )
  const sentence = useSentence()
  const said = useRef(sentence)
  said.current = sentence
  const setPublish = useCallback(
    async (on: boolean) => {
      if (on && !(await draft.flush())) {
        const { keeping, failure } = draft.state()
        // A conflict is told in a dialogue of its own.
        if (keeping === 'failed')
          notifications.show({ message: said.current(failure), color: 'red', autoClose: false, role: 'alert' })
        return
      }
      void navigate({ search: (before) => ({ ...before, publish: on ? true : undefined }), replace: true })
    },
    [navigate, draft],
  )
  const onSimulate = useCallback(() => setSimulate(!simulating), [setSimulate, simulating])
  const onPublish = useCallback(() => void setPublish(true), [setPublish])
  const onEndSimulation = useCallback(() => setSimulate(false), [setSimulate])
  const onDropped = useCallback((type: string, at: Point) => add(type, undefined, at), [add])
  const onBeside = useCallback(
    (wanted: Beside) => {
      if (wanted === 'settings') choose([])
      setBeside((now) => (now === wanted ? null : wanted))
    },
    [choose],
  )
  const showsPalette = mayWrite && simulate !== true && (!cramped || beside === 'palette')
  const showsPanel = cramped ? chosen.length > 0 || beside === 'settings' : simulate !== true || chosen.length > 0
  return (
    <BuilderProvider value={shared}>
      <ChosenProvider value={chosen}>
        <div className={classes.page} data-narrow={narrow || undefined} data-simulating={simulate || undefined}>
          <TopBar
            flow={flow}
            narrow={narrow}
            cramped={cramped}
            beside={beside}
            onBeside={onBeside}
            onTidy={tidy}
            simulating={simulating}
            onSimulate={onSimulate}
            onPublish={onPublish}
          />
          {narrow ? (
            <div className={classes.narrow}>
              {simulate === true ? (
                <Simulation onLit={setLit} onClose={onEndSimulation} narrow />
              ) : (
                <Outline standing={standing} lit={lit} />
              )}
            </div>
          ) : (
            <div className={classes.work} data-cramped={cramped || undefined}>
              {showsPalette && <Palette />}
              <div className={classes.middle}>
                <Canvas
                  shown={shown}
                  canvas={canvas}
                  chosenEdges={chosenEdges}
                  onChooseEdges={setChosenEdges}
                  onDropped={onDropped}
                  onHeld={setHeld}
                />
                <EmptyCanvas />
              </div>
              {showsPanel && (
                <Panel standing={standing} held={held} onClose={cramped ? () => setBeside(null) : undefined} />
              )}
            </div>
          )}
          {simulate === true && !narrow && <Simulation onLit={setLit} onClose={onEndSimulation} />}
        </div>
        <ConflictDialog />
        <JoiningNotice />
        <Leaving />
        {publish === true && (
          <PublishDialog
            flowId={flow.id}
            graph={draft.state().history.present}
            published={flow.published}
            onClose={() => void setPublish(false)}
            goTo={(id) => {
              void setPublish(false)
              goTo(id)
            }}
          />
        )}
      </ChosenProvider>
    </BuilderProvider>
  )
}

/** What could not be kept would be lost with the page: it tries once more, and asks. */
function Leaving() {
  const { draft } = useBuilder()
  return <Unsaved when={useDraftState().keeping !== 'kept'} keep={draft.flush} />
}

/**
 * The address holds the chosen step, so that it can be shared; several are a matter of the moment.
 * @param apart its settings are a view of their own, which one leaves by going back
 */
function useChosenInAddress(
  step: string | undefined,
  chosen: readonly string[],
  setChosen: (ids: readonly string[]) => void,
  apart: boolean,
): void {
  const navigate = useNavigate({ from: '/flows/$flowId' })
  const written = useRef(step)
  const opened = useRef(false)
  const { history } = useRouter()
  useEffect(() => {
    // Somebody went back, or followed a link.
    if (step === written.current) return
    written.current = step
    opened.current = false
    setChosen(step === undefined ? NOTHING : [step])
  }, [step, setChosen])
  useEffect(() => {
    const now = chosen.length === 1 ? chosen[0] : undefined
    if (now === written.current) return
    // Not while somebody drags through several.
    const timer = setTimeout(() => {
      const isOpening = apart && now !== undefined && written.current === undefined
      const isClosing = now === undefined && opened.current
      written.current = now
      opened.current = isOpening || (opened.current && now !== undefined)
      if (isClosing) history.back()
      else void navigate({ search: (before) => ({ ...before, step: now }), replace: !isOpening })
    }, 250)
    return () => clearTimeout(timer)
  }, [chosen, navigate, history, apart])
}

/** What to begin with, while nothing is drawn. */
function EmptyCanvas() {
  const t = useTexts(builderTexts)
  const { mayWrite, add } = useBuilder()
  if (useDraftState().history.present.nodes.length > 0) return null
  return (
    <div className={classes.empty}>
      <EmptyState
        icon={IconRoute}
        title={t('emptyTitle')}
        action={
          mayWrite && (
            <Button leftSection={<IconPlus size={16} />} onClick={() => focusStep(add('trigger'))}>
              {t('emptyAction')}
            </Button>
          )
        }
      >
        {t('emptyAbout')}
      </EmptyState>
    </div>
  )
}

const NO_STEPS: ReadonlySet<string> = new Set()
const NOBODY: ReadonlyMap<string, number> = new Map()

/** How many runs wait at each step, of all versions. */
function useStanding(flowId: string): ReadonlyMap<string, number> {
  const key = ['flows', 'one', flowId, 'standing']
  const standing = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) =>
      body(api.GET('/api/v1/flows/{id}/standing', { params: { path: { id: flowId } }, signal })),
    // Runs that are stopped or moved make no event.
    refetchInterval: 15_000,
  })
  useLive(key, ({ type }) => !type.startsWith('webhook'), 5_000)
  const { data } = standing
  return useMemo(() => {
    if (data === undefined) return NOBODY
    const found = new Map<string, number>()
    for (const { nodeId, runs } of data.items) found.set(nodeId, (found.get(nodeId) ?? 0) + runs)
    return found
  }, [data])
}

/** Below a step are the buttons that add the next one. */
const BELOW = 64

/** Moves the drawing just as far as it takes to see all of a step that was dropped at its edge. */
function whole(canvas: FlowCanvas | null, at: Point): void {
  const box = document.querySelector('.react-flow')?.getBoundingClientRect()
  if (canvas === null || box === undefined) return
  const from = canvas.flowToScreenPosition(at)
  const to = canvas.flowToScreenPosition({ x: at.x + WIDTH, y: at.y + HEIGHT + BELOW })
  const dx = Math.max(0, box.left - from.x) || Math.min(0, box.right - to.x)
  const dy = Math.max(0, box.top - from.y) || Math.min(0, box.bottom - to.y)
  if (dx === 0 && dy === 0) return
  const { x, y, zoom } = canvas.getViewport()
  void canvas.setViewport({ x: x + dx, y: y + dy, zoom }, { duration: calm() ? 0 : 150 })
}

const calm = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches

const ASIDE = 140
const ABOVE = 60

/** How far a value lies outside of a range; 0: it is within. */
const beyond = (value: number, from: number, to: number): number =>
  value < from ? value - from : value > to ? value - to : 0

/** Brings a place into sight, if it is not. */
function seen(canvas: FlowCanvas | null, at: Point): void {
  const box = document.querySelector('.react-flow')?.getBoundingClientRect()
  if (canvas === null || box === undefined) return
  const { x, y } = canvas.flowToScreenPosition({ x: at.x + WIDTH / 2, y: at.y + HEIGHT / 2 })
  // By no more than it takes: what lies around it stays in sight.
  const right = beyond(x, box.left + ASIDE, box.right - ASIDE)
  const down = beyond(y, box.top + ABOVE, box.bottom - ABOVE)
  if (right === 0 && down === 0) return
  const view = canvas.getViewport()
  void canvas.setViewport({ ...view, x: view.x - right, y: view.y - down }, { duration: 250 })
}
