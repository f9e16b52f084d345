import { Button, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconCircleCheck } from '@tabler/icons-react'
import { Link, useSearch } from '@tanstack/react-router'
import { api, body } from '../../api/client.ts'
import { useLive } from '../../api/live.ts'
import { usePages } from '../../api/pages.ts'
import type { operations } from '../../api/schema.d.ts'
import { useLanguage } from '../../app/language.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { ConfirmAct } from '../../ui/confirm-act.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { WithDetail } from '../../ui/detail-pane.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Facts } from '../../ui/facts.tsx'
import { useListed } from '../../ui/listed.tsx'
import { When } from '../../ui/when.tsx'
import { EventName } from '../explorer/name.tsx'
import { EventsHead, setAsideQuery } from '../head.tsx'
import { eventsTexts } from '../texts.ts'
import { consumerWords } from '../words.ts'
import { Discard } from './discard.tsx'
import { setAsideTexts } from './texts.ts'

type Group = operations['getBackofficeEventsFailures']['responses'][200]['content']['application/json']['items'][number]

const idOf = ({ consumer, error }: Group) => `${consumer} ${error}`

/** Events that nobody tries any more, by what went wrong: shown, put right, given back, forgotten. */
export function SetAside() {
  const t = useTexts(setAsideTexts)
  const events = useTexts(eventsTexts)
  const language = useLanguage()
  const { selected } = useSearch({ from: '/shell/events/set-aside' })
  const pages = usePages([...setAsideQuery.queryKey, 'page'], async (_cursor, signal) => ({
    items: (await setAsideQuery.queryFn({ signal })).items,
    nextCursor: null,
  }))
  useLive([...setAsideQuery.queryKey], () => true, 5_000)
  const detailOf = useListed({ selected, pages, idOf })
  return (
    <>
      <EventsHead about={t('about')} />
      <WithDetail
        detail={detailOf((open) => ({
          title: open.error,
          content: <GroupDetail group={open} />,
          acts: <GroupActs group={open} />,
        }))}
      >
        <DataTable
          label={events('setAside')}
          pages={pages}
          rowId={idOf}
          selected={selected}
          opens
          columns={[
            { key: 'what', title: t('what'), render: ({ error }) => error },
            {
              key: 'who',
              title: t('who'),
              width: '160px',
              render: ({ consumer }) => consumerWords(consumer, language),
            },
            { key: 'count', title: t('count'), width: '100px', align: 'right', render: ({ count }) => count },
            {
              key: 'newest',
              title: t('newest'),
              width: '140px',
              render: ({ newest }) => <When at={newest} clock="wall" />,
            },
          ]}
          empty={
            <EmptyState icon={IconCircleCheck} title={t('empty')}>
              {t('emptyAbout')}
            </EmptyState>
          }
        />
      </WithDetail>
    </>
  )
}

function GroupDetail({ group }: { group: Group }) {
  const t = useTexts(setAsideTexts)
  const language = useLanguage()
  const more = group.count - group.events.length
  return (
    <Stack gap="md">
      <Facts
        facts={[
          [t('who'), consumerWords(group.consumer, language)],
          [t('count'), group.count],
          [t('oldest'), <When key="oldest" at={group.oldest} clock="wall" />],
          [t('newest'), <When key="newest" at={group.newest} clock="wall" />],
        ]}
      />
      <section aria-label={t('newestOnes')}>
        <Text fw={600} mb={4}>
          {t('newestOnes')}
        </Text>
        <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: 'none' }}>
          {group.events.map(({ id, source, type, subject, occurredAt }) => (
            <li key={`${source} ${id}`}>
              <Link to="/events/$id" params={{ id }} search={{ source }}>
                <EventName type={type} />
              </Link>
              <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {subject} · <When at={occurredAt} />
              </Text>
            </li>
          ))}
        </Stack>
        {more > 0 && (
          <Text size="sm" c="dimmed" mt={4}>
            {t('more', { count: more })}
          </Text>
        )}
      </section>
    </Stack>
  )
}

function GroupActs({ group }: { group: Group }) {
  const t = useTexts(setAsideTexts)
  const can = useCan()
  const [discarding, discard] = useDisclosure()
  if (!can('backoffice:write')) return null
  const { consumer, error, count } = group
  return (
    <>
      <ConfirmAct
        label={t('retry', { count })}
        title={t('retryAsk', { count })}
        consequence={t('retryAbout')}
        confirm={t('retry', { count })}
        act={() => body(api.POST('/backoffice/events/retry', { body: { filter: { consumer, error } } }))}
        done={({ retried }) => t('retried', { count: retried })}
        refresh={[['events']]}
      />
      <Button variant="light" color="red" onClick={discard.open}>
        {t('discard', { count })}
      </Button>
      <Discard
        choice={{ filter: { consumer, error } }}
        about={t('discardAbout', { count })}
        count={count}
        opened={discarding}
        close={discard.close}
      />
    </>
  )
}
