import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconUserPlus, IconUsers } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { api, body } from '../../api/client.ts'
import { usePages } from '../../api/pages.ts'
import { useLanguage } from '../../app/language.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { CsvButton } from '../../ui/csv-button.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { WithDetail } from '../../ui/detail-pane.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { useListed } from '../../ui/listed.tsx'
import { SettingsHead } from '../../ui/page-head.tsx'
import { When } from '../../ui/when.tsx'
import { ROLE_NAMES } from '../roles.ts'
import { InviteUser } from './invite.tsx'
import { type User, UserState } from './state.tsx'
import { usersTexts } from './texts.ts'
import { UserDetail } from './user.tsx'

/** Who comes in, and as what. */
export function Users() {
  const t = useTexts(usersTexts)
  const language = useLanguage()
  const can = useCan()
  const navigate = useNavigate()
  const { selected, q } = useSearch({ from: '/shell/settings/users' })
  const page = (cursor?: string, signal?: AbortSignal) =>
    body(api.GET('/api/v1/users', { params: { query: { limit: 50, cursor, q } }, signal }))
  const pages = usePages(['settings', 'users', 'list', q], page)
  const [inviting, invite] = useDisclosure()
  const detailOf = useListed({
    selected,
    pages,
    idOf: ({ id }: User) => id,
    ask: {
      key: ['settings', 'users', 'one'],
      of: (id, signal) => body(api.GET('/api/v1/users/{id}', { params: { path: { id } }, signal })),
    },
  })
  const columns = useMemo<Column<User>[]>(
    () => [
      { key: 'name', title: t('name'), render: ({ name }) => name },
      { key: 'email', title: t('email'), render: ({ email }) => email },
      { key: 'role', title: t('role'), width: '150px', render: ({ role }) => ROLE_NAMES[role][language] },
      { key: 'state', title: t('state'), width: '140px', render: ({ status }) => <UserState status={status} /> },
      {
        key: 'last',
        title: t('lastLogin'),
        width: '150px',
        wideOnly: true,
        render: ({ lastLoginAt }) => (lastLoginAt ? <When clock="wall" at={lastLoginAt} /> : t('never')),
      },
    ],
    [t, language],
  )
  return (
    <>
      <SettingsHead
        title={t('title')}
        about={t('about')}
        actions={
          can('users:write') && (
            <Button leftSection={<IconUserPlus size={16} />} onClick={invite.open}>
              {t('invite')}
            </Button>
          )
        }
      />
      <WithDetail
        detail={detailOf((open) => ({
          title: open.name,
          content: <UserDetail user={open} gone={() => navigate({ to: '.', search: { q }, ignoreBlocker: true })} />,
        }))}
      >
        <FilterBar filters={[{ kind: 'text', name: 'q', label: t('search') }]}>
          <CsvButton
            name={t('file')}
            page={page}
            columns={[
              { title: t('name'), value: ({ name }) => name },
              { title: t('email'), value: ({ email }) => email },
              { title: t('role'), value: ({ role }) => ROLE_NAMES[role][language] },
              { title: t('state'), value: ({ status }) => t(status) },
              { title: t('lastLogin'), value: ({ lastLoginAt }) => lastLoginAt, moment: true },
            ]}
          />
        </FilterBar>
        <DataTable
          label={t('title')}
          pages={pages}
          rowId={({ id }) => id}
          selected={selected}
          opens
          columns={columns}
          empty={
            <EmptyState icon={IconUsers} title={t(q === undefined ? 'empty' : 'none')}>
              {t(q === undefined ? 'emptyAbout' : 'noneAbout')}
            </EmptyState>
          }
        />
      </WithDetail>
      <InviteUser opened={inviting} close={invite.close} />
    </>
  )
}
