import { Select, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useLanguage } from '../app/language.ts'
import { type Role, useSession } from '../app/session.ts'
import { ROLE_ABOUT, ROLE_NAMES, ROLES, reaches } from './roles.ts'

/** The roles that the reader may give, each with what it may do. */
export function RoleSelect(props: {
  label: string
  value: Role
  onChange: (role: Role) => void
  error?: ReactNode
  disabled?: boolean
}) {
  const language = useLanguage()
  const { user } = useSession()
  const own = user?.role ?? 'viewer'
  return (
    <Select
      {...props}
      description={ROLE_ABOUT[props.value][language]}
      data={ROLES.map((value) => ({ value, label: ROLE_NAMES[value][language], disabled: !reaches(own, value) }))}
      onChange={(value) => value && props.onChange(value as Role)}
      renderOption={({ option }) => (
        <Stack gap={0}>
          <Text size="sm">{option.label}</Text>
          <Text size="xs" c="dimmed">
            {ROLE_ABOUT[option.value as Role][language]}
          </Text>
        </Stack>
      )}
    />
  )
}
