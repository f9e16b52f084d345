import { Alert, Button, Checkbox, Group, Radio, ScrollArea, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { api, body } from '../../api/client.ts'
import type { operations } from '../../api/schema.d.ts'
import { currentTime } from '../../app/clock.ts'
import { type Language, useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { About } from '../../events/about.tsx'
import { EventName } from '../../events/explorer/name.tsx'
import { eventWords } from '../../events/words.ts'
import { useAct } from '../../ui/act.ts'
import { Copy, shortId } from '../../ui/copy.tsx'
import { Dialogue } from '../../ui/dialogue.tsx'
import { useSentence } from '../../ui/error-state.tsx'
import { MomentInput } from '../../ui/moment-input.tsx'
import { precise } from '../../ui/moments.ts'
import { NumberField } from '../../ui/number-field.tsx'
import { uiTexts } from '../../ui/texts.ts'
import { subscriptionTexts } from './texts.ts'

const WHAT = ['missing', 'failed', 'cancelled', 'delivered'] as const
type What = (typeof WHAT)[number]
type Asked = operations['postSubscriptionsByIdReplay']
type Body = NonNullable<Asked['requestBody']>['content']['application/json']
type Counted = Asked['responses'][202]['content']['application/json']
type One = NonNullable<Counted['deliveries']>[number]

/** As many are seen at a glance. */
const FEW = 5
const DAY_MS = 86_400_000
/** What came in is counted by the time of conversations. */
const dayAgo = () => new Date(currentTime('domain') - DAY_MS).toISOString()

/** Sends again: chosen, then counted, with some left out, at a pace. */
export function Replay({ id, opened, close }: { id: string; opened: boolean; close: () => void }) {
  const t = useTexts(subscriptionTexts)
  const ui = useTexts(uiTexts)
  const sentence = useSentence()
  const language = useLanguage()
  const [what, setWhat] = useState<What>('missing')
  const [since, setSince] = useState<string | null>(dayAgo)
  const [until, setUntil] = useState<string | null>(null)
  const [perSecond, setPerSecond] = useState<number>(50)
  const [left, setLeft] = useState<readonly string[]>([])
  const [counted, setCounted] = useState<Counted>()
  const isReversed = since !== null && until !== null && Date.parse(until) <= Date.parse(since)
  const chosen = (): Body => {
    const period = { ...(since ? { since } : {}), ...(until ? { until } : {}) }
    return what === 'missing' ? { since: dayAgo(), ...period } : { filter: { status: what, ...period } }
  }
  const ask = (more: Partial<Body>) =>
    body(api.POST('/api/v1/subscriptions/{id}/replay', { params: { path: { id } }, body: { ...chosen(), ...more } }))
  const counting = useAct({
    act: () => ask({ dryRun: true }),
    quiet: true,
    after: (answer) => {
      setCounted(answer)
      setLeft([])
      setWords('')
    },
  })
  const count = (counted?.count ?? 0) - left.length
  const sending = useAct({
    act: () => ask({ perSecond, ...(left.length > 0 ? { exclude: [...left] } : {}) }),
    quiet: true,
    done: t('replayed', { count }),
    refresh: [['webhooks']],
    after: () => leave(),
  })
  const leave = () => {
    setCounted(undefined)
    counting.reset()
    sending.reset()
    close()
  }
  const problem = counting.error ?? sending.error
  const first = counted?.deliveries ?? []
  const [words, setWords] = useState('')
  const found = first.filter((one) => choiceWords(one, language).includes(words.trim().toLowerCase()))
  const turn = (ids: readonly string[], goes: boolean) =>
    setLeft((before) => [...before.filter((each) => !ids.includes(each)), ...(goes ? [] : ids)])
  return (
    <Dialogue opened={opened} onClose={() => !sending.isPending && leave()} title={t('replay')} size="lg">
      <Stack gap="md">
        {counted === undefined ? (
          <>
            <Radio.Group
              label={t('replayWhat')}
              value={what}
              onChange={(value) => {
                setWhat(value as What)
                setSince(value === 'missing' ? dayAgo() : null)
              }}
            >
              <Stack gap="xs" mt="xs">
                {WHAT.map((each) => (
                  <Radio key={each} value={each} label={t(each)} description={t(`${each}About`)} />
                ))}
              </Stack>
            </Radio.Group>
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
              <MomentInput label={t('from')} value={since} onChange={setSince} required={what === 'missing'} />
              <MomentInput
                label={t('to')}
                value={until}
                onChange={setUntil}
                error={isReversed ? t('untilBefore') : null}
              />
            </SimpleGrid>
          </>
        ) : (
          <>
            <Text>
              {!counted.complete && `${t('atLeast')} `}
              <strong>{t('counted', { count: counted.count })}</strong>
              {counted.since && (
                <>
                  {' · '}
                  {t('lookedSince', { at: precise(Date.parse(counted.since), language) })}
                </>
              )}
            </Text>
            {counted.count === 0 && <Text c="dimmed">{t('nothing')}</Text>}
            {first.length > 0 && (
              <>
                <Text size="sm" c="dimmed">
                  {t(counted.complete && counted.count <= first.length ? 'allOnes' : 'firstOnes')}
                </Text>
                {first.length > FEW && (
                  <Group gap="xs">
                    <TextInput
                      type="search"
                      style={{ flexGrow: 1 }}
                      aria-label={t('seek')}
                      placeholder={t('seek')}
                      value={words}
                      onChange={({ currentTarget: { value } }) => setWords(value)}
                    />
                    {([true, false] as const).map((goes) => (
                      <Button
                        key={String(goes)}
                        variant="default"
                        disabled={found.length === 0}
                        onClick={() =>
                          turn(
                            found.map(({ deliveryId }) => deliveryId),
                            goes,
                          )
                        }
                      >
                        {t(goes ? 'all' : 'noneOf')}
                      </Button>
                    ))}
                  </Group>
                )}
                {found.length === 0 && <Text c="dimmed">{t('noneLike')}</Text>}
                <ScrollArea.Autosize mah={260} type="auto" viewportProps={{ tabIndex: 0 }}>
                  <Stack gap={6} pr="md">
                    {found.map((one) => (
                      <Choice
                        key={one.deliveryId}
                        of={one}
                        goes={!left.includes(one.deliveryId)}
                        onChange={(goes) => turn([one.deliveryId], goes)}
                      />
                    ))}
                  </Stack>
                </ScrollArea.Autosize>
              </>
            )}
            {counted.count > 0 && (
              <NumberField
                label={t('pace')}
                min={1}
                max={200}
                allowDecimal={false}
                w={220}
                value={perSecond}
                onChange={setPerSecond}
              />
            )}
          </>
        )}
        {problem && (
          <Alert color="red" role="alert">
            {sentence(problem)}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          {counted === undefined ? (
            <>
              <Button variant="default" onClick={leave}>
                {ui('leave')}
              </Button>
              <Button loading={counting.isPending} disabled={isReversed} onClick={() => counting.mutate()}>
                {t('count')}
              </Button>
            </>
          ) : (
            <>
              <Button variant="default" disabled={sending.isPending} onClick={() => setCounted(undefined)}>
                {t('change')}
              </Button>
              {count > 0 && (
                <Button loading={sending.isPending} onClick={() => sending.mutate()}>
                  {t('replayConfirm', { count })}
                </Button>
              )}
            </>
          )}
        </Group>
      </Stack>
    </Dialogue>
  )
}

/** What a person may look for in one of them, in small letters. */
const choiceWords = (one: One, language: Language): string =>
  [one.type && eventWords(one.type, language), one.type, one.subject, one.eventId ?? one.deliveryId]
    .concat(precise(Date.parse(one.time), language))
    .filter(Boolean)
    .join(' ')
    .toLowerCase()

/** One of many alike: whom and what it tells of, when that was, and its id, by which it is told from the others. */
function Choice(props: { of: One; goes: boolean; onChange: (goes: boolean) => void }) {
  const { deliveryId, eventId, type, subject, time } = props.of
  const t = useTexts(subscriptionTexts)
  const ui = useTexts(uiTexts)
  const language = useLanguage()
  const id = eventId ?? deliveryId
  return (
    <Group gap={4} wrap="nowrap" align="flex-start" justify="space-between">
      <Checkbox
        size="sm"
        checked={props.goes}
        label={
          <>
            {type !== undefined && subject !== undefined ? (
              <>
                <About subject={subject} type={type} /> · <EventName type={type} />
              </>
            ) : (
              t('notLogged')
            )}
            <br />
            <Text span size="sm" c="dimmed">
              <time dateTime={time}>{precise(Date.parse(time), language)}</time> ·{' '}
              <code title={id} style={{ whiteSpace: 'nowrap' }}>
                {shortId(id)}
              </code>
            </Text>
          </>
        }
        onChange={({ currentTarget: { checked } }) => props.onChange(checked)}
      />
      <Copy value={id} what={ui('copyId')} />
    </Group>
  )
}
