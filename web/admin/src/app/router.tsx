import { QueryClient } from '@tanstack/react-query'
import { createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { whenSessionEnds } from '../api/client.ts'
import { ApiError } from '../api/problem.ts'
import { menu, pages } from '../pages.ts'
import { ErrorState } from '../ui/error-state.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { NotFound } from './not-found.tsx'
import { rootRoute, shellRoute } from './routes.ts'
import { safeBack } from './safe-back.ts'
import { parseSearch, search, stringifySearch, text } from './search.ts'
import {
  type Ended,
  isNew,
  isSomebodyElse,
  type Session,
  sessionQuery,
  setSessionEnded,
  whenSessionChanges,
} from './session.ts'
import { Shell } from './shell.tsx'
import { Unreachable } from './unreachable.tsx'

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // Parts of one page that ask the same share an answer; a page that is opened again asks again, since nothing told it
      // what happened meanwhile.
      staleTime: 2_000,
      // What the browser holds for "offline" is asked all the same: the page then says that nobody answers, and does not
      // wait without a word.
      networkMode: 'always',
      refetchOnReconnect: true,
      // What the program refuses it refuses again; only silence is worth another try.
      retry: (failures, error) =>
        failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 502),
    },
    mutations: { networkMode: 'always' },
  },
})

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: search({ back: text }),
  component: lazyRouteComponent(() => import('./sign-in.tsx'), 'SignIn'),
  staticData: { title: { es: 'Entrar', en: 'Sign in' } },
})

const accountRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/account',
  component: lazyRouteComponent(() => import('./account-page.tsx'), 'AccountPage'),
  staticData: { title: { es: 'Tu cuenta', en: 'Your account' } },
})

const welcomeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/welcome',
  component: lazyRouteComponent(() => import('./welcome/page.tsx'), 'Welcome'),
  staticData: { title: { es: 'Te damos la bienvenida', en: 'Welcome' } },
})

/** The first page of the menu that the reader may see; before anything is set up, that. */
const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  beforeLoad: async ({ context }) => {
    const session = await context.queries.ensureQueryData(sessionQuery)
    if (isNew(session)) throw redirect({ to: '/welcome', replace: true })
    const { permissions } = session
    const first = menu.find(({ permission }) => permission === undefined || permissions.includes(permission))
    throw redirect({ to: first?.to ?? '/settings', replace: true })
  },
})

const nowhereRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '$',
  component: NotFound,
  staticData: { title: { es: 'No existe', en: 'Not found' } },
})

shellRoute.update({ component: Shell, errorComponent: Unreachable })

const routeTree = rootRoute.addChildren([
  signInRoute,
  shellRoute.addChildren([
    homeRoute,
    welcomeRoute,
    accountRoute,
    nowhereRoute,
    ...pages.flatMap((page) => [...page.routes]),
  ]),
])

export const router = createRouter({
  routeTree,
  context: { queries },
  parseSearch,
  stringifySearch,
  // What a page does not know (as mail programs add it to links) is taken out of its address, and asked of nobody.
  search: { strict: true },
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultPendingComponent: () => <Waiting />,
  // What a page asks for before it is drawn is asked for again as well: to draw it anew would show the same error.
  defaultErrorComponent: ({ error }) => <ErrorState error={error} retry={() => void router.invalidate()} />,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
})

/** Who is signed in, and the script of the page: both are on their way before the frame is drawn. */
export function startPage(): void {
  const { pathname } = router.latestLocation
  if (pathname === '/sign-in') return
  void queries.prefetchQuery(sessionQuery)
  // What fails here is asked for again, and told, when the page opens.
  for (const { options } of router.getMatchedRoutes(pathname)[0]) options.component?.preload?.()?.catch(() => {})
}

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

function leave(): void {
  setSessionEnded(null)
  queries.removeQueries({ queryKey: sessionQuery.queryKey })
  const { pathname, href } = router.state.location
  if (pathname !== '/sign-in') void router.navigate({ to: '/sign-in', search: { back: href } })
}

/** Somebody's session ended. While they worked: they sign in over the page, and nothing that is half written is lost. */
function sessionEnded(why: Ended): void {
  if (queries.getQueryData(sessionQuery.queryKey) === undefined) leave()
  else setSessionEnded(why)
}

whenSessionEnds(() => sessionEnded('by itself'))

// Somebody went or came in another tab. The cookie is theirs now: what is shown here must not be somebody else's, and what is
// done here not be done in another organisation.
whenSessionChanges(async () => {
  const now = await queries.fetchQuery({ ...sessionQuery, staleTime: 0 }).catch((error: unknown) => error)
  // The page is out of sight until they come back, or somebody else does, for whom it is loaded anew.
  if (now instanceof ApiError && now.status === 401) return sessionEnded('elsewhere')
  if (now instanceof Error) return
  const { pathname, search } = router.state.location
  if (pathname === '/sign-in') location.assign(safeBack((search as { back?: string }).back))
  else if (isSomebodyElse(now as Session)) location.assign('/')
  else setSessionEnded(null)
})
