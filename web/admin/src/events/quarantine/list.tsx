import { Button, Group, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconShieldCheck } from '@tabler/icons-react'
import { useSearch } from '@tanstack/react-router'
import { api, body, type Schema } from '../../api/client.ts'
import { useLive } from '../../api/live.ts'
import { usePages } from '../../api/pages.ts'
import { useLanguage } from '../../app/language.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { useChoice } from '../../ui/choice.ts'
import { CopyId } from '../../ui/copy.tsx'
import { CsvButton } from '../../ui/csv-button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { WithDetail } from '../../ui/detail-pane.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Facts } from '../../ui/facts.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { Json } from '../../ui/json.tsx'
import { useListed } from '../../ui/listed.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'
import { EditData } from '../event/edit.tsx'
import { EventsHead } from '../head.tsx'
import { eventsTexts } from '../texts.ts'
import { Acts } from './acts.tsx'
import { Causes } from './causes.tsx'
import { quarantineTexts } from './texts.ts'

type Kept = Schema<'QuarantinedEvent'>
const REASONS = ['unknown-type', 'invalid'] as const

/** Events that are in no log yet, because of their type or their schema. */
export function Quarantine() {
  const t = useTexts(quarantineTexts)
  const language = useLanguage()
  const events = useTexts(eventsTexts)
  const can = useCan()
  const { selected, ...filters } = useSearch({ from: '/shell/events/quarantine' })
  const page = (cursor?: string, signal?: AbortSignal) =>
    body(api.GET('/backoffice/events/quarantine', { params: { query: { limit: 50, cursor, ...filters } }, signal }))
  const pages = usePages(['events', 'quarantine', filters], page)
  // What passes is given to the log soon after the answer, and is an event then.
  useLive(['events', 'quarantine'], () => true, 1_000)
  const { chosen, onChoose, clear } = useChoice()
  const detailOf = useListed({ selected, pages, idOf: ({ id }: Kept) => id })
  const filtered = Object.keys(filters).length > 0
  return (
    <>
      <EventsHead about={t('about')} />
      <Causes chosen={filters} />
      <FilterBar
        filters={[
          {
            kind: 'choice',
            name: 'reason',
            label: t('reason'),
            options: REASONS.map((value) => ({ value, label: t(value) })),
          },
          { kind: 'text', name: 'type', label: t('type') },
          { kind: 'text', name: 'fault', label: t('fault') },
        ]}
      >
        <CsvButton
          name={t('file')}
          page={page}
          columns={[
            { title: t('id'), value: ({ id }) => id },
            { title: t('type'), value: ({ event_type }) => event_type },
            { title: t('reason'), value: ({ reason }) => t(reason) },
            { title: t('fault'), value: ({ says }) => says[language] },
            { title: t('when'), value: ({ received_at }) => received_at, moment: true },
          ]}
        />
      </FilterBar>
      <WithDetail
        detail={detailOf((open) => ({
          title: open.event_type,
          content: <KeptDetail kept={open} />,
          acts: can('backoffice:write') && (
            <Group gap="xs">
              {open.reason === 'invalid' && <Edit key={open.id} kept={open} />}
              <Acts choice={{ ids: [open.id] }} count={1} />
            </Group>
          ),
        }))}
      >
        <DataTable
          label={events('quarantine')}
          pages={pages}
          rowId={({ id }) => id}
          selected={selected}
          opens
          columns={[
            { key: 'type', title: t('type'), render: ({ event_type }) => <code>{event_type}</code> },
            {
              key: 'reason',
              title: t('reason'),
              width: '200px',
              render: ({ reason }) => <StateBadge tone="warm">{t(reason)}</StateBadge>,
            },
            { key: 'fault', title: t('fault'), width: '30%', wideOnly: true, render: ({ says }) => says[language] },
            { key: 'when', title: t('when'), width: '140px', render: ({ received_at }) => <When at={received_at} /> },
          ]}
          bulk={
            can('backoffice:write')
              ? {
                  chosen,
                  onChoose,
                  name: ({ event_type, id }) => t('row', { type: event_type, id }),
                  actions: <Acts choice={{ ids: [...chosen] }} count={chosen.length} done={clear} />,
                }
              : undefined
          }
          empty={
            <EmptyState icon={IconShieldCheck} title={t(filtered ? 'none' : 'empty')}>
              {!filtered && t('emptyAbout')}
            </EmptyState>
          }
        />
      </WithDetail>
    </>
  )
}

function KeptDetail({ kept }: { kept: Kept }) {
  const t = useTexts(quarantineTexts)
  const language = useLanguage()
  return (
    <Stack gap="md">
      <Facts
        facts={[
          [t('reason'), t(kept.reason)],
          [t('fault'), kept.says[language]],
          [t('when'), <When key="when" at={kept.received_at} />],
          [t('form'), kept.form],
          [t('id'), <CopyId key="id" id={kept.id} />],
        ]}
      />
      <section aria-label={t('event')}>
        <Text fw={600} mb={4}>
          {t('event')}
        </Text>
        <Json value={kept.event} />
      </section>
    </Stack>
  )
}

function Edit({ kept }: { kept: Kept }) {
  const t = useTexts(quarantineTexts)
  const language = useLanguage()
  const [opened, { open, close }] = useDisclosure()
  const { data, source } = kept.event as { data?: unknown; source: string }
  return (
    <>
      <Button size="xs" onClick={open}>
        {t('edit')}
      </Button>
      <EditData
        data={data}
        title={t('edit')}
        about={t('editAbout', { fault: kept.says[language] })}
        done={t('edited')}
        opened={opened}
        close={close}
        act={(data, reason) =>
          body(
            api.PUT('/backoffice/events/quarantine/{id}', {
              params: { path: { id: kept.id }, query: { source } },
              body: { data, reason },
            }),
          )
        }
      />
    </>
  )
}
