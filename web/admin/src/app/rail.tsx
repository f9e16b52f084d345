import { Drawer, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconDots } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { AccountMenu, AccountPanel } from './account.tsx'
import { useLanguage } from './language.ts'
import { Mark } from './mark.tsx'
import type { Entry } from './page.ts'
import classes from './shell.module.css'
import { shellTexts } from './shell.texts.ts'
import { useTexts } from './texts.ts'

type Entries = { entries: readonly Entry[] }

/** The menu in words, in the order of the work. */
export function Rail({ entries }: Entries) {
  const t = useTexts(shellTexts)
  const language = useLanguage()
  return (
    <nav className={classes.rail} aria-label={t('menu')}>
      <Link to="/" className={classes.brand}>
        <Mark />
        <span>Cauce</span>
      </Link>
      <ul className={classes.entries}>
        {entries.map(({ to, icon: Glyph, label }) => (
          <li key={to}>
            <Link to={to} className={classes.entry}>
              <Glyph size={20} stroke={1.6} aria-hidden />
              {label[language]}
            </Link>
          </li>
        ))}
      </ul>
      <AccountMenu />
    </nav>
  )
}

const IN_BAR = 5

/** At the bottom of a narrow window: the first pages, and the rest behind "more". */
export function BottomBar({ entries }: Entries) {
  const t = useTexts(shellTexts)
  const language = useLanguage()
  const [opened, more] = useDisclosure()
  return (
    <>
      <nav className={classes.bar} aria-label={t('menu')}>
        {entries.slice(0, IN_BAR).map(({ to, icon: Glyph, label, short }) => (
          <Link key={to} to={to} className={classes.tab}>
            <Glyph size={22} stroke={1.6} aria-hidden />
            <span>{(short ?? label)[language]}</span>
          </Link>
        ))}
        <UnstyledButton className={classes.tab} onClick={more.open} aria-expanded={opened}>
          <IconDots size={22} stroke={1.6} aria-hidden />
          <span>{t('more')}</span>
        </UnstyledButton>
      </nav>
      <Drawer opened={opened} onClose={more.close} position="bottom" size="auto" title={t('more')}>
        <ul className={classes.entries}>
          {entries.slice(IN_BAR).map(({ to, icon: Glyph, label }) => (
            <li key={to}>
              <Link to={to} className={classes.entry} onClick={more.close}>
                <Glyph size={20} stroke={1.6} aria-hidden />
                {label[language]}
              </Link>
            </li>
          ))}
        </ul>
        <AccountPanel done={more.close} />
      </Drawer>
    </>
  )
}
