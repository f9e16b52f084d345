import { IconStack2 } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { definePage } from '../app/page.ts'
import { shellRoute } from '../app/routes.ts'
import { search, text } from '../app/search.ts'

const title = { es: 'Colas', en: 'Queues' }

export const queues = definePage({
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/settings/queues',
      validateSearch: search({ selected: text }),
      component: lazyRouteComponent(() => import('./list.tsx'), 'Queues'),
      staticData: { title, permission: 'queues:read' },
    }),
  ],
  settings: [
    {
      group: 'work',
      label: title,
      about: {
        es: 'Cuándo avisa y cierra cada una, y qué dice.',
        en: 'When each reminds and closes, and what it says.',
      },
      to: '/settings/queues',
      icon: IconStack2,
      permission: 'queues:read',
    },
  ],
})
