import { IconUsers } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { definePage } from '../app/page.ts'
import { shellRoute } from '../app/routes.ts'
import { search, text } from '../app/search.ts'

export const people = definePage({
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/people',
      validateSearch: search({ q: text, selected: text }),
      component: lazyRouteComponent(() => import('./list.tsx'), 'People'),
      staticData: { title: { es: 'Personas', en: 'People' }, permission: 'conversations:read' },
    }),
  ],
  menu: { label: { es: 'Personas', en: 'People' }, to: '/people', icon: IconUsers, permission: 'conversations:read' },
})
