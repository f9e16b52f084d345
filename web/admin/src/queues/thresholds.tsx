import { ActionIcon, Group, Select, Stack, Text, Title } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useTexts } from '../app/texts.ts'
import { DurationInput } from '../ui/duration-input.tsx'
import { minutesOf } from '../ui/minutes.ts'
import { useMinutesRefused } from '../ui/minutes-refused.ts'
import { durationOf, LONGEST } from './minutes.ts'
import { queuesTexts } from './texts.ts'

/** In the order in which they count. */
const SILENCES = [
  'snoozed',
  'neverWrote',
  'withBot',
  'transferred',
  'returned',
  'agentSpokeLast',
  'botSpokeLast',
  'personSpokeLast',
] as const
type Silence = (typeof SILENCES)[number]
type Times = { max_inactive_patient_warning_time?: number | null; max_inactive_patient_time?: number | null }
export type Thresholds = Partial<Record<Silence, Times>>

/** Times that hold for some silences instead of those of the queue. */
export function ThresholdsField(props: {
  value: Thresholds
  onChange: (value: Thresholds) => void
  business: boolean
  locked: boolean
}) {
  const { value, onChange, business, locked } = props
  const t = useTexts(queuesTexts)
  const given = SILENCES.filter((silence) => value[silence] !== undefined)
  const left = SILENCES.filter((silence) => value[silence] === undefined)
  return (
    <Stack gap="sm">
      <Title order={3} size="h4">
        {t('exceptions')}
      </Title>
      <Text size="sm" c="dimmed">
        {t('exceptionsAbout')}
      </Text>
      {given.map((silence) => {
        const times = value[silence] ?? {}
        return (
          <Stack key={silence} gap={8} role="group" aria-label={t(silence)}>
            <Group justify="space-between" wrap="nowrap">
              <Text fw={500}>{t(silence)}</Text>
              {!locked && (
                <ActionIcon
                  aria-label={t('removeException', { name: t(silence) })}
                  onClick={() => {
                    const { [silence]: _, ...rest } = value
                    onChange(rest)
                  }}
                >
                  <IconTrash size={16} />
                </ActionIcon>
              )}
            </Group>
            {(['max_inactive_patient_warning_time', 'max_inactive_patient_time'] as const).map((field) => (
              <OwnTime
                key={field}
                label={t(field === 'max_inactive_patient_time' ? 'exceptionClose' : 'exceptionWarning')}
                silence={t(silence)}
                business={business}
                value={times[field]}
                onChange={(minutes) => {
                  const { [field]: _, ...rest } = times
                  onChange({ ...value, [silence]: minutes === undefined ? rest : { ...rest, [field]: minutes } })
                }}
              />
            ))}
          </Stack>
        )
      })}
      {!locked && left.length > 0 && (
        <Select
          aria-label={t('addException')}
          placeholder={t('addException')}
          value={null}
          data={left.map((silence) => ({ value: silence, label: t(silence) }))}
          onChange={(silence) =>
            silence && onChange({ ...value, [silence]: { max_inactive_patient_warning_time: null } })
          }
        />
      )}
    </Stack>
  )
}

/** As the queue says (undefined), never (null), or a time of its own. */
function OwnTime(props: {
  label: string
  silence: string
  business: boolean
  value: number | null | undefined
  onChange: (minutes: number | null | undefined) => void
}) {
  const { label, silence, business, value, onChange } = props
  const t = useTexts(queuesTexts)
  const refuse = useMinutesRefused(LONGEST)
  const kind = value === undefined ? 'asQueue' : value === null ? 'never' : 'own'
  const named = t('ofSilence', { what: label, silence })
  return (
    <Group gap={8} align="flex-end" wrap="wrap">
      <Select
        w={170}
        label={label}
        aria-label={named}
        value={kind}
        data={[
          { value: 'asQueue', label: t('asQueue') },
          { value: 'never', label: t('never') },
          { value: 'own', label: t('own') },
        ]}
        onChange={(chosen) => onChange(chosen === 'asQueue' ? undefined : chosen === 'never' ? null : (value ?? 60))}
      />
      {kind === 'own' && (
        <DurationInput
          label={t('own')}
          business={business}
          value={durationOf(value, business)}
          onChange={(duration) => onChange(minutesOf(duration))}
          refuse={refuse}
        />
      )}
    </Group>
  )
}
