import { Stack, Text } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { Link, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { api, body, type Schema } from '../../api/client.ts'
import { useColleagues } from '../../api/colleagues.ts'
import { usePages } from '../../api/pages.ts'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { useFlowNames } from '../../flows/names.ts'
import { Actor, useActorName } from '../../ui/actor.tsx'
import { Code, CopyId } from '../../ui/copy.tsx'
import { CsvButton } from '../../ui/csv-button.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { WithDetail } from '../../ui/detail-pane.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Facts } from '../../ui/facts.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { Json } from '../../ui/json.tsx'
import { useListed } from '../../ui/listed.tsx'
import { SettingsHead } from '../../ui/page-head.tsx'
import { spanOf } from '../../ui/periods.ts'
import { When } from '../../ui/when.tsx'
import { usePlaces } from '../../webhooks/places.ts'
import { auditTexts } from './texts.ts'
import { actWords, changesOf, knownActs, namedIn } from './words.ts'

type Act = Schema<'AuditEntry'>

/** Who did what, the newest first. */
export function Audit() {
  const t = useTexts(auditTexts)
  const language = useLanguage()
  const { selected, ...filters } = useSearch({ from: '/shell/settings/audit' })
  const page = (cursor?: string, signal?: AbortSignal) => {
    const { period, from, to, ...same } = filters
    const query = { ...same, ...spanOf({ period, from, to }, 'wall'), limit: 50, cursor }
    return body(api.GET('/api/v1/audit', { params: { query }, signal }))
  }
  const pages = usePages(['settings', 'audit', filters], page)
  const detailOf = useListed({ selected, pages, idOf: ({ id }: Act) => id })
  const colleagues = useColleagues()
  const nameOf = useTargetName()
  const actorName = useActorName()
  const acts = withGiven(knownActs(language), filters.action)
  const actors = withGiven(
    [...colleagues.values()].map(({ id, name }) => ({ value: `user:${id}`, label: name })),
    filters.actor,
  )
  const filtered = Object.keys(filters).length > 0
  const columns = useMemo<Column<Act>[]>(
    () => [
      { key: 'action', title: t('action'), render: ({ action }) => actWords(action, language) },
      { key: 'target', title: t('target'), wideOnly: true, render: (act) => <Target act={act} /> },
      { key: 'actor', title: t('actor'), width: '200px', render: ({ actor }) => <Actor actor={actor} /> },
      { key: 'at', title: t('at'), width: '140px', render: ({ at }) => <When clock="wall" at={at} /> },
    ],
    [t, language],
  )
  return (
    <>
      <SettingsHead title={t('title')} about={t('about')} />
      <FilterBar
        filters={[
          { kind: 'period', name: 'period' },
          { kind: 'choice', name: 'action', label: t('action'), options: acts },
          { kind: 'choice', name: 'actor', label: t('actor'), options: actors },
          { kind: 'text', name: 'target', label: t('target'), rare: true },
        ]}
      >
        <CsvButton
          name={t('file')}
          page={page}
          columns={[
            { title: t('at'), value: ({ at }) => at, moment: true },
            { title: t('action'), value: ({ action }) => actWords(action, language) },
            { title: t('code'), value: ({ action }) => action },
            { title: t('target'), value: (act) => nameOf(act) ?? act.target },
            { title: t('targetId'), value: ({ target }) => target },
            { title: t('actor'), value: ({ actor }) => actorName(actor) },
            { title: t('actorId'), value: ({ actor }) => actor },
          ]}
        />
      </FilterBar>
      <WithDetail
        detail={detailOf((open) => ({ title: actWords(open.action, language), content: <ActDetail act={open} /> }))}
      >
        <DataTable
          label={t('title')}
          pages={pages}
          rowId={({ id }) => id}
          selected={selected}
          opens
          columns={columns}
          empty={
            <EmptyState icon={IconHistory} title={t(filtered ? 'none' : 'empty')}>
              {t(filtered ? 'noneAbout' : 'emptyAbout')}
            </EmptyState>
          }
        />
      </WithDetail>
    </>
  )
}

/** What an old link filters by stands among the choices too. */
const withGiven = (options: { value: string; label: string }[], given: string | undefined) =>
  given === undefined || options.some(({ value }) => value === given)
    ? options
    : [...options, { value: given, label: given }]

function ActDetail({ act }: { act: Act }) {
  const t = useTexts(auditTexts)
  const changes = changesOf(act.before, act.after)
  return (
    <Stack gap="md">
      <Facts
        facts={[
          [t('actor'), <Actor key="actor" actor={act.actor} />],
          [t('at'), <When clock="wall" key="at" at={act.at} />],
          [
            t('target'),
            <Link key="target" to="/settings/audit" search={{ target: act.target, selected: act.id }}>
              <Target act={act} />
            </Link>,
          ],
          [t('trace'), act.traceId ? <CopyId key="trace" id={act.traceId} /> : undefined],
        ]}
      />
      {changes !== null && changes.length > 0 && (
        <section aria-label={t('changes')}>
          <Text fw={600}>{t('changes')}</Text>
          <Facts
            facts={changes.map(
              ({ field, before, after }) =>
                [field, `${JSON.stringify(before) ?? '—'} → ${JSON.stringify(after) ?? '—'}`] as const,
            )}
          />
        </section>
      )}
      {changes === null && isSaid(act.before) && <Side title={t('before')} value={act.before} />}
      {changes === null && isSaid(act.after) && <Side title={t('after')} value={act.after} />}
      <div>
        <Text size="sm" c="dimmed">
          {t('asWritten')}
        </Text>
        <Code>{act.action}</Code>
      </div>
    </Stack>
  )
}

/** What acts were done on by its name: the one of today, where it has one, or else the one that the log knows. */
function useTargetName(kind?: string): (act: Act) => string | undefined {
  const language = useLanguage()
  const wanted = (one: string) => kind === undefined || kind === one
  const colleagues = useColleagues(wanted('user'))
  const flowName = useFlowNames(wanted('flow'))
  const places = usePlaces(wanted('subscription'))
  return useCallback(
    (act) => {
      const id = act.target.replace(/^[^:]*:/, '')
      return colleagues.get(id)?.name ?? flowName(id) ?? places.get(id) ?? namedIn(act, language)
    },
    [colleagues, flowName, places, language],
  )
}

/** As the log writes it where no name is known, and on hover. */
function Target({ act }: { act: Act }) {
  const { target } = act
  const name = useTargetName(target.split(':', 1)[0])(act)
  return name === undefined ? <code>{target}</code> : <bdi title={target}>{name}</bdi>
}

const isSaid = (value: unknown) => value !== null && value !== undefined

function Side({ title, value }: { title: string; value: unknown }) {
  return (
    <section aria-label={title}>
      <Text fw={600} mb={4}>
        {title}
      </Text>
      <Json value={value} />
    </section>
  )
}
