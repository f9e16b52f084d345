import { IconMessage2, IconStack2 } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { definePage } from '../app/page.ts'
import { shellRoute } from '../app/routes.ts'
import { oneOf, search, text } from '../app/search.ts'

const title = { es: 'Colas', en: 'Queues' }
const spoken = { es: 'Textos de aviso y cierre', en: 'Texts of reminder and closing' }

export const queues = definePage({
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/settings/queues',
      validateSearch: search({ q: text, selected: text }),
      component: lazyRouteComponent(() => import('./list.tsx'), 'Queues'),
      staticData: { title, permission: 'queues:read' },
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/settings/conversation-texts',
      validateSearch: search({
        ...{ on: oneOf('warning', 'closing'), locale: text, queue: text, service: text, product: text, brand: text },
        ...{ only: oneOf('warning', 'closing'), q: text, selected: text },
      }),
      component: lazyRouteComponent(() => import('./spoken/page.tsx'), 'SpokenTexts'),
      staticData: { title: spoken, permission: 'queues:read' },
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
    {
      group: 'work',
      label: spoken,
      about: {
        es: 'Qué lee una persona cuando calla y cuando se cierra, según su idioma y dónde está.',
        en: 'What a person reads when quiet and at the closing, by language and place.',
      },
      to: '/settings/conversation-texts',
      icon: IconMessage2,
      permission: 'queues:read',
    },
  ],
})
