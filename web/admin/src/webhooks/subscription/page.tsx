import { Alert, Button, Group, Menu, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconAlertTriangle, IconDots, IconRefresh, IconSend } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { api, body } from '../../api/client.ts'
import { useLanguage } from '../../app/language.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { useAct } from '../../ui/act.ts'
import { ConfirmAct, ConfirmDialogue } from '../../ui/confirm-act.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { PageError } from '../../ui/error-state.tsx'
import { Facts } from '../../ui/facts.tsx'
import { precise } from '../../ui/moments.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { uiTexts } from '../../ui/texts.ts'
import { Waiting } from '../../ui/waiting.tsx'
import { Next, When } from '../../ui/when.tsx'
import { Deliveries } from '../deliveries/list.tsx'
import { failureWords, LOOK_MS, withCode } from '../deliveries/words.ts'
import { EditSubscription } from './edit.tsx'
import { HealthBadge } from './health.tsx'
import { Replay } from './replay.tsx'
import { ReplayUnderWay } from './replaying.tsx'
import { Rotate } from './rotate.tsx'
import { subscriptionTexts } from './texts.ts'
import { delaysInWords } from './values.ts'
import { type Health, type Listed, placeOf } from './words.ts'

/** One subscription: what was agreed, how its receiver fares, what went there. */
export function SubscriptionPage() {
  const t = useTexts(subscriptionTexts)
  const can = useCan()
  const { id } = useParams({ from: '/shell/webhooks/$id' })
  const asked = useQuery({
    queryKey: ['webhooks', 'one', id],
    queryFn: ({ signal }) => body(api.GET('/api/v1/subscriptions/{id}', { params: { path: { id } }, signal })),
    // A replay moves under one's eyes.
    refetchInterval: ({ state }) => (state.data?.replay === undefined ? LOOK_MS : 1_000),
  })
  if (asked.isPending) return <Waiting lines={8} />
  const above = <Link to="/webhooks">{t('back')}</Link>
  if (asked.isError)
    return <PageError error={asked.error} retry={() => void asked.refetch()} gone={t('none')} above={above} />
  const subscription = asked.data
  return (
    <Stack gap="lg">
      <PageHead
        above={above}
        title={placeOf(subscription)}
        about={<code>{subscription.routingKeyPattern}</code>}
        actions={<Acts subscription={subscription} />}
      />
      {subscription.replay && <ReplayUnderWay id={id} replay={subscription.replay} />}
      <Fares health={subscription.health} reason={subscription.statusReason} />
      <section aria-label={t('facts')}>
        <Title order={2} size="h3" mb="xs">
          {t('facts')}
        </Title>
        <Agreed subscription={subscription} />
      </section>
      {can('deliveries:read') && (
        <section aria-label={t('deliveries')}>
          <Title order={2} size="h3" mb="xs">
            {t('deliveries')}
          </Title>
          <Deliveries subscription={id} />
        </section>
      )}
    </Stack>
  )
}

function Fares({ health, reason }: { health: Health; reason: string | undefined }) {
  const language = useLanguage()
  const t = useTexts(subscriptionTexts)
  const { breaker } = health
  const why = health.state === 'disabled' ? reason : health.lastError
  const says: (readonly [string, React.ReactNode])[] = [
    [t('state'), <HealthBadge key="state" health={health} />],
    [
      t('breaker'),
      <span key="breaker">
        {t(`breaker-${breaker.state}`)}
        {breaker.state === 'open' && breaker.until && (
          <>
            {' · '}
            {t('triedAt')} <When at={breaker.until} clock="wall" />
          </>
        )}
      </span>,
    ],
    [t('lastSuccess'), health.lastSuccessAt ? <When key="good" at={health.lastSuccessAt} clock="wall" /> : t('never')],
    [t('lastFailure'), health.lastFailureAt ? <When key="bad" at={health.lastFailureAt} clock="wall" /> : t('never')],
    [t('nextAttempt'), health.nextAttemptAt ? <Next key="next" at={health.nextAttemptAt} /> : t('nothingWaits')],
  ]
  return (
    <section aria-label={t('healthTitle')}>
      <Title order={2} size="h3" mb="xs">
        {t('healthTitle')}
      </Title>
      <SimpleGrid component="dl" cols={{ base: 2, sm: 3, lg: 5 }} spacing="md" m={0}>
        {says.map(([name, value]) => (
          <div key={name}>
            <Text component="dt" size="xs" c="dimmed">
              {name}
            </Text>
            <Text component="dd" m={0} size="sm">
              {value}
            </Text>
          </div>
        ))}
      </SimpleGrid>
      {health.state !== 'well' && (
        <Alert
          mt="md"
          color={health.state === 'failing' ? 'red' : 'gray'}
          icon={<IconAlertTriangle />}
          title={
            <>
              {t(health.state)}
              {health.since && (
                <>
                  {' · '}
                  <When at={health.since} clock="wall" />
                </>
              )}
            </>
          }
        >
          <Text size="sm">
            {withCode(why ? failureWords(why, language) : null, health.lastStatus, `HTTP ${health.lastStatus}`)}
          </Text>
          {health.warnings > 0 && <Text size="sm">{t('warnings', { count: health.warnings })}</Text>}
          {health.disablesAt && (
            <Text size="sm">
              {t('disablesAt')} <When at={health.disablesAt} clock="wall" />
            </Text>
          )}
        </Alert>
      )}
    </section>
  )
}

