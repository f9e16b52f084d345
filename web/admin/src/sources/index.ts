import { IconArrowsExchange } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { definePage } from '../app/page.ts'
import { shellRoute } from '../app/routes.ts'
import { moment, oneOf, search, text } from '../app/search.ts'
import { COMPARED } from './systems.ts'

const title = { es: 'Sistemas de origen', en: 'Source systems' }

export const sources = definePage({
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/settings/sources',
      validateSearch: search({ selected: text, period: oneOf(...COMPARED), from: moment, to: moment }),
      component: lazyRouteComponent(() => import('./list.tsx'), 'Sources'),
      staticData: { title, permission: 'sources:read' },
    }),
  ],
  settings: [
    {
      group: 'connections',
      label: title,
      about: {
        es: 'Quién manda y quién sigue mientras se cambia de sistema.',
        en: 'Who leads and who follows while a system is replaced.',
      },
      to: '/settings/sources',
      icon: IconArrowsExchange,
      permission: 'sources:read',
    },
  ],
})
