import {
  Alert,
  Button,
  Checkbox,
  Group,
  NumberInput,
  Progress,
  ScrollArea,
  Stack,
  Text,
  TextInput,
} from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api, body } from '../../api/client.ts'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { useAct } from '../../ui/act.ts'
import { Dialogue } from '../../ui/dialogue.tsx'
import { useSentence } from '../../ui/error-state.tsx'
import { When } from '../../ui/when.tsx'
import { whomOf } from '../queries.ts'
import { RunBadge } from '../status-badge.tsx'
import { flowTexts } from '../texts.ts'
import type { Asked } from './asked.ts'
import { runTexts } from './texts.ts'

export type BulkAction = 'cancel' | 'retry' | 'replay'
type Filter = { version?: number; cause?: string }

/** Of the list's filters those that an act on many can have: which states it is for, it knows itself. */
const narrowed = ({ from, to, status, ...same }: Asked, action: BulkAction) => ({
  ...same,
  ...(from === undefined ? {} : { since: from }),
  ...(to === undefined ? {} : { until: to }),
  ...(action === 'replay' && status !== undefined && status !== 'waiting' ? { status } : {}),
})

/**
 * Work on many runs: counted and shown first, then done, with how far it has come.
 * @param props.listed what the list behind it is narrowed to, which this is too unless one says otherwise
 */
