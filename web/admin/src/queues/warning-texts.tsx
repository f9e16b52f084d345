import { ActionIcon, Group, Select, Stack, Text, Textarea, Title } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useLanguage } from '../app/language.ts'
import { useTexts } from '../app/texts.ts'
import { localeName, USUAL_LOCALES } from '../ui/locale-name.ts'
import { queuesTexts } from './texts.ts'

/** The words of the reminder, for each language that has its own. */
export function WarningTexts(props: {
  queue: string
  value: Record<string, string>
  onChange: (value: Record<string, string>) => void
  error?: ReactNode
  locked: boolean
}) {
  const { queue, value, onChange, error, locked } = props
  const t = useTexts(queuesTexts)
  const language = useLanguage()
  const nameOf = (locale: string) => localeName(locale, language)
  return (
    <Stack gap="sm">
      <Title order={3} size="h4">
        {t('texts')}
      </Title>
      <Text size="sm" c="dimmed">
        {t('textsAbout')}{' '}
        <Link to="/settings/conversation-texts" search={{ queue }}>
          {t('textsRead')}
        </Link>
      </Text>
      {Object.entries(value).map(([locale, text]) => (
        <Group key={locale} align="flex-end" wrap="nowrap" gap={8}>
          <Textarea
            flex={1}
            autosize
            minRows={2}
            label={t('text', { language: nameOf(locale) })}
            error={text.trim() === '' ? error : undefined}
            value={text}
            onChange={({ currentTarget }) => onChange({ ...value, [locale]: currentTarget.value })}
          />
          {!locked && (
            <ActionIcon
              aria-label={t('removeText', { language: nameOf(locale) })}
              onClick={() => {
                const { [locale]: _, ...rest } = value
                onChange(rest)
              }}
            >
              <IconTrash size={16} />
            </ActionIcon>
          )}
        </Group>
      ))}
      {!locked && (
        <Select
          aria-label={t('addLanguage')}
          placeholder={t('addLanguage')}
          value={null}
          data={USUAL_LOCALES.filter((locale) => !(locale in value)).map((locale) => ({
            value: locale,
            label: nameOf(locale),
          }))}
          onChange={(locale) => locale && onChange({ ...value, [locale]: '' })}
        />
      )}
    </Stack>
  )
}
