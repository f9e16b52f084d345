import { Anchor, Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, body } from '../../api/client.ts'
import { useLive } from '../../api/live.ts'
import { useLanguage } from '../../app/language.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { About } from '../../events/about.tsx'
import { useAct } from '../../ui/act.ts'
import { Code, CopyId } from '../../ui/copy.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Json } from '../../ui/json.tsx'
import { StateBadge, type Tone } from '../../ui/state-badge.tsx'
import { Timeline } from '../../ui/timeline.tsx'
import { Waiting } from '../../ui/waiting.tsx'
import { Lasting, Next, When } from '../../ui/when.tsx'
import { usePlaces } from '../places.ts'
import { useFailure } from './failure.ts'
import { Reason } from './reason.tsx'
import { deliveriesTexts } from './texts.ts'
import { channelWords, isUnderWay, LOOK_MS, STATUS_TONES, subscriptionIn, withCode } from './words.ts'

const RESULTS = {
  delivered: 'good',
  retry: 'warm',
  throttle: 'warm',
  exhausted: 'bad',
  permanent: 'bad',
  dead: 'bad',
  cancelled: 'quiet',
  expired: 'quiet',
  postponed: 'quiet',
} satisfies Record<string, Tone>
const isKnown = (result: string): result is keyof typeof RESULTS => result in RESULTS

/** One delivery: where it went, each attempt with what was asked and answered, and what it sent. */
export function DeliveryDetail({ id }: { id: string }) {
  const t = useTexts(deliveriesTexts)
  const language = useLanguage()
  const can = useCan()
  const places = usePlaces(true)
  const key = ['webhooks', 'delivery', id]
  const asked = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => body(api.GET('/api/v1/deliveries/{id}', { params: { path: { id } }, signal })),
    // What is on its way is soon decided.
    refetchInterval: ({ state: { data } }) =>
      data === undefined || !isUnderWay(data) ? false : data.attempts === 0 ? 1_500 : LOOK_MS,
  })
  useLive(key, () => true, 4_000)
  const retrying = useAct({
    act: () => body(api.POST('/api/v1/deliveries/{id}/retry', { params: { path: { id } } })),
    done: t('retried'),
    refresh: [['webhooks']],
  })
  if (asked.isPending) return <Waiting lines={6} />
  if (asked.isError) return <ErrorState error={asked.error} retry={() => void asked.refetch()} />
  const delivery = asked.data
  const subscription = subscriptionIn(delivery.target)
  return (
    <Stack gap="md">
      <Facts
        facts={[
          [
            t('state'),
            <StateBadge key="state" tone={STATUS_TONES[delivery.status]}>
              {t(delivery.status)}
            </StateBadge>,
          ],
          [
            t('by'),
            delivery.eventId === null ? (
              <Reason key="reason" of={delivery} />
            ) : (
              <Anchor
                size="sm"
                key="event"
                renderRoot={(root) => <Link to="/events/$id" params={{ id: delivery.eventId ?? '' }} {...root} />}
              >
                <Reason of={delivery} />
              </Anchor>
            ),
          ],
          [
            t('aboutWhom'),
            delivery.eventType === null || delivery.eventSubject === null ? undefined : (
              <About key="about" subject={delivery.eventSubject} type={delivery.eventType} />
            ),
          ],
          [
            t('eventId'),
            delivery.eventType === null || delivery.eventId === null ? undefined : (
              <CopyId key="eventId" id={delivery.eventId} />
            ),
          ],
          [t('channel'), channelWords(delivery.channel, language)],
          [
            t('target'),
            subscription === undefined ? (
              delivery.target
            ) : (
              <Anchor
                size="sm"
                key="target"
                renderRoot={(root) => <Link to="/webhooks/$id" params={{ id: subscription }} {...root} />}
              >
                {places.get(subscription) ?? delivery.target}
              </Anchor>
            ),
          ],
          [t('created'), <When key="created" at={delivery.createdAt} clock="wall" />],
          [t('next'), delivery.nextAttemptAt ? <Next key="next" at={delivery.nextAttemptAt} /> : undefined],
          [t('ended'), delivery.endedAt ? <When key="ended" at={delivery.endedAt} clock="wall" /> : undefined],
          [t('id'), <CopyId key="id" id={delivery.id} />],
        ]}
      />
      {can('deliveries:write') && (
        <Group>
          <Button variant="default" loading={retrying.isPending} onClick={() => retrying.mutate()}>
            {t(delivery.status === 'pending' ? 'retry' : 'retryAgain')}
          </Button>
        </Group>
      )}
      <section aria-label={t('history')}>
        <Text fw={600} mb="xs">
          {t('history')}
        </Text>
        {delivery.history.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t('noAttempts')}
          </Text>
        ) : (
          <Timeline
            label={t('history')}
            clock="wall"
            moments={delivery.history.map((attempt, i) => ({
              key: `${attempt.at}-${i}`,
              at: attempt.at,
              tone: isKnown(attempt.result) ? RESULTS[attempt.result] : 'quiet',
              title: isKnown(attempt.result) ? t(`result-${attempt.result}`) : attempt.result,
              children: <Attempt attempt={attempt} channel={delivery.channel} />,
            }))}
          />
        )}
      </section>
      {subscription !== undefined && can('events:read') && <Payload subscription={subscription} id={id} />}
    </Stack>
  )
}

