import assert from 'node:assert/strict'
import type { FastifyInstance } from 'fastify'
import { type Logger, pino } from 'pino'
import { Registry } from 'prom-client'
import { builtInTypes } from '#events/catalogue/built-in/index.ts'
import { judgeData } from '#events/catalogue/catalogue.ts'
import { dataOf, events } from '#events/index.ts'
import type { Clock, ManualClock } from '#platform/clock.ts'
import { openDatabase } from '#platform/database.ts'
import type { EventDraft, EventForm } from '#platform/event.ts'
import { createIdempotencyStore } from '#platform/http/idempotency-store.ts'
import { createServer } from '#platform/http/server.ts'
import { httpSettings } from '#platform/http/settings.ts'
import { platformSettings } from '#platform/platform-settings.ts'
import type { Service } from '#platform/service.ts'
import { readSettings } from '#platform/settings.ts'
import { createRouteTimes } from '#platform/telemetry/route-times.ts'
import { noSpans, type Spans } from '#platform/telemetry/spans.ts'
import { testDatabase } from '#platform/testing.ts'
import { openProgram, type Program } from './program.ts'
import { withCheckedAnswers } from './testing-answers.ts'

/**
 * The real program over a fresh database, for tests of one or more contexts; events are always there.
 * @param options.env settings, as the environment would give them
 * @param options.url another node over the database of a program that is open already
 */
export async function testProgram(
  services: readonly Service[],
  options: {
    clock?: Clock | (Clock & Pick<ManualClock, 'onMove'>)
    env?: Record<string, string>
    scale?: number
    url?: string
    node?: string
    spans?: Spans
    dataFolder?: string
    logger?: Logger
  } = {},
): Promise<Program & { url: string; close(): Promise<void> }> {
  const { url, drop } = options.url === undefined ? await testDatabase() : { url: options.url, drop: async () => {} }
  const all = [events, ...services.filter((service) => service !== events)]
  const { settings, problems } = readSettings(
    [platformSettings, httpSettings, ...all.map((service) => service.settings)],
    options.env ?? {},
  )
  if (problems.length > 0) throw new Error(problems.join('\n'))
  const program = await openProgram({
    databaseUrl: url,
    services: all,
    settings,
    scale: options.scale ?? 1,
    logger: options.logger ?? pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' }),
    metrics: new Registry(),
    spans: options.spans ?? noSpans,
    node: options.node ?? 'test',
    publicUrl: () => settings.of(platformSettings).CAUCE_PUBLIC_URL ?? 'http://127.0.0.1:8080',
    dataFolder: options.dataFolder,
    clock: options.clock,
  })
  if (options.clock !== undefined && 'onMove' in options.clock) options.clock.onMove(() => void lookAtDue(program))
  const untrue = new Set<string>()
  return {
    ...program,
    routes: withCheckedAnswers(program.routes, untrue),
    url,
    async close() {
      await program.stop()
      const wrong = options.url === undefined ? await nonconforming(url) : []
      await drop()
      assert.deepEqual([...untrue], [], 'what a route answers is as the OpenAPI document says')
      assert.deepEqual(wrong, [], 'what the program itself tells is in its catalogue, and as its schema says')
    },
  }
}

/** What has come due as a clock was moved by hand is looked for at once; by itself a program looks every second. */
async function lookAtDue({ database }: Program): Promise<void> {
  await database.worker
    .query(
      `select pg_notify('cauce', json_build_object('node', 'clock', 'topics', json_object_agg('due:' || kind, ''))::text)
       from (select distinct kind from due) waiting having count(*) > 0`,
    )
    // The program is closed already.
    .catch(() => {})
}

/** Events born in the program during a test that its own catalogue does not know or allow. */
async function nonconforming(url: string): Promise<string[]> {
  const database = openDatabase(url, { workerConnections: 1, appConnections: 1 })
  try {
    const rows = await database.worker.query<{ type: string; form: EventForm; raw: string }>(
      `select distinct on (type, left(raw, 60)) type, form, raw from event_log
       where origin = 'internal' and (source = 'cauce' or type like 'encounter.%' or type in ('flow.scheduled', 'flow.requested', 'flow.canary_returned', 'flow.experiment_decided')) order by type, left(raw, 60) limit 5000`,
    )
    return rows.flatMap(({ type, form, raw }) => {
      const known = builtInTypes.get(type)
      if (known === undefined) return [`${type} is not registered`]
      const fault = judgeData(known.schema, dataOf(form, raw))
      return fault === null ? [] : [`${type}: ${fault.path} ${fault.message}`]
    })
  } finally {
    await database.close()
  }
}

/**
 * The HTTP edge over a program's routes, without a socket. The credential says who calls: `tenant` is a key with
 * every permission, `tenant/user/id` and `tenant/contact/id` are people.
 */
export async function testServer(program: Program): Promise<FastifyInstance> {
  const permissions = new Set(program.routes.map((route) => route.permission).filter((name) => name !== 'public'))
  return createServer({
    routes: program.routes,
    authenticate(credential) {
      const [tenant = '', kind, id = ''] = credential.split('/')
      const person = kind === 'user' || kind === 'contact' ? ({ kind, id } as const) : null
      return { tenant, actor: person === null ? `key:${tenant}` : `${person.kind}:${id}`, person, permissions }
    },
    clock: program.runtime.clock,
    logger: program.runtime.logger,
    times: createRouteTimes(new Registry()),
    spans: noSpans,
    idempotency: createIdempotencyStore(program.database),
    requestsPerMinute: 0,
    overload: program.runtime.overload,
    trustedNetworks: [],
    trustedTenant: 'default',
  })
}

/** A flat event as a producer would send it. */
export function flatEvent(fields: {
  id: string
  subtype?: string
  encounterId?: string
  tenant?: string
  at?: number
}): EventDraft {
  const data = {
    event_id: fields.id,
    type: 'encounter',
    subtype: fields.subtype ?? 'created',
    encounter_id: fields.encounterId ?? 'enc-1',
    datetime: fields.at ?? 1_760_000_000_000,
  }
  return {
    tenant: fields.tenant ?? 'default',
    id: fields.id,
    source: 'urn:cauce:events',
    type: `encounter.${data.subtype}`,
    subject: data.encounter_id,
    form: 'flat',
    raw: JSON.stringify(data),
    data,
    occurredAt: data.datetime,
    encounterId: data.encounter_id,
    traceparent: null,
    cause: null,
    hops: 0,
    origin: 'rest',
  }
}
