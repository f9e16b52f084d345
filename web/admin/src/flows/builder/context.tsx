import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Language } from '../../app/language.ts'
import type { Draft, DraftState } from '../model/draft.ts'
import type { Kind } from '../model/kinds.ts'
import type { Names } from '../model/sentences.ts'

/** What the parts of the builder share, and what seldom changes: nothing is drawn again because of it. */
export type BuilderShared = {
  readonly flowId: string
  readonly draft: Draft
  readonly mayWrite: boolean
  readonly language: Language
  readonly names: Names
  /** Kinds of step that this installation can do, as they are offered. */
  readonly offered: readonly Kind[]
  choose(ids: readonly string[]): void
  /** Chooses a step and brings it into sight. */
  goTo(id: string): void
  /**
   * Adds a step: behind another one, or by itself.
   * @returns its id
   */
  add(type: string, behind?: { id: string; way?: string }): string
}

const Shared = createContext<BuilderShared | null>(null)
export const BuilderProvider = Shared.Provider

export function useBuilder(): BuilderShared {
  const shared = useContext(Shared)
  if (shared === null) throw new Error('stands in no builder')
  return shared
}

/** The draft as it is now; whoever calls it is drawn again with every change. */
export function useDraftState(): DraftState {
  const { draft } = useBuilder()
  return useSyncExternalStore(draft.subscribe, draft.state)
}

const Chosen = createContext<readonly string[]>([])
export const ChosenProvider = Chosen.Provider

/** Ids of the steps that are chosen. */
export const useChosen = (): readonly string[] => useContext(Chosen)

/** What lies over the drawing where there is no room beside it. */
export type Beside = 'palette' | 'settings' | null
