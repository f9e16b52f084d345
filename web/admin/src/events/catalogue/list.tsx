import { IconBook } from '@tabler/icons-react'
import { useSearch } from '@tanstack/react-router'
import { api, body } from '../../api/client.ts'
import { usePages } from '../../api/pages.ts'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { WithDetail } from '../../ui/detail-pane.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { EventsHead } from '../head.tsx'
import { eventsTexts } from '../texts.ts'
import { typeWords } from '../words.ts'
import { catalogueTexts } from './texts.ts'
import { TypeDetail } from './type.tsx'

/** The types of events, with the schemas that they promise. */
export function Catalogue() {
  const t = useTexts(catalogueTexts)
  const events = useTexts(eventsTexts)
  const language = useLanguage()
  const { selected, version: _version, pattern, deprecated } = useSearch({ from: '/shell/events/catalogue' })
  const pages = usePages(['events', 'types', 'list', pattern, deprecated], (cursor, signal) =>
    body(
      api.GET('/api/v1/event-types', {
        params: {
          query: {
            limit: 100,
            cursor,
            pattern,
            deprecated: deprecated === undefined ? undefined : deprecated === 'true',
          },
        },
        signal,
      }),
    ),
  )
  return (
    <>
      <EventsHead about={t('about')} />
      <FilterBar
        filters={[
          { kind: 'text', name: 'pattern', label: t('pattern'), placeholder: t('patternSample') },
          {
            kind: 'choice',
            name: 'deprecated',
            label: t('state'),
            options: [
              { value: 'false', label: t('current') },
              { value: 'true', label: t('deprecated') },
            ],
          },
        ]}
      />
      <WithDetail
        detail={selected !== undefined && { title: selected, content: <TypeDetail key={selected} name={selected} /> }}
      >
        <DataTable
          label={events('catalogue')}
          pages={pages}
          rowId={({ name }) => name}
          selected={selected}
          link={({ name }) => ({
            to: '/events/catalogue',
            search: (before) => ({ ...before, selected: name, version: undefined }),
          })}
          columns={[
            { key: 'name', title: t('name'), render: ({ name }) => <code>{name}</code> },
            {
              key: 'description',
              title: t('description'),
              width: '40%',
              render: (type) => typeWords(type, language),
            },
            { key: 'version', title: t('version'), width: '90px', render: ({ latest }) => latest },
            {
              key: 'state',
              title: t('state'),
              width: '140px',
              render: (type) => (
                <StateBadge tone={type.deprecated ? 'quiet' : 'good'}>
                  {t(type.deprecated ? 'deprecated' : 'current')}
                </StateBadge>
              ),
            },
          ]}
          empty={
            <EmptyState icon={IconBook} title={t('none')}>
              {t('noneAbout')}
            </EmptyState>
          }
        />
      </WithDetail>
    </>
  )
}
