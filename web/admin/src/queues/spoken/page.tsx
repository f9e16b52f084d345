import { Button, Text } from '@mantine/core'
import { IconMessage2, IconPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { usePages } from '../../api/pages.ts'
import { useLanguage } from '../../app/language.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { WithDetail } from '../../ui/detail-pane.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { SettingsHead } from '../../ui/page-head.tsx'
import { plain } from '../../ui/plain.ts'
import { uiTexts } from '../../ui/texts.ts'
import { queuesQuery } from '../query.ts'
import { Asked, NEW, textAsked } from './asked.tsx'
import { usePlaceWords } from './place-words.ts'
import { textsQuery } from './query.ts'
import { nameOf, SCOPES, type SpokenText } from './spoken.ts'
import { TextForm } from './text-form.tsx'
import { spokenTexts } from './texts.ts'

/** A text of the list; those that a queue brings itself are changed there. */
type Row = { id: string; text: SpokenText; ofQueue: string | null }
const NONE: readonly SpokenText[] = []

/** What is said when people are quiet and at the close: which text is read where, and all there are. */
export function SpokenTexts() {
  const t = useTexts(spokenTexts)
  const ui = useTexts(uiTexts)
  const language = useLanguage()
  const can = useCan()
  const words = usePlaceWords()
  const queries = useQueryClient()
  const navigate = useNavigate({ from: '/settings/conversation-texts' })
  const search = useSearch({ from: '/shell/settings/conversation-texts' })
  const { only, q, selected } = search
  const kept = useQuery(textsQuery).data?.items
  const texts = kept ?? NONE
  const pages = usePages<Row>(['queues', 'spoken', 'list', { only, q }], async () => {
    const [{ items }, queues] = await Promise.all([queries.fetchQuery(textsQuery), queries.fetchQuery(queuesQuery)])
    const own = queues.flatMap(({ id, warningTexts = {} }) =>
      Object.entries(warningTexts).map(([locale, text]): Row => {
        return { id: `${id}|${locale}`, text: { on: 'warning', locale, text, queue: id }, ofQueue: id }
      }),
    )
    const rows = [...items.map((text): Row => ({ id: nameOf(text), text, ofQueue: null })), ...own]
    const named = new Map(queues.map(({ id, name }) => [id, name ?? '']))
    const found = ({ text }: Row) => {
      const said = [text.text, ...SCOPES.map((scope) => text[scope]), named.get(text.queue ?? '')].join(' ')
      return (only === undefined || text.on === only) && plain(said).includes(plain(q ?? ''))
    }
    return { items: rows.filter(found), nextCursor: null }
  })
  const open = texts.find((text) => nameOf(text) === selected)
  const close = () => navigate({ search: (before) => ({ ...before, selected: undefined }), ignoreBlocker: true })
  const add = can('queues:write') && (
    <Button
      leftSection={<IconPlus size={16} />}
      onClick={() => navigate({ search: (before) => ({ ...before, selected: NEW }) })}
    >
      {t('add')}
    </Button>
  )
  const filtered = only !== undefined || q !== undefined
  return (
    <>
      <SettingsHead title={t('title')} about={t('about')} actions={add} />
      <WithDetail
        detail={
          open !== undefined
            ? {
                title: words.place(open),
                content: <TextForm key={JSON.stringify(open)} kept={open} texts={texts} left={close} />,
              }
            : selected === NEW
              ? can('queues:write') && {
                  title: t('newTitle'),
                  content: <TextForm key={NEW} begin={textAsked(search, language)} texts={texts} left={close} />,
                }
              : selected !== undefined &&
                kept !== undefined && { title: ui('notListed'), content: <Text size="sm">{ui('gone')}</Text> }
        }
      >
        <Asked texts={texts} />
        <FilterBar
          filters={[
            { kind: 'text', name: 'q', label: t('find') },
            {
              kind: 'choice',
              name: 'only',
              label: t('only'),
              options: (['warning', 'closing'] as const).map((value) => ({ value, label: t(value) })),
            },
          ]}
        />
        <DataTable
          label={t('list')}
          pages={pages}
          rowId={({ id }) => id}
          selected={selected}
          link={({ id, ofQueue }) =>
            ofQueue === null
              ? { to: '/settings/conversation-texts', search: (before: object) => ({ ...before, selected: id }) }
              : { to: '/settings/queues', search: { selected: ofQueue } }
          }
          columns={[
            { key: 'place', title: t('place'), width: '26%', render: ({ text }) => words.place(text) },
            { key: 'on', title: t('moment'), width: '96px', render: ({ text }) => t(text.on) },
            { key: 'locale', title: t('locale'), width: '150px', render: ({ text }) => words.locale(text.locale) },
            { key: 'text', title: t('text'), render: ({ text }) => text.text },
            {
              key: 'own',
              title: '',
              width: '150px',
              wideOnly: true,
              render: ({ ofQueue }) => ofQueue !== null && t('ownOfQueue'),
            },
          ]}
          empty={
            <EmptyState icon={IconMessage2} title={t(filtered ? 'none' : 'empty')} action={!filtered && add}>
              {t(filtered ? 'noneAbout' : 'emptyAbout')}
            </EmptyState>
          }
        />
      </WithDetail>
    </>
  )
}
