import { IconLock } from '@tabler/icons-react'
import { rolesWith } from '../settings/role-of-permission.ts'
import { ROLE_NAMES } from '../settings/roles.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { listFormat } from '../ui/formatters.ts'
import { useLanguage } from './language.ts'
import { type Permission, useSession } from './session.ts'
import { shellTexts } from './shell.texts.ts'
import { useTexts } from './texts.ts'

/** In place of a page that the reader may not see: the roles that may. Nobody hands out a permission by itself. */
export function Forbidden({ permission }: { permission: Permission }) {
  const t = useTexts(shellTexts)
  const language = useLanguage()
  const { user } = useSession()
  const roles = rolesWith(permission)
  const names = listFormat(language, { type: 'disjunction' }).format(roles.map((role) => ROLE_NAMES[role][language]))
  return (
    <EmptyState icon={IconLock} title={t('forbidden')} heading={1}>
      {/* Who has the role and not the permission is in an organisation that does not run the installation. */}
      {user !== null && roles.includes(user.role) ? t('forbiddenHere') : t('forbiddenAbout', { roles: names })}
    </EmptyState>
  )
}
