import { useBlocker } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
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
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: async ({ current, next }) =>
      placeOf(current) !== placeOf(next) && !(keep !== undefined && (await inTime(keep()))),
    enableBeforeUnload: when,
    disabled: !when,
    withResolver: true,
  })
  return <Question opened={status === 'blocked'} stay={() => reset?.()} leave={() => proceed?.()} />
}

/**
 * In a dialogue: asks before what was typed in it is thrown away.
 * @returns what leaves it, and the question, which stands beside it
 */
export function useLeaving(isChanged: () => boolean, leave: () => void): [leave: () => void, question: ReactNode] {
  const [asking, setAsking] = useState(false)
  const asked = () => {
    // Escape is for the question then.
    if (asking) return
    if (isChanged()) setAsking(true)
    else leave()
  }
  // Not there before it is asked: the same Escape would close it again.
  return [asked, asking && <Question opened stay={() => setAsking(false)} leave={leave} />]
}

function Question({ opened, stay, leave }: { opened: boolean; stay: () => void; leave: () => void }) {
  const t = useTexts(uiTexts)
  return (
    <ConfirmDialogue
      opened={opened}
      close={stay}
      title={t('unsaved')}
      consequence={t('unsavedAbout')}
      confirm={t('unsavedLeave')}
      danger
      act={async () => leave()}
    />
  )
}

function inTime(kept: Promise<boolean>): Promise<boolean> {
  const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), PATIENCE_MS))
  return Promise.race([kept, late])
}
