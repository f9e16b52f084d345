/** What every page hangs on. Pages import this file and nothing else of the router. */
import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, redirect } from '@tanstack/react-router'
import { ApiError } from '../api/problem.ts'
import { sessionQuery } from './session.ts'

export const rootRoute = createRootRouteWithContext<{ queries: QueryClient }>()()

/** The frame around all pages of who is signed in: rail, bottom bar, session. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queries.ensureQueryData(sessionQuery)
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { back: location.href } })
    }
  },
})
