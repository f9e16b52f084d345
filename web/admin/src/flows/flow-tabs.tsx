import { Link } from '@tanstack/react-router'
import { useTexts } from '../app/texts.ts'
import { useActiveInSight } from '../ui/active-in-sight.ts'
import classes from './flow-tabs.module.css'
import { flowTexts } from './texts.ts'

const TABS = [
  { to: '/flows/$flowId', text: 'tabDraw' },
  { to: '/flows/$flowId/runs', text: 'tabRuns' },
  { to: '/flows/$flowId/versions', text: 'tabVersions' },
  { to: '/flows/$flowId/cases', text: 'tabCases' },
  { to: '/flows/$flowId/report', text: 'tabReport' },
  { to: '/flows/$flowId/replay', text: 'tabReplay' },
] as const

/** The pages of one flow. */
export function FlowTabs({ flowId }: { flowId: string }) {
  const t = useTexts(flowTexts)
  const tabs = useActiveInSight<HTMLElement>()
  return (
    <nav aria-label={t('tabs')} className={classes.tabs} ref={tabs}>
      {TABS.map(({ to, text }) => (
        <Link
          key={to}
          to={to}
          params={{ flowId }}
          activeOptions={{ exact: true, includeSearch: false }}
          className={classes.tab}
        >
          {t(text)}
        </Link>
      ))}
    </nav>
  )
}
