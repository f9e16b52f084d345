import { IconHistory, IconSettings } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { definePage } from '../app/page.ts'
import { shellRoute } from '../app/routes.ts'
import { search, text } from '../app/search.ts'

export const settings = definePage({
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/settings',
      component: lazyRouteComponent(() => import('./home.tsx'), 'SettingsHome'),
      staticData: { title: { es: 'Ajustes', en: 'Settings' } },
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/settings/audit',
      validateSearch: search({ actor: text, action: text, target: text }),
      component: lazyRouteComponent(() => import('./audit.tsx'), 'Audit'),
      staticData: { title: { es: 'Registro de actos', en: 'Audit log' }, permission: 'audit:read' },
    }),
  ],
  menu: { label: { es: 'Ajustes', en: 'Settings' }, to: '/settings', icon: IconSettings },
  settings: [
    {
      label: { es: 'Registro de actos', en: 'Audit log' },
      about: { es: 'Quién hizo qué y cuándo.', en: 'Who did what, and when.' },
      to: '/settings/audit',
      icon: IconHistory,
      permission: 'audit:read',
    },
  ],
})
