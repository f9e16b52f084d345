import { pino } from 'pino'
import { Registry } from 'prom-client'
import { manualClock } from '#platform/clock.ts'
import { withNamedSchemas } from '#platform/http/named-schemas.ts'
import { openapi as describe } from '#platform/http/openapi.ts'
import { platformRoutes } from '#platform/http/platform-routes.ts'
import type { Route } from '#platform/http/route.ts'
import type { Runtime, ServiceParts } from '#platform/service.ts'
import { readSettings } from '#platform/settings.ts'
import { noSpans } from '#platform/telemetry/spans.ts'
import { allRoutes as routesOf } from '../program.ts'
import { services } from '../services.ts'
import { VERSION } from '../version.ts'
import { settingGroups } from './config.ts'
import { asksForHelp } from './help.ts'

/**
 * What a context needs to declare its routes, and nothing behind it: a context that reads or writes while it opens
 * is at fault, since then its routes would depend on what is stored.
 */
function unplugged(): Runtime {
  const refuse = () => Promise.reject(new Error('there is no database here: a context may not query while it opens'))
  return {
    settings: readSettings(
      settingGroups.map(({ settings }) => settings),
      {},
    ).settings,
    clock: manualClock(0),
    database: { worker: { query: refuse }, transaction: refuse, asTenant: refuse },
    logger: pino({ level: 'silent' }),
    metrics: new Registry(),
    spans: noSpans,
    changes: { note() {}, on() {}, start: async () => {}, stop: async () => {} },
    signals: { send() {}, on() {}, close: async () => {} },
    databaseUrl: '',
    node: 'openapi',
    appendEvent: refuse,
    appendEvents: refuse,
    appendTogether: refuse,
    lookAtLog() {},
    watchLog: () => () => {},
    overload: () => null,
    nodes: () => 1,
    secret: async () => Buffer.alloc(32),
    publicUrl: () => '',
    caused: refuse,
  }
}

/** Every route of the program, as `serve` registers them, without a database. */
export async function allRoutes(): Promise<Route[]> {
  const runtime = unplugged()
  const parts: ServiceParts[] = []
  for (const service of services) parts.push(await service.open(runtime))
  const routes = routesOf(services, parts, runtime.settings)
  return [...routes, ...platformRoutes({ version: VERSION, metrics: runtime.metrics, checks: {}, routes })]
}

/** The OpenAPI document as it stands in `docs/openapi.json`. */
export async function openapiText(): Promise<string> {
  return `${JSON.stringify(withNamedSchemas(describe(await allRoutes(), VERSION)), null, 2)}\n`
}

/** Prints the OpenAPI document. */
export async function openapi(args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    const isHelp = asksForHelp(args)
    ;(isHelp ? process.stdout : process.stderr).write('Usage: cauce openapi > docs/openapi.json\n')
    return isHelp ? 0 : 2
  }
  process.stdout.write(await openapiText())
  return 0
}
