import {
  Avatar,
  Button,
  Group,
  Menu,
  SegmentedControl,
  Stack,
  Text,
  UnstyledButton,
  useMantineColorScheme,
} from '@mantine/core'
import { IconLogout, IconUser } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useAct } from '../ui/act.ts'
import { LANGUAGES, type Language, setLanguage, useLanguage } from './language.ts'
import { signOut, useSession } from './session.ts'
import classes from './shell.module.css'
import { shellTexts } from './shell.texts.ts'
import { useTexts } from './texts.ts'

const NAMES: Record<Language, string> = { es: 'Español', en: 'English' }

/** Language and light or dark; also on the pages of who is not signed in yet. */
export function Preferences() {
  const t = useTexts(shellTexts)
  const language = useLanguage()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Stack gap="xs">
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label={t('language')}
        value={language}
        onChange={(value) => setLanguage(value as Language)}
        data={LANGUAGES.map((value) => ({ value, label: NAMES[value] }))}
      />
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label={t('theme')}
        value={colorScheme}
        onChange={(value) => setColorScheme(value as 'light' | 'dark' | 'auto')}
        data={(['auto', 'light', 'dark'] as const).map((value) => ({ value, label: t(value) }))}
      />
    </Stack>
  )
}

function useSignOut() {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { mutate } = useAct({
    act: signOut,
    after: async () => {
      queries.clear()
      await navigate({ to: '/sign-in' })
    },
  })
  return () => mutate()
}

function Who() {
  const { user, tenantName } = useSession()
  const name = user?.name ?? tenantName
  return (
    <>
      <Avatar size={32} radius="xl" color="current" name={name} aria-hidden />
      <Text size="sm" component="span" truncate style={{ minWidth: 0 }}>
        {name}
        <small>{tenantName}</small>
      </Text>
    </>
  )
}

/** At the foot of the rail: who one is, language, light or dark, the way out. */
export function AccountMenu() {
  const t = useTexts(shellTexts)
  const leave = useSignOut()
  return (
    <Menu position="top-start" width={240} shadow="md" closeOnItemClick>
      <Menu.Target>
        <UnstyledButton className={classes.account}>
          <Who />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div style={{ padding: 8 }}>
          <Preferences />
        </div>
        <Menu.Divider />
        <Menu.Item leftSection={<IconUser size={16} />} component={Link} to="/account">
          {t('account')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={leave}>
          {t('signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** The same on a narrow window, inside "more". */
export function AccountPanel({ done }: { done: () => void }) {
  const t = useTexts(shellTexts)
  const leave = useSignOut()
  return (
    <Stack mt="md" gap="md">
      <UnstyledButton component={Link} to="/account" className={classes.account} onClick={done}>
        <Who />
      </UnstyledButton>
      <Preferences />
      <Group>
        <Button variant="default" leftSection={<IconLogout size={16} />} onClick={leave}>
          {t('signOut')}
        </Button>
      </Group>
    </Stack>
  )
}
