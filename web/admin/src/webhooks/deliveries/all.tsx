import { Link } from '@tanstack/react-router'
import { useTexts } from '../../app/texts.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { Deliveries } from './list.tsx'
import { deliveriesTexts } from './texts.ts'

/** What went out by all channels. */
export function AllDeliveries() {
  const t = useTexts(deliveriesTexts)
  return (
    <>
      <PageHead above={<Link to="/webhooks">{t('back')}</Link>} title={t('title')} about={t('about')} />
      <Deliveries />
    </>
  )
}
