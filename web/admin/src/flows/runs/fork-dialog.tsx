import { Alert, Button, Group, Select, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, body } from '../../api/client.ts'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { useAct } from '../../ui/act.ts'
import { Dialogue } from '../../ui/dialogue.tsx'
import { useSentence } from '../../ui/error-state.tsx'
import { useLeaving } from '../../ui/unsaved.tsx'
import { hasSaid, ObjectField } from '../json-field.tsx'
import { type Data, graphFrom } from '../model/graph.ts'
import { KINDS } from '../model/kinds.ts'
import { nameOf } from '../model/sentences.ts'
import { versionQuery } from '../queries.ts'
import { runTexts } from './texts.ts'

/** Goes on from a run as another one: at a step, with changed data. */
export function ForkDialog({
  flowId,
  run,
  onClose,
}: {
  flowId: string
  run: { id: string; version: number }
  onClose: () => void
}) {
  const t = useTexts(runTexts)
  const language = useLanguage()
  const sentence = useSentence()
  const navigate = useNavigate()
  const version = useQuery(versionQuery(flowId, run.version))
  const [nodeId, setNodeId] = useState<string | null>(null)
  const [vars, setVars] = useState<Data | null>({})
  const [data, setData] = useState<Data | null>({})
  const steps = graphFrom(version.data?.graph ?? {})
    .nodes.filter(({ type }) => KINDS.get(type)?.starts !== true)
    .map((node) => ({ value: node.id, label: nameOf(node, language) }))
  const fork = useAct({
    act: () =>
      body(
        api.POST('/api/v1/runs/{id}/fork', {
          params: { path: { id: run.id } },
          body: {
            nodeId: nodeId ?? '',
            ...(Object.keys(vars ?? {}).length === 0 ? {} : { vars: vars ?? {} }),
            ...(Object.keys(data ?? {}).length === 0 ? {} : { data: data ?? {} }),
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
  const isChanged = () => nodeId !== null || hasSaid(vars) || hasSaid(data)
  const [leave, question] = useLeaving(isChanged, onClose)
  return (
    <>
      <Dialogue opened onClose={leave} title={t('fork')} closeOnClickOutside={false}>
        <Stack>
          <Text c="dimmed">{t('forkAbout')}</Text>
          <Select label={t('forkStep')} searchable data={steps} value={nodeId} onChange={setNodeId} />
          <ObjectField label={t('forkVars')} about={t('forkVarsAbout')} value={{}} onChange={setVars} />
          <ObjectField label={t('forkData')} about={t('forkDataAbout')} value={{}} onChange={setData} />
          {fork.isError && <Alert color="red">{sentence(fork.error)}</Alert>}
          <Group justify="flex-end">
            <Button
              disabled={nodeId === null || vars === null || data === null}
              loading={fork.isPending}
              onClick={() => fork.mutate()}
            >
              {t('forkDo')}
            </Button>
          </Group>
        </Stack>
      </Dialogue>
      {question}
    </>
  )
}
