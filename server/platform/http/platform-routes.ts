import { Type } from '@sinclair/typebox'
import type { Registry } from 'prom-client'
import { oneOf } from '#platform/http/answer-fields.ts'
import { inertPage } from '#platform/http/inert-page.ts'
import { landingPage } from '#platform/http/landing-page.ts'
import { withNamedSchemas } from '#platform/http/named-schemas.ts'
import { openapi } from '#platform/http/openapi.ts'
import { pageHeaders } from '#platform/http/page-style.ts'
import { referencePage } from '#platform/http/reference-page.ts'
import { type Route, route } from '#platform/http/route.ts'
import type { Site } from '#platform/http/site.ts'
import { within } from '#platform/within.ts'

/**
 * One thing the program depends on: resolves, with a word about it, when it is well; rejects with why it is not.
 * `degraded` is what it can do without for a while.
 */
export type Check = () => Promise<string | undefined | { degraded: string }>

export type PlatformRoutesOptions = {
  version: string
  metrics: Registry
  /** What must be well to serve, by name: `database`, `migrations`, `broker`. */
  checks: Readonly<Record<string, Check>>
  /** The other routes, for the reference. */
  routes: readonly Route[]
  /** Stands at `/`; absent: the landing page does. */
  site?: Site | null
}

/** A check that takes longer has failed: whoever asks has a time-out of their own. */
const CHECK_TIMEOUT_MS = 2_000

const readiness = Type.Object({
  status: oneOf(['ok', 'degraded', 'failed']),
  checks: Type.Record(
    Type.String(),
    Type.Object({ state: oneOf(['ok', 'degraded', 'failed']), detail: Type.Optional(Type.String()) }),
    { description: 'By name: database, migrations, broker, with the embedded database also disk, …' },
  ),
})

type State = { state: 'ok' | 'degraded' | 'failed'; detail?: string }

async function stateOf(check: Check): Promise<State> {
  try {
    const detail = await within(check(), CHECK_TIMEOUT_MS, 'no answer within 2 s')
    if (typeof detail === 'object') return { state: 'degraded', detail: detail.degraded }
    return { state: 'ok', ...(detail === undefined ? {} : { detail }) }
  } catch (error) {
    return { state: 'failed', detail: error instanceof Error ? error.message : String(error) }
  }
}

/** What belongs to no context: health, figures, the document of the API and two pages for people. */
export function platformRoutes({ version, metrics, checks, routes, site }: PlatformRoutesOptions): Route[] {
  const hidden = { permission: 'public', tag: 'Platform', hidden: true } as const
  const own: Route[] = [
    route({
      method: 'GET',
      path: '/health',
      permission: 'public',
      tag: 'Platform',
      summary: 'Whether the process is alive',
      answer: Type.Object({ status: Type.Literal('ok') }),
      handle: async () => ({ status: 'ok' }),
    }),
    route({
      method: 'GET',
      path: '/ready',
      permission: 'public',
      tag: 'Platform',
      summary: 'Whether it can serve, with the state of each thing it needs',
      description: '503 when one of them failed. One that is `degraded` is done without for a while.',
      answer: readiness,
      async handle({ reply }) {
        const states = await Promise.all(
          Object.entries(checks).map(async ([name, check]) => [name, await stateOf(check)] as const),
        )
        const worst =
          (['failed', 'degraded'] as const).find((bad) => states.some(([, { state }]) => state === bad)) ?? 'ok'
        reply.code(worst === 'failed' ? 503 : 200)
        return { status: worst, checks: Object.fromEntries(states) }
      },
    }),
    route({
      method: 'GET',
      path: '/metrics',
      permission: 'metrics:read',
      trusted: true,
      tag: 'Platform',
      summary: 'Figures in the text form of Prometheus',
      description: 'Callers from `CAUCE_TRUSTED_NETWORKS` need no credential.',
      answer: Type.String(),
      answerType: 'text/plain',
      async handle({ reply }) {
        reply.type(metrics.contentType)
        return metrics.metrics()
      },
    }),
    inertPage,
  ]
  let document: string | undefined
  let reference: string | undefined
  const described = () => openapi([...routes, ...own], version)
  return [
    ...own,
    route({
      ...hidden,
      method: 'GET',
      path: '/api/openapi.json',
      summary: 'The API as an OpenAPI 3.1 document',
      async handle({ reply }) {
        document ??= JSON.stringify(withNamedSchemas(described()))
        reply.type('application/json; charset=utf-8')
        return document
      },
    }),
    route({
      ...hidden,
      method: 'GET',
      path: '/api/docs',
      summary: 'The API as a page to read',
      async handle({ reply }) {
        reference ??= referencePage(described())
        reply.headers(pageHeaders).type('text/html; charset=utf-8')
        return reference
      },
    }),
    route({
      ...hidden,
      method: 'GET',
      path: '/',
      summary: 'The admin, or a landing page where none was built',
      async handle({ request, reply }) {
        if (site) return void site.sendPage(reply)
        reply.headers(pageHeaders).type('text/html; charset=utf-8').header('vary', 'accept-language')
        return landingPage(request.headers['accept-language'], version)
      },
    }),
  ]
}
