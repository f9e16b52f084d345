import { Anchor, Button } from '@mantine/core'
import { IconPlayerPause } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { api, body, type Schema } from '../../api/client.ts'
import { useLive } from '../../api/live.ts'
import { usePages } from '../../api/pages.ts'
import { useLanguage } from '../../app/language.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { useAct } from '../../ui/act.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { numberFormat } from '../../ui/formatters.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { Next, When } from '../../ui/when.tsx'
import { useFailure } from './failure.ts'
import { deliveriesTexts } from './texts.ts'
import { channelWords, LOOK_MS, withCode } from './words.ts'

type Receiver = Schema<'PausedReceiver'>

const KEY = ['webhooks', 'deliveries', 'paused']

/** The receivers beside webhooks that the overview counts as paused: what waits for each, why, and the way to try it now. */
export function PausedReceivers() {
  const t = useTexts(deliveriesTexts)
  const language = useLanguage()
  const failure = useFailure()
  const can = useCan()
  const mayTry = can('deliveries:write')
  const pages = usePages(
    KEY,
    async (_, signal) => ({ ...(await body(api.GET('/api/v1/deliveries/paused', { signal }))), nextCursor: null }),
    { refetchInterval: LOOK_MS },
  )
  useLive(KEY, () => true, 4_000)
  const columns = useMemo<Column<Receiver>[]>(
    () => [
      {
        key: 'target',
        title: t('target'),
        render: ({ target }) => (
          <Anchor
            size="sm"
            renderRoot={(root) => <Link to="/webhooks/deliveries" search={{ status: 'pending', target }} {...root} />}
          >
            {target}
          </Anchor>
        ),
      },
      {
        key: 'channel',
        title: t('channel'),
        width: '120px',
        render: ({ channel }) => (channel === null ? '—' : channelWords(channel, language)),
      },
      {
        key: 'waiting',
        title: t('waitingFor'),
        width: '110px',
        align: 'right',
        render: ({ waiting }) => numberFormat(language).format(waiting),
      },
      {
        key: 'why',
        title: t('answer'),
        width: '28%',
        render: ({ lastError, lastStatus, channel }) =>
          withCode(lastError && failure(lastError, channel ?? ''), lastStatus, `HTTP ${lastStatus}`) || '—',
      },
      {
        key: 'since',
        title: t('pausedSince'),
        width: '140px',
        render: ({ pausedAt }) => <When at={pausedAt} clock="wall" />,
      },
      { key: 'until', title: t('next'), width: '140px', render: ({ until }) => <Next at={until} /> },
      ...(mayTry
        ? [
            {
              key: 'acts',
              title: t('acts'),
              width: '140px',
              align: 'right' as const,
              render: ({ nextId }: Receiver) => nextId !== null && <TryNow id={nextId} />,
            },
          ]
        : []),
    ],
    [t, language, failure, mayTry],
  )
  return (
    <>
      <PageHead
        above={<Link to="/webhooks/deliveries">{t('title')}</Link>}
        title={t('paused')}
        about={t('pausedAbout')}
      />
      <DataTable
        label={t('paused')}
        pages={pages}
        rowId={({ target }) => target}
        columns={columns}
        empty={
          <EmptyState icon={IconPlayerPause} title={t('pausedNone')}>
            {t('pausedNoneAbout')}
          </EmptyState>
        }
      />
    </>
  )
}

/** One delivery is sent at once: when it arrives the others follow. */
function TryNow({ id }: { id: string }) {
  const t = useTexts(deliveriesTexts)
  const trying = useAct({
    act: () => body(api.POST('/api/v1/deliveries/{id}/retry', { params: { path: { id } } })),
    done: t('tried'),
    refresh: [['webhooks'], ['overview']],
  })
  return (
    <Button size="xs" variant="default" loading={trying.isPending} onClick={() => trying.mutate()}>
      {t('tryNow')}
    </Button>
  )
}
