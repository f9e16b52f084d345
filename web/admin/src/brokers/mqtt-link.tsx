import { Button, Group, Stack } from '@mantine/core'
import { IconBroadcastOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { api, body } from '../api/client.ts'
import { useLanguage } from '../app/language.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { useAct } from '../ui/act.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Facts } from '../ui/facts.tsx'
import { Figures } from '../ui/figures.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { When } from '../ui/when.tsx'
import { LinkState, LOOK_MS } from './broker.tsx'
import { mqttTexts } from './mqtt.texts.ts'
import { brokerWords } from './words.ts'

type Link = { clientId: string; state: string; since: string | null; protocol?: string; lastError?: string | null }

/** What the diagnostics tell besides the state; none of it while MQTT is off. */
type Diagnosed = {
  state: string
  broker?: string
  out?: Link
  lastConfirmedAt?: string | null
  requestsWaiting?: number
  sessions?: (Link & { slot: number; filters: string[]; refused: string[]; stalled: boolean })[]
}

/** The connection to the MQTT broker, and the sessions that this node has there. */
export function MqttLink() {
  const t = useTexts(mqttTexts)
  const can = useCan()
  const language = useLanguage()
  const asked = useQuery({
    queryKey: ['mqtt', 'link'],
    queryFn: async ({ signal }) => (await body(api.GET('/backoffice/mqtt', { signal }))) as Diagnosed,
    refetchInterval: ({ state: { data } }) => (data === undefined || data.state === 'off' ? false : LOOK_MS),
  })
  const reconnect = useAct({
    act: () => api.POST('/backoffice/mqtt/reconnect'),
    done: t('reconnecting'),
    refresh: [['mqtt', 'link']],
  })
  if (asked.isPending) return <Waiting />
  if (asked.isError) return <ErrorState error={asked.error} retry={() => asked.refetch()} />
  const it = asked.data
  if (it.state === 'off')
    return (
      <EmptyState icon={IconBroadcastOff} title={t('off')}>
        {t('offAbout')}
      </EmptyState>
    )
  return (
    <Stack gap="sm">
      <Facts
        facts={[
          [t('state'), <LinkState key="state" state={it.state} />],
          [t('broker'), <code key="broker">{it.broker}</code>],
          [t('client'), <code key="client">{it.out?.clientId}</code>],
          [t('since'), <When key="since" clock="wall" at={it.out?.since} />],
          [t('confirmed'), <When key="confirmed" clock="wall" at={it.lastConfirmedAt} />],
          [t('waiting'), it.requestsWaiting],
          [t('lastError'), it.out?.lastError ? brokerWords(it.out.lastError, language) : undefined],
        ]}
      />
      {it.state !== 'connected' && can('backoffice:write') && (
        <Group>
          <Button variant="default" loading={reconnect.isPending} onClick={() => reconnect.mutate()}>
            {t('reconnect')}
          </Button>
        </Group>
      )}
      <Figures
        title={t('sessions')}
        heads={[t('session'), t('state'), t('filters'), t('refusedFilters')]}
        rows={(it.sessions ?? []).map(({ slot, clientId, state, stalled, filters, refused }) => [
          <code key="id">
            {slot} · {clientId}
          </code>,
          <span key="state">
            {stalled ? <StateBadge tone="warm">{t('stalled')}</StateBadge> : <LinkState state={state} />}
          </span>,
          filters.join(', ') || '—',
          refused.join(', ') || '—',
        ])}
      />
    </Stack>
  )
}
