import {
  IconArrowBackUp,
  IconArrowsJoin2,
  IconArrowsSplit,
  IconBell,
  IconBolt,
  IconBraces,
  IconCalendarPlus,
  IconClockHour4,
  IconClockPlus,
  IconFlag,
  IconGitFork,
  IconHandStop,
  IconHourglass,
  IconLock,
  IconMessage,
  IconMoodSad,
  IconPlayerPlay,
  type IconProps,
  IconQuestionMark,
  IconRepeat,
  IconRouteAltLeft,
  IconSparkles,
  IconSpeakerphone,
  IconTag,
  IconUserShare,
  IconWorld,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'

const ICONS: { readonly [type: string]: ComponentType<IconProps> } = {
  trigger: IconBolt,
  notify: IconBell,
  message: IconMessage,
  approval: IconHandStop,
  wait: IconClockHour4,
  waitForEvent: IconHourglass,
  branch: IconRouteAltLeft,
  split: IconArrowsSplit,
  parallel: IconGitFork,
  join: IconArrowsJoin2,
  forEach: IconRepeat,
  extend: IconClockPlus,
  close: IconLock,
  assign: IconUserShare,
  tag: IconTag,
  http: IconWorld,
  emit: IconSpeakerphone,
  subflow: IconPlayerPlay,
  set: IconBraces,
  llm: IconSparkles,
  bookSlot: IconCalendarPlus,
  createComplaint: IconMoodSad,
  undo: IconArrowBackUp,
  end: IconFlag,
}

/** The sign of a kind of step. It stands beside words, so that it says nothing by itself. */
export function KindIcon({ type, size = 18 }: { type: string; size?: number }) {
  const Glyph = ICONS[type] ?? IconQuestionMark
  return <Glyph size={size} stroke={1.8} aria-hidden />
}
