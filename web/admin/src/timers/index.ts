import { IconClockHour4 } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { definePage } from '../app/page.ts'
import { shellRoute } from '../app/routes.ts'
import { oneOf, search, text } from '../app/search.ts'

const title = { es: 'Temporizadores', en: 'Timers' }

export const timers = definePage({
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/settings/timers',
      validateSearch: search({ status: oneOf('scheduled', 'fired', 'failed', 'cancelled'), selected: text }),
      component: lazyRouteComponent(() => import('./list.tsx'), 'Timers'),
      staticData: { title, permission: 'timers:read' },
    }),
  ],
  settings: [
    {
      group: 'work',
      label: title,
      about: { es: 'Lo que otros sistemas piden para más tarde.', en: 'What other systems ask for later.' },
      to: '/settings/timers',
      icon: IconClockHour4,
      permission: 'timers:read',
    },
  ],
})
