import { Counter } from 'prom-client'
import type { AppendResult } from '#events/append.ts'
import { type Catalogue, createCatalogue, type Verdict } from '#events/catalogue/catalogue.ts'
import { declarePolicies, type Policies } from '#events/catalogue/policy.ts'
import { policyOf } from '#events/catalogue/quarantine/due.ts'
import { createQuarantine } from '#events/catalogue/quarantine/quarantine.ts'
import { TOPIC as CATALOGUE_TOPIC } from '#events/catalogue/routes.ts'
import { keptByTenant } from '#events/kept-by-tenant.ts'
import { type Recognizer, recognizer, sighted } from '#events/sources/pair.ts'
import { readPairs } from '#events/sources/store.ts'
import type { EventDraft } from '#platform/event.ts'
import { Problem } from '#platform/problem.ts'
import type { Admission, Runtime, Sender } from '#platform/service.ts'
import type { Database } from '#platform/work.ts'
import { TOPIC as SOURCES_TOPIC } from './sources/routes.ts'

/** A large request is committed in parts, one after the other, so that it leaves room for the events of others. */
const CHUNK = 100

/** What the doors and the routes of the catalogue share, in one program. */
export type IntakeParts = { catalogue: Catalogue; policies: Policies }

const opened = new WeakMap<Database, IntakeParts>()

/** The catalogue of a program; made at the first call. */
export function intakeParts(runtime: Pick<Runtime, 'database' | 'settings' | 'changes'>): IntakeParts {
  let parts = opened.get(runtime.database)
  if (parts === undefined) {
    parts = { catalogue: createCatalogue(runtime.database.worker), policies: declarePolicies(runtime) }
    runtime.changes.on(CATALOGUE_TOPIC, parts.catalogue.forget)
    opened.set(runtime.database, parts)
  }
  return parts
}

export type Intake = Pick<Runtime, 'appendEvent' | 'appendEvents' | 'appendTogether'>

/**
 * What every door's events pass on their way into the log: the catalogue (is the type known, does the schema allow it)
 * and, for paired systems, who leads. Events born here do not pass it.
 */
