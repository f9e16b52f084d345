import { Button, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { type SyntheticEvent, useState } from 'react'
import { useTexts } from '../app/texts.ts'
import { Dialogue } from './dialogue.tsx'
import { type Ends, type EndsFault, endsOf, type Moments, momentsOf } from './local-time.ts'
import { uiTexts } from './texts.ts'
import { OWN_ZONE } from './zones.ts'

const WHYS = {
  none: 'spanNone',
  noDay: 'spanNoDay',
  unread: 'spanUnread',
  skipped: 'spanSkipped',
  backwards: 'spanBackwards',
} as const
type Fault = Pick<EndsFault, 'at' | 'in'> & { why: keyof typeof WHYS }

/** Asks for a span of one's own: days of the reader's zone, whole where they have no time. */
export function SpanDialogue(props: { span: Moments; close: () => void; choose: (span: Moments) => unknown }) {
  const { span, close, choose } = props
  const t = useTexts(uiTexts)
  const [ends, setEnds] = useState(() => endsOf(span))
  const [fault, setFault] = useState<Fault>()
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault()
    const { elements } = event.currentTarget
    const field = (at: Fault['at'], part: Fault['in']) => elements.namedItem(`${at}-${part}`) as HTMLInputElement
    const found = halfWritten(field) ?? momentsOf(ends)
    if ('moments' in found) {
      choose(found.moments)
      return close()
    }
    setFault(found.fault)
    field(found.fault.at, found.fault.in).focus()
  }
  const input = (at: 'from' | 'to', part: 'day' | 'time') => ({
    name: `${at}-${part}`,
    value: ends[at][part],
    error: fault?.at === at && fault.in === part && t(WHYS[fault.why], { zone: OWN_ZONE }),
    onChange: ({ currentTarget: { value } }: { currentTarget: HTMLInputElement }) => {
      setFault(undefined)
      setEnds((before: Ends) => ({ ...before, [at]: { ...before[at], [part]: value } }))
    },
  })
  return (
    <Dialogue opened onClose={close} title={t('betweenTitle')} size="md">
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {(['from', 'to'] as const).map((at) => (
            <SimpleGrid key={at} cols={2} spacing="sm">
              <TextInput type="date" max="9999-12-31" label={t(`${at}Day`)} {...input(at, 'day')} />
              <TextInput type="time" label={t(`${at}Time`)} {...input(at, 'time')} />
            </SimpleGrid>
          ))}
          <Text size="sm" c="dimmed">
            {t('betweenAbout', { zone: OWN_ZONE })}
          </Text>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t('leave')}
            </Button>
            <Button type="submit">{t('betweenShow')}</Button>
          </Group>
        </Stack>
      </form>
    </Dialogue>
  )
}

/** A date or time of which some parts are missing, or a thirtieth of February: browsers give it out as none. */
function halfWritten(field: (at: Fault['at'], part: Fault['in']) => HTMLInputElement): { fault: Fault } | undefined {
  for (const at of ['from', 'to'] as const)
    for (const part of ['day', 'time'] as const)
      if (field(at, part).validity.badInput) return { fault: { at, in: part, why: 'unread' } }
  return undefined
}
