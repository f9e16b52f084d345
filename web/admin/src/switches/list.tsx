import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconGitFork } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { api, body, type Schema } from '../api/client.ts'
import { useLanguage } from '../app/language.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { useAct } from '../ui/act.ts'
import { ConfirmAct } from '../ui/confirm-act.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { Facts } from '../ui/facts.tsx'
import { Json } from '../ui/json.tsx'
import { SettingsHead } from '../ui/page-head.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { switchesTexts } from './texts.ts'

type Switch = Schema<'Switch'>

/** What can be done in two ways: which is active, how the other one compares, and the switch. */
export function Switches() {
  const t = useTexts(switchesTexts)
  const asked = useQuery({
    queryKey: ['switches', 'list'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/switches', { signal })),
  })
  return (
    <>
      <SettingsHead title={t('title')} about={t('about')} />
      {asked.isPending && <Waiting />}
      {asked.isError && <ErrorState error={asked.error} retry={() => asked.refetch()} />}
      {asked.data?.items.length === 0 && (
        <EmptyState icon={IconGitFork} title={t('empty')}>
          {t('emptyAbout')}
        </EmptyState>
      )}
      <Stack gap="xl">
        {asked.data?.items.map((each) => (
          <OneSwitch key={each.name} of={each} />
        ))}
      </Stack>
    </>
  )
}

/** Ways that people know in capitals; another one as it is. */
const WAYS: Record<string, string> = { http: 'HTTP', mqtt: 'MQTT' }
const wayName = (way: string): string => WAYS[way] ?? way

function OneSwitch({ of: { name, ways, active, shadow, what, effect } }: { of: Switch }) {
  const t = useTexts(switchesTexts)
  const language = useLanguage()
  const may = useCan()('flags:write')
  const params = { path: { name } }
  const other = ways.find((way) => way !== active) ?? active
  const compared = useQuery({
    queryKey: ['switches', 'comparison', name],
    queryFn: ({ signal }) => body(api.GET('/api/v1/switches/{name}/comparison', { params, signal })),
  })
  const seen = compared.data?.both || Object.values(compared.data?.only ?? {}).some(({ count }) => count > 0)
  const shadowing = useAct({
    act: (on: boolean) => api.POST('/api/v1/switches/{name}', { params, body: { shadow: on } }),
    done: (_, on) => t(on ? 'trying' : 'stopped'),
    refresh: [['switches']],
  })
  return (
    <section aria-label={what[language]}>
      <Stack gap="sm">
        <Title order={2} size="h3">
          {what[language]}
        </Title>
        <Text>{effect[language]}</Text>
        <Group gap="xs">
          <StateBadge tone="good">{t('active', { way: wayName(active) })}</StateBadge>
          <StateBadge tone={shadow ? 'current' : 'quiet'}>
            {shadow ? t('inShadow', { way: wayName(shadow) }) : t('noShadow')}
          </StateBadge>
        </Group>
        {compared.isError && <ErrorState error={compared.error} retry={() => compared.refetch()} />}
        {compared.data && (
          <div>
            <Text fw={500}>{t('comparison')}</Text>
            {!seen ? (
              <Text c="dimmed">{t('none')}</Text>
            ) : (
              <Stack gap="xs">
                <div>
                  <StateBadge tone={compared.data.agree ? 'good' : 'warm'}>
                    {t(compared.data.agree ? 'agree' : 'differ')}
                  </StateBadge>
                </div>
                <Facts
                  facts={[
                    [t('both'), compared.data.both],
                    ...Object.entries(compared.data.only).map(
                      ([way, { count }]) => [t('only', { way: wayName(way) }), count] as const,
                    ),
                    [t('differing'), compared.data.differing.count],
                  ]}
                />
                {compared.data.differing.examples.length > 0 && (
                  <>
                    <Text>{t('examples')}</Text>
                    <Json value={compared.data.differing.examples} open={1} />
                  </>
                )}
              </Stack>
            )}
          </div>
        )}
        {may && (
          <Group gap="xs">
            <Button variant="default" loading={shadowing.isPending} onClick={() => shadowing.mutate(shadow === null)}>
              {shadow === null ? t('tryIt', { way: wayName(other) }) : t('stop')}
            </Button>
            <ConfirmAct
              label={t('switch', { way: wayName(other) })}
              title={t('switchAsk', { way: wayName(other) })}
              consequence={
                <Stack gap="xs">
                  <Text>{t('switchAbout')}</Text>
                  {!seen && <Text>{t('untried')}</Text>}
                  {seen && !compared.data?.agree && <Text>{t('disagree')}</Text>}
                </Stack>
              }
              confirm={t('switch', { way: wayName(other) })}
              act={() => api.POST('/api/v1/switches/{name}', { params, body: { active: other } })}
              done={t('switched', { way: wayName(other) })}
              refresh={[['switches']]}
            />
          </Group>
        )}
        <Text size="xs" c="dimmed">
          <code>{name}</code>
        </Text>
      </Stack>
    </section>
  )
}
