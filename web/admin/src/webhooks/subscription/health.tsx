import { useTexts } from '../../app/texts.ts'
import { StateBadge } from '../../ui/state-badge.tsx'
import { subscriptionTexts } from './texts.ts'
import { HEALTH_TONES, type Health } from './words.ts'

/** How a receiver fares, the same wherever it is said: of one that was never reached nobody knows that it is well. */
export function HealthBadge({ health }: { health: Health }) {
  const t = useTexts(subscriptionTexts)
  const isUntried = health.state === 'well' && !health.lastSuccessAt
  return (
    <StateBadge tone={isUntried ? 'quiet' : HEALTH_TONES[health.state]}>
      {t(isUntried ? 'untried' : health.state)}
    </StateBadge>
  )
}
