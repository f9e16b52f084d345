import { IconClipboardCheck } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { definePage } from '../app/page.ts'
import { shellRoute } from '../app/routes.ts'
import { oneOf, search, text } from '../app/search.ts'
import { STATUSES } from './statuses.ts'

const title = { es: 'Aprobaciones', en: 'Approvals' }
const permission = 'approvals:read'

export const approvals = definePage({
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/approvals',
      validateSearch: search({ status: oneOf(...STATUSES), selected: text }),
      component: lazyRouteComponent(() => import('./list.tsx'), 'Approvals'),
      staticData: { title, permission },
    }),
  ],
  menu: { label: title, to: '/approvals', icon: IconClipboardCheck, permission },
})