export function openIntake(
  runtime: Pick<Runtime, 'database' | 'settings' | 'changes' | 'clock' | 'metrics'>,
  log: {
    append(event: EventDraft): Promise<AppendResult>
    appendTogether(events: readonly EventDraft[]): Promise<readonly AppendResult[]>
  },
): Intake {
  const { database, clock } = runtime
  const { catalogue, policies } = intakeParts(runtime)
  const quarantine = createQuarantine(database, clock)
  const sources = createSources(runtime)
  const judgements = new Counter({
    name: 'cauce_event_catalogue_total',
    help: 'Events that the catalogue had something to say of: of an unknown type or invalid, and what became of them',
    labelNames: ['verdict', 'action'],
    registers: [runtime.metrics],
  })

  /** What the tenant wants of an event that the catalogue objects to; null: it passes. */
  function setAside(event: EventDraft, verdict: Verdict): Promise<Admission> | null {
    if (verdict.kind === 'ok') return null
    const action = policyOf(policies, event.tenant, verdict.kind)
    judgements.inc({ verdict: verdict.kind, action })
    if (action === 'refuse') return Promise.reject(refusal(event, verdict))
    if (action === 'pass') return null
    const fault = `${verdict.fault.path} ${verdict.fault.message}`
    return quarantine
      .add({ event, reason: verdict.kind, fault })
      .then(({ duplicate }) => ({ position: null, duplicate, published: false, setAside: verdict.kind }))
  }

  const place = (event: EventDraft, verdict: Verdict): Promise<Admission> =>
    setAside(event, verdict) ?? log.append(event)

  function admit(event: EventDraft, sender: Sender | undefined): Promise<Admission> {
    if (event.origin === 'internal') return log.append(event)
    const from = sources.recognize(event, sender)
    if (from instanceof Promise) return from.then((known) => judgeAndPlace(known))
    return judgeAndPlace(from)
  }

  function judgeAndPlace(event: EventDraft): Promise<Admission> {
    const verdict = catalogue.judge(event)
    return verdict instanceof Promise ? verdict.then((late) => place(event, late)) : place(event, verdict)
  }

  /** Refuses before anything of a request is stored. */
  async function refuseAny(events: readonly EventDraft[]): Promise<void> {
    for (const [i, event] of events.entries()) {
      const verdict = await catalogue.judge(event)
      if (verdict.kind === 'ok' || policyOf(policies, event.tenant, verdict.kind) !== 'refuse') continue
      judgements.inc({ verdict: verdict.kind, action: 'refuse' })
      throw refusal(event, verdict, `/${i}`)
    }
  }

  return {
    appendEvent: admit,
    async appendEvents(events, sender) {
      await refuseAny(events)
      // All that is needed is in memory now: the parts keep their order.
      for (const tenant of new Set(events.map((event) => event.tenant))) await sources.ready(tenant)
      const admissions: Admission[] = []
      for (let i = 0; i < events.length; i += CHUNK) {
        const part = events.slice(i, i + CHUNK).map((event) => admit(event, sender))
        admissions.push(...(await Promise.all(part)))
      }
      return admissions
    },
    async appendTogether(events, senders = []) {
      await refuseAny(events)
      const admissions: Admission[] = []
      const open: EventDraft[] = []
      const places: number[] = []
      const apart: Promise<void>[] = []
      for (const [i, event] of events.entries()) {
        const known = await sources.recognize(event, senders[i])
        const verdict = await catalogue.judge(known)
        const aside = setAside(known, verdict)
        if (aside === null) {
          places.push(i)
          open.push(known)
        } else {
          const kept = aside.then((admission) => {
            admissions[i] = admission
          })
          // Waited for below; until then its failure is nobody's surprise.
          kept.catch(() => {})
          apart.push(kept)
        }
      }
      const appended = open.length === 0 ? [] : await log.appendTogether(open)
      await Promise.all(apart)
      for (const [n, result] of appended.entries()) admissions[places[n] as number] = result
      return admissions
    },
  }
}

function refusal(event: EventDraft, { kind, fault }: Exclude<Verdict, { kind: 'ok' }>, at = ''): Problem {
  const type = JSON.stringify(event.type)
  const faults = [{ path: at + fault.path, message: fault.message }]
  return kind === 'unknown-type'
    ? new Problem(422, 'events/unknown-type', `Events of the type ${type} are refused: ${fault.message}.`, { faults })
    : new Problem(
        422,
        'events/invalid',
        `The schema of ${type} does not allow this event: ${fault.path} ${fault.message}.`,
        {
          faults,
        },
      )
}

/** Who of a tenant's paired systems sends what; kept in memory, read again after a change. */
function createSources({ database, changes }: Pick<Runtime, 'database' | 'changes'>) {
  const tenants = keptByTenant(async (tenant) => recognizer(await readPairs(database.worker, tenant)))
  changes.on(SOURCES_TOPIC, tenants.forget)

  const apply = (event: EventDraft, recognize: Recognizer | null, sender: Sender | undefined): EventDraft => {
    const found = recognize?.(event, sender) ?? null
    return found === null ? event : sighted(event, found)
  }

  return {
    /** The event as it is to be stored: as it came, or as one of a pair. */
    recognize(event: EventDraft, sender: Sender | undefined): EventDraft | Promise<EventDraft> {
      const known = tenants.get(event.tenant)
      if (known === undefined) return tenants.load(event.tenant).then((loaded) => apply(event, loaded, sender))
      return known === null ? event : apply(event, known, sender)
    },
    ready: async (tenant: string): Promise<void> => void (tenants.get(tenant) ?? (await tenants.load(tenant))),
  }
}
