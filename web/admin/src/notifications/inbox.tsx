import { Button, Group, Stack, Text } from '@mantine/core'
import { IconInbox, IconUserSearch, IconUsers } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { api, body } from '../api/client.ts'
import { usePages } from '../api/pages.ts'
import { useTexts } from '../app/texts.ts'
import { foundQuery, useContact } from '../people/contact-query.ts'
import { PersonSelect } from '../people/person-select.tsx'
import { LoadMore } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { Parts } from './parts.tsx'
import { InboxEntry } from './preview.tsx'
import { notificationTexts } from './texts.ts'

/** The inbox of one person, as that person has it before them. */
export function InboxPreview() {
  const t = useTexts(notificationTexts)
  const { person } = useSearch({ from: '/shell/notifications/inbox' })
  const navigate = useNavigate()
  const isEmpty = useQuery(foundQuery('')).data?.items.length === 0
  return (
    <>
      <PageHead title={t('inboxTitle')} about={t('inboxAbout')} />
      <Parts />
      <Stack maw={560} gap="md">
        <PersonSelect
          value={person}
          onChange={(id) => navigate({ to: '/notifications/inbox', search: { person: id } })}
          label={t('inboxChoose')}
          description={t('inboxChooseAbout')}
        />
        {person === undefined && isEmpty ? (
          <EmptyState
            icon={IconUsers}
            title={t('inboxNoPeople')}
            action={
              <Button variant="default" renderRoot={(root) => <Link to="/people" {...root} />}>
                {t('inboxToPeople')}
              </Button>
            }
          >
            {t('inboxNoPeopleAbout')}
          </EmptyState>
        ) : person === undefined ? (
          <EmptyState icon={IconUserSearch} title={t('inboxChoose')}>
            {t('inboxChooseAbout')}
          </EmptyState>
        ) : (
          <Inbox key={person} person={person} />
        )}
      </Stack>
    </>
  )
}

function Inbox({ person }: { person: string }) {
  const t = useTexts(notificationTexts)
  const pages = usePages(['notifications', 'inbox', person], (cursor, signal) =>
    body(
      api.GET('/api/v1/notifications', {
        params: { query: { contactId: person, channel: 'inbox', status: 'sent', limit: 50, cursor } },
        signal,
      }),
    ),
  )
  const contact = useContact(person)
  const isNobody = contact.data?.isUnknown === true
  if (pages.isError) return <ErrorState error={pages.error} retry={() => pages.refetch()} />
  if (pages.isPending) return <Waiting lines={4} height={56} />
  const entries = pages.data.pages.flatMap(({ items }) => items)
  if (entries.length === 0 && isNobody)
    return (
      <EmptyState icon={IconUserSearch} title={t('inboxNobody')}>
        {t('inboxNobodyAbout', { id: person })}
      </EmptyState>
    )
  if (entries.length === 0)
    return (
      <EmptyState icon={IconInbox} title={t('inboxEmpty')}>
        {t('inboxEmptyAbout')}
      </EmptyState>
    )
  const unread = entries.filter(({ readAt }) => readAt === null).length
  return (
    <>
      <Group justify="space-between">
        <Text c="dimmed" size="sm">
          {t('unreadCount', { count: unread })}
        </Text>
      </Group>
      <Stack gap="xs" component="ol" m={0} p={0} style={{ listStyle: 'none' }} aria-label={t('inboxTitle')}>
        {entries.map(({ id, title, body, createdAt, readAt }) => (
          <li key={id}>
            <InboxEntry channel="inbox" title={title} body={body ?? ''} at={createdAt} read={readAt !== null} />
          </li>
        ))}
      </Stack>
      <LoadMore pages={pages} count={entries.length} />
    </>
  )
}
