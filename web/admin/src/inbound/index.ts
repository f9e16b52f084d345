import { IconWebhook } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { definePage } from '../app/page.ts'
import { shellRoute } from '../app/routes.ts'
import { oneOf, search, text } from '../app/search.ts'

const title = { es: 'Webhooks que llegan', en: 'Incoming webhooks' }

export const inbound = definePage({
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/settings/inbound',
      component: lazyRouteComponent(() => import('./list.tsx'), 'Inbound'),
      staticData: { title, permission: 'inbound:read' },
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/settings/inbound/$id',
      validateSearch: search({ status: oneOf('received', 'taken', 'refused'), code: text, selected: text }),
      component: lazyRouteComponent(() => import('./endpoint.tsx'), 'Endpoint'),
      staticData: { title, permission: 'inbound:read' },
    }),
  ],
  settings: [
    {
      group: 'connections',
      label: title,
      about: { es: 'Direcciones a las que otros sistemas mandan.', en: 'Addresses that other systems send to.' },
      to: '/settings/inbound',
      icon: IconWebhook,
      permission: 'inbound:read',
    },
  ],
})
