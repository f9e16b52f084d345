import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { PageTabs } from '../ui/page-tabs.tsx'
import { notificationTexts } from './texts.ts'

/** The pages of notifications. */
export function Parts() {
  const t = useTexts(notificationTexts)
  const can = useCan()
  return (
    <PageTabs
      label={t('parts')}
      tabs={[
        { to: '/notifications', label: t('log') },
        ...(can('templates:read') ? [{ to: '/templates', label: t('templates') } as const] : []),
        { to: '/notifications/inbox', label: t('inbox') },
        { to: '/notifications/rules', label: t('rules') },
      ]}
    />
  )
}
