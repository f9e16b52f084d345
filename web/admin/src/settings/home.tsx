import { SimpleGrid, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useLanguage } from '../app/language.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { settingsEntries } from '../pages.ts'
import { PageHead } from '../ui/page-head.tsx'
import classes from './home.module.css'
import { settingsTexts } from './texts.ts'

/** All that can be set, each with what it is for. */
export function SettingsHome() {
  const t = useTexts(settingsTexts)
  const language = useLanguage()
  const can = useCan()
  const entries = settingsEntries.filter(({ permission }) => can(permission))
  return (
    <>
      <PageHead title={t('title')} about={t('about')} />
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
        {entries.map(({ to, label, about, icon: Glyph }) => (
          <Link key={to} to={to} className={classes.entry}>
            <Glyph size={22} stroke={1.5} color="var(--current)" aria-hidden />
            <span>
              <strong>{label[language]}</strong>
              <Text size="sm" c="dimmed" component="span" display="block">
                {about?.[language]}
              </Text>
            </span>
          </Link>
        ))}
      </SimpleGrid>
    </>
  )
}
