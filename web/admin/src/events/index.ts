import { IconWaveSine } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { definePage } from '../app/page.ts'
import { shellRoute } from '../app/routes.ts'
import { oneOf, search, text, yes } from '../app/search.ts'
import { span } from '../ui/periods.ts'

const getParentRoute = () => shellRoute
const title = { es: 'Eventos', en: 'Events' }
const permission = 'events:read'
const backoffice = 'backoffice:read'

export const events = definePage({
  routes: [
    createRoute({
      getParentRoute,
      path: '/events',
      validateSearch: search({
        type: text,
        subject: text,
        conversation: text,
        ...span,
      }),
      component: lazyRouteComponent(() => import('./explorer/list.tsx'), 'Explorer'),
      staticData: { title, permission },
    }),
    createRoute({
      getParentRoute,
      path: '/events/outbox',
      validateSearch: search({ status: oneOf('pending', 'published', 'failed'), type: text }),
      component: lazyRouteComponent(() => import('./outbox/list.tsx'), 'Outbox'),
      staticData: { title: { es: 'Registro de salida', en: 'Outbox' }, permission: backoffice },
    }),
    createRoute({
      getParentRoute,
      path: '/events/set-aside',
      validateSearch: search({ selected: text }),
      component: lazyRouteComponent(() => import('./set-aside/groups.tsx'), 'SetAside'),
      staticData: { title: { es: 'Eventos apartados', en: 'Set-aside events' }, permission: backoffice },
    }),
    createRoute({
      getParentRoute,
      path: '/events/quarantine',
      validateSearch: search({ reason: oneOf('unknown-type', 'invalid'), type: text, fault: text, selected: text }),
      component: lazyRouteComponent(() => import('./quarantine/list.tsx'), 'Quarantine'),
      staticData: { title: { es: 'Eventos en cuarentena', en: 'Events kept apart' }, permission: backoffice },
    }),
    createRoute({
      getParentRoute,
      path: '/events/catalogue',
      validateSearch: search({ pattern: text, deprecated: oneOf('true', 'false'), selected: text, version: text }),
      component: lazyRouteComponent(() => import('./catalogue/list.tsx'), 'Catalogue'),
      staticData: { title: { es: 'Catálogo de eventos', en: 'Catalogue of events' }, permission },
    }),
    createRoute({
      getParentRoute,
      path: '/events/$id',
      validateSearch: search({ source: text, list: yes }),
      component: lazyRouteComponent(() => import('./event/page.tsx'), 'EventPage'),
      staticData: { title: { es: 'Evento', en: 'Event' }, permission },
    }),
  ],
  menu: { label: title, to: '/events', icon: IconWaveSine, permission },
})
