import { useBlocker } from '@tanstack/react-router'
import { useTexts } from '../app/texts.ts'
import { ConfirmDialogue } from './confirm-act.tsx'
import { uiTexts } from './texts.ts'

/** Where somebody is, and what is open beside a list there. */
const placeOf = ({ pathname, search }: { pathname: string; search: object }): string =>
  `${pathname} ${(search as { selected?: string }).selected}`

/** In a form of a page: asks before what was typed is left behind, by whatever way. */
export function Unsaved({ when }: { when: boolean }) {
  const t = useTexts(uiTexts)
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => placeOf(current) !== placeOf(next),
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
