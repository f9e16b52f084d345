import {
  Alert,
  Anchor,
  Button,
  Checkbox,
  Group,
  Loader,
  Radio,
  ScrollArea,
  Select,
  Stack,
  Switch,
  Text,
  Textarea,
} from '@mantine/core'
import { IconAlertTriangle, IconCircleX, IconCloudUpload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type RefObject, useRef, useState } from 'react'
import { api, body } from '../../api/client.ts'
import { ApiError } from '../../api/problem.ts'
import { useLanguage } from '../../app/language.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { useAct } from '../../ui/act.ts'
import { capital } from '../../ui/capital.ts'
import { Dialogue } from '../../ui/dialogue.tsx'
import { ErrorState, useSentence } from '../../ui/error-state.tsx'
import { numberFormat } from '../../ui/formatters.ts'
import { NumberField } from '../../ui/number-field.tsx'
import { useLeaving } from '../../ui/unsaved.tsx'
import { useMissWords } from '../cases/miss-words.ts'
import { ChangeList } from '../change-list.tsx'
import { type Change, countWords, stepsOf } from '../model/changes.ts'
import { type ApiFault, faultsOf } from '../model/faults.ts'
import { goingOver } from '../model/going-over.ts'
import { type Graph, graphFrom, nodeOf } from '../model/graph.ts'
import { KINDS } from '../model/kinds.ts'
import { nameOf, sentenceOf } from '../model/sentences.ts'
import { withStepWords } from '../model/step-words.ts'
import type { Answer } from '../queries.ts'
import classes from './publish-dialog.module.css'
import { publishTexts } from './publish-texts.ts'
import { builderTexts } from './texts.ts'

type Choice = 'stay' | 'move' | 'stop'
const KEEP = '\u0001keep'

/**
 * What publishing changes, how many people stand at each changed step, and what shall become of them: read before it is done.
 * @param fromVersion an earlier version that is published again; absent: the draft
 * @param goTo leads to a step that is at fault; absent: there is no drawing to show it in
 */
export function PublishDialog({
  flowId,
  graph,
  fromVersion,
  published,
  onClose,
  goTo,
}: {
  flowId: string
  graph: Graph | null
  fromVersion?: number
  published: number | null
  onClose: () => void
  goTo?: (nodeId: string) => void
}) {
  const t = useTexts(publishTexts)
  const builder = useTexts(builderTexts)
  const preview = useQuery({
    queryKey: ['flows', 'one', flowId, 'preview', fromVersion ?? 'draft'],
    queryFn: async ({ signal }) =>
      body(
        api.POST('/api/v1/flows/{id}/publish/preview', {
          params: { path: { id: flowId } },
          body: fromVersion === undefined ? {} : { fromVersion },
          signal,
        }),
      ),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  })
  const title = fromVersion === undefined ? builder('publish') : t('publishAgain', { version: fromVersion })
  const noted = useRef(false)
  const [leave, question] = useLeaving(() => noted.current, onClose)
  return (
    <>
      <Dialogue
        opened
        onClose={leave}
        title={title}
        size="xl"
        scrollAreaComponent={ScrollArea.Autosize}
        closeOnClickOutside={false}
      >
        {preview.isPending && (
          <Group justify="center" p="xl">
            <Loader /> <Text>{t('publishLooking')}</Text>
          </Group>
        )}
        {preview.isError && (
          <Unfit
            error={preview.error}
            graph={graph}
            onClose={onClose}
            retry={() => void preview.refetch()}
            goTo={goTo}
          />
        )}
        {preview.data !== undefined && (
          <Ready
            flowId={flowId}
            graph={graph}
            fromVersion={fromVersion}
            published={published}
            preview={preview.data}
            noted={noted}
            onClose={onClose}
          />
        )}
      </Dialogue>
      {question}
    </>
  )
}

function Unfit({
  error,
  graph,
  onClose,
  retry,
  goTo,
}: {
  error: unknown
  graph: Graph | null
  onClose: () => void
  retry: () => void
  goTo: ((nodeId: string) => void) | undefined
}) {
  const t = useTexts(publishTexts)
  const language = useLanguage()
  if (!(error instanceof ApiError) || error.status !== 422) return <ErrorState error={error} retry={retry} />
  const drawn = graph ?? graphFrom({})
  const faults = faultsOf(drawn, (error.problem.errors ?? []) as ApiFault[], [])
  return (
    <Stack>
      <Alert color="red" icon={<IconAlertTriangle />} title={t('unfitTitle', { count: faults.length })}>
        <Stack gap={4} component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
          {faults.slice(0, 20).map(({ nodeId, says }, i) => {
            const step = nodeOf(drawn, nodeId)
            const name = step === undefined ? nodeId : nameOf(step, language)
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: two faults may say the same
              <li key={i}>
                {name !== null &&
                  (step === undefined || goTo === undefined ? (
                    <b>{name}: </b>
                  ) : (
                    <>
                      <Anchor component="button" type="button" inherit fw={700} onClick={() => goTo(step.id)}>
                        {name}
                      </Anchor>
                      {': '}
                    </>
                  ))}
                {capital(says[language])}
              </li>
            )
          })}
        </Stack>
      </Alert>
      <Group justify="flex-end">
        <Button onClick={onClose}>{t('unfitBack')}</Button>
      </Group>
    </Stack>
  )
}

