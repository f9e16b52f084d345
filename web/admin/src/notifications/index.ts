import { IconBell } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { definePage } from '../app/page.ts'
import { shellRoute } from '../app/routes.ts'
import { oneOf, search, text } from '../app/search.ts'
import { span } from '../ui/periods.ts'

const status = oneOf('held', 'queued', 'sent', 'failed', 'suppressed', 'cancelled')
const channel = oneOf('push', 'email', 'inbox')

export const notifications = definePage({
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/notifications',
      validateSearch: search({
        status,
        channel,
        template: text,
        category: text,
        person: text,
        ...span,
        selected: text,
      }),
      component: lazyRouteComponent(() => import('./log.tsx'), 'NotificationLog'),
      staticData: { title: { es: 'Notificaciones', en: 'Notifications' }, permission: 'notifications:read' },
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/notifications/inbox',
      validateSearch: search({ person: text }),
      component: lazyRouteComponent(() => import('./inbox.tsx'), 'InboxPreview'),
      staticData: { title: { es: 'Bandeja de una persona', en: 'A person’s inbox' }, permission: 'notifications:read' },
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/notifications/rules',
      validateSearch: search({}),
      component: lazyRouteComponent(() => import('./rules/page.tsx'), 'SendingRulesPage'),
      staticData: { title: { es: 'Cuándo se puede avisar', en: 'When to notify' }, permission: 'notifications:read' },
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/templates',
      validateSearch: search({}),
      component: lazyRouteComponent(() => import('./templates/list.tsx'), 'Templates'),
      staticData: { title: { es: 'Plantillas', en: 'Templates' }, permission: 'templates:read' },
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/templates/$key',
      validateSearch: search({ channel, locale: text, person: text }),
      component: lazyRouteComponent(() => import('./templates/editor.tsx'), 'TemplateEditor'),
      staticData: { title: { es: 'Plantilla', en: 'Template' }, permission: 'templates:read' },
    }),
  ],
  menu: {
    label: { es: 'Notificaciones', en: 'Notifications' },
    short: { es: 'Avisos', en: 'Notices' },
    to: '/notifications',
    icon: IconBell,
    permission: 'notifications:read',
  },
})