function Agreed({ subscription }: { subscription: Listed }) {
  const t = useTexts(subscriptionTexts)
  const language = useLanguage()
  const { retryDelays, publicKeys = [], destination, format = 'as-received', signature = 'v1' } = subscription
  const { previousValidUntil } = subscription
  const delays =
    retryDelays === undefined
      ? t('delaysUsual')
      : retryDelays.length === 0
        ? t('delaysNone')
        : new Intl.ListFormat(language).format(delaysInWords(retryDelays, language))
  return (
    <Facts
      facts={[
        [t('url'), placeOf(subscription)],
        [t('format'), t(format)],
        [t('signature'), destination === undefined ? t(signature) : t('nothingSigned')],
        ...publicKeys.map(
          ({ publicKey, validUntil }) =>
            [
              t('publicKey'),
              <span key={publicKey}>
                <CopyId id={publicKey} />
                {validUntil && (
                  <>
                    {' '}
                    {t('keyUntil')} <When at={validUntil} clock="wall" />
                  </>
                )}
              </span>,
            ] as const,
        ),
        [
          t('previous'),
          previousValidUntil && <Previous key="previous" id={subscription.id} until={previousValidUntil} />,
        ],
        [t('delays'), delays],
        [t('since'), <When key="since" at={subscription.createdAt} />],
        [t('id'), <CopyId key="id" id={subscription.id} />],
      ]}
    />
  )
}

/** The secret that a rotation left to sign for a while, and its end. */
function Previous({ id, until }: { id: string; until: string }) {
  const t = useTexts(subscriptionTexts)
  const language = useLanguage()
  const can = useCan()
  return (
    <Group gap="xs">
      {t('previousUntil', { at: precise(Date.parse(until), language) })}
      {can('subscriptions:write') && (
        <ConfirmAct
          label={t('previousEnd')}
          button={{ size: 'compact-xs' }}
          title={t('previousAsk')}
          consequence={t('previousAbout')}
          confirm={t('previousEnd')}
          danger
          act={() => body(api.POST('/api/v1/subscriptions/{id}/end-previous-secret', { params: { path: { id } } }))}
          done={t('previousEnded')}
          refresh={[['webhooks']]}
        />
      )}
    </Group>
  )
}

function Acts({ subscription }: { subscription: Listed }) {
  const t = useTexts(subscriptionTexts)
  const ui = useTexts(uiTexts)
  const can = useCan()
  const navigate = useNavigate()
  const [asked, setAsked] = useState<'disable' | 'remove' | 'rotate'>()
  const [editing, edit] = useDisclosure()
  const [replaying, replay] = useDisclosure()
  const { id, status, destination, health } = subscription
  const path = { params: { path: { id } } }
  const refresh = [['webhooks']]
  const testing = useAct({
    act: () => body(api.POST('/api/v1/subscriptions/{id}/test', path)),
    done: t(health?.breaker.state === 'open' ? 'testWaits' : 'tested'),
    refresh,
    after: ({ deliveryId }) =>
      can('deliveries:read') &&
      navigate({ to: '/webhooks/$id', params: { id }, search: { selected: deliveryId }, replace: true }),
  })
  const turn = (to: 'ACTIVE' | 'DISABLED') =>
    body(api.PATCH('/api/v1/subscriptions/{id}', { ...path, body: { status: to } }))
  const enabling = useAct({ act: () => turn('ACTIVE'), done: t('enabledDone'), refresh })
  if (!can('subscriptions:write') && !can('deliveries:write')) return null
  const isOn = status === 'ACTIVE'
  return (
    <>
      {can('subscriptions:write') && isOn && (
        <Button
          variant="default"
          leftSection={<IconSend size={16} />}
          loading={testing.isPending}
          onClick={() => testing.mutate()}
        >
          {t('test')}
        </Button>
      )}
      {can('subscriptions:write') && !isOn && (
        <Button loading={enabling.isPending} onClick={() => enabling.mutate()}>
          {t('enable')}
        </Button>
      )}
      {can('deliveries:write') && isOn && (
        <Button variant="default" leftSection={<IconRefresh size={16} />} onClick={replay.open}>
          {t('replay')}
        </Button>
      )}
      {can('subscriptions:write') && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" px={10} aria-label={ui('more')}>
              <IconDots size={18} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={edit.open}>{t('edit')}</Menu.Item>
            {destination === undefined && <Menu.Item onClick={() => setAsked('rotate')}>{t('rotate')}</Menu.Item>}
            {isOn && <Menu.Item onClick={() => setAsked('disable')}>{t('disable')}</Menu.Item>}
            <Menu.Item color="red" onClick={() => setAsked('remove')}>
              {t('remove')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {editing && <EditSubscription subscription={subscription} close={edit.close} />}
      <Rotate subscription={subscription} opened={asked === 'rotate'} close={() => setAsked(undefined)} />
      <Replay id={id} opened={replaying} close={replay.close} />
      <ConfirmDialogue
        opened={asked === 'disable'}
        close={() => setAsked(undefined)}
        title={t('disableAsk')}
        consequence={t('disableAbout')}
        confirm={t('disable')}
        act={() => turn('DISABLED')}
        done={t('disabledDone')}
        refresh={refresh}
      />
      <ConfirmDialogue
        opened={asked === 'remove'}
        close={() => setAsked(undefined)}
        title={t('removeAsk')}
        consequence={t('removeAbout')}
        confirm={t('remove')}
        danger
        act={() => api.DELETE('/api/v1/subscriptions/{id}', path)}
        done={t('removed')}
        refresh={[['webhooks', 'list']]}
        after={() => navigate({ to: '/webhooks' })}
      />
    </>
  )
}
