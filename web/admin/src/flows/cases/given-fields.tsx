import { Button, Group, Select, Stack, TextInput } from '@mantine/core'
import { IconSparkles } from '@tabler/icons-react'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { useCalendars } from '../../calendars/query.ts'
import { localeName, USUAL_LOCALES } from '../../ui/locale-name.ts'
import { MomentInput } from '../../ui/moment-input.tsx'
import { EventInput } from '../builder/fields/event-field.tsx'
import { FieldsInput } from '../fields-input.tsx'
import { type CaseBody, withMember } from '../model/cases/case.ts'
import { type EventParts, eventLike, eventOf, partsOf } from '../model/cases/event.ts'
import { withQueueHours } from '../model/cases/from-simulation.ts'
import { type Data, membersOf, textIn } from '../model/graph.ts'
import { useExamples } from '../use-examples.ts'
import { caseTexts } from './texts.ts'

export type CaseFieldProps = { readonly body: CaseBody; readonly onChange: (body: CaseBody) => void }

/** What begins the case: an event, with what it says and when it comes. */
export function BeginningFields({ body, onChange }: CaseFieldProps) {
  const t = useTexts(caseTexts)
  const exampleOf = useExamples()
  const parts = partsOf(membersOf(body.event))
  const put = (next: EventParts) => onChange(withMember(body, 'event', eventOf(next)))
  const take = async (type: string) => {
    const like = eventLike(type, await exampleOf(type))
    put({ ...like, time: parts?.time ?? null })
  }
  return (
    <Stack gap="sm">
      <EventInput
        label={t('begins')}
        mood="when"
        readOnly={false}
        value={parts?.type ?? ''}
        error={parts === null ? t('eventUnknown') : undefined}
        onChange={(type) => {
          if (type !== parts?.type) void take(type)
        }}
      />
      {parts !== null && (
        <>
          <FieldsInput label={t('data')} value={parts.data} onChange={(data) => put({ ...parts, data })} />
          <div>
            <Button
              size="compact-xs"
              variant="subtle"
              leftSection={<IconSparkles size={14} />}
              onClick={() => void take(parts.type)}
            >
              {t('takeExample')}
            </Button>
          </div>
          <MomentInput label={t('time')} value={parts.time} onChange={(time) => put({ ...parts, time })} />
        </>
      )}
    </Stack>
  )
}

const NOBODY = 'nobody'

/** Who it is about. */
export function PersonFields({ body, onChange }: CaseFieldProps) {
  const t = useTexts(caseTexts)
  const language = useLanguage()
  const known = body.contact !== undefined
  const { name, locale, ...rest } = membersOf(body.contact)
  const put = (changes: Data) => onChange(withMember(body, 'contact', { ...membersOf(body.contact), ...changes }))
  const locales = [...new Set([...USUAL_LOCALES, ...(textIn(locale) === '' ? [] : [textIn(locale)])])]
  return (
    <Stack gap="sm">
      <Select
        label={t('person')}
        value={known ? 'somebody' : NOBODY}
        data={[
          { value: 'somebody', label: t('personSomebody') },
          { value: NOBODY, label: t('personNobody') },
        ]}
        onChange={(next) =>
          onChange(withMember(body, 'contact', next === NOBODY ? undefined : { name: t('someName'), locale: language }))
        }
      />
      {known && (
        <>
          <Group gap="xs" grow>
            <TextInput
              label={t('personName')}
              value={textIn(name)}
              onChange={({ currentTarget }) => put({ name: currentTarget.value })}
            />
            <Select
              label={t('personLocale')}
              value={textIn(locale) || null}
              data={locales.map((value) => ({ value, label: localeName(value, language) }))}
              onChange={(next) => next !== null && put({ locale: next })}
            />
          </Group>
          <FieldsInput
            label={t('personMore')}
            value={rest}
            onChange={(data) =>
              onChange(
                withMember(body, 'contact', {
                  ...(name === undefined ? {} : { name }),
                  ...(locale === undefined ? {} : { locale }),
                  ...data,
                }),
              )
            }
          />
        </>
      )}
    </Stack>
  )
}

const NONE = '\u0001none'
const OWN = '\u0001own'

/** The conversation that it happens in, its queue, and whose hours count. */
export function ConversationFields({ body, onChange }: CaseFieldProps) {
  const t = useTexts(caseTexts)
  const calendars = useCalendars()
  const status = body.encounter === undefined ? NONE : textIn(membersOf(body.encounter).status)
  const queue = body.queue === undefined ? NONE : membersOf(body.queue).continuity === true ? 'yes' : 'no'
  const hours = membersOf(body.calendars).queue
  const known = calendars.find(
    (one) => JSON.stringify(membersOf(withQueueHours({}, one).calendars).queue) === JSON.stringify(hours),
  )
  const statuses = [
    { value: NONE, label: t('conversationNone') },
    { value: 'open', label: t('conversationOpen') },
    { value: 'warned', label: t('conversationWarned') },
    { value: 'closed', label: t('conversationClosed') },
  ]
  return (
    <Stack gap="sm">
      <Select
        label={t('conversation')}
        value={status}
        data={
          statuses.some(({ value }) => value === status)
            ? statuses
            : [...statuses, { value: status, label: status || '—' }]
        }
        onChange={(next) =>
          next !== null &&
          onChange(
            withMember(body, 'encounter', next === NONE ? undefined : { ...membersOf(body.encounter), status: next }),
          )
        }
      />
      <Select
        label={t('queue')}
        value={queue}
        data={[
          { value: NONE, label: t('queueNone') },
          { value: 'yes', label: t('queueYes') },
          { value: 'no', label: t('queueNo') },
        ]}
        onChange={(next) =>
          next !== null &&
          onChange(
            withMember(
              body,
              'queue',
              next === NONE ? undefined : { ...membersOf(body.queue), continuity: next === 'yes' },
            ),
          )
        }
      />
      <Select
        label={t('hours')}
        description={t('hoursAbout')}
        value={hours === undefined ? NONE : (known?.id ?? OWN)}
        data={[
          { value: NONE, label: t('hoursAll') },
          ...(hours !== undefined && known === undefined ? [{ value: OWN, label: t('hoursOwn') }] : []),
          ...calendars.map(({ id, name }) => ({ value: id, label: name ?? id })),
        ]}
        onChange={(id) => {
          if (id === null || id === OWN) return
          onChange(withQueueHours(body, calendars.find((one) => one.id === id) ?? null))
        }}
      />
    </Stack>
  )
}
