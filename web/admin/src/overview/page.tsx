import { Text } from '@mantine/core'
import { usePrefetchQuery, useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useLive } from '../api/live.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { PageHead } from '../ui/page-head.tsx'
import { Channels } from './channels.tsx'
import { OverviewFilters } from './filters.tsx'
import { Funnel } from './funnel.tsx'
import { Groups } from './groups.tsx'
import { Lifts } from './lifts.tsx'
import { Now } from './now.tsx'
import classes from './overview.module.css'
import { funnelQuery } from './queries.ts'
import { overviewTexts } from './texts.ts'
import { Ticker } from './ticker.tsx'

/** What moves these figures: conversations, what leaves for people, what fails. */
const MATTERS = /^(encounter|notification|subscription|flow)\./

/** What became of those who fell silent, and what waits for somebody now. */
export function Overview() {
  const t = useTexts(overviewTexts)
  const can = useCan()
  const { by = 'queue', ...narrowing } = useSearch({ from: '/shell/overview' })
  const { period: _period, from: _from, to: _to, ...kept } = narrowing
  const isNarrowed = Object.values(kept).some((value) => value !== undefined)
  const funnel = useQuery(funnelQuery(narrowing))
  // Shown only where there is something to tell apart, but asked beside the whole and not behind it.
  usePrefetchQuery(funnelQuery(narrowing, by))
  useLive(['overview'], ({ type }) => MATTERS.test(type), 5_000)
  return (
    <>
      <PageHead title={t('title')} about={t('about')} />
      <OverviewFilters refused={funnel.error} />
      <div className={classes.page}>
        <div className={classes.main}>
          <Funnel funnel={funnel} narrowing={narrowing} />
          {can('flows:read') && <Lifts narrowing={narrowing} />}
          {(funnel.data?.groups.length ?? 0) > 0 && <Groups by={by} narrowing={narrowing} />}
        </div>
        <div className={classes.side}>
          {isNarrowed && (
            <Text size="sm" c="dimmed">
              {t('sideWhole')}
            </Text>
          )}
          <Now />
          <Channels />
          {can('events:read') && <Ticker />}
        </div>
      </div>
    </>
  )
}
