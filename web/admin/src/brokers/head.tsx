import type { ReactNode } from 'react'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { SettingsHead } from '../ui/page-head.tsx'
import { PageTabs } from '../ui/page-tabs.tsx'
import { brokersTexts } from './texts.ts'

/** The head of the pages of brokers, and the way between them. */
export function BrokersHead({ refused, about, actions }: { refused?: number; about: string; actions?: ReactNode }) {
  const t = useTexts(brokersTexts)
  const can = useCan()
  return (
    <>
      <SettingsHead title={t('title')} about={about} actions={actions} />
      <PageTabs
        label={t('tabs')}
        tabs={[
          ...(can('backoffice:read')
            ? [
                { to: '/settings/brokers' as const, label: t('tabBroker') },
                { to: '/settings/brokers/refused' as const, label: t('tabRefused'), count: refused },
              ]
            : []),
          ...(can('mqtt:read') ? [{ to: '/settings/brokers/mqtt' as const, label: t('tabMqtt') }] : []),
        ]}
      />
    </>
  )
}