/** How many go over, before it is done: the choice alone moves nobody who stands at a step that is gone. */
function Going({ over: { least, most }, total }: { over: ReturnType<typeof goingOver>; total: number }) {
  const t = useTexts(publishTexts)
  const language = useLanguage()
  const said = (count: number) => numberFormat(language).format(count)
  if (least !== most) return t('goBetween', { least: said(least), most: said(most), total: said(total) })
  const goes = t('goOver', { count: most, said: said(most), total: said(total) })
  return most === total ? goes : `${goes}; ${t('keepTheirs', { count: total - most, said: said(total - most) })}`
}

type Preview = Answer<'postFlowsByIdPublishPreview'>

function Ready({
  flowId,
  graph,
  fromVersion,
  published,
  preview,
  noted,
  onClose,
}: {
  flowId: string
  graph: Graph | null
  fromVersion: number | undefined
  published: number | null
  preview: Preview
  /** Whether a note was written, which nobody shall lose unasked. */
  noted: RefObject<boolean>
  onClose: () => void
}) {
  const t = useTexts(publishTexts)
  const builder = useTexts(builderTexts)
  const language = useLanguage()
  const can = useCan()
  const sentence = useSentence()
  const [runs, setRuns] = useState<Choice>('stay')
  const [map, setMap] = useState<{ [step: string]: string | null }>({})
  const [perMinute, setPerMinute] = useState(600)
  const [note, setNote] = useState('')
  const [canary, setCanary] = useState<number | null>(null)
  const [force, setForce] = useState(false)
  const { standing, total } = preview.runs
  // People stand on steps that are gone, too: they go by their names as well.
  const stepOf = stepsOf(preview.difference.changes as Change[], graph)
  const stepName = (id: string) => {
    const step = stepOf(id)
    return step === undefined ? id : nameOf(step, language)
  }
  const over = goingOver(preview.runs, (step) => typeof map[step] === 'string')
  const touched = standing.filter(({ fate, stays }) => fate !== 'same' || stays.length > 0)
  const red = preview.cases.red
  const missWords = useMissWords(stepOf)
  const publish = useAct({
    act: () =>
      body(
        api.POST('/api/v1/flows/{id}/publish', {
          params: { path: { id: flowId } },
          body: {
            ...(note.trim() === '' ? {} : { note: note.trim() }),
            ...(fromVersion === undefined ? { revision: preview.revision } : { fromVersion }),
            ...(force ? { force: true } : {}),
            ...(canary === null
              ? { runs, ...(runs === 'move' ? { map: mapped(), perMinute } : {}) }
              : { canary: { percent: canary } }),
          },
        }),
      ),
    done: ({ version }) =>
      canary === null ? t('publishedAs', { version }) : t('canaryBegun', { version, percent: canary }),
    refresh: [['flows']],
    quiet: true,
    after: onClose,
  })
  const mapped = () =>
    Object.fromEntries(preview.needsMap.map((step) => [step, Object.hasOwn(map, step) ? (map[step] ?? null) : null]))
  const targets = [
    { value: KEEP, label: t('mapKeep') },
    ...(graph?.nodes ?? [])
      .filter(({ type }) => KINDS.get(type)?.starts !== true)
      .map((node) => ({ value: node.id, label: nameOf(node, language) })),
  ]
  const beginnings = (graph?.nodes ?? []).filter(({ type }) => KINDS.get(type)?.starts === true)
  const nothing = published !== null && Object.keys(preview.difference.counts).length === 0
  return (
    <Stack gap="lg">
      {published === null && (
        <div>
          <Text>{t('firstTime')}</Text>
          {beginnings.map((node) => (
            <Text key={node.id} fw={500}>
              {sentenceOf(node, language)}
            </Text>
          ))}
        </div>
      )}
      {nothing && <Alert color="gray">{t('nothingChanged')}</Alert>}
      {red.length > 0 && (
        <Alert color="red" icon={<IconCircleX />} title={t('redCases', { count: red.length })}>
          <Stack gap={6}>
            {red.map(({ name, misses }) => (
              <div key={name}>
                <b>{name}</b>
                {misses.slice(0, 3).map((miss) => (
                  <div key={miss.path}>{missWords(miss)}</div>
                ))}
              </div>
            ))}
            {can('users:write') && (
              <Checkbox
                label={t('force')}
                checked={force}
                onChange={({ currentTarget }) => setForce(currentTarget.checked)}
              />
            )}
          </Stack>
        </Alert>
      )}
      {preview.warnings.length > 0 && (
        <Alert color="yellow" icon={<IconAlertTriangle />} title={t('publishWarnings')}>
          <Stack gap={4}>
            {preview.warnings.map((warning) => (
              <div key={warning.path + warning.message}>
                {warning.nodeId !== undefined && <b>{stepName(warning.nodeId)}: </b>}
                {warning.messages?.[language] ?? warning.message}
              </div>
            ))}
          </Stack>
        </Alert>
      )}
      {published !== null && (
        <section>
          <h3 className={classes.heading}>
            {t('whatChanges', { version: published })} <span>{countWords(preview.difference.counts, language)}</span>
          </h3>
          <ScrollArea.Autosize mah={260} type="auto" viewportProps={{ tabIndex: 0 }}>
            <ChangeList changes={preview.difference.changes as Change[]} graph={graph} />
          </ScrollArea.Autosize>
        </section>
      )}
      {total > 0 && (
        <section>
          <h3 className={classes.heading}>
            {t('whoIsInside', { count: total })}{' '}
            <span>
              {touched.length === 0
                ? t('noneTouched')
                : t('touched', {
                    count: Math.min(
                      total,
                      touched.reduce((sum, place) => sum + place.runs, 0),
                    ),
                  })}
            </span>
          </h3>
          <ul className={classes.places}>
            {(touched.length > 0 ? touched : standing.slice(0, 5)).map((place) => (
              <li key={`${place.version} ${place.nodeId}`} data-fate={place.fate}>
                <b>{numberFormat(language).format(place.runs)}</b>
                <span>
                  {stepName(place.nodeId)}
                  <small>{t(`fate_${place.fate}`, { version: place.version })}</small>
                  {canary === null &&
                    runs === 'move' &&
                    place.stays.map((stay) => (
                      <small key={stay.says.en}>
                        {t('stays', { count: stay.runs, why: withStepWords(stay.says, stepOf, language) })}
                      </small>
                    ))}
                </span>
              </li>
            ))}
          </ul>
          {canary === null && (
            <Radio.Group label={t('whatBecomes')} value={runs} onChange={(value) => setRuns(value as Choice)} mt="sm">
              <Stack gap="xs" mt="xs">
                <Radio value="stay" label={t('stay')} description={t('stayAbout')} />
                <Radio value="move" label={t('move')} description={t('moveAbout')} />
                <Radio value="stop" label={t('stop', { count: total })} description={t('stopAbout')} color="red" />
              </Stack>
            </Radio.Group>
          )}
          {canary === null && runs === 'move' && (
            <Stack gap="xs" mt="sm">
              <Text size="sm" fw={500} role="status" c={over.most === 0 ? 'var(--bad)' : undefined}>
                <Going over={over} total={total} />
              </Text>
              {preview.needsMap.map((step) => (
                <Select
                  key={step}
                  label={t('mapFrom', { step: stepName(step) })}
                  searchable
                  value={Object.hasOwn(map, step) ? (map[step] ?? KEEP) : KEEP}
                  data={targets}
                  onChange={(to) => setMap({ ...map, [step]: to === KEEP ? null : to })}
                />
              ))}
              <NumberField
                label={t('perMinute')}
                description={t('perMinuteAbout')}
                min={1}
                max={60_000}
                allowDecimal={false}
                w={260}
                value={perMinute}
                onChange={setPerMinute}
              />
            </Stack>
          )}
        </section>
      )}
      {published !== null && fromVersion === undefined && (
        <section>
          <Switch
            label={t('canary')}
            description={t('canaryAbout')}
            checked={canary !== null}
            onChange={({ currentTarget }) => setCanary(currentTarget.checked ? 10 : null)}
          />
          {canary !== null && (
            <NumberField
              mt="xs"
              w={260}
              label={t('canaryPercent')}
              min={0.1}
              max={100}
              suffix=" %"
              value={canary}
              onChange={setCanary}
            />
          )}
        </section>
      )}
      <Textarea
        label={t('note')}
        description={t('noteAbout')}
        autosize
        minRows={2}
        maxLength={2_000}
        value={note}
        onChange={({ currentTarget }) => {
          setNote(currentTarget.value)
          noted.current = currentTarget.value.trim() !== ''
        }}
      />
      {publish.isError && <Alert color="red">{sentence(publish.error)}</Alert>}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {builder('cancel')}
        </Button>
        <Button
          leftSection={<IconCloudUpload size={16} />}
          loading={publish.isPending}
          disabled={red.length > 0 && !force}
          color={runs === 'stop' && canary === null && total > 0 ? 'red' : undefined}
          onClick={() => publish.mutate()}
        >
          {fromVersion !== undefined
            ? t('publishAgain', { version: fromVersion })
            : runs === 'stop' && total > 0 && canary === null
              ? t('publishAndStop', { count: total })
              : builder('publish')}
        </Button>
      </Group>
    </Stack>
  )
}
