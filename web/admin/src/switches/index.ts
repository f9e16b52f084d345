import { IconGitFork } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { definePage } from '../app/page.ts'
import { shellRoute } from '../app/routes.ts'

const title = { es: 'Dos caminos', en: 'Two ways' }

export const switches = definePage({
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/settings/switches',
      component: lazyRouteComponent(() => import('./list.tsx'), 'Switches'),
      staticData: { title, permission: 'flags:read' },
    }),
  ],
  settings: [
    {
      group: 'system',
      label: title,
      about: {
        es: 'Probar el otro camino en la sombra y cambiar.',
        en: 'Try the other way in the shadow, and switch.',
      },
      to: '/settings/switches',
      icon: IconGitFork,
      permission: 'flags:read',
    },
  ],
})
