import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { api, body } from '../../api/client.ts'
import { useLanguage } from '../../app/language.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { useAct } from '../../ui/act.ts'
import { ConfirmAct } from '../../ui/confirm-act.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Json } from '../../ui/json.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { Waiting } from '../../ui/waiting.tsx'
import { When } from '../../ui/when.tsx'
import { typeWords } from '../words.ts'
import { catalogueTexts } from './texts.ts'

/** One type of events: what it is, and what each of its versions promises. */
export function TypeDetail({ name }: { name: string }) {
  const t = useTexts(catalogueTexts)
  const language = useLanguage()
  const can = useCan()
  const navigate = useNavigate()
  const { version } = useSearch({ from: '/shell/events/catalogue' })
  const path = { params: { path: { name } } }
  const asked = useQuery({
    queryKey: ['events', 'type', name],
    queryFn: ({ signal }) => body(api.GET('/api/v1/event-types/{name}', { ...path, signal })),
  })
  const refresh = [
    ['events', 'types'],
    ['events', 'type', name],
  ]
  const change = (deprecated: object | null) =>
    body(api.PATCH('/api/v1/event-types/{name}', { ...path, body: { deprecated } }))
  const reviving = useAct({ act: () => change(null), done: t('revived', { name }), refresh })
  if (asked.isPending) return <Waiting lines={6} />
  if (asked.isError) return <ErrorState error={asked.error} retry={() => void asked.refetch()} />
  const type = asked.data
  const shown =
    type.versions.find((each) => each.version === version) ?? type.versions.find((each) => each.version === type.latest)
  return (
    <Stack gap="md">
      {type.description && <Text>{typeWords(type, language)}</Text>}
      <Facts
        facts={[
          [
            t('state'),
            <StateBadge key="state" tone={type.deprecated ? 'quiet' : 'good'}>
              {t(type.deprecated ? 'deprecated' : 'current')}
            </StateBadge>,
          ],
          [t('since'), type.deprecated ? <When key="since" at={type.deprecated.at} /> : undefined],
          [t('reason'), type.deprecated?.reason],
          [t('replacedBy'), type.deprecated?.replacedBy],
          [t('family'), type.family],
          [t('owner'), type.owner ?? undefined],
          [t('sort'), t(type.builtIn ? 'builtIn' : 'own')],
        ]}
      />
      <Group gap="xs">
        <Button variant="default" renderRoot={(root) => <Link to="/events" search={{ type: name }} {...root} />}>
          {t('seeEvents')}
        </Button>
        {can('catalogue:write') &&
          !type.builtIn &&
          (type.deprecated ? (
            <Button variant="default" loading={reviving.isPending} onClick={() => reviving.mutate()}>
              {t('revive')}
            </Button>
          ) : (
            <ConfirmAct
              label={t('deprecate')}
              title={t('deprecateAsk', { name })}
              consequence={t('deprecateAbout')}
              confirm={t('deprecate')}
              act={() => change({})}
              done={t('deprecatedDone', { name })}
              refresh={refresh}
            />
          ))}
      </Group>
      {type.warnings.length > 0 && (
        <section aria-label={t('warnings')}>
          <Text fw={600} mb={4}>
            {t('warnings')}
          </Text>
          <Stack component="ul" gap={4} m={0} pl="md">
            {type.warnings.map(({ path: where, message }) => (
              <Text component="li" size="sm" key={`${where} ${message}`}>
                <code>{where}</code> {message}
              </Text>
            ))}
          </Stack>
        </section>
      )}
      {type.versions.length > 1 && (
        <Select
          label={t('version')}
          w={160}
          data={type.versions.map((each) => each.version)}
          value={shown?.version ?? null}
          onChange={(value) =>
            void navigate({
              to: '/events/catalogue',
              search: (before) => ({ ...before, version: value ?? undefined }),
              replace: true,
            })
          }
        />
      )}
      {shown && (
        <>
          <section aria-label={t('schema')}>
            <Text fw={600} mb={4}>
              {t('schema')} <code>{shown.version}</code>
            </Text>
            <Json value={shown.schema} open={3} />
          </section>
          {shown.examples.length > 0 && (
            <section aria-label={t('examples')}>
              <Text fw={600} mb={4}>
                {t('examples')}
              </Text>
              <Stack gap="xs">
                {shown.examples.map((example) => (
                  <Json key={JSON.stringify(example)} value={example} />
                ))}
              </Stack>
            </section>
          )}
        </>
      )}
    </Stack>
  )
}
