import { IconCalendarTime } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { definePage } from '../app/page.ts'
import { shellRoute } from '../app/routes.ts'
import { search, text } from '../app/search.ts'

const title = { es: 'Horarios', en: 'Calendars' }

export const calendars = definePage({
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/settings/calendars',
      validateSearch: search({ selected: text }),
      component: lazyRouteComponent(() => import('./list.tsx'), 'Calendars'),
      staticData: { title, permission: 'queues:read' },
    }),
  ],
  settings: [
    {
      group: 'work',
      label: title,
      about: { es: 'Horas de atención, feriados y zona horaria.', en: 'Opening hours, holidays and time zone.' },
      to: '/settings/calendars',
      icon: IconCalendarTime,
      permission: 'queues:read',
    },
  ],
})
