import { ActionIcon, Alert, Anchor, Button, CloseButton, Group, Slider, Text } from '@mantine/core'
import { useInterval } from '@mantine/hooks'
import { IconPlayerPause, IconPlayerPlay, IconPlayerTrackNext } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { api, body } from '../../api/client.ts'
import { useTexts } from '../../app/texts.ts'
import { capital } from '../../ui/capital.ts'
import { lengthWords } from '../../ui/durations.ts'
import { useReturnFocus } from '../../ui/return-focus.ts'
import { StateBadge } from '../../ui/state-badge.tsx'
import { useBuilder, useDraftState } from '../builder/context.tsx'
import { type Graph, nodeOf } from '../model/graph.ts'
import { type Lit, litBy, momentsOf, type Said, type Visit } from '../model/playing.ts'
import { requestOf, type Scenario } from '../model/scenario.ts'
import { nameOf } from '../model/sentences.ts'
import type { Answer } from '../queries.ts'
import { isUnfit, useFlowSentence } from '../sentence.ts'
import { KeepAsCase } from './keep-as-case.tsx'
import { Moments } from './moments.tsx'
import { ScenarioForm, useScenario } from './scenario-form.tsx'
import classes from './simulation.module.css'
import { simulateTexts } from './texts.ts'

type Played = Answer<'postFlowsByIdSimulate'>

/** A scenario, played to the drawing: the path lights up, each message as its reader sees it, on a clock of its own. */
export function Simulation({
  onLit,
  onClose,
  narrow = false,
}: {
  onLit: (lit: Lit | null) => void
  onClose: () => void
  narrow?: boolean
}) {
  const t = useTexts(simulateTexts)
  const { flowId, draft } = useBuilder()
  const [scenario, setScenario] = useScenario()
  const [asked, setAsked] = useState<Graph | null>(null)
  const drawn = useDraftState().history.present
  const play = useMutation({
    mutationFn: async (scene: Scenario) => {
      // What is played is what is kept.
      await draft.flush()
      const graph = draft.state().history.present
      setAsked(graph)
      return body(
        api.POST('/api/v1/flows/{id}/simulate', {
          params: { path: { id: flowId } },
          body: requestOf(scene, graph) as never,
        }),
      )
    },
  })
  const isOld = useMemo(() => asked !== null && asked !== drawn && !isSameWork(asked, drawn), [asked, drawn])
  // Where the form stands above it, what came of it would be out of sight.
  const result = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (narrow && play.submittedAt > 0 && !play.isPending) result.current?.scrollIntoView({ block: 'start' })
  }, [narrow, play.submittedAt, play.isPending])
  // To where it was opened; and to the button that waited for its answer.
  useReturnFocus(true)
  useReturnFocus(play.isPending)
  return (
    <section className={classes.dock} aria-label={t('title')} data-narrow={narrow || undefined}>
      <div className={classes.form}>
        <Group justify="space-between" mb="xs" wrap="nowrap">
          <h2 className={classes.title}>{t('title')}</h2>
          <CloseButton aria-label={t('close')} onClick={onClose} />
        </Group>
        <ScenarioForm scenario={scenario} onChange={setScenario} />
        <div className={classes.play}>
          <Button
            fullWidth
            leftSection={<IconPlayerPlay size={16} />}
            loading={play.isPending}
            disabled={scenario.acts.some((act) => act.kind === 'reply' && act.text.trim() === '')}
            onClick={() => play.mutate(scenario)}
          >
            {t('play')}
          </Button>
        </div>
      </div>
      <div className={classes.result} ref={result}>
        {play.isError && <Failed error={play.error} />}
        {play.data === undefined && !play.isError && (
          <div className={classes.before}>
            <Text c="dimmed">{t('before')}</Text>
          </div>
        )}
        {play.data !== undefined && play.variables !== undefined && (
          <>
            {isOld && (
              <Alert color="yellow" mx="md" mt="sm" p="xs" role="status">
                {t('changedSince')}
              </Alert>
            )}
            <Result key={play.submittedAt} scenario={play.variables} played={play.data} onLit={onLit} />
          </>
        )}
      </div>
    </section>
  )
}

function Failed({ error }: { error: unknown }) {
  const sentence = useFlowSentence()
  const { language, names, goTo } = useBuilder()
  const { faults, history } = useDraftState()
  const stops = isUnfit(error) ? faults.filter((fault) => fault.stops).slice(0, MOST_FAULTS) : []
  return (
    <Alert color="red" m="md">
      {sentence(error)}
      {stops.map(({ nodeId, field, says }) => {
        const node = nodeId === null ? undefined : nodeOf(history.present, nodeId)
        return (
          <div key={`${nodeId} ${field.join()} ${says.es}`}>
            {node !== undefined && (
              <Anchor component="button" type="button" inherit onClick={() => goTo(node.id)}>
                {nameOf(node, language, names)}
              </Anchor>
            )}{' '}
            {capital(says[language])}
          </div>
        )
      })}
    </Alert>
  )
}

