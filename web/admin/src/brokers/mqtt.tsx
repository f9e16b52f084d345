import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconBroadcast, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { api, body, type Schema } from '../api/client.ts'
import { usePages } from '../api/pages.ts'
import { useLanguage } from '../app/language.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { useAct } from '../ui/act.ts'
import { ConfirmAct } from '../ui/confirm-act.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { When } from '../ui/when.tsx'
import { BrokersHead } from './head.tsx'
import { mqttTexts } from './mqtt.texts.ts'
import { MqttLink } from './mqtt-link.tsx'
import { RuleDialogue } from './mqtt-rule.tsx'
import { brokerWords } from './words.ts'

type Rule = Schema<'MqttRule'>

/** MQTT: the link to the broker, the rules over topics, and what could not be taken. */
export function Mqtt() {
  const t = useTexts(mqttTexts)
  const can = useCan()
  const mayWrite = can('mqtt:write')
  const [opened, open] = useState<'new' | Rule | null>(null)
  const rules = usePages(['mqtt', 'rules'], (cursor, signal) =>
    body(api.GET('/api/v1/mqtt/rules', { params: { query: { limit: 50, cursor } }, signal })),
  )
  const make = mayWrite && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => open('new')}>
      {t('add')}
    </Button>
  )
  return (
    <>
      <BrokersHead about={t('about')} actions={make} />
      <Stack gap="lg" mt="md">
        {can('backoffice:read') && <MqttLink />}
        <section aria-label={t('rules')}>
          <Title order={2} size="h3">
            {t('rules')}
          </Title>
          <Text c="dimmed" mb="xs">
            {t('rulesAbout')}
          </Text>
          <DataTable
            label={t('rules')}
            pages={rules}
            rowId={({ id }) => id}
            columns={[
              { key: 'name', title: t('name'), render: ({ name }) => name },
              { key: 'topic', title: t('topic'), render: ({ topic }) => <code>{topic}</code> },
              {
                key: 'does',
                title: t('does'),
                render: ({ event, republish, reply }) =>
                  [event && t('asEvent'), republish && t('asRepublish'), reply && t('asReply')]
                    .filter(Boolean)
                    .join(' · ') || '—',
              },
              {
                key: 'state',
                title: t('state'),
                width: '120px',
                render: ({ enabled }) => (
                  <StateBadge tone={enabled ? 'good' : 'quiet'}>{t(enabled ? 'enabled' : 'disabled')}</StateBadge>
                ),
              },
              ...(mayWrite
                ? [
                    {
                      key: 'acts',
                      title: t('acts'),
                      width: '220px',
                      align: 'right' as const,
                      render: (rule: Rule) => <RuleActs rule={rule} change={() => open(rule)} />,
                    },
                  ]
                : []),
            ]}
            empty={
              <EmptyState icon={IconBroadcast} heading={3} title={t('rulesEmpty')}>
                {t('rulesEmptyAbout')}
              </EmptyState>
            }
          />
        </section>
        <RefusedMqtt />
      </Stack>
      {opened !== null && <RuleDialogue rule={opened === 'new' ? null : opened} close={() => open(null)} />}
    </>
  )
}

function RuleActs({ rule: { id, name, topic }, change }: { rule: Rule; change: () => void }) {
  const t = useTexts(mqttTexts)
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      <Button size="xs" variant="default" onClick={change}>
        {t('change')}
      </Button>
      <ConfirmAct
        label={t('remove')}
        button={{ size: 'xs', variant: 'subtle', color: 'red' }}
        title={t('removeAsk', { name })}
        consequence={t('removeAbout', { topic })}
        confirm={t('remove')}
        danger
        act={() => api.DELETE('/api/v1/mqtt/rules/{id}', { params: { path: { id } } })}
        done={t('removed')}
        refresh={[['mqtt', 'rules']]}
      />
    </Group>
  )
}

type Message = Schema<'RefusedMqttMessage'>

function RefusedMqtt() {
  const t = useTexts(mqttTexts)
  const language = useLanguage()
  const mayWrite = useCan()('mqtt:write')
  const pages = usePages(['mqtt', 'refused'], (cursor, signal) =>
    body(api.GET('/api/v1/mqtt/refused', { params: { query: { limit: 50, cursor } }, signal })),
  )
  return (
    <section aria-label={t('refused')}>
      <Title order={2} size="h3" mb="xs">
        {t('refused')}
      </Title>
      <DataTable
        label={t('refused')}
        pages={pages}
        rowId={({ id }) => id}
        columns={[
          { key: 'reason', title: t('reason'), render: ({ reason }) => brokerWords(reason, language) },
          { key: 'topic', title: t('topic'), render: ({ topic }) => <code>{topic}</code> },
          { key: 'payload', title: t('testPayload'), wideOnly: true, render: ({ payload }) => <code>{payload}</code> },
          { key: 'at', title: t('at'), width: '140px', render: ({ at }) => <When clock="wall" at={at} /> },
          ...(mayWrite
            ? [
                {
                  key: 'acts',
                  title: t('acts'),
                  width: '220px',
                  align: 'right' as const,
                  render: (message: Message) => <RefusedActs message={message} />,
                },
              ]
            : []),
        ]}
        empty={<Text c="dimmed">{t('refusedEmpty')}</Text>}
      />
    </section>
  )
}

function RefusedActs({ message: { id, topic, cut } }: { message: Message }) {
  const t = useTexts(mqttTexts)
  const params = { path: { id } }
  const retry = useAct({
    act: () => api.POST('/api/v1/mqtt/refused/{id}/retry', { params }),
    done: t('retried'),
    refresh: [['mqtt', 'refused']],
  })
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      <Button
        size="xs"
        variant="default"
        disabled={cut}
        title={cut ? t('cut') : undefined}
        loading={retry.isPending}
        onClick={() => retry.mutate()}
      >
        {t('retry')}
      </Button>
      <ConfirmAct
        label={t('letGo')}
        button={{ size: 'xs', variant: 'subtle', color: 'red' }}
        title={t('letGoAsk', { topic })}
        consequence={t('letGoAbout')}
        confirm={t('letGo')}
        danger
        act={() => api.DELETE('/api/v1/mqtt/refused/{id}', { params })}
        done={t('letGone')}
        refresh={[['mqtt', 'refused']]}
      />
    </Group>
  )
}
