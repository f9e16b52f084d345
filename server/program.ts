import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { type Intake, type Log, openIntake, openLog } from '#events/index.ts'
import { createChanges } from '#platform/changes.ts'
import type { Clock } from '#platform/clock.ts'
import { type OpenDatabase, openDatabase } from '#platform/database.ts'
import { openClock } from '#platform/database-clock.ts'
import { type DiskWatch, diskFull, watchDisk } from '#platform/disk.ts'
import { beginDrain, type Drain } from '#platform/drain.ts'
import { createDueEngine, type DueEngine } from '#platform/due.ts'
import type { Check } from '#platform/http/platform-routes.ts'
import type { Route } from '#platform/http/route.ts'
import { httpSettings } from '#platform/http/settings.ts'
import { type SettingGroup, settingsRoute } from '#platform/http/settings-route.ts'
import { platformSettings } from '#platform/platform-settings.ts'
import { platformSecret } from '#platform/secrets.ts'
import type { Cause, Consequences, Runtime, Service, ServiceParts } from '#platform/service.ts'
import type { Settings } from '#platform/settings.ts'
import { openSignals } from '#platform/signals.ts'
import type { Spans } from '#platform/telemetry/spans.ts'
import type { Db } from '#platform/work.ts'

export type Program = {
  runtime: Runtime
  database: OpenDatabase
  log: Log
  due: DueEngine
  routes: readonly Route[]
  parts: readonly ServiceParts[]
  /** What the program itself shows at `/ready`, by name; the contexts' are in `parts`. */
  checks: Readonly<Record<string, Check>>
  /** Consumers, due rows and the contexts' own work begin. */
  start(): Promise<void>
  /** Drains: due rows first, then contexts, then the log. The HTTP server must be closed before. */
  stop(drain?: Drain): Promise<void>
}

/** Rounds of "what did this cause": an event causes runs, runs cause notifications, these cause deliveries. */
const CAUSE_ROUNDS = 4

async function consequencesOf(
  sources: readonly Consequences[],
  db: Db,
  tenant: string,
  causes: readonly Cause[],
): Promise<Record<string, { id: string }[]>> {
  const found = new Map<string, Map<string, { id: string }>>(sources.map(({ name }) => [name, new Map()]))
  let fresh = causes
  for (let round = 0; round < CAUSE_ROUNDS && fresh.length > 0; round++) {
    const next: Cause[] = []
    for (const source of sources) {
      const known = found.get(source.name) as Map<string, { id: string }>
      for (const item of await source.find(db, tenant, fresh)) {
        if (!known.has(item.id) && source.prefix !== undefined) next.push({ id: `${source.prefix}:${item.id}` })
        known.set(item.id, item)
      }
    }
    fresh = next
  }
  return Object.fromEntries([...found].map(([name, items]) => [name, [...items.values()]]))
}

/** Every setting of the program, by the part that declares it. */
export const settingGroups = (services: readonly Service[]): readonly SettingGroup[] => [
  { name: 'platform', settings: { ...platformSettings, ...httpSettings } },
  ...services.map(({ name, settings }) => ({ name, settings })),
]

/** The contexts' own, and what is over all of them. */
export const allRoutes = (
  services: readonly Service[],
  parts: readonly ServiceParts[],
  settings: Settings,
): readonly Route[] => [...parts.flatMap((part) => part.routes ?? []), settingsRoute(settingGroups(services), settings)]

/** @throws Error while the doors refuse events for want of room: a probe must not send their senders here */
function roomOf(disk: DiskWatch): string {
  if (disk.full()) throw new Error('nearly full: events are refused until there is room')
  return 'there is room'
}

/** Somebody set the server, the database or the role so. What is accepted is kept no better than that. */
async function warnOfLostCommits({ worker }: Pick<OpenDatabase, 'worker'>, logger: Logger): Promise<void> {
  const [row] = await worker.query<{ synchronous_commit: string }>('show synchronous_commit')
  if (row?.synchronous_commit !== 'off') return
  logger.warn('the database has synchronous_commit=off: should it crash, what was accepted just before is lost')
}

const AHEAD_MS = 60_000

