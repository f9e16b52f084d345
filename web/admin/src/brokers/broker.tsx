import { SimpleGrid, Stack } from '@mantine/core'
import { IconDatabase } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { api, body } from '../api/client.ts'
import { useLanguage } from '../app/language.ts'
import { useTexts } from '../app/texts.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Facts } from '../ui/facts.tsx'
import { Figures } from '../ui/figures.tsx'
import { numberFormat } from '../ui/formatters.ts'
import { Stat } from '../ui/stat.tsx'
import { StateBadge, type Tone } from '../ui/state-badge.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { When } from '../ui/when.tsx'
import { useDoorName } from './doors.ts'
import { BrokersHead } from './head.tsx'
import { brokersTexts } from './texts.ts'
import { brokerWords } from './words.ts'

const TONES: Record<string, Tone> = {
  ...{ connected: 'good', connecting: 'current', blocked: 'warm', away: 'bad', stopped: 'bad' },
  ...{ consuming: 'good', standby: 'quiet' },
}
const KNOWN = [
  ...(['connected', 'connecting', 'blocked', 'away', 'closed', 'stopped', 'off'] as const),
  ...(['consuming', 'standby'] as const),
]

/** What a node is called whose database is the embedded one: it is alone. */
const OWN_NODE = 'embedded'

/** The page of a connection looks again and again: no event tells that it went away, or came back. */
export const LOOK_MS = 2_000

/** How a connection, or what is read by it, does, in a word that people know. */
export function LinkState({ state }: { state: string }) {
  const t = useTexts(brokersTexts)
  const known = KNOWN.find((each) => each === state)
  return <StateBadge tone={TONES[state] ?? 'quiet'}>{known ? t(known) : state}</StateBadge>
}

/** The broker of this organisation: whether it is there, how much waits in it, what went wrong last. */
export function Broker() {
  const t = useTexts(brokersTexts)
  const language = useLanguage()
  const doorName = useDoorName()
  const count = (of: number | null | undefined) => (of == null ? '—' : numberFormat(language).format(of))
  const asked = useQuery({
    queryKey: ['brokers', 'state'],
    queryFn: ({ signal }) => body(api.GET('/backoffice/brokers', { signal })),
    refetchInterval: ({ state: { data } }) => (data === undefined || data.state === 'none' ? false : LOOK_MS),
  })
  const it = asked.data
  return (
    <>
      <BrokersHead about={t('about')} refused={it?.refused} />
      {asked.isPending && <Waiting />}
      {asked.isError && <ErrorState error={asked.error} retry={() => asked.refetch()} />}
      {it?.state === 'none' && (
        <EmptyState icon={IconDatabase} title={t('none')}>
          {t('noneAbout')}
        </EmptyState>
      )}
      {it && it.state !== 'none' && (
        <Stack gap="md" mt="md">
          <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} spacing={8}>
            <Stat label={t('behind')} value={it.relay?.behind ?? null} note={t('behindNote')} />
            <Stat label={t('unconfirmed')} value={it.unconfirmed ?? null} />
            <Stat label={t('unrouted')} value={it.unrouted ?? null} tone={it.unrouted ? 'warm' : undefined} />
            <Stat label={t('reconnects')} value={it.reconnects ?? null} />
            <Stat
              label={t('refused')}
              value={it.refused ?? null}
              tone={it.refused ? 'bad' : undefined}
              link={{ to: '/settings/brokers/refused' }}
            />
          </SimpleGrid>
          {it.warnings?.map((warning) => (
            <StateBadge key={warning} tone="warm" sentence>
              {brokerWords(warning, language)}
            </StateBadge>
          ))}
          <Facts
            facts={[
              [t('state'), <LinkState key="state" state={it.state} />],
              [t('bus'), it.bus],
              [t('address'), it.address && <code key="address">{it.address}</code>],
              [t('since'), <When key="since" clock="wall" at={it.since} />],
              [t('confirmed'), count(it.confirmed)],
              [t('lastConfirm'), <When key="confirm" clock="wall" at={it.lastConfirmAt} />],
              [
                t('lastError'),
                it.lastError ? (
                  <span key="error">
                    {brokerWords(it.lastError.message, language)} · <When clock="wall" at={it.lastError.at} />
                  </span>
                ) : (
                  t('noError')
                ),
              ],
            ]}
          />
          <Figures
            title={t('queues')}
            heads={[t('queue'), t('depth'), t('consumers')]}
            rows={(it.queues ?? []).map(({ name, messages, consumers, error }) => [
              <code key="name">{name}</code>,
              <span key="depth">
                {error ? <StateBadge tone="bad">{brokerWords(error, language)}</StateBadge> : count(messages)}
              </span>,
              <span key="consumers">
                {consumers === 0 ? <StateBadge tone="warm">{t('noConsumers')}</StateBadge> : count(consumers)}
              </span>,
            ])}
          />
          <Figures
            title={t('doors')}
            heads={[t('door'), t('source'), t('state')]}
            rows={(it.doors ?? []).map(({ name, source, state }) => [
              doorName(name),
              <code key="source">{source}</code>,
              <LinkState key="state" state={state} />,
            ])}
          />
          <Figures
            title={t('received')}
            about={t('receivedAbout')}
            heads={[t('node'), t('door'), t('taken'), t('duplicates'), t('refused'), t('lastOne')]}
            rows={(it.received ?? []).map((each) => [
              each.node === OWN_NODE ? t('ownNode') : each.node,
              doorName(each.door),
              count(each.received),
              count(each.duplicates),
              count(each.refused),
              <When key="last" clock="wall" at={each.lastAt} />,
            ])}
          />
        </Stack>
      )}
    </>
  )
}
