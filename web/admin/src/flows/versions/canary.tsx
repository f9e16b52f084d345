import { Alert, Button, Group } from '@mantine/core'
import { IconFeather } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, body } from '../../api/client.ts'
import { useLanguage } from '../../app/language.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { useAct } from '../../ui/act.ts'
import { ConfirmAct } from '../../ui/confirm-act.tsx'
import { numberFormat } from '../../ui/formatters.ts'
import { NumberField } from '../../ui/number-field.tsx'
import { flowQuery } from '../queries.ts'
import { versionTexts } from './texts.ts'

/** A version that a share of the new runs tries: how it does, and what becomes of it. */
export function Canary({ flowId }: { flowId: string }) {
  const t = useTexts(versionTexts)
  const language = useLanguage()
  const can = useCan()
  const path = { id: flowId }
  const flow = useQuery(flowQuery(flowId))
  const canary = useQuery({
    queryKey: ['flows', 'one', flowId, 'canary'],
    queryFn: async ({ signal }) => body(api.GET('/api/v1/flows/{id}/canary', { params: { path }, signal })),
    enabled: flow.data?.canary != null,
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? 10_000 : false),
  })
  const [percent, setPercent] = useState<number | null>(null)
  const change = useAct({
    act: () => body(api.PUT('/api/v1/flows/{id}/canary', { params: { path }, body: { percent: percent ?? 10 } })),
    done: t('canaryChanged'),
    refresh: [['flows', 'one', flowId, 'canary']],
  })
  if (flow.data?.canary == null || canary.data?.state !== 'running') return null
  const { version, percent: share, failed, ended, threshold } = canary.data
  const number = (value: number) => numberFormat(language, { maximumFractionDigits: 1 }).format(value)
  return (
    <Alert
      color="yellow"
      icon={<IconFeather size={18} />}
      mb="md"
      title={t('canary', { version, percent: number(share) })}
    >
      {t('canaryRuns', { failed: number(failed), ended: number(ended), threshold: number(threshold * 100) })}
      {can('flows:write') && (
        <Group gap="xs" mt="sm" align="flex-end">
          <NumberField
            size="xs"
            w={140}
            label={t('canaryShare')}
            min={0.1}
            max={100}
            suffix=" %"
            value={percent ?? share}
            onChange={setPercent}
          />
          <Button
            size="xs"
            variant="default"
            disabled={percent === null || percent === share}
            loading={change.isPending}
            onClick={() => change.mutate()}
          >
            {t('canaryChange')}
          </Button>
          <ConfirmAct
            label={t('canaryPromote')}
            button={{ size: 'xs', variant: 'filled' }}
            title={t('canaryPromote')}
            consequence={t('canaryPromoteAbout')}
            confirm={t('canaryPromote')}
            act={() => body(api.POST('/api/v1/flows/{id}/canary/promote', { params: { path }, body: {} }))}
            done={t('canaryPromoted')}
            refresh={[['flows']]}
          />
          <ConfirmAct
            label={t('canaryStop')}
            button={{ size: 'xs' }}
            title={t('canaryStop')}
            consequence={t('canaryStopAbout')}
            confirm={t('canaryStop')}
            act={() => body(api.POST('/api/v1/flows/{id}/canary/stop', { params: { path } }))}
            done={t('canaryStopped')}
            refresh={[['flows']]}
          />
        </Group>
      )}
    </Alert>
  )
}