/** Faults that are told where something could not be played; all of them stand above the drawing. */
const MOST_FAULTS = 3

/** Whether two drawings do the same: where their steps stand is nobody's work. */
const isSameWork = (one: Graph, other: Graph): boolean => JSON.stringify(workOf(one)) === JSON.stringify(workOf(other))
const workOf = ({ nodes, edges, settings }: Graph) => ({
  nodes: nodes.map(({ position: _position, ...node }) => node),
  edges,
  settings,
})

const STEP_MS = 900

function Result({ scenario, played, onLit }: { scenario: Scenario; played: Played; onLit: (lit: Lit | null) => void }) {
  const t = useTexts(simulateTexts)
  const { draft, language, mayWrite, goTo } = useBuilder()
  const path = played.path as unknown as Visit[]
  const moments = useMemo(
    () => momentsOf(played.path as unknown as Visit[], played.messages as unknown as Said[], played.later),
    [played],
  )
  const [at, setAt] = useState(0)
  const reduced = matchMedia('(prefers-reduced-motion: reduce)').matches
  const ticking = useInterval(() => setAt((now) => Math.min(now + 1, moments.length - 1)), STEP_MS)
  const { start, stop } = ticking
  useEffect(() => {
    if (moments.length === 0) return
    if (reduced) setAt(moments.length - 1)
    else start()
    return stop
  }, [moments, reduced, start, stop])
  useEffect(() => {
    if (at >= moments.length - 1) stop()
  }, [at, moments.length, stop])
  const graph = draft.state().history.present
  const moment = moments[at]
  const lit = useRef(onLit)
  lit.current = onLit
  useEffect(() => {
    lit.current(moment === undefined ? null : litBy(graph, path, moment.upTo))
  }, [moment, graph, path])
  useEffect(() => () => lit.current(null), [])
  if (path.length === 0) {
    return (
      <Alert color="yellow" m="md" title={t('notBegun')}>
        {played.entry?.says.map((one) => one[language]).join(' ') || played.whySays?.[language] || t('notBegunAbout')}
        {mayWrite && (
          <Group mt="sm">
            <KeepAsCase scenario={scenario} played={played} />
          </Group>
        )}
      </Alert>
    )
  }
  const began = Date.parse(played.startAt)
  return (
    <>
      <div className={classes.controls}>
        <ActionIcon
          variant="light"
          color="current"
          size={36}
          aria-label={ticking.active ? t('pause') : t('playOn')}
          onClick={() => {
            if (at >= moments.length - 1) setAt(0)
            ticking.toggle()
          }}
        >
          {ticking.active ? <IconPlayerPause size={18} /> : <IconPlayerPlay size={18} />}
        </ActionIcon>
        <ActionIcon size={36} aria-label={t('toEnd')} title={t('toEnd')} onClick={() => setAt(moments.length - 1)}>
          <IconPlayerTrackNext size={18} />
        </ActionIcon>
        <Slider
          className={classes.slider ?? ''}
          thumbLabel={t('moment')}
          min={0}
          max={Math.max(1, moments.length - 1)}
          step={1}
          label={(i) => {
            const after = (moments[i]?.at ?? began) - began
            return after <= 0 ? t('atBegin') : lengthWords(after, language)
          }}
          value={at}
          onChange={(i) => {
            stop()
            setAt(i)
          }}
        />
        <Outcome played={played} done={at === moments.length - 1} />
        {mayWrite && <KeepAsCase scenario={scenario} played={played} />}
      </div>
      <Moments
        moments={moments}
        at={at}
        began={began}
        graph={graph}
        failure={played.failure?.says[language] ?? null}
        waiting={played.status === 'waiting'}
        onChoose={(i, nodeId) => {
          stop()
          setAt(i)
          goTo(nodeId)
        }}
      />
    </>
  )
}

function Outcome({ played, done }: { played: Played; done: boolean }) {
  const t = useTexts(simulateTexts)
  if (!done) return null
  const { status, outcome } = played
  const tone = TONES[status ?? 'cancelled']
  const word = status === null ? t('notBegun') : t(`status_${status}`)
  const more = outcome !== '' && outcome !== status ? outcome : null
  return (
    <span role="status">
      <StateBadge tone={tone}>
        {word}
        {more !== null && ` · ${more}`}
      </StateBadge>
    </span>
  )
}

const TONES = { waiting: 'current', completed: 'good', failed: 'bad', cancelled: 'quiet' } as const
