import { ActionIcon, Group, Input, Stack, Switch } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useLanguage } from '../../../app/language.ts'
import { useTexts } from '../../../app/texts.ts'
import { type Ending, endingOut, endingsIn } from '../../model/endings.ts'
import { faultWords } from '../../model/faults.ts'
import { builderTexts } from '../texts.ts'
import { ConditionInput } from './condition-field.tsx'
import { EventInput } from './event-field.tsx'
import type { FieldProps } from './field.ts'

const NEW: Ending = { event: '', samePerson: false, where: '' }

/** Events that end runs: of the same key or the same person, with a condition or without one. */
export function EndingsField({ field, data, faults, readOnly, set }: FieldProps) {
  const language = useLanguage()
  const t = useTexts(builderTexts)
  const endings = endingsIn(data[field.name])
  const put = (next: readonly Ending[]) =>
    set({ [field.name]: next.length === 0 ? undefined : next.map((ending) => endingOut(ending)) })
  return (
    <Input.Wrapper label={field.title[language]} error={faultWords(faults, language)} labelElement="div">
      <Stack gap="sm" mt={4}>
        {[...endings, ...(readOnly ? [] : [NEW])].map((ending, i) => {
          const isNew = i === endings.length
          const change = (changes: Partial<Ending>) => {
            const next = { ...ending, ...changes }
            put(isNew ? [...endings, next] : endings.with(i, next))
          }
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: an event is known by its place while it is chosen
            <Stack key={i} gap={6}>
              <Group gap={4} wrap="nowrap" align="flex-end">
                <div style={{ flex: 1 }}>
                  <EventInput
                    label={isNew ? t('addEvent') : t('eventNumber', { n: i + 1 })}
                    mood="when"
                    value={ending.event}
                    readOnly={readOnly}
                    onChange={(event) => change({ event })}
                  />
                </div>
                {!isNew && !readOnly && (
                  <ActionIcon
                    aria-label={t('without', { name: ending.event })}
                    mb={4}
                    onClick={() => put(endings.toSpliced(i, 1))}
                  >
                    <IconTrash size={16} />
                  </ActionIcon>
                )}
              </Group>
              {!isNew && (
                <>
                  <Switch
                    size="xs"
                    label={t('endsByPerson')}
                    disabled={readOnly}
                    checked={ending.samePerson}
                    onChange={({ currentTarget }) => change({ samePerson: currentTarget.checked })}
                  />
                  <ConditionInput
                    label={t('endsIf')}
                    help={readOnly || ending.where !== '' ? undefined : t('endsIfHelp')}
                    value={ending.where}
                    readOnly={readOnly}
                    onChange={(where) => change({ where: where ?? '' })}
                  />
                </>
              )}
            </Stack>
          )
        })}
      </Stack>
    </Input.Wrapper>
  )
}
