import {
  IconBuilding,
  IconHistory,
  IconKey,
  IconLockPassword,
  IconSettings,
  IconShieldCheck,
  IconToggleRight,
  IconUsers,
} from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { definePage } from '../app/page.ts'
import { shellRoute } from '../app/routes.ts'
import { search, text } from '../app/search.ts'
import { span } from '../ui/periods.ts'

const getParentRoute = () => shellRoute

const users = { es: 'Usuarios', en: 'Users' }
const roles = { es: 'Roles', en: 'Roles' }
const keys = { es: 'Claves de API', en: 'API keys' }
const tenants = { es: 'Organizaciones', en: 'Organisations' }
const audit = { es: 'Registro de actos', en: 'Audit log' }
const secrets = { es: 'Secretos', en: 'Secrets' }
const flags = { es: 'Interruptores', en: 'Flags' }
const title = { es: 'Ajustes', en: 'Settings' }

export const settings = definePage({
  routes: [
    createRoute({
      getParentRoute,
      path: '/settings',
      component: lazyRouteComponent(() => import('./home.tsx'), 'SettingsHome'),
      staticData: { title },
    }),
    createRoute({
      getParentRoute,
      path: '/settings/users',
      validateSearch: search({ q: text, selected: text }),
      component: lazyRouteComponent(() => import('./users/list.tsx'), 'Users'),
      staticData: { title: users, permission: 'users:read' },
    }),
    createRoute({
      getParentRoute,
      path: '/settings/roles',
      component: lazyRouteComponent(() => import('./users/roles.tsx'), 'Roles'),
      staticData: { title: roles, permission: 'users:read' },
    }),
    createRoute({
      getParentRoute,
      path: '/settings/keys',
      validateSearch: search({ selected: text }),
      component: lazyRouteComponent(() => import('./keys/list.tsx'), 'Keys'),
      staticData: { title: keys, permission: 'keys:read' },
    }),
    createRoute({
      getParentRoute,
      path: '/settings/tenants',
      component: lazyRouteComponent(() => import('./tenants.tsx'), 'Tenants'),
      staticData: { title: tenants, permission: 'tenants:read' },
    }),
    createRoute({
      getParentRoute,
      path: '/settings/audit',
      validateSearch: search({ ...span, action: text, target: text, actor: text, selected: text }),
      component: lazyRouteComponent(() => import('./audit/list.tsx'), 'Audit'),
      staticData: { title: audit, permission: 'audit:read' },
    }),
    createRoute({
      getParentRoute,
      path: '/settings/secrets',
      component: lazyRouteComponent(() => import('./secrets.tsx'), 'Secrets'),
      staticData: { title: secrets, permission: 'secrets:read' },
    }),
    createRoute({
      getParentRoute,
      path: '/settings/flags',
      component: lazyRouteComponent(() => import('./flags.tsx'), 'Flags'),
      staticData: { title: flags, permission: 'flags:read' },
    }),
  ],
  menu: { label: title, to: '/settings', icon: IconSettings },
  settings: [
    {
      group: 'access',
      label: users,
      about: { es: 'Quién entra y con qué rol.', en: 'Who comes in, and in which role.' },
      to: '/settings/users',
      icon: IconUsers,
      permission: 'users:read',
    },
    {
      group: 'access',
      label: roles,
      about: { es: 'Qué puede hacer cada rol.', en: 'What each role may do.' },
      to: '/settings/roles',
      icon: IconShieldCheck,
      permission: 'users:read',
    },
    {
      group: 'access',
      label: keys,
      about: { es: 'Para programas que hablan con Cauce.', en: 'For programs that talk to Cauce.' },
      to: '/settings/keys',
      icon: IconKey,
      permission: 'keys:read',
    },
    {
      group: 'access',
      label: tenants,
      about: { es: 'Las que comparten esta instalación.', en: 'Those that share this installation.' },
      to: '/settings/tenants',
      icon: IconBuilding,
      permission: 'tenants:read',
    },
    {
      group: 'connections',
      label: secrets,
      about: { es: 'Claves de otros sistemas, por su nombre.', en: 'Keys of other systems, by name.' },
      to: '/settings/secrets',
      icon: IconLockPassword,
      permission: 'secrets:read',
    },
    {
      group: 'system',
      label: flags,
      about: { es: 'Lo que se enciende sin parar nada.', en: 'What is switched while it runs.' },
      to: '/settings/flags',
      icon: IconToggleRight,
      permission: 'flags:read',
    },
    {
      group: 'system',
      label: audit,
      about: { es: 'Quién hizo qué y cuándo.', en: 'Who did what, and when.' },
      to: '/settings/audit',
      icon: IconHistory,
      permission: 'audit:read',
    },
  ],
})
