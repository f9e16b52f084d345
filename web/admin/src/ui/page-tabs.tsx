import { Link, type LinkProps } from '@tanstack/react-router'
import { useActiveInSight } from './active-in-sight.ts'
import classes from './page-tabs.module.css'

export type PageTab = { to: LinkProps['to']; label: string; count?: number }

/** Pages that belong together, as links: each has its own address. A count calls attention; none is shown for zero. */
export function PageTabs({ label, tabs }: { label: string; tabs: readonly PageTab[] }) {
  const list = useActiveInSight<HTMLUListElement>()
  return (
    <nav aria-label={label}>
      <ul className={classes.tabs} ref={list}>
        {tabs.map(({ to, label: name, count = 0 }) => (
          <li key={String(to)}>
            <Link to={to as never} activeOptions={{ exact: true, includeSearch: false }}>
              {name}
              {count > 0 && <span className={classes.count}>{count}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
