import { Link, type LinkProps } from '@tanstack/react-router'
import classes from './sub-nav.module.css'

/** Pages that belong together, one link each; the one that is open is marked. */
export function SubNav({
  label,
  links,
}: {
  label: string
  links: readonly { to: LinkProps['to']; label: string; exact?: boolean }[]
}) {
  return (
    <nav aria-label={label} className={classes.nav}>
      {links.map(({ to, label, exact = true }) => (
        <Link key={to} to={to} activeOptions={{ exact, includeSearch: false }}>
          {label}
        </Link>
      ))}
    </nav>
  )
}
