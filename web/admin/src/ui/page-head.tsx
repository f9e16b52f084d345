import { Group, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useOpenedName } from '../app/opened-page.ts'
import { useTexts } from '../app/texts.ts'
import classes from './page-head.module.css'
import { uiTexts } from './texts.ts'
import { tellWhole } from './whole.ts'

type Head = { title: string; about?: ReactNode; actions?: ReactNode }

/** The one h1 of a page, a sentence on what it is for, and its acts. `above` leads to the page that it is under. */
export function PageHead({ title, about, actions, above }: Head & { above?: ReactNode }) {
  useOpenedName(title)
  return (
    <Group justify="space-between" align="flex-end" mb="md" gap="sm">
      <div className={classes.words}>
        {above && <div className={classes.above}>{above}</div>}
        <Title order={1} onPointerEnter={tellWhole}>
          {title}
        </Title>
        {about && (
          <Text c="dimmed" mt={4} component="div" maw={720}>
            {about}
          </Text>
        )}
      </div>
      {actions && <Group gap="xs">{actions}</Group>}
    </Group>
  )
}

/** The head of a page under `/settings/`. */
export function SettingsHead(head: Head) {
  const t = useTexts(uiTexts)
  return <PageHead {...head} above={<Link to="/settings">{t('settings')}</Link>} />
}
