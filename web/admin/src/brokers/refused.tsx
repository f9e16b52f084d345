import { Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { IconInboxOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { api, body } from '../api/client.ts'
import { usePages } from '../api/pages.ts'
import { useLanguage } from '../app/language.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { useAct } from '../ui/act.ts'
import { ConfirmAct } from '../ui/confirm-act.tsx'
import { Code, CopyId } from '../ui/copy.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { WithDetail } from '../ui/detail-pane.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Facts } from '../ui/facts.tsx'
import { Figures } from '../ui/figures.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { Json } from '../ui/json.tsx'
import { MONO } from '../ui/mono.ts'
import { Waiting } from '../ui/waiting.tsx'
import { When } from '../ui/when.tsx'
import { DOORS, useDoorName } from './doors.ts'
import { BrokersHead } from './head.tsx'
import { brokersTexts } from './texts.ts'
import { brokerWords } from './words.ts'

/** Messages of a broker that could not be taken, by what is wrong with them, and the way to take them after all. */
export function Refused() {
  const t = useTexts(brokersTexts)
  const language = useLanguage()
  const doorName = useDoorName()
  const navigate = useNavigate()
  const { door, code, selected } = useSearch({ from: '/shell/settings/brokers/refused' })
  const groups = useQuery({
    queryKey: ['brokers', 'groups'],
    queryFn: ({ signal }) => body(api.GET('/backoffice/brokers/refused/groups', { signal })),
  })
  const pages = usePages(['brokers', 'refused', { door, code }], (cursor, signal) =>
    body(api.GET('/backoffice/brokers/refused', { params: { query: { limit: 50, cursor, door, code } }, signal })),
  )
  const count = groups.data?.items.reduce((sum, { messages }) => sum + messages, 0)
  return (
    <>
      <BrokersHead about={t('refusedAbout')} refused={count} />
      <Figures
        title={t('groups')}
        heads={[t('reason'), t('door'), t('depth'), t('last')]}
        rows={(groups.data?.items ?? []).map((group) => [
          <Link key="reason" to="/settings/brokers/refused" search={{ door: group.door, code: group.code }}>
            {brokerWords(group.reason, language)}
          </Link>,
          doorName(group.door),
          t('messages', { count: group.messages }),
          <When key="last" clock="wall" at={group.lastAt} />,
        ])}
      />
      <Stack gap={0} mt="md">
        <FilterBar
          filters={[
            {
              kind: 'choice',
              name: 'door',
              label: t('door'),
              options: DOORS.map((value) => ({ value, label: doorName(value) })),
            },
            { kind: 'text', name: 'code', label: t('code') },
          ]}
        />
        <WithDetail
          detail={
            selected !== undefined && {
              title: t('refusedTitle'),
              content: (
                <Message
                  key={selected}
                  id={selected}
                  gone={() => navigate({ to: '/settings/brokers/refused', search: { door, code } })}
                />
              ),
            }
          }
        >
          <DataTable
            label={t('refusedTitle')}
            pages={pages}
            rowId={({ id }) => id}
            selected={selected}
            opens
            columns={[
              { key: 'reason', title: t('reason'), render: ({ reason }) => brokerWords(reason, language) },
              { key: 'key', title: t('routingKey'), render: ({ routingKey }) => <code>{routingKey || '—'}</code> },
              { key: 'door', title: t('door'), width: '140px', wideOnly: true, render: (row) => doorName(row.door) },
              { key: 'times', title: t('times'), width: '80px', align: 'right', render: ({ times }) => times },
              { key: 'last', title: t('last'), width: '140px', render: (row) => <When clock="wall" at={row.lastAt} /> },
            ]}
            empty={
              <EmptyState icon={IconInboxOff} title={t(door || code ? 'refusedNone' : 'refusedEmpty')}>
                {!door && !code && t('refusedEmptyAbout')}
              </EmptyState>
            }
          />
        </WithDetail>
      </Stack>
    </>
  )
}

function Message({ id, gone }: { id: string; gone: () => void }) {
  const t = useTexts(brokersTexts)
  const language = useLanguage()
  const doorName = useDoorName()
  const may = useCan()('backoffice:write')
  const params = { path: { id } }
  const asked = useQuery({
    queryKey: ['brokers', 'message', id],
    queryFn: ({ signal }) => body(api.GET('/backoffice/brokers/refused/{id}', { params, signal })),
  })
  const [mended, setMended] = useState<string | null>(null)
  const refresh = [
    ['brokers', 'refused'],
    ['brokers', 'groups'],
    ['brokers', 'state'],
  ]
  const retry = useAct({
    act: () =>
      body(
        api.POST('/backoffice/brokers/refused/{id}/retry', { params, body: mended === null ? {} : { body: mended } }),
      ),
    done: ({ duplicate }) => t(duplicate ? 'retriedDuplicate' : 'retried'),
    refresh,
    after: gone,
  })
  if (asked.isPending) return <Waiting />
  if (asked.isError) return <ErrorState error={asked.error} retry={() => asked.refetch()} />
  const it = asked.data
  return (
    <Stack gap="md">
      <Facts
        facts={[
          [t('reason'), brokerWords(it.reason, language)],
          ...it.errors.map(({ path, message }) => [path || '/', brokerWords(message, language)] as const),
          [t('code'), <code key="code">{it.code}</code>],
          [t('door'), doorName(it.door)],
          [t('routingKey'), <code key="key">{it.routingKey}</code>],
          [t('messageId'), it.messageId ? <CopyId key="id" id={it.messageId} /> : null],
          [t('times'), it.times],
          [t('first'), <When key="first" clock="wall" at={it.firstAt} />],
          [t('last'), <When key="last" clock="wall" at={it.lastAt} />],
          [t('size'), t('bytes', { count: it.bodyBytes })],
        ]}
      />
      {Object.keys(it.attributes).length > 0 && <Json value={it.attributes} open={1} />}
      {!it.complete && <Text c="dimmed">{t('cut')}</Text>}
      {may ? (
        <Textarea
          label={t('body')}
          description={t('bodyAbout')}
          autosize
          minRows={4}
          maxRows={18}
          styles={MONO}
          value={mended ?? it.body}
          onChange={({ currentTarget: { value } }) => setMended(value === it.body ? null : value)}
        />
      ) : (
        <Code wrap>{it.body}</Code>
      )}
      {may && (
        <Group gap="xs">
          <Button loading={retry.isPending} disabled={!it.complete && mended === null} onClick={() => retry.mutate()}>
            {t(mended === null ? 'retry' : 'retryMended')}
          </Button>
          <ConfirmAct
            label={t('remove')}
            button={{ variant: 'subtle', color: 'red' }}
            title={t('removeAsk')}
            consequence={t('removeAbout')}
            confirm={t('remove')}
            danger
            act={() => api.DELETE('/backoffice/brokers/refused/{id}', { params })}
            done={t('removed')}
            refresh={refresh}
            after={gone}
          />
        </Group>
      )}
    </Stack>
  )
}
