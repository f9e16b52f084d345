import { Chip, Group, Input, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core'
import { useLanguage } from '../../../app/language.ts'
import { useTexts } from '../../../app/texts.ts'
import { OWN_ZONE, zonesWith } from '../../../ui/zones.ts'
import { cronOf, cronWords, timetableOf, weekdays } from '../../model/cron-words.ts'
import { faultsIn, faultWords } from '../../model/faults.ts'
import { membersOf, textIn } from '../../model/graph.ts'
import { builderTexts } from '../texts.ts'
import { ConditionInput } from './condition-field.tsx'
import { EventInput } from './event-field.tsx'
import type { FieldProps } from './field.ts'

export function ZoneInput({
  value,
  error,
  readOnly,
  onChange,
}: {
  value: string
  error?: string | undefined
  readOnly: boolean
  onChange: (zone: string) => void
}) {
  const t = useTexts(builderTexts)
  return (
    <Select
      label={t('zone')}
      searchable
      limit={60}
      readOnly={readOnly}
      error={error}
      value={value === '' ? null : value}
      data={zonesWith(value)}
      onChange={(zone) => zone !== null && onChange(zone)}
    />
  )
}

/** When a run begins: by an event, by the clock, or by hand. */
export function BeginningField({ data, faults, readOnly, set }: FieldProps) {
  const t = useTexts(builderTexts)
  const language = useLanguage()
  const by = data.manual === true ? 'manual' : data.schedule !== undefined ? 'schedule' : 'event'
  const clear = { event: undefined, where: undefined, schedule: undefined, zone: undefined, manual: undefined }
  const choose = (next: string) => {
    if (next === 'manual') set({ ...clear, manual: true })
    if (next === 'schedule') set({ ...clear, schedule: '0 9 * * 1-5', zone: OWN_ZONE })
    if (next === 'event') set({ ...clear, event: 'encounter.tmipw_expired' })
  }
  const say = (name: string) => faultWords(faultsIn(faults, name), language)
  return (
    <Stack gap="md">
      <SegmentedControl
        fullWidth
        disabled={readOnly}
        aria-label={t('beginsBy')}
        value={by}
        onChange={choose}
        data={[
          { value: 'event', label: t('beginsByEvent') },
          { value: 'schedule', label: t('beginsByClock') },
          { value: 'manual', label: t('beginsByHand') },
        ]}
      />
      {by === 'event' && (
        <>
          <EventInput
            label={t('when')}
            mood="when"
            value={textIn(data.event)}
            error={say('event')}
            readOnly={readOnly}
            onChange={(event) => set({ event })}
          />
          <ConditionInput
            label={t('onlyIf')}
            value={textIn(data.where)}
            error={say('where')}
            readOnly={readOnly}
            onChange={(where) => set({ where })}
          />
        </>
      )}
      {by === 'schedule' && <Clock data={data} faults={faults} readOnly={readOnly} set={set} />}
      {by === 'manual' && (
        <Text size="sm" c="dimmed">
          {t('beginsByHandAbout')}
        </Text>
      )}
    </Stack>
  )
}

function Clock({ data, faults, readOnly, set }: Omit<FieldProps, 'field'>) {
  const t = useTexts(builderTexts)
  const language = useLanguage()
  const inside = membersOf(data.schedule)
  const cron = typeof data.schedule === 'string' ? data.schedule : textIn(inside.cron)
  const zone = textIn(data.zone ?? inside.zone)
  const table = timetableOf(cron)
  const put = (next: string) => set({ schedule: next, zone: zone === '' ? OWN_ZONE : zone })
  const names = weekdays(language)
  // The week begins on Monday where these languages are spoken.
  const week = [1, 2, 3, 4, 5, 6, 0]
  return (
    <Stack gap="sm">
      {table === null ? (
        <TextInput
          label={t('cron')}
          description={t('cronAbout')}
          value={cron}
          error={faultWords(faultsIn(faults, 'schedule'), language)}
          readOnly={readOnly}
          onChange={({ currentTarget }) => put(currentTarget.value)}
        />
      ) : (
        <>
          <TextInput
            type="time"
            label={t('timeOfDay')}
            value={table.time}
            error={faultWords(faultsIn(faults, 'schedule'), language)}
            readOnly={readOnly}
            onChange={({ currentTarget }) =>
              currentTarget.value !== '' && put(cronOf({ ...table, time: currentTarget.value }))
            }
          />
          {table.dayOfMonth === null && (
            <Input.Wrapper label={t('days')} description={t('daysAbout')} labelElement="div">
              <Chip.Group
                multiple
                value={table.days.map(String)}
                onChange={(days) => put(cronOf({ ...table, days: days.map(Number).toSorted((a, b) => a - b) }))}
              >
                <Group gap={4} mt={6}>
                  {week.map((day) => (
                    <Chip key={day} value={String(day)} size="xs" disabled={readOnly} title={names[day]}>
                      {names[day]?.slice(0, 3)}
                    </Chip>
                  ))}
                </Group>
              </Chip.Group>
            </Input.Wrapper>
          )}
          <Text size="sm" c="dimmed">
            {cronWords(cron, language)} · <code>{cron}</code>
          </Text>
        </>
      )}
      <ZoneInput
        value={zone}
        readOnly={readOnly}
        error={faultWords(faultsIn(faults, 'zone'), language)}
        onChange={(next) => set({ schedule: cron, zone: next })}
      />
    </Stack>
  )
}
