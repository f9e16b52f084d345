import { SIGNS_OF_LIFE } from '#conversations/index.ts'
import type { About } from '#flows/run.ts'

/** Why a run of an earlier silence ends when one of the same key is warned of that is another. */
export const NEXT_SILENCE = 'the person came back, and fell silent again'

/**
 * Whether a run makes room for what an event begins under its key. The person of a run that a warning began has come back
 * if there is a warning of another silence of theirs, whether or not the run has heard of it where it stands.
 */
export const makesRoom = (run: { readonly about: Pick<About, 'silence'> }, next: About): boolean =>
  run.about.silence !== null && next.silence !== null && run.about.silence !== next.silence

/**
 * Whether a sign of life is from before the silence that a run is about, and only now told: a return that we find out
 * stands in the log behind the events that we learn it from, and may stand behind the next warning too.
 * @param at the moment from which the event counts
 */
export const isFromBefore = ({ silentSince }: About, type: string, at: number | undefined): boolean =>
  at !== undefined && silentSince !== undefined && at <= silentSince && SIGNS_OF_LIFE.has(type)
