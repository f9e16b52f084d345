import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api, body } from '../api/client.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { PageHead } from '../ui/page-head.tsx'
import { type PageTab, PageTabs } from '../ui/page-tabs.tsx'
import { eventsTexts } from './texts.ts'

/** Set-aside events by what went wrong; also for the count beside their tab. */
export const setAsideQuery = {
  queryKey: ['events', 'set-aside'],
  queryFn: ({ signal }: { signal: AbortSignal }) => body(api.GET('/backoffice/events/failures', { signal })),
}

/** The head of each page of events: what it is, and the way to the others. */
export function EventsHead({ about, actions }: { about: ReactNode; actions?: ReactNode }) {
  const t = useTexts(eventsTexts)
  const can = useCan()
  const operates = can('backoffice:read')
  const failures = useQuery({ ...setAsideQuery, enabled: operates })
  const count = failures.data?.items.reduce((sum, group) => sum + group.count, 0)
  const tabs: PageTab[] = [
    { to: '/events', label: t('explorer') },
    ...(operates
      ? ([
          { to: '/events/set-aside', label: t('setAside'), count },
          { to: '/events/quarantine', label: t('quarantine') },
          { to: '/events/outbox', label: t('outbox') },
        ] as const)
      : []),
    { to: '/events/catalogue', label: t('catalogue') },
  ]
  return (
    <>
      <PageHead title={t('title')} about={about} actions={actions} />
      <PageTabs label={t('sections')} tabs={tabs} />
    </>
  )
}