export function BulkDialog(props: { flowId: string; action: BulkAction; listed: Asked; onClose: () => void }) {
  const { flowId, action, onClose } = props
  const t = useTexts(runTexts)
  const words = useTexts(flowTexts)
  const sentence = useSentence()
  const language = useLanguage()
  // A period ends when it was opened: what is done is what was counted.
  const [listed] = useState(() => narrowed(props.listed, action))
  const isNarrowed = Object.values(listed).some((value) => value !== undefined)
  const [asListed, setAsListed] = useState(isNarrowed)
  const [filter, setFilter] = useState<Filter>({})
  const [reason, setReason] = useState('')
  const [left, setLeft] = useState<readonly string[]>([])
  const ask = (dryRun: boolean) =>
    body(
      api.POST('/api/v1/flows/{id}/runs/bulk', {
        params: { path: { id: flowId } },
        body: {
          action,
          filter: { ...(asListed ? listed : {}), ...filter },
          dryRun,
          ...(dryRun ? {} : { exclude: [...left] }),
          ...(action === 'cancel' && reason.trim() !== '' ? { reason: reason.trim() } : {}),
        },
      }),
    )
  const count = useMutation({ mutationFn: () => ask(true), onSuccess: () => setLeft([]) })
  const start = useAct({ act: () => ask(false), quiet: true })
  const title = { cancel: t('bulkCancel'), retry: t('bulkRetry'), replay: t('bulkReplay') }[action]
  const found = count.data
  const many = (found?.count ?? 0) - left.length
  const change = (next: Filter) => {
    setFilter(next)
    count.reset()
  }
  return (
    <Dialogue opened onClose={onClose} title={title} size="lg">
      {start.data?.id != null ? (
        <Working flowId={flowId} bulkId={start.data.id} onClose={onClose} />
      ) : (
        <Stack>
          <Text c="dimmed">{t(`bulkAbout_${action}`)}</Text>
          {isNarrowed && (
            <Checkbox
              label={t('bulkAsListed')}
              checked={asListed}
              onChange={({ currentTarget }) => {
                setAsListed(currentTarget.checked)
                count.reset()
              }}
            />
          )}
          <Group grow align="flex-start">
            <NumberInput
              label={t('bulkVersion')}
              min={1}
              allowDecimal={false}
              value={filter.version ?? ''}
              onChange={(version) => {
                const { version: _was, ...rest } = filter
                change(version === '' ? rest : { ...rest, version: Number(version) })
              }}
            />
            {action === 'retry' && (
              <TextInput
                label={t('bulkCause')}
                value={filter.cause ?? ''}
                onChange={({ currentTarget }) => {
                  const { cause: _was, ...rest } = filter
                  change(currentTarget.value === '' ? rest : { ...rest, cause: currentTarget.value })
                }}
              />
            )}
            {action === 'cancel' && (
              <TextInput
                label={t('bulkReason')}
                maxLength={500}
                value={reason}
                onChange={({ currentTarget }) => setReason(currentTarget.value)}
              />
            )}
          </Group>
          {(count.isError || start.isError) && <Alert color="red">{sentence(count.error ?? start.error)}</Alert>}
          {found !== undefined && (
            <>
              <Text fw={600}>
                {t('bulkFound', { count: found.count })} {!found.complete && t('bulkMore')}
              </Text>
              {found.refused.map(({ count: some, why, messages }) => (
                <Text key={why} size="sm" c="dimmed">
                  {t('bulkNot', { count: some })}: {messages?.[language] ?? why}
                </Text>
              ))}
              {found.runs.length > 0 && (
                <>
                  <Text size="sm" c="dimmed">
                    {t('bulkLeaveOut')}
                  </Text>
                  <ScrollArea.Autosize mah={280} type="auto">
                    <Stack gap={6}>
                      {found.runs.map((run) => (
                        <Checkbox
                          key={run.id}
                          checked={!left.includes(run.id)}
                          onChange={({ currentTarget }) =>
                            setLeft(currentTarget.checked ? left.filter((id) => id !== run.id) : [...left, run.id])
                          }
                          label={
                            <Group gap="xs">
                              {whomOf(run)} <RunBadge status={run.status} />
                              <Text span size="sm" c="dimmed">
                                <When at={run.startedAt} />
                              </Text>
                            </Group>
                          }
                        />
                      ))}
                    </Stack>
                  </ScrollArea.Autosize>
                </>
              )}
            </>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {words('cancel')}
            </Button>
            {found === undefined ? (
              <Button loading={count.isPending} onClick={() => count.mutate()}>
                {t('bulkCount')}
              </Button>
            ) : (
              <Button
                color={action === 'cancel' ? 'red' : undefined}
                disabled={many <= 0}
                loading={start.isPending}
                onClick={() => start.mutate()}
              >
                {t(`bulkDo_${action}`, { count: Math.max(0, many) })}
              </Button>
            )}
          </Group>
        </Stack>
      )}
    </Dialogue>
  )
}

/** How far it has come; it is done whether or not somebody looks. */
function Working({ flowId, bulkId, onClose }: { flowId: string; bulkId: string; onClose: () => void }) {
  const t = useTexts(runTexts)
  const words = useTexts(flowTexts)
  const language = useLanguage()
  const queries = useQueryClient()
  const progress = useQuery({
    queryKey: ['flows', 'bulk', bulkId],
    queryFn: async ({ signal }) =>
      body(api.GET('/api/v1/flows/{id}/runs/bulk/{bulkId}', { params: { path: { id: flowId, bulkId } }, signal })),
    // Work in chunks tells nothing in the log that one could wait for.
    refetchInterval: ({ state }) => (state.data?.state === 'done' ? false : 1_000),
  })
  const done = progress.data?.state === 'done'
  useEffect(() => {
    if (done) void queries.invalidateQueries({ queryKey: ['flows', 'runs', flowId] })
  }, [done, queries, flowId])
  const { total = 0, done: made = 0, refused = 0, passed = 0, refusals = [] } = progress.data ?? {}
  return (
    <Stack>
      <Progress
        value={total === 0 ? 100 : ((made + refused) / total) * 100}
        animated={!done}
        aria-label={t('bulkProgress', { done: made + refused, total })}
      />
      <Text role="status">
        {done && `${t('bulkDone')}: `}
        {t('bulkProgress', { done: made, total })}
        {refused > 0 && ` · ${t('bulkRefused', { count: refused })}`}
        {passed > 0 && ` · ${t('bulkPassed', { count: passed })}`}
      </Text>
      {refusals.map(({ id, why, messages }) => (
        <Text key={id} size="sm" c="dimmed">
          {id}: {messages?.[language] ?? why}
        </Text>
      ))}
      <Group justify="flex-end">
        <Button onClick={onClose}>{words('close')}</Button>
      </Group>
    </Stack>
  )
}
