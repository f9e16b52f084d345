import { IconRoute } from '@tabler/icons-react'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { definePage } from '../app/page.ts'
import { shellRoute } from '../app/routes.ts'
import { oneOf, search, text, yes } from '../app/search.ts'
import { span } from '../ui/periods.ts'

const FLOWS = { es: 'Flujos', en: 'Flows' }

export const flows = definePage({
  routes: [
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/flows',
      validateSearch: search({
        q: text,
        status: oneOf('draft', 'published', 'stopped'),
        new: oneOf('sample', 'empty', 'file'),
      }),
      component: lazyRouteComponent(() => import('./list/flow-list.tsx'), 'FlowList'),
      staticData: { title: FLOWS, permission: 'flows:read' },
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/flows/$flowId',
      validateSearch: search({ step: text, run: text, simulate: yes, publish: yes }),
      component: lazyRouteComponent(() => import('./builder/builder-page.tsx'), 'BuilderPage'),
      staticData: { title: { es: 'Flujo', en: 'Flow' }, permission: 'flows:read', wide: true },
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/flows/$flowId/runs',
      validateSearch: search({
        ...span,
        q: text,
        status: oneOf('waiting', 'completed', 'failed', 'cancelled'),
        version: text,
        outcome: text,
        step: text,
        selected: text,
        waiting: yes,
      }),
      component: lazyRouteComponent(() => import('./runs/runs-page.tsx'), 'RunsPage'),
      staticData: { title: { es: 'Ejecuciones', en: 'Runs' }, permission: 'flows:read' },
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/flows/$flowId/versions',
      validateSearch: search({ from: text, to: text }),
      component: lazyRouteComponent(() => import('./versions/versions-page.tsx'), 'VersionsPage'),
      staticData: { title: { es: 'Versiones', en: 'Versions' }, permission: 'flows:read' },
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/flows/$flowId/cases',
      validateSearch: search({ selected: text }),
      component: lazyRouteComponent(() => import('./cases/cases-page.tsx'), 'CasesPage'),
      staticData: { title: { es: 'Casos', en: 'Cases' }, permission: 'flows:read' },
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/flows/$flowId/report',
      validateSearch: search({ ...span, node: text, version: text }),
      component: lazyRouteComponent(() => import('./report/report-page.tsx'), 'ReportPage'),
      staticData: { title: { es: '¿Sirve?', en: 'Does it work?' }, permission: 'flows:read' },
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/flows/$flowId/report/people',
      validateSearch: search({
        ...span,
        node: text,
        version: text,
        arm: text,
        stage: oneOf('entered', 'sent', 'delivered', 'followed', 'recovered', 'closed'),
        observed: yes,
      }),
      component: lazyRouteComponent(() => import('./report/people-page.tsx'), 'ReportPeople'),
      staticData: { title: { es: 'Personas del informe', en: 'People of the report' }, permission: 'flows:read' },
    }),
    createRoute({
      getParentRoute: () => shellRoute,
      path: '/flows/$flowId/replay',
      component: lazyRouteComponent(() => import('./replay/replay-page.tsx'), 'ReplayPage'),
      staticData: { title: { es: 'Repetir lo que pasó', en: 'Replay what was' }, permission: 'flows:read' },
    }),
  ],
  menu: { label: FLOWS, to: '/flows', icon: IconRoute, permission: 'flows:read' },
})
