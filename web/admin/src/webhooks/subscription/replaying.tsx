import { Group, Progress, Stack, Text } from '@mantine/core'
import { api, body } from '../../api/client.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { ConfirmAct } from '../../ui/confirm-act.tsx'
import { When } from '../../ui/when.tsx'
import { subscriptionTexts } from './texts.ts'

export type Replaying = { total: number; left: number; startedAt: string }

/** The replay under way: how far it is, and its end for who wants it to end. */
export function ReplayUnderWay({ id, replay }: { id: string; replay: Replaying }) {
  const t = useTexts(subscriptionTexts)
  const can = useCan()
  const { total, left, startedAt } = replay
  const done = Math.max(0, total - left)
  const says = t('replaying', { done, total })
  return (
    <section aria-label={t('replayingTitle')}>
      <Stack gap={6} maw={640}>
        <Group justify="space-between" gap="xs">
          <Text role="status" fw={500}>
            {says}{' '}
            <Text span size="sm" c="dimmed">
              · <When at={startedAt} clock="wall" />
            </Text>
          </Text>
          {can('deliveries:write') && (
            <ConfirmAct
              label={t('stop')}
              button={{ size: 'xs' }}
              title={t('stopAsk')}
              consequence={t('stopAbout', { count: left })}
              confirm={t('stopConfirm')}
              danger
              act={() => body(api.POST('/api/v1/subscriptions/{id}/replay/stop', { params: { path: { id } } }))}
              done={({ stopped }) => t('stopped', { count: stopped })}
              refresh={[['webhooks']]}
            />
          )}
        </Group>
        <Progress value={total === 0 ? 100 : (done / total) * 100} aria-label={says} />
      </Stack>
    </section>
  )
}
