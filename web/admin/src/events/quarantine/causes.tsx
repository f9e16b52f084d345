import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, body } from '../../api/client.ts'
import { useLanguage } from '../../app/language.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { Figures } from '../../ui/figures.tsx'
import { When } from '../../ui/when.tsx'
import { Acts } from './acts.tsx'
import { quarantineTexts } from './texts.ts'

type Filters = { type?: string; reason?: 'unknown-type' | 'invalid'; fault?: string }

/** By what is wrong with them; each narrows the list below to its own. */
export function Causes({ chosen }: { chosen: Filters }) {
  const t = useTexts(quarantineTexts)
  const language = useLanguage()
  const can = useCan()
  const { data } = useQuery({
    queryKey: ['events', 'quarantine', 'groups'],
    queryFn: ({ signal }) => body(api.GET('/backoffice/events/quarantine/groups', { signal })),
  })
  const items = data?.items ?? []
  const cause = items.find(
    ({ event_type, reason, fault }) => event_type === chosen.type && reason === chosen.reason && fault === chosen.fault,
  )
  if (items.length === 0) return null
  return (
    <Stack gap="xs" mb="lg">
      <Figures
        title={t('causes')}
        heads={[t('fault'), t('type'), t('count'), t('newest')]}
        rows={items.map(({ event_type: type, reason, fault, says, count, newest }) => [
          <Link key="fault" to="/events/quarantine" search={{ type, reason, fault }}>
            {reason === 'invalid' ? says[language] : t(reason)}
          </Link>,
          <code key="type">{type}</code>,
          count,
          <When key="newest" at={newest} />,
        ])}
      />
      {cause && can('backoffice:write') && <Acts choice={{ filter: chosen }} count={cause.count} />}
    </Stack>
  )
}
