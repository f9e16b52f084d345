import { Button, Group, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { api, body } from '../api/client.ts'
import { useLive } from '../api/live.ts'
import { useLanguage } from '../app/language.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { ConfirmAct } from '../ui/confirm-act.tsx'
import { CopyId } from '../ui/copy.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Facts } from '../ui/facts.tsx'
import { Json } from '../ui/json.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { When } from '../ui/when.tsx'
import { failureWords } from '../webhooks/deliveries/words.ts'
import { MoveTimer } from './forms.tsx'
import { TimerState } from './state.tsx'
import { timersTexts } from './texts.ts'

/** One timer: what it does and when, and while it waits the ways to move and to cancel it. */
export function TimerDetail({ id }: { id: string }) {
  const t = useTexts(timersTexts)
  const language = useLanguage()
  const may = useCan()('timers:write')
  const [moving, move] = useDisclosure()
  const params = { path: { id } }
  const asked = useQuery({
    queryKey: ['timers', 'one', id],
    queryFn: ({ signal }) => body(api.GET('/api/v1/timers/{id}', { params, signal })),
  })
  useLive(['timers', 'one', id], () => true, 3_000)
  if (asked.isPending) return <Waiting />
  if (asked.isError) return <ErrorState error={asked.error} retry={() => asked.refetch()} />
  const it = asked.data
  return (
    <Stack gap="md">
      <Facts
        facts={[
          [t('state'), <TimerState key="state" status={it.status} />],
          [t('due'), <When dated key="due" at={it.dueAt} />],
          [t('calendar'), it.calendar],
          [t('does'), it.event ? t('makes', { type: it.event.type }) : t('calls', { url: it.callbackUrl })],
          [t('subject'), it.event?.subject],
          [t('attempts'), it.attempts ?? undefined],
          [t('error'), it.error === null ? undefined : failureWords(it.error, language)],
          [t('firedAt'), it.firedAt ? <When dated key="fired" at={it.firedAt} /> : undefined],
          [t('delivery'), it.deliveryId && <CopyId key="delivery" id={it.deliveryId} />],
          [t('created'), <When key="created" at={it.createdAt} />],
          [t('id'), <CopyId key="id" id={it.id} />],
        ]}
      />
      {it.event?.data !== undefined && (
        <div>
          <Text fw={500}>{t('data')}</Text>
          <Json value={it.event.data} />
        </div>
      )}
      {it.payload !== null && (
        <div>
          <Text fw={500}>{t('payload')}</Text>
          <Json value={it.payload} />
        </div>
      )}
      {may && it.status === 'scheduled' && (
        <Group gap="xs">
          <Button onClick={move.open}>{t('move')}</Button>
          <ConfirmAct
            label={t('cancel')}
            button={{ variant: 'subtle', color: 'red' }}
            title={t('cancelAsk')}
            consequence={t('cancelAbout')}
            confirm={t('cancel')}
            danger
            act={() => api.DELETE('/api/v1/timers/{id}', { params })}
            done={t('cancelDone')}
            refresh={[['timers']]}
          />
        </Group>
      )}
      {moving && <MoveTimer timer={it} close={move.close} />}
    </Stack>
  )
}
