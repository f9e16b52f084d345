import { IconWebhook } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { definePage } from '../app/page.ts'
import { shellRoute } from '../app/routes.ts'
import { oneOf, search, text } from '../app/search.ts'
import { span } from '../ui/periods.ts'
import { STATUSES } from './deliveries/words.ts'

const getParentRoute = () => shellRoute
const title = { es: 'Webhooks', en: 'Webhooks' }
const permission = 'subscriptions:read'

export const webhooks = definePage({
  routes: [
    createRoute({
      getParentRoute,
      path: '/webhooks',
      validateSearch: search({ state: oneOf('well', 'failing', 'paused', 'disabled'), q: text }),
      component: lazyRouteComponent(() => import('./list.tsx'), 'Webhooks'),
      staticData: { title, permission },
    }),
    createRoute({
      getParentRoute,
      path: '/webhooks/deliveries',
      validateSearch: search({
        status: oneOf(...STATUSES),
        channel: text,
        target: text,
        eventId: text,
        ...span,
        selected: text,
      }),
      component: lazyRouteComponent(() => import('./deliveries/all.tsx'), 'AllDeliveries'),
      staticData: { title: { es: 'Entregas', en: 'Deliveries' }, permission: 'deliveries:read' },
    }),
    createRoute({
      getParentRoute,
      path: '/webhooks/deliveries/paused',
      component: lazyRouteComponent(() => import('./deliveries/paused.tsx'), 'PausedReceivers'),
      staticData: {
        title: { es: 'Destinos en pausa', en: 'Paused receivers' },
        permission: 'deliveries:read',
      },
    }),
    createRoute({
      getParentRoute,
      path: '/webhooks/$id',
      validateSearch: search({ status: oneOf(...STATUSES), ...span, selected: text }),
      component: lazyRouteComponent(() => import('./subscription/page.tsx'), 'SubscriptionPage'),
      staticData: { title: { es: 'Suscripción', en: 'Subscription' }, permission },
    }),
  ],
  menu: { label: title, to: '/webhooks', icon: IconWebhook, permission },
})
