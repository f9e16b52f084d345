import { Stack, Text, Title } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTexts } from '../app/texts.ts'
import { Folded } from './folded.tsx'
import { uiTexts } from './texts.ts'

/** Nothing here yet: says what will be, offers the next step, and has a sample for those whose program takes it. */
export function EmptyState({
  icon: Glyph,
  title,
  heading = 2,
  children,
  action,
  sample,
}: {
  icon: Icon
  title: string
  heading?: 1 | 2 | 3
  children?: ReactNode
  action?: ReactNode
  sample?: ReactNode
}) {
  const t = useTexts(uiTexts)
  return (
    <Stack align="center" gap="sm" py={48} px="md" ta="center" maw={560} mx="auto">
      <Glyph size={40} stroke={1.3} color="var(--current)" aria-hidden />
      <Title order={heading} size="h2">
        {title}
      </Title>
      {children && (
        <Text c="dimmed" component="div">
          {children}
        </Text>
      )}
      {action}
      {sample && (
        <Text component="div" ta="left" w="100%">
          <Folded title={t('forProgrammers')}>{sample}</Folded>
        </Text>
      )}
    </Stack>
  )
}
