import { Button } from '@mantine/core'
import { IconMapOff } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { EmptyState } from '../ui/empty-state.tsx'
import { shellTexts } from './shell.texts.ts'
import { useTexts } from './texts.ts'

export function NotFound() {
  const t = useTexts(shellTexts)
  return (
    <EmptyState
      icon={IconMapOff}
      title={t('notFound')}
      heading={1}
      action={
        <Button component={Link} to="/">
          {t('home')}
        </Button>
      }
    >
      {t('notFoundAbout')}
    </EmptyState>
  )
}
