import { dataOf } from '#events/cloudevents-out.ts'
import { flatText } from '#events/enterprise.ts'
import { keptByTenant } from '#events/kept-by-tenant.ts'
import type { EventDraft, EventForm, Json } from '#platform/event.ts'
import { mayRound } from '#platform/exact-json.ts'
import type { Fault } from '#platform/problem.ts'
import type { Db } from '#platform/work.ts'
import { type BuiltInType, builtInTypes } from './built-in/index.ts'
import { type Checker, compileSchema } from './compile.ts'
import type { Schema } from './schema-guard.ts'
import { readSchema, readVersionsOf } from './store.ts'
import { majorOf } from './version.ts'

/** What the catalogue says of an event. */
export type Verdict = { kind: 'ok' } | { kind: 'unknown-type' | 'invalid'; fault: Fault }

/** A tenant's own versions: the newest minor of each major, by type. */
type Own = ReadonlyMap<string, ReadonlyMap<number, number>>

const OK: Verdict = { kind: 'ok' }
/** Schemas made ready; beyond these they are read and compiled again. */
const MAX_CHECKERS = 1_000
/** What judging one event may cost, as schema parts times characters: some 50 ms. */
const MAX_WORK = 10_000_000

export type Catalogue = {
  /**
   * At once when all that is needed is in memory, as it nearly always is. Events of a tenant are judged in the order in
   * which they are asked about: one whose schema has to be read keeps the later ones waiting.
   */
  judge(event: EventDraft): Verdict | Promise<Verdict>
  /** The same, by what the database says now: for what is decided inside a transaction. */
  judgeFresh(event: EventDraft, db: Db): Promise<Verdict>
  /** Types changed: they are read again when they are next needed. */
  forget(): void
}

export function createCatalogue(db: Db): Catalogue {
  const tenants = keptByTenant((tenant) => readVersionsOf(db, tenant))
  const checkers = new Map<string, Checker>()
  /** Of each tenant, what is being read for the last event that was not judged at once. */
  const reading = new Map<string, Promise<unknown>>()

  async function loadChecker(key: string, tenant: string, type: string, major: number, minor: number, from: Db) {
    const schema = await readSchema(from, tenant, type, { major, minor })
    if (schema === undefined) return undefined
    const checker = compileSchema(schema)
    const oldest = checkers.size >= MAX_CHECKERS ? checkers.keys().next().value : undefined
    if (oldest !== undefined) checkers.delete(oldest)
    checkers.set(key, checker)
    return checker
  }

  function judgeBy(event: EventDraft, own: Own, from: Db): Verdict | Promise<Verdict> {
    const versions = own.get(event.type)
    const builtIn = builtInTypes.get(event.type)
    if (versions === undefined && builtIn === undefined) return unknown(event.type)
    const major = majorOf(event.schemaVersion)
    const minor = versions?.get(major)
    if (minor === undefined) {
      if (builtIn === undefined || major !== 1) return unknownVersion(event.type, major)
      return check(event, builtInChecker(builtIn), builtIn)
    }
    const key = `${event.tenant}\n${event.type}\n${major}.${minor}`
    const ready = checkers.get(key)
    if (ready !== undefined) return check(event, ready, builtIn)
    return loadChecker(key, event.tenant, event.type, major, minor, from).then((checker) =>
      checker === undefined ? unknownVersion(event.type, major) : check(event, checker, builtIn),
    )
  }

  function judge(event: EventDraft): Verdict | Promise<Verdict> {
    const { tenant } = event
    const before = reading.get(tenant)
    if (before !== undefined) return before.then(() => judge(event))
    const own = tenants.get(tenant)
    const verdict =
      own !== undefined ? judgeBy(event, own, db) : tenants.load(tenant).then((loaded) => judgeBy(event, loaded, db))
    if (verdict instanceof Promise) {
      const over = () => void reading.delete(tenant)
      // A failure is told to whoever asked about that event; the next one is looked at anew.
      reading.set(tenant, verdict.then(over, over))
    }
    return verdict
  }

  return {
    judge,
    async judgeFresh(event, from) {
      return judgeBy(event, await readVersionsOf(from, event.tenant), from)
    },
    forget: tenants.forget,
  }
}

const readyBuiltIn = new Map<string, Checker>()

function builtInChecker({ name, schema }: BuiltInType): Checker {
  let checker = readyBuiltIn.get(name)
  if (checker === undefined) {
    checker = compileSchema(schema)
    readyBuiltIn.set(name, checker)
  }
  return checker
}

/** Judges by a given schema, for examples and for types that come registered. */
export const judgeData = (schema: Schema, data: Json): Fault | null => compileSchema(schema).check(data)

const DATA_PATH: Readonly<Record<EventForm, string>> = { flat: '', enterprise: '/payload', cloudevents: '/data' }

function check(event: EventDraft, checker: Checker, builtIn: BuiltInType | undefined): Verdict {
  if (checker.weight * event.raw.length > MAX_WORK) {
    return { kind: 'invalid', fault: { path: '', message: 'is too large to be judged by the schema of its type' } }
  }
  const fault = checker.check(judged(event, builtIn))
  return fault === null ? OK : { kind: 'invalid', fault: { ...fault, path: DATA_PATH[event.form] + fault.path } }
}

/** A flat event that took the enterprise form is judged as what it was. To a schema a long number is a number. */
function judged(event: EventDraft, builtIn: BuiltInType | undefined): Json {
  if (event.form !== 'enterprise' || builtIn?.flat !== true) {
    return mayRound(event.raw) ? dataOf(event.form, event.raw, JSON.parse) : event.data
  }
  const flat = flatText(event)
  return flat === null ? event.data : JSON.parse(flat)
}

const unknown = (type: string): Verdict => ({
  kind: 'unknown-type',
  fault: { path: '/type', message: `${JSON.stringify(type)} is not in the catalogue` },
})

const unknownVersion = (type: string, major: number): Verdict => ({
  kind: 'unknown-type',
  fault: { path: '/type', message: `${JSON.stringify(type)} has no version ${major} in the catalogue` },
})
