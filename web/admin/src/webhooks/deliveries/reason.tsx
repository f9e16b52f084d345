import { useTexts } from '../../app/texts.ts'
import { EventName } from '../../events/explorer/name.tsx'
import { deliveriesTexts } from './texts.ts'
import { type Delivery, originOf } from './words.ts'

/** Why something went out: the event that it tells of, by its id alone where the log keeps it no longer; else what asked for it. */
export function Reason({ of }: { of: Pick<Delivery, 'eventId' | 'eventType' | 'cause' | 'target'> }) {
  const t = useTexts(deliveriesTexts)
  if (of.eventType !== null) return <EventName type={of.eventType} />
  return of.eventId === null ? t(originOf(of)) : <code>{of.eventId}</code>
}
