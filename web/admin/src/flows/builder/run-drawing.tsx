import { ActionIcon, SegmentedControl } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconArrowLeft } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useCallback, useMemo, useRef, useState } from 'react'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { CRAMPED, NARROW } from '../../app/theme.ts'
import { ErrorState } from '../../ui/error-state.tsx'
import { Waiting } from '../../ui/waiting.tsx'
import { FlowTabs } from '../flow-tabs.tsx'
import { needsLayout } from '../model/canvas.ts'
import { createDraft, type Keeper } from '../model/draft.ts'
import { type Graph, graphFrom } from '../model/graph.ts'
import { placed } from '../model/layout.ts'
import { litBy, pathBy, versionsOf } from '../model/playing.ts'
import { useStepNames } from '../names.ts'
import { type FlowWithDraft, versionQuery, type Walk, walkQuery, whomOf } from '../queries.ts'
import { runTexts } from '../runs/texts.ts'
import { RunBadge } from '../status-badge.tsx'
import page from './builder-page.module.css'
import { Canvas, type FlowCanvas } from './canvas.tsx'
import { BuilderProvider, type BuilderShared, ChosenProvider } from './context.tsx'
import { Outline } from './outline.tsx'
import { Panel } from './panel.tsx'
import classes from './run-drawing.module.css'
import bar from './top-bar.module.css'

/** The path of a real run, on the version of the flow that it went by. */
export function RunDrawing({ flow, runId }: { flow: FlowWithDraft; runId: string }) {
  const walk = useQuery(walkQuery(flow.id, runId))
  const [chosen, setChosen] = useState<number | null>(null)
  const shown = chosen ?? walk.data?.version ?? 1
  const version = useQuery({ ...versionQuery(flow.id, shown), enabled: walk.data !== undefined })
  const narrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false })
  const error = walk.error ?? version.error
  if (error) return <ErrorState error={error} retry={() => (walk.error ? walk.refetch() : version.refetch())} />
  if (walk.data === undefined) return <Waiting lines={8} />
  return (
    <div className={page.page} data-narrow={narrow || undefined}>
      <Head flow={flow} walk={walk.data} shown={shown} show={setChosen} />
      {version.data === undefined ? (
        <Waiting lines={8} />
      ) : (
        <Drawing
          key={`${runId} ${shown}`}
          flowId={flow.id}
          graph={graphFrom(version.data.graph)}
          walk={walk.data}
          shown={shown}
          narrow={narrow}
        />
      )}
    </div>
  )
}

/** Whose path it is, by which version it is drawn, and the ways to that of today. */
function Head(props: { flow: FlowWithDraft; walk: Walk; shown: number; show: (version: number) => void }) {
  const { flow, walk, shown, show } = props
  const t = useTexts(runTexts)
  const today = flow.published
  const versions = versionsOf(walk)
  const said =
    today === null
      ? 'drawnStopped'
      : shown === today
        ? 'drawnToday'
        : shown === flow.canary?.version
          ? 'drawnTried'
          : 'drawnOlder'
  const flowId = flow.id
  return (
    <header className={bar.bar}>
      <div className={bar.row}>
        <ActionIcon
          aria-label={t('backToRun')}
          title={t('backToRun')}
          renderRoot={(root) => (
            <Link {...root} to="/flows/$flowId/runs" params={{ flowId }} search={{ selected: walk.id }} />
          )}
        >
          <IconArrowLeft size={18} />
        </ActionIcon>
        <h1 className={classes.title}>{t('walked', { subject: whomOf(walk) })}</h1>
        <RunBadge status={walk.status} />
      </div>
      <div className={classes.about} role="status">
        <span>{t(said, { version: shown, today: today ?? '' })}</span>
        {today !== null && shown !== today && (
          <Link to="/flows/$flowId/versions" params={{ flowId }} search={{ from: String(shown), to: String(today) }}>
            {t('whatChanged')}
          </Link>
        )}
        <Link to="/flows/$flowId" params={{ flowId }}>
          {t('seeToday')}
        </Link>
        {versions.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label={t('byVersions')}
            data={versions.map((version) => ({ value: String(version), label: t('inVersion', { version }) }))}
            value={String(shown)}
            onChange={(version) => show(Number(version))}
          />
        )}
      </div>
      <FlowTabs flowId={flowId} />
    </header>
  )
}

/** A version is what it is: nothing of it is saved, nor judged again. */
const AS_IT_IS: Keeper = {
  save: async (_, revision) => ({ revision, faults: [], warnings: [] }),
  check: async () => ({ faults: [], warnings: [] }),
  read: async () => {
    throw new Error('nobody else changes a version')
  },
  changedSince: async () => ({ changes: null, by: null, at: null }),
  later: () => () => {},
}
const NOTHING: readonly string[] = []
const NO_STEPS: ReadonlySet<string> = new Set()
const NOBODY: ReadonlyMap<string, number> = new Map()
const nothing = () => {}

function Drawing(props: { flowId: string; graph: Graph; walk: Walk; shown: number; narrow: boolean }) {
  const { flowId, graph, walk, shown: version, narrow } = props
  const language = useLanguage()
  const cramped = useMediaQuery(CRAMPED, false, { getInitialValueInEffect: false })
  const canvas = useRef<FlowCanvas | null>(null)
  const [draft] = useState(() =>
    createDraft({ graph: needsLayout(graph) ? placed(graph) : graph, revision: 0 }, AS_IT_IS, false),
  )
  const [chosen, setChosen] = useState(NOTHING)
  const choose = useCallback((ids: readonly string[]) => {
    setChosen((now) => (now.length === ids.length && now.every((id, i) => id === ids[i]) ? now : ids))
  }, [])
  const names = useStepNames()
  const shared: BuilderShared = useMemo(
    () => ({
      flowId,
      draft,
      mayWrite: false,
      language,
      names,
      offered: [],
      choose,
      goTo: (id) => choose([id]),
      add: () => '',
    }),
    [flowId, draft, language, names, choose],
  )
  const shown = useMemo(() => {
    const path = pathBy(walk, version)
    const lit = litBy(draft.state().history.present, path, path.length)
    return { language, names, standing: NOBODY, lit, changed: NO_STEPS }
  }, [language, names, draft, walk, version])
  return (
    <BuilderProvider value={shared}>
      <ChosenProvider value={chosen}>
        {narrow ? (
          <div className={page.narrow}>
            <Outline standing={NOBODY} lit={shown.lit} />
          </div>
        ) : (
          <div className={page.work} data-cramped={cramped || undefined}>
            <div className={page.middle}>
              <Canvas
                shown={shown}
                canvas={canvas}
                chosenEdges={NOTHING}
                onChooseEdges={nothing}
                onDropped={nothing}
                onHeld={nothing}
              />
            </div>
            {(!cramped || chosen.length > 0) && <Panel standing={NOBODY} held={false} />}
          </div>
        )}
      </ChosenProvider>
    </BuilderProvider>
  )
}
