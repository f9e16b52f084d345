import { Badge, Button, Group, Stack } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { useSearch } from '@tanstack/react-router'
import { api, body, type Schema } from '../../api/client.ts'
import { useColleagues } from '../../api/colleagues.ts'
import { usePages } from '../../api/pages.ts'
import { useLanguage } from '../../app/language.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { Actor } from '../../ui/actor.tsx'
import { callSample } from '../../ui/call-sample.ts'
import { ConfirmAct } from '../../ui/confirm-act.tsx'
import { Code, CopyId } from '../../ui/copy.tsx'
import { CsvButton } from '../../ui/csv-button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { WithDetail } from '../../ui/detail-pane.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Facts } from '../../ui/facts.tsx'
import { useListed } from '../../ui/listed.tsx'
import { SettingsHead } from '../../ui/page-head.tsx'
import { StateBadge, type Tone } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'
import { ROLE_NAMES } from '../roles.ts'
import { MakeKey } from './make.tsx'
import { ALL_SCOPES, purposeOf, SCOPE_GROUPS } from './scopes.ts'
import { keysTexts } from './texts.ts'

type Key = Schema<'ApiKey'>

const SAMPLE = callSample(
  'POST',
  '/api/v1/events',
  '{"specversion": "1.0", "id": "order-1", "source": "shop", "type": "order.placed", "data": {"total": 40}}',
)

const TONES: Record<Key['status'], Tone> = { active: 'good', expired: 'quiet', revoked: 'bad', suspended: 'quiet' }

/** Keys of programs: which there are, what they may do, when they were last used. */
export function Keys() {
  const t = useTexts(keysTexts)
  const can = useCan()
  const { selected } = useSearch({ from: '/shell/settings/keys' })
  const language = useLanguage()
  const colleagues = useColleagues()
  const page = (cursor?: string, signal?: AbortSignal) =>
    body(api.GET('/api/v1/keys', { params: { query: { limit: 50, cursor } }, signal }))
  const pages = usePages(['settings', 'keys'], page)
  const [making, make] = useDisclosure()
  const detailOf = useListed({ selected, pages, idOf: ({ id }: Key) => id })
  const button = can('keys:write') && (
    <Button leftSection={<IconPlus size={16} />} onClick={make.open}>
      {t('make')}
    </Button>
  )
  return (
    <>
      <SettingsHead
        title={t('title')}
        about={t('about')}
        actions={
          <Group gap="xs">
            <CsvButton
              name={t('file')}
              page={page}
              columns={[
                { title: t('name'), value: ({ name }) => name },
                { title: t('prefix'), value: ({ prefix }) => prefix },
                { title: t('state'), value: ({ status }) => t(status) },
                { title: t('rank'), value: ({ role }) => ROLE_NAMES[role][language] },
                { title: t('may'), value: ({ scopes }) => scopes.join(' ') },
                {
                  title: t('maker'),
                  value: ({ createdBy }) => colleagues.get(createdBy.replace('user:', ''))?.name ?? createdBy,
                },
                { title: t('since'), value: ({ createdAt }) => createdAt, moment: true },
                { title: t('used'), value: ({ lastUsedAt }) => lastUsedAt, moment: true },
                { title: t('expires'), value: ({ expiresAt }) => expiresAt, moment: true },
                { title: t('id'), value: ({ id }) => id },
              ]}
            />
            {button}
          </Group>
        }
      />
      <WithDetail detail={detailOf((open) => ({ title: open.name, content: <KeyDetail apiKey={open} /> }))}>
        <DataTable
          label={t('title')}
          pages={pages}
          rowId={({ id }) => id}
          selected={selected}
          opens
          columns={[
            { key: 'name', title: t('name'), render: ({ name }) => name },
            { key: 'prefix', title: t('prefix'), width: '150px', render: ({ prefix }) => <code>{prefix}…</code> },
            { key: 'for', title: t('purpose'), width: '180px', render: ({ scopes }) => <Purpose scopes={scopes} /> },
            {
              key: 'state',
              title: t('state'),
              width: '140px',
              render: ({ status }) => <StateBadge tone={TONES[status]}>{t(status)}</StateBadge>,
            },
            {
              key: 'used',
              title: t('used'),
              width: '150px',
              wideOnly: true,
              render: ({ lastUsedAt }) => (lastUsedAt ? <When clock="wall" at={lastUsedAt} /> : t('never')),
            },
            {
              key: 'expires',
              title: t('expires'),
              width: '150px',
              wideOnly: true,
              render: ({ expiresAt }) => (expiresAt ? <When clock="wall" at={expiresAt} /> : t('noEnd')),
            },
          ]}
          empty={
            <EmptyState icon={IconKey} title={t('empty')} action={button} sample={<Code>{SAMPLE}</Code>}>
              {t('emptyAbout')}
            </EmptyState>
          }
        />
      </WithDetail>
      <MakeKey opened={making} close={make.close} />
    </>
  )
}

function Purpose({ scopes }: { scopes: readonly string[] }) {
  const t = useTexts(keysTexts)
  const purpose = purposeOf(scopes, ALL_SCOPES)
  return <>{purpose === 'own' ? t('scopes', { count: scopes.length }) : t(purpose)}</>
}

function KeyDetail({ apiKey: key }: { apiKey: Key }) {
  const t = useTexts(keysTexts)
  const language = useLanguage()
  const can = useCan()
  return (
    <Stack gap="md">
      <Facts
        facts={[
          [
            t('state'),
            <StateBadge key="state" tone={TONES[key.status]}>
              {t(key.status)}
            </StateBadge>,
          ],
          [t('prefix'), <code key="prefix">{key.prefix}…</code>],
          [t('rank'), ROLE_NAMES[key.role][language]],
          [t('maker'), <Actor key="maker" actor={key.createdBy} />],
          [t('since'), <When clock="wall" key="since" at={key.createdAt} />],
          [t('used'), key.lastUsedAt ? <When clock="wall" key="used" at={key.lastUsedAt} /> : t('never')],
          [t('expires'), key.expiresAt ? <When clock="wall" key="expires" at={key.expiresAt} /> : t('noEnd')],
          [t('revokedAt'), key.revokedAt ? <When clock="wall" key="revoked" at={key.revokedAt} /> : undefined],
          [t('id'), <CopyId key="id" id={key.id} />],
        ]}
      />
      {SCOPE_GROUPS.map(({ about, scopes }) => {
        const held = scopes.filter(({ scope }) => key.scopes.includes(scope))
        return held.length === 0 ? null : (
          <section key={about.en} aria-label={about[language]}>
            <strong>{about[language]}</strong>
            <Group gap={6} mt={4}>
              {held.map(({ scope, what }) => (
                <Badge key={scope} variant="default" tt="none" fw={400} size="lg" title={scope}>
                  {what[language]}
                </Badge>
              ))}
            </Group>
          </section>
        )
      })}
      {can('keys:write') && key.status === 'active' && (
        <Group>
          <ConfirmAct
            label={t('revoke')}
            button={{ color: 'red', variant: 'light' }}
            title={t('revokeAsk', { name: key.name })}
            consequence={t('revokeAbout')}
            confirm={t('revoke')}
            danger
            act={() => api.DELETE('/api/v1/keys/{id}', { params: { path: { id: key.id } } })}
            done={t('revokedDone', { name: key.name })}
            refresh={[['settings', 'keys']]}
          />
        </Group>
      )}
    </Stack>
  )
}
