import { Alert, Button, Group, Select, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { api, body } from '../../api/client.ts'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { useAct } from '../../ui/act.ts'
import { Dialogue } from '../../ui/dialogue.tsx'
import { useSentence } from '../../ui/error-state.tsx'
import { isObject } from '../../ui/json-text.ts'
import { useLeaving } from '../../ui/unsaved.tsx'
import { Waiting } from '../../ui/waiting.tsx'
import { FieldsInput } from '../fields-input.tsx'
import { type Data, type Graph, graphFrom, isSameJson } from '../model/graph.ts'
import { KINDS } from '../model/kinds.ts'
import { nameOf } from '../model/sentences.ts'
import { versionQuery } from '../queries.ts'
import { runTexts } from './texts.ts'

type Origin = {
  id: string
  version: number
  eventId: string
  nodeId: string | null
  vars: object
  /** What it sees as the data of its event, where that was changed. */
  data?: unknown
}

type Written = { value: Data; isWhole: boolean }

const NONE: Data = {}
/** Data that has fields; what has none is put in its place as a whole. */
const objectOf = (data: unknown): Data => (isObject(data) ? (data as Data) : NONE)

/** Goes on from a run as another one: at a step, with its data as they are or changed. */
export function ForkDialog({ flowId, run, onClose }: { flowId: string; run: Origin; onClose: () => void }) {
  const t = useTexts(runTexts)
  const version = useQuery(versionQuery(flowId, run.version))
  const event = useQuery({
    queryKey: ['events', 'data', run.eventId],
    queryFn: ({ signal }) => body(api.GET('/api/v1/events/{id}', { params: { path: { id: run.eventId } }, signal })),
    enabled: run.data === undefined,
    retry: false,
  })
  const changed = useRef(false)
  const [leave, question] = useLeaving(() => changed.current, onClose)
  const isPending = version.isPending || (event.isPending && event.fetchStatus !== 'idle')
  return (
    <>
      <Dialogue opened onClose={leave} title={t('fork')} closeOnClickOutside={false}>
        {isPending ? (
          <Waiting />
        ) : (
          <Fork
            flowId={flowId}
            run={run}
            graph={graphFrom(version.data?.graph ?? {})}
            // Whoever may not see events can put others in their place all the same.
            data={objectOf(run.data ?? event.data?.data)}
            changed={changed}
            onClose={onClose}
          />
        )}
      </Dialogue>
      {question}
    </>
  )
}

function Fork({
  flowId,
  run,
  graph,
  data: before,
  changed,
  onClose,
}: {
  flowId: string
  run: Origin
  graph: Graph
  data: Data
  /** Whether anything was, which nobody shall lose unasked. */
  changed: RefObject<boolean>
  onClose: () => void
}) {
  const t = useTexts(runTexts)
  const language = useLanguage()
  const sentence = useSentence()
  const navigate = useNavigate()
  const [nodeId, setNodeId] = useState(run.nodeId)
  const varsBefore = run.vars as Data
  const [vars, setVars] = useState<Written>({ value: varsBefore, isWhole: true })
  const [data, setData] = useState<Written>({ value: before, isWhole: true })
  const steps = graph.nodes
    .filter(({ type }) => KINDS.get(type)?.starts !== true)
    .map((node) => ({ value: node.id, label: nameOf(node, language) }))
  const changedVars = Object.fromEntries(
    Object.entries(vars.value).filter(([name, value]) => !isSameJson(value, varsBefore[name])),
  )
  const isDataChanged = !isSameJson(data.value, before)
  const isWhole = vars.isWhole && data.isWhole
  useEffect(() => {
    changed.current = nodeId !== run.nodeId || !isWhole || Object.keys(changedVars).length > 0 || isDataChanged
  })
  const fork = useAct({
    act: () =>
      body(
        api.POST('/api/v1/runs/{id}/fork', {
          params: { path: { id: run.id } },
          body: {
            nodeId: nodeId ?? '',
            ...(Object.keys(changedVars).length === 0 ? {} : { vars: changedVars }),
            ...(isDataChanged ? { data: data.value } : {}),
          },
        }),
      ),
    done: t('forked'),
    refresh: [['flows', 'runs', flowId]],
    quiet: true,
    after: ({ id }) => {
      onClose()
      void navigate({ to: '/flows/$flowId/runs', params: { flowId }, search: { selected: id } })
    },
  })
  return (
    <Stack>
      <Text c="dimmed">{t('forkAbout')}</Text>
      <Select label={t('forkStep')} searchable data={steps} value={nodeId} onChange={setNodeId} />
      <FieldsInput
        label={t('forkVars')}
        help={t('forkVarsAbout')}
        value={vars.value}
        onChange={(value, isWhole) => setVars({ value, isWhole })}
      />
      <FieldsInput
        label={t('forkData')}
        help={t('forkDataAbout')}
        value={data.value}
        onChange={(value, isWhole) => setData({ value, isWhole })}
      />
      {fork.isError && <Alert color="red">{sentence(fork.error)}</Alert>}
      <Group justify="flex-end">
        <Button disabled={nodeId === null || !isWhole} loading={fork.isPending} onClick={() => fork.mutate()}>
          {t('forkDo')}
        </Button>
      </Group>
    </Stack>
  )
}
