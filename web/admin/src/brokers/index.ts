import { IconPlugConnected, IconRouter } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { definePage } from '../app/page.ts'
import { shellRoute } from '../app/routes.ts'
import { search, text } from '../app/search.ts'

const getParentRoute = () => shellRoute
const title = { es: 'Brokers', en: 'Brokers' }

export const brokers = definePage({
  routes: [
    createRoute({
      getParentRoute,
      path: '/settings/brokers',
      component: lazyRouteComponent(() => import('./broker.tsx'), 'Broker'),
      staticData: { title, permission: 'backoffice:read' },
    }),
    createRoute({
      getParentRoute,
      path: '/settings/brokers/refused',
      validateSearch: search({ door: text, code: text, selected: text }),
      component: lazyRouteComponent(() => import('./refused.tsx'), 'Refused'),
      staticData: { title: { es: 'Mensajes rechazados', en: 'Refused messages' }, permission: 'backoffice:read' },
    }),
    createRoute({
      getParentRoute,
      path: '/settings/brokers/mqtt',
      validateSearch: search({ selected: text }),
      component: lazyRouteComponent(() => import('./mqtt.tsx'), 'Mqtt'),
      staticData: { title: { es: 'MQTT', en: 'MQTT' }, permission: 'mqtt:read' },
    }),
  ],
  settings: [
    {
      group: 'connections',
      label: title,
      about: {
        es: 'Colas de mensajes, MQTT y lo que no se pudo tomar.',
        en: 'Message queues, MQTT and what was not taken.',
      },
      to: '/settings/brokers',
      icon: IconPlugConnected,
      permission: 'backoffice:read',
    },
    {
      group: 'connections',
      label: { es: 'Reglas MQTT', en: 'MQTT rules' },
      about: {
        es: 'Qué se hace con lo que llega por MQTT.',
        en: 'What is done with what comes by MQTT.',
      },
      to: '/settings/brokers/mqtt',
      icon: IconRouter,
      permission: 'mqtt:read',
    },
  ],
})
