import { useTexts } from '../app/texts.ts'
import { StateBadge } from '../ui/state-badge.tsx'
import type { Flow, Run } from './queries.ts'
import { flowTexts } from './texts.ts'

const FLOW = {
  draft: { tone: 'quiet', word: 'statusDraft' },
  published: { tone: 'good', word: 'statusPublished' },
  stopped: { tone: 'warm', word: 'statusStopped' },
} as const

/** How a flow stands. */
export function FlowBadge({ status, version }: { status: Flow['status']; version?: number | null }) {
  const t = useTexts(flowTexts)
  const { tone, word } = FLOW[status]
  return (
    <StateBadge tone={tone}>
      {t(word)}
      {version != null && status === 'published' && ` v${version}`}
    </StateBadge>
  )
}

export const RUN_STATES = {
  waiting: { tone: 'current', word: 'runWaiting' },
  completed: { tone: 'good', word: 'runCompleted' },
  failed: { tone: 'bad', word: 'runFailed' },
  cancelled: { tone: 'quiet', word: 'runCancelled' },
} as const

export function RunBadge({ status }: { status: Run['status'] }) {
  const t = useTexts(flowTexts)
  const { tone, word } = RUN_STATES[status]
  return <StateBadge tone={tone}>{t(word)}</StateBadge>
}
