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
  const answer = await api.persist<{ items: { id: string }[] } | { id: string }[]>('GET', list)
  const [item] = Array.isArray(answer) ? answer : answer.items
  if (item === undefined) throw new Error(`there is nothing in ${list}`)
  return item
}

const flow = async (api: Client, name: string): Promise<string> => {
  const { items } = await api.persist<{ items: { id: string; name: string }[] }>('GET', '/api/v1/flows')
  return `/flows/${items.find((item) => item.name === name)?.id}`
}
const ABANDONED = 'Conversación abandonada'
const CASE = 'vuelve gracias al push'

export const SHOTS: readonly Shot[] = [
  { name: 'sign-in', path: '/sign-in', dark: true },
  { name: 'welcome', path: '/welcome' },
  { name: 'overview', path: '/overview', dark: true },
  { name: 'overview-silences', path: '/overview/silences' },
  { name: 'conversations', path: '/conversations' },
  { name: 'conversation', path: '/conversations?selected=enc-maria', dark: true },
  { name: 'flows', path: '/flows' },
  { name: 'flow-builder', path: (api) => flow(api, ABANDONED), dark: true },
  { name: 'flow-runs', path: async (api) => `${await flow(api, ABANDONED)}/runs` },
  {
    name: 'flow-run-drawing',
    path: async (api) => {
      const of = await flow(api, ABANDONED)
      return `${of}?run=${(await first(api, `/api/v1${of}/runs`)).id}`
    },
    dark: true,
  },
  { name: 'flow-report', path: async (api) => `${await flow(api, ABANDONED)}/report` },
  {
    name: 'flow-report-people',
    path: async (api) => `${await flow(api, ABANDONED)}/report/people?version=1&node=split`,
  },
  { name: 'flow-versions', path: async (api) => `${await flow(api, ABANDONED)}/versions` },
  {
    name: 'flow-cases',
    path: async (api) => `${await flow(api, ABANDONED)}/cases?selected=${encodeURIComponent(CASE)}`,
    prepare: async (page) => {
      // Where it is narrow the case lies over the page.
      await page.getByRole('button', { name: /Probar los casos|Play the cases/ }).dispatchEvent('click')
      await page
        .getByRole('table')
        .filter({ hasText: /Se esperaba|Expected/ })
        .waitFor()
    },
    dark: true,
  },
  {
    name: 'flow-case-edit',
    path: async (api) => `${await flow(api, ABANDONED)}/cases?selected=${encodeURIComponent(CASE)}`,
    prepare: (page) => page.getByRole('button', { name: /Editar caso|Edit case/ }).click(),
    dark: true,
  },
  { name: 'notifications', path: '/notifications' },
  {
    name: 'notification',
    path: async (api) => `/notifications?selected=${(await first(api, '/api/v1/notifications')).id}`,
  },
  { name: 'inbox', path: '/notifications/inbox?person=maria' },
  { name: 'notification-rules', path: '/notifications/rules', dark: true },
  { name: 'templates', path: '/templates' },
  { name: 'template', path: '/templates/come-back' },
  { name: 'events', path: '/events' },
  {
    name: 'event',
    // The one that much came of.
    path: async (api) => `/events/${(await first(api, '/api/v1/events?type=encounter.tmipw_expired')).id}`,
    dark: true,
  },
  { name: 'events-set-aside', path: '/events/set-aside' },
  { name: 'events-quarantine', path: '/events/quarantine' },
  { name: 'events-outbox', path: '/events/outbox' },
  { name: 'events-catalogue', path: '/events/catalogue' },
  { name: 'webhooks', path: '/webhooks' },
  { name: 'webhook', path: async (api) => `/webhooks/${(await first(api, '/api/v1/subscriptions')).id}`, dark: true },
  { name: 'deliveries', path: '/webhooks/deliveries' },
  { name: 'people', path: '/people' },
  { name: 'person', path: '/people?selected=maria' },
  { name: 'approvals', path: '/approvals' },
  { name: 'settings', path: '/settings', dark: true },
  { name: 'settings-users', path: async (api) => `/settings/users?selected=${(await first(api, '/api/v1/users')).id}` },
  {
    name: 'settings-users-add',
    path: '/settings/users',
    prepare: (page) => page.getByRole('button', { name: /Añadir usuario|Add user/ }).click(),
  },
  { name: 'settings-roles', path: '/settings/roles' },
  { name: 'settings-keys', path: async (api) => `/settings/keys?selected=${(await first(api, '/api/v1/keys')).id}` },
  {
    name: 'settings-keys-make',
    path: '/settings/keys',
    prepare: (page) =>
      page
        .getByRole('button', { name: /Hacer clave|Make key/ })
        .first()
        .click(),
  },
  { name: 'settings-tenants', path: '/settings/tenants' },
  { name: 'settings-secrets', path: '/settings/secrets' },
  { name: 'settings-flags', path: '/settings/flags' },
  {
    name: 'settings-audit',
    path: async (api) => `/settings/audit?selected=${(await first(api, '/api/v1/audit')).id}`,
    dark: true,
  },
  {
    name: 'settings-queues',
    path: async (api) => `/settings/queues?selected=${(await first(api, '/api/v1/queues')).id}`,
    dark: true,
  },
  {
    name: 'settings-conversation-texts',
    path: '/settings/conversation-texts?queue=coach&locale=es-CL',
    dark: true,
  },
  {
    name: 'settings-conversation-texts-change',
    path: '/settings/conversation-texts?queue=coach&locale=es-CL',
    prepare: (page) =>
      page
        .getByRole('link', { name: /Cambiar este texto|Change this text/ })
        .first()
        .click(),
  },
  { name: 'settings-calendars', path: '/settings/calendars' },
  { name: 'settings-timers', path: '/settings/timers' },
  { name: 'settings-sources', path: '/settings/sources' },
  { name: 'settings-brokers', path: '/settings/brokers' },
  { name: 'settings-brokers-refused', path: '/settings/brokers/refused' },
  { name: 'settings-brokers-mqtt', path: '/settings/brokers/mqtt' },
  { name: 'settings-inbound', path: '/settings/inbound' },
  { name: 'settings-switches', path: '/settings/switches' },
  { name: 'account', path: '/account' },
  { name: 'not-found', path: '/nowhere' },
]
