import { Group, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** The one h1 of a page, a sentence on what it is for, and its acts. */
export function PageHead({ title, about, actions }: { title: string; about?: ReactNode; actions?: ReactNode }) {
  return (
    <Group justify="space-between" align="flex-start" mb="md" gap="sm">
      <div style={{ minWidth: 0, flex: '1 1 320px' }}>
        <Title order={1}>{title}</Title>
        {about && (
          <Text c="dimmed" mt={4} component="div">
            {about}
          </Text>
        )}
      </div>
      {actions && <Group gap="xs">{actions}</Group>}
    </Group>
  )
}
