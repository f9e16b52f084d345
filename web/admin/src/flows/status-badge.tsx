import {
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconClockHour4,
  IconPencil,
  IconPlayerPause,
} from '@tabler/icons-react'
import { useTexts } from '../app/texts.ts'
import type { Flow, Run } from './queries.ts'
import classes from './status-badge.module.css'
import { flowTexts } from './texts.ts'

const FLOW = {
  draft: { tone: 'quiet', icon: IconPencil, word: 'statusDraft' },
  published: { tone: 'good', icon: IconCircleCheck, word: 'statusPublished' },
  stopped: { tone: 'warm', icon: IconPlayerPause, word: 'statusStopped' },
} as const

/** How a flow stands, in colour, word and shape. */
export function FlowBadge({ status, version }: { status: Flow['status']; version?: number | null }) {
  const t = useTexts(flowTexts)
  const { tone, icon: Glyph, word } = FLOW[status]
  return (
    <span className={classes.badge} data-tone={tone}>
      <Glyph size={14} stroke={2} aria-hidden />
      {t(word)}
      {version != null && status === 'published' && <span className={classes.more}>v{version}</span>}
    </span>
  )
}

const RUN = {
  waiting: { tone: 'warm', icon: IconClockHour4, word: 'runWaiting' },
  completed: { tone: 'good', icon: IconCircleCheck, word: 'runCompleted' },
  failed: { tone: 'bad', icon: IconCircleX, word: 'runFailed' },
  cancelled: { tone: 'quiet', icon: IconCircleDashed, word: 'runCancelled' },
} as const

export function RunBadge({ status }: { status: Run['status'] }) {
  const t = useTexts(flowTexts)
  const { tone, icon: Glyph, word } = RUN[status]
  return (
    <span className={classes.badge} data-tone={tone}>
      <Glyph size={14} stroke={2} aria-hidden />
      {t(word)}
    </span>
  )
}
