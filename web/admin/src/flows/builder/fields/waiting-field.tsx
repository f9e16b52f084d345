import { SegmentedControl, Select, Stack, TextInput } from '@mantine/core'
import { useLanguage } from '../../../app/language.ts'
import { useTexts } from '../../../app/texts.ts'
import { useCalendars } from '../../../calendars/query.ts'
import { MONO } from '../../../ui/mono.ts'
import { OWN_ZONE } from '../../../ui/zones.ts'
import { faultsIn, faultWords } from '../../model/faults.ts'
import { textIn } from '../../model/graph.ts'
import { builderTexts } from '../texts.ts'
import { ZoneInput } from './beginning-field.tsx'
import { DurationInput } from './duration-field.tsx'
import type { FieldProps } from './field.ts'

/** Whether all time counts, or only that in which somebody attends. */
export function CalendarInput({
  label,
  value,
  error,
  readOnly,
  onChange,
}: {
  label: string
  value: string | undefined
  error?: string | undefined
  readOnly: boolean
  onChange: (calendar: string | undefined) => void
}) {
  const t = useTexts(builderTexts)
  const calendars = useCalendars()
  const own = calendars.map(({ id }) => ({ value: id, label: t('timeOfCalendar', { id }) }))
  const known = value === undefined || value === 'queue' || own.some((one) => one.value === value)
  return (
    <Select
      label={label}
      readOnly={readOnly}
      error={error}
      value={value ?? ALL}
      data={[
        { value: ALL, label: t('timeAll') },
        { value: 'queue', label: t('timeOfQueue') },
        ...own,
        ...(known ? [] : [{ value: value as string, label: t('timeOfCalendar', { id: value }) }]),
      ]}
      onChange={(next) => onChange(next === ALL || next === null ? undefined : next)}
    />
  )
}
const ALL = '\u0001all'

/** How long, until which hour, or until a moment that the data tells. */
export function WaitingField({ data, faults, readOnly, set }: FieldProps) {
  const t = useTexts(builderTexts)
  const language = useLanguage()
  const by = data.until !== undefined ? 'until' : data.time !== undefined ? 'time' : 'for'
  const clear = { for: undefined, until: undefined, time: undefined, zone: undefined, calendar: undefined }
  const say = (name: string) => faultWords(faultsIn(faults, name), language)
  const choose = (next: string) => {
    if (next === 'for') set({ ...clear, for: 'PT4H' })
    if (next === 'time') set({ ...clear, time: '09:00', zone: OWN_ZONE })
    if (next === 'until') set({ ...clear, until: "timestamp(event.data.start) - duration('24h')" })
  }
  return (
    <Stack gap="md">
      <SegmentedControl
        fullWidth
        disabled={readOnly}
        aria-label={t('waitBy')}
        value={by}
        onChange={choose}
        data={[
          { value: 'for', label: t('waitFor') },
          { value: 'time', label: t('waitTime') },
          { value: 'until', label: t('waitUntil') },
        ]}
      />
      {by === 'for' && (
        <>
          <DurationInput
            label={t('howLong')}
            value={textIn(data.for)}
            error={say('for')}
            readOnly={readOnly}
            onChange={(value) => set({ for: value })}
          />
          <CalendarInput
            label={t('whichTime')}
            value={data.calendar === undefined ? undefined : textIn(data.calendar)}
            error={say('calendar')}
            readOnly={readOnly}
            onChange={(calendar) => set({ calendar })}
          />
        </>
      )}
      {by === 'time' && (
        <>
          <TextInput
            type="time"
            label={t('timeOfDay')}
            value={textIn(data.time)}
            error={say('time')}
            readOnly={readOnly}
            onChange={({ currentTarget }) => currentTarget.value !== '' && set({ time: currentTarget.value })}
          />
          <ZoneInput
            value={textIn(data.zone)}
            error={say('zone')}
            readOnly={readOnly}
            onChange={(zone) => set({ zone })}
          />
        </>
      )}
      {by === 'until' && (
        <TextInput
          label={t('untilMoment')}
          description={t('untilMomentAbout')}
          styles={MONO}
          value={textIn(data.until)}
          error={say('until')}
          readOnly={readOnly}
          onChange={({ currentTarget }) => set({ until: currentTarget.value })}
        />
      )}
    </Stack>
  )
}
