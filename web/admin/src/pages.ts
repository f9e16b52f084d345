/** What the admin has: a line for each context, in the order of the menu. */
import type { Entry, Page, SettingsEntry } from './app/page.ts'
import { approvals } from './approvals/index.ts'
import { brokers } from './brokers/index.ts'
import { calendars } from './calendars/index.ts'
import { conversations } from './conversations/index.ts'
import { events } from './events/index.ts'
import { flows } from './flows/index.ts'
import { inbound } from './inbound/index.ts'
import { notifications } from './notifications/index.ts'
import { overview } from './overview/index.ts'
import { people } from './people/index.ts'
import { queues } from './queues/index.ts'
import { settings } from './settings/index.ts'
import { sources } from './sources/index.ts'
import { switches } from './switches/index.ts'
import { timers } from './timers/index.ts'
import { webhooks } from './webhooks/index.ts'

export const pages = [
  overview,
  conversations,
  flows,
  notifications,
  events,
  webhooks,
  people,
  approvals,
  settings,
  queues,
  calendars,
  timers,
  sources,
  brokers,
  inbound,
  switches,
] as const

/** The entries of the rail. */
export const menu: readonly Entry[] = (pages as readonly Page[]).flatMap((page) => page.menu ?? [])

/** The entries of the settings. */
export const settingsEntries: readonly SettingsEntry[] = (pages as readonly Page[]).flatMap(
  (page) => page.settings ?? [],
)
