import { IconMessages } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { definePage } from '../app/page.ts'
import { shellRoute } from '../app/routes.ts'
import { oneOf, search, text } from '../app/search.ts'
import { span } from '../ui/periods.ts'

export const conversations = definePage({
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/conversations',
      validateSearch: search({
        q: text,
        person: text,
        queue: text,
        status: oneOf('open', 'warned', 'closed'),
        handling: oneOf('queued', 'assigned', 'bot', 'snoozed'),
        agent: text,
        brand: text,
        service: text,
        channel: text,
        team: text,
        tag: text,
        waitsFor: oneOf('us'),
        ...span,
        selected: text,
      }),
      component: lazyRouteComponent(() => import('./list.tsx'), 'Conversations'),
      staticData: { title: { es: 'Conversaciones', en: 'Conversations' }, permission: 'conversations:read' },
    }),
  ],
  menu: {
    label: { es: 'Conversaciones', en: 'Conversations' },
    short: { es: 'Chats', en: 'Chats' },
    to: '/conversations',
    icon: IconMessages,
    permission: 'conversations:read',
  },
})
