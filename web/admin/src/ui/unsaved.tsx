import { useBlocker } from '@tanstack/react-router'
import { useTexts } from '../app/texts.ts'
import { ConfirmDialogue } from './confirm-act.tsx'
import { uiTexts } from './texts.ts'

type Search = { selected?: string; run?: string }

/** Where somebody is, and what is open beside a list there, or in place of a drawing. */
function placeOf({ pathname, search }: { pathname: string; search: object }): string {
  const { selected, run }: Search = search
  return `${pathname} ${selected} ${run}`
}

/** A program that is slow or away holds nobody up for longer: then they are asked. */
const PATIENCE_MS = 3_000

/**
 * In a form of a page: asks before what was typed is left behind, by whatever way.
 * @param props.keep of what is saved by itself: saves it first, and tells whether it did
 */
export function Unsaved({ when, keep }: { when: boolean; keep?: () => Promise<boolean> }) {
  const t = useTexts(uiTexts)
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: async ({ current, next }) =>
      placeOf(current) !== placeOf(next) && !(keep !== undefined && (await inTime(keep()))),
    enableBeforeUnload: when,
    disabled: !when,
    withResolver: true,
  })
  return (
    <ConfirmDialogue
      opened={status === 'blocked'}
      close={() => reset?.()}
      title={t('unsaved')}
      consequence={t('unsavedAbout')}
      confirm={t('unsavedLeave')}
      danger
      act={async () => proceed?.()}
    />
  )
}

function inTime(kept: Promise<boolean>): Promise<boolean> {
  const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), PATIENCE_MS))
  return Promise.race([kept, late])
}