type AttemptOf = {
  request: string | null
  status: number | null
  headers: Record<string, unknown> | null
  body: string | null
  error: string | null
  latencyMs: number | null
  truncated?: boolean
}

function Attempt({ attempt, channel }: { attempt: AttemptOf; channel: string }) {
  const t = useTexts(deliveriesTexts)
  const failure = useFailure()
  const { request, status, headers, error, latencyMs, truncated } = attempt
  return (
    <Stack gap={6}>
      <Text size="sm" component="div">
        {withCode(error && failure(error, channel), status, t('status', { status: status ?? '' }))}
        {latencyMs !== null && (
          <>
            {status === null && error === null ? '' : ' · '}
            {t('latency')} {latencyMs < 1_000 ? `${Math.round(latencyMs)} ms` : <Lasting of={latencyMs} />}
          </>
        )}
      </Text>
      {request && (
        <details>
          <summary>{t('request')}</summary>
          <Code wrap>{request}</Code>
        </details>
      )}
      {headers && Object.keys(headers).length > 0 && (
        <details>
          <summary>{t('headers')}</summary>
          <Json value={headers} />
        </details>
      )}
      {attempt.body && (
        <details>
          <summary>{t('body')}</summary>
          <Code wrap>{attempt.body}</Code>
        </details>
      )}
      {truncated && (
        <Text size="sm" c="dimmed">
          {t('truncated')}
        </Text>
      )}
    </Stack>
  )
}

/** What went out, byte for byte; asked for only when somebody wants to see it. */
function Payload({ subscription, id }: { subscription: string; id: string }) {
  const t = useTexts(deliveriesTexts)
  const [wanted, setWanted] = useState(false)
  const asked = useQuery({
    queryKey: ['webhooks', 'payload', id],
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/v1/subscriptions/{id}/deliveries/{deliveryId}/payload', {
          params: { path: { id: subscription, deliveryId: id } },
          signal,
        }),
      ),
    enabled: wanted,
  })
  if (!wanted)
    return (
      <Group>
        <Button variant="subtle" onClick={() => setWanted(true)}>
          {t('payloadAct')}
        </Button>
      </Group>
    )
  if (asked.isPending) return <Waiting lines={3} />
  if (asked.isError) return <ErrorState error={asked.error} retry={() => void asked.refetch()} />
  const { body: text, contentType, bytes, attributes } = asked.data
  return (
    <section aria-label={t('payload')}>
      <Text fw={600} mb={4}>
        {t('payload')}
      </Text>
      <Text size="sm" c="dimmed" mb={4}>
        {[contentType, t('payloadBytes', { count: bytes })].filter(Boolean).join(' · ')}
      </Text>
      {attributes && <Json value={attributes} />}
      <Code wrap>{text}</Code>
    </section>
  )
}