/** Time that went faster once does not go back: what somebody tried for an hour stays in every date from then on. */
function warnOfFastTime({ now, wall }: Clock, scale: number, logger: Logger): void {
  const aheadMs = now() - wall()
  if (scale !== 1 || aheadMs < AHEAD_MS) return
  logger.warn(
    { aheadMinutes: Math.round(aheadMs / 60_000) },
    'conversations, flows and timers are ahead of the real time, since this database once ran with CAUCE_TIME_SCALE; it stays so: a new database has the real time',
  )
}

/**
 * Opens the program over a migrated database: clock, log, due rows and every context. Nothing runs before `start`.
 * @param node name of this node; a single node over its own database keeps one name, so that it takes its dead
 *   predecessor's leases over at once
 */
export async function openProgram(options: {
  databaseUrl: string
  services: readonly Service[]
  settings: Settings
  scale: number
  logger: Logger
  metrics: Registry
  spans: Spans
  node: string
  publicUrl(): string
  /** Where the database keeps its files when that is on this machine: the doors close before the disk is full. */
  dataFolder?: string
  /** Tests move time by hand; the demo hurries it. */
  clock?: Clock
}): Promise<Program> {
  const { services, settings, logger, metrics, spans, node } = options
  const database = openDatabase(options.databaseUrl)
  const opened =
    options.clock === undefined ? await openClock(database, options.scale) : { clock: options.clock, stop: () => {} }
  const { clock } = opened
  await warnOfLostCommits(database, logger)
  warnOfFastTime(clock, options.scale, logger)
  const signals = await openSignals(database, node, logger)
  const changes = createChanges(database, signals, logger)
  const due = createDueEngine({ database, clock, logger, signals })
  const log = await openLog({ database, clock, logger, metrics, spans, signals, node })
  database.setHooks({
    append: log.hook,
    schedule: due.schedule,
    unschedule: due.unschedule,
    handleInline: due.handleInline,
  })
  const disk = options.dataFolder === undefined ? null : watchDisk(options.dataFolder, logger)
  const consequences: Consequences[] = []
  const runtime: Runtime = {
    settings,
    clock,
    database,
    databaseUrl: options.databaseUrl,
    logger,
    metrics,
    spans,
    signals,
    changes,
    node,
    appendEvent: (event, sender) => intake.appendEvent(event, sender),
    appendEvents: (events, sender) => intake.appendEvents(events, sender),
    appendTogether: (events, senders) => intake.appendTogether(events, senders),
    lookAtLog: log.look,
    watchLog: log.watch,
    nodes: log.nodes,
    overload: (tenant) => (disk?.full() ? diskFull() : log.overload(tenant)),
    publicUrl: options.publicUrl,
    secret: (name) => platformSecret(database, name),
    caused: (db, tenant, causes) => consequencesOf(consequences, db, tenant, causes),
  }
  const intake: Intake = openIntake(runtime, log)
  const parts: ServiceParts[] = []
  for (const service of services) {
    const part = await service.open(runtime)
    parts.push(part)
    consequences.push(...(part.consequences ?? []))
    log.consume(part.consumers ?? [])
    log.retire(part.retired ?? [])
    due.register(part.dueKinds ?? [])
  }
  due.register(log.dueKinds)

  return {
    runtime,
    database,
    log,
    due,
    parts,
    routes: allRoutes(services, parts, settings),
    checks: disk === null ? {} : { disk: async () => roomOf(disk) },
    async start() {
      await changes.start()
      await log.prepare()
      // Before the consumers: with much that waits for them they take every connection, and a part would wait in vain for one.
      for (const part of parts) await part.start?.()
      await log.start()
      due.start()
    },
    async stop(drain = beginDrain()) {
      const steps: ((drain: Drain) => Promise<void>)[] = [
        due.stop,
        ...parts.flatMap((part) => part.stop ?? []).reverse(),
        log.stop,
        changes.stop,
        signals.close,
        database.close,
      ]
      opened.stop()
      disk?.stop()
      for (const step of steps) {
        // One that fails must not keep the others from finishing what they have in hand.
        await step(drain).catch((error) => logger.error({ err: error }, 'something could not be stopped in order'))
      }
    },
  }
}
