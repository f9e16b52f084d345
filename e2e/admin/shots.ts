/** The pages of the admin, as people open them: a line or two for each. */
import type { Page } from 'playwright-core'
import type { Client } from '../harness/client.ts'

export type Shot = {
  /** Of the file. */
  name: string
  /** Where it is; asked of the program where it has an id in it. */
  path: string | ((api: Client) => Promise<string>)
  /** What one does there before the picture is taken. */
  prepare?: (page: Page) => Promise<void>
  /** Also in the dark. */
  dark?: true
}

/** The first item of a list of the API. */
const first = async (api: Client, list: string): Promise<{ id: string }> => {
  const { items } = await api.persist<{ items: { id: string }[] }>('GET', list)
  const [item] = items
  if (item === undefined) throw new Error(`there is nothing in ${list}`)
  return item
}

export const SHOTS: readonly Shot[] = [
  { name: 'settings', path: '/settings', dark: true },
  { name: 'settings-users', path: async (api) => `/settings/users?selected=${(await first(api, '/api/v1/users')).id}` },
  {
    name: 'settings-users-add',
    path: '/settings/users',
    prepare: (page) => page.getByRole('button', { name: 'Añadir usuario' }).click(),
  },
  { name: 'settings-roles', path: '/settings/roles' },
  { name: 'settings-keys', path: async (api) => `/settings/keys?selected=${(await first(api, '/api/v1/keys')).id}` },
  {
    name: 'settings-keys-make',
    path: '/settings/keys',
    prepare: (page) => page.getByRole('button', { name: 'Hacer clave' }).first().click(),
  },
  { name: 'settings-tenants', path: '/settings/tenants' },
  { name: 'settings-secrets', path: '/settings/secrets' },
  { name: 'settings-flags', path: '/settings/flags' },
  {
    name: 'settings-audit',
    path: async (api) => `/settings/audit?selected=${(await first(api, '/api/v1/audit')).id}`,
    dark: true,
  },
  { name: 'account', path: '/account' },
  { name: 'not-found', path: '/nowhere' },
]
