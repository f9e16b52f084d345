import type { operations } from '../api/schema.d.ts'
import { useTexts } from '../app/texts.ts'
import { StateBadge } from '../ui/state-badge.tsx'
import { inboundTexts } from './texts.ts'

export type InboundEndpoint = operations['getInboundEndpointsById']['responses'][200]['content']['application/json']

/** Whether an endpoint takes what is sent to it. */
export function EndpointState({ enabled }: { enabled: boolean }) {
  const t = useTexts(inboundTexts)
  return <StateBadge tone={enabled ? 'good' : 'quiet'}>{t(enabled ? 'enabled' : 'disabled')}</StateBadge>
}
