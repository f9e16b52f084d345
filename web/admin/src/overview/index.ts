import { IconRipple } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { definePage } from '../app/page.ts'
import { shellRoute } from '../app/routes.ts'
import { oneOf, search, text } from '../app/search.ts'
import { span } from '../ui/periods.ts'

const getParentRoute = () => shellRoute
const title = { es: 'Resumen', en: 'Overview' }
const permission = 'conversations:read'
const narrowing = {
  ...span,
  queue: text,
  brand: text,
  service: text,
  channel: text,
  flow: text,
  version: text,
  without: oneOf('queue', 'brand', 'service', 'channel', 'flow'),
}

export const overview = definePage({
  routes: [
    createRoute({
      getParentRoute,
      path: '/overview',
      validateSearch: search({ ...narrowing, by: oneOf('queue', 'brand', 'service', 'channel', 'flow', 'day') }),
      component: lazyRouteComponent(() => import('./page.tsx'), 'Overview'),
      staticData: { title, permission },
    }),
    createRoute({
      getParentRoute,
      path: '/overview/silences',
      validateSearch: search({
        ...narrowing,
        stage: oneOf('warned', 'delivered', 'followed', 'recovered', 'closed'),
      }),
      component: lazyRouteComponent(() => import('./silences.tsx'), 'Silences'),
      staticData: { title: { es: 'Silencios', en: 'Silences' }, permission },
    }),
  ],
  menu: { label: title, to: '/overview', icon: IconRipple, permission },
})
