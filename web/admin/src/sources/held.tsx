import { Text, Title } from '@mantine/core'
import { api, body } from '../api/client.ts'
import { usePages } from '../api/pages.ts'
import { useTexts } from '../app/texts.ts'
import { LoadMore } from '../ui/data-table.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Waiting } from '../ui/waiting.tsx'
import classes from './events.module.css'
import { SeenEvent } from './seen.tsx'
import { sourcesTexts } from './texts.ts'

/** What is kept of the one that follows, the newest first. */
export function Held({ pair }: { pair: string }) {
  const t = useTexts(sourcesTexts)
  const pages = usePages(['sources', 'held', pair], (cursor, signal) =>
    body(api.GET('/api/v1/sources/{pair}/held', { params: { path: { pair }, query: { limit: 20, cursor } }, signal })),
  )
  const events = pages.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <section aria-label={t('held')}>
      <Title order={3} size="h4" mb="xs">
        {t('held')}
      </Title>
      {pages.isPending && <Waiting />}
      {pages.isError && <ErrorState error={pages.error} retry={() => pages.refetch()} />}
      {pages.data && events.length === 0 && <Text c="dimmed">{t('heldEmpty')}</Text>}
      {events.length > 0 && (
        <>
          <Text component="ul" size="sm" className={classes.events}>
            {events.map(({ id, system, type, subject, seenAt, publishedAt }) => (
              <li key={`${system} ${id} ${seenAt}`}>
                <SeenEvent id={id} type={type} subject={subject} at={seenAt} published={publishedAt !== null} />{' '}
                <StateBadge tone={publishedAt ? 'good' : 'quiet'}>
                  {t(publishedAt ? 'wasPublished' : 'kept')}
                </StateBadge>
              </li>
            ))}
          </Text>
          <LoadMore pages={pages} count={events.length} />
        </>
      )}
    </section>
  )
}
