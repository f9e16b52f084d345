import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconDeviceMobile, IconMail, IconPhone, IconPlus, IconUsers } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { api, body } from '../api/client.ts'
import { usePages } from '../api/pages.ts'
import { useLanguage } from '../app/language.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { callSample } from '../ui/call-sample.ts'
import { Code } from '../ui/copy.tsx'
import { CsvButton } from '../ui/csv-button.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { WithDetail } from '../ui/detail-pane.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { localeName } from '../ui/locale-name.ts'
import { PageHead } from '../ui/page-head.tsx'
import { addressesOf, type Contact, KINDS, type Kind } from './contact.ts'
import classes from './list.module.css'
import { Person, PersonName } from './person.tsx'
import { RegisterPerson } from './register.tsx'
import { peopleTexts } from './texts.ts'

const SAMPLE = callSample(
  'PUT',
  '/api/v1/contacts/maria',
  '{"name": "María Rojas", "locale": "es", "addresses": {"email": "maria@example.com"}}',
)

/** People, and beside them all of one. */
export function People() {
  const t = useTexts(peopleTexts)
  const language = useLanguage()
  const { selected, ...filters } = useSearch({ from: '/shell/people' })
  const page = (cursor: string | undefined, signal?: AbortSignal) =>
    body(api.GET('/api/v1/contacts', { params: { query: { ...filters, cursor, limit: 50 } }, signal }))
  const pages = usePages(['people', 'list', filters], page)
  const navigate = useNavigate({ from: '/people' })
  const can = useCan()
  const [registering, { open, close }] = useDisclosure()
  const register = can('conversations:write') && (
    <Button leftSection={<IconPlus size={16} />} onClick={open}>
      {t('register')}
    </Button>
  )
  const columns = useMemo<Column<Contact>[]>(
    () => [
      { key: 'name', title: t('person'), render: ({ name }) => name ?? t('unnamed') },
      { key: 'id', title: t('id'), width: '18%', render: ({ id }) => id },
      { key: 'reach', title: t('reach'), width: '272px', render: (row) => <Ways contact={row} /> },
      {
        key: 'language',
        title: t('language'),
        width: '136px',
        wideOnly: true,
        render: ({ locale }) => (locale === null ? '—' : localeName(locale, language)),
      },
      { key: 'zone', title: t('zone'), width: '18%', wideOnly: true, render: ({ timeZone }) => timeZone ?? '—' },
    ],
    [t, language],
  )
  return (
    <WithDetail
      detail={
        selected !== undefined && {
          title: <PersonName id={selected} />,
          content: <Person key={selected} id={selected} />,
        }
      }
    >
      <PageHead title={t('title')} about={t('about')} actions={register} />
      <FilterBar filters={[{ kind: 'text', name: 'q', label: t('search') }]}>
        <CsvButton
          name={t('csvName')}
          page={page}
          columns={[
            { title: t('id'), value: ({ id }: Contact) => id },
            { title: t('name'), value: ({ name }: Contact) => name },
            { title: t('language'), value: ({ locale }: Contact) => locale },
            { title: t('zone'), value: ({ timeZone }: Contact) => timeZone },
            ...KINDS.map((kind) => ({ title: t(kind), value: (row: Contact) => addressesOf(row, kind).join(' ') })),
          ]}
        />
      </FilterBar>
      <DataTable
        label={t('title')}
        pages={pages}
        rowId={({ id }) => id}
        opens
        selected={selected}
        columns={columns}
        empty={
          filters.q !== undefined ? (
            <EmptyState icon={IconUsers} title={t('none')}>
              {t('noneAbout')}
            </EmptyState>
          ) : (
            <EmptyState icon={IconUsers} title={t('empty')} action={register} sample={<Code>{SAMPLE}</Code>}>
              {t('emptyAbout')}
            </EmptyState>
          )
        }
      />
      {registering && (
        <RegisterPerson close={close} made={(id) => navigate({ search: (before) => ({ ...before, selected: id }) })} />
      )}
    </WithDetail>
  )
}

const ICONS = { email: IconMail, push: IconDeviceMobile, phone: IconPhone }

/** By which kinds of address a person is reached. */
export function Ways({ contact }: { contact: Contact }) {
  const t = useTexts(peopleTexts)
  const ways = KINDS.filter((kind) => addressesOf(contact, kind).length > 0)
  if (ways.length === 0) return <>—</>
  return (
    <span className={classes.ways}>
      {ways.map((kind: Kind) => {
        const Glyph = ICONS[kind]
        return (
          <span key={kind}>
            <Glyph size={16} aria-hidden />
            {t(kind)}
          </span>
        )
      })}
    </span>
  )
}
