import type { Icon } from '@tabler/icons-react'
import type { Both } from './language.ts'
import type { Permission } from './session.ts'

/** An entry of the rail, or of the settings: a page that one may see with its permission. */
export type Entry = {
  readonly label: Both
  /** Where there is room for one short word: in the bar of a narrow window. */
  readonly short?: Both
  readonly to: string
  readonly permission?: Permission
  readonly icon: Icon
}

/** The settings are many: who comes in, how people are attended, what is joined to the program, how it runs. */
export const SETTINGS_GROUPS = ['access', 'work', 'connections', 'system'] as const

export type SettingsEntry = Entry & {
  readonly group: (typeof SETTINGS_GROUPS)[number]
  /** What one does there, in half a sentence. */
  readonly about: Both
}

/** What a context adds to the admin. `pages.ts` lists them in the order of the menu. */
export type Page = {
  /** Made by `createRoute`. As plain objects here: a nearer type would flow into what `createRoute` infers and blur it. */
  readonly routes: readonly object[]
  readonly menu?: Entry
  readonly settings?: readonly SettingsEntry[]
}

/** Keeps the types of the routes, so that links to them are checked. */
export const definePage = <const P extends Page>(page: P): P => page

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** Of the browser's tab, and read out when the page opens. */
    title?: Both
    /** Who has it not is told so instead of being shown the page. */
    permission?: Permission
    /** The page has the window to itself: no margins, no scrolling of the whole. */
    wide?: boolean
  }
}
