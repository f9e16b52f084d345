import { SimpleGrid, Text, Title } from '@mantine/core'
import { IconSettings } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useLanguage } from '../app/language.ts'
import { SETTINGS_GROUPS } from '../app/page.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { settingsEntries } from '../pages.ts'
import { EmptyState } from '../ui/empty-state.tsx'
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
      {entries.length === 0 && (
        <EmptyState icon={IconSettings} title={t('empty')}>
          {t('emptyAbout')}
        </EmptyState>
      )}
      {SETTINGS_GROUPS.map((group) => {
        const of = entries.filter((entry) => entry.group === group)
        return of.length === 0 ? null : (
          <section key={group} className={classes.group}>
            <Title order={2} size="h3" mb="xs">
              {t(group)}
            </Title>
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing={8}>
              {of.map(({ to, label, about, icon: Glyph }) => (
                <Link key={to} to={to} className={classes.entry}>
                  <Glyph size={22} stroke={1.5} color="var(--current-mark)" aria-hidden />
                  <span>
                    <strong>{label[language]}</strong>
                    <Text size="sm" c="dimmed" component="span" display="block">
                      {about[language]}
                    </Text>
                  </span>
                </Link>
              ))}
            </SimpleGrid>
          </section>
        )
      })}
    </>
  )
}
