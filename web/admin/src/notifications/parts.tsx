import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { SubNav } from '../ui/sub-nav.tsx'
import { notificationTexts } from './texts.ts'

/** The three pages of notifications. */
export function Parts() {
  const t = useTexts(notificationTexts)
  const can = useCan()
  return (
    <SubNav
      label={t('parts')}
      links={[
        { to: '/notifications', label: t('log') },
        ...(can('templates:read') ? [{ to: '/templates', label: t('templates'), exact: false } as const] : []),
        { to: '/notifications/inbox', label: t('inbox') },
      ]}
    />
  )
}
