import { useMediaQuery } from '@mantine/hooks'
import { Outlet } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { menu } from '../pages.ts'
import { Forbidden } from './forbidden.tsx'
import { Lost } from './lost.tsx'
import { useOpenedPage } from './opened-page.ts'
import { BottomBar, Rail } from './rail.tsx'
import { useCan, useSessionEnded } from './session.ts'
import classes from './shell.module.css'
import { shellTexts } from './shell.texts.ts'
import { useTexts } from './texts.ts'
import { NARROW } from './theme.ts'

const SignInAgain = lazy(() => import('./sign-in-again.tsx'))

/** Rail on the left where there is room, bottom bar where there is none, the page in what is left. */
export function Shell() {
  const t = useTexts(shellTexts)
  const can = useCan()
  const narrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false })
  const entries = menu.filter(({ permission }) => can(permission))
  const { wide, permission } = useOpenedPage()
  const ended = useSessionEnded()
  return (
    <div className={classes.frame} data-narrow={narrow || undefined}>
      <a className={classes.skip} href="#page">
        {t('skip')}
      </a>
      {!narrow && <Rail entries={entries} />}
      <main id="page" tabIndex={-1} className={classes.page} data-wide={wide || undefined}>
        {permission === undefined || can(permission) ? <Outlet /> : <Forbidden permission={permission} />}
      </main>
      {narrow && <BottomBar entries={entries} />}
      {ended === null && <Lost />}
      {ended !== null && (
        <Suspense fallback={null}>
          <SignInAgain why={ended} />
        </Suspense>
      )}
    </div>
  )
}
