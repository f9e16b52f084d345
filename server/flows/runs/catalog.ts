import { type TopicIndex, topicIndex } from '#events/index.ts'
import { compileVersion } from '#flows/compile.ts'
import type { Flow, Promoted, Trigger } from '#flows/flow.ts'
import type { Graph } from '#flows/graph.ts'
import { QUIET } from '#flows/walk.ts'
import type { Db } from '#platform/work.ts'

export type Version = {
  flowId: string
  version: number
  flow: Flow
  /** A share of the new runs begin with it, and the others with the published version. */
  canary: number | null
}
export type Triggered = Version & { triggers: readonly Trigger[] }

/** The flows of one tenant as the consumer needs them. */
export type TenantFlows = {
  /** What new runs begin with, by the pattern of its triggers: published versions and canaries. */
  triggered(type: string): readonly Triggered[]
  /** Versions, old ones too, whose runs may listen to a type. */
  listening(type: string): readonly Version[]
  /** What a flow runs now; undefined when it is not published, or this program cannot run it any more. */
  published(flowId: string): Version | undefined
  /** What a share of its new runs begin with. */
  canary(flowId: string): Version | undefined
  /** A version that runs belong to; undefined when this program cannot run it any more. */
  version(flowId: string, version: number): Flow | undefined
  /** Some version keeps what comes of its people. */
  readonly keepsOutcomes: boolean
}

type Row = {
  tenant: string
  flow_id: string
  version: number
  /** Null: it is known already. */
  graph: Graph | null
  listens: string[]
  published: boolean
  canary: number | null
  /** Arms that won, by their split. */
  winners: { [node: string]: Promoted } | null
}

const MAX_TENANTS = 5_000

const GENERATIONS = 'select tenant, generation from flow_generation where tenant = any($1::text[])'
const VERSIONS = `select v.tenant, v.flow_id, v.version, case when k.version >= v.version then null else v.graph end as graph, v.listens, coalesce(f.published = v.version, false) as published, c.percent as canary,
  (select json_object_agg(w.node, json_build_object('arm', w.arm, 'since', (extract(epoch from w.decided_at) * 1000)::bigint)) from flow_winner w
   where w.tenant = v.tenant and w.flow_id = v.flow_id and w.version = v.version and w.promoted) as winners
from flow_version v join flow f on f.tenant = v.tenant and f.id = v.flow_id
left join flow_canary c on c.tenant = v.tenant and c.flow_id = v.flow_id and c.version = v.version and c.state = 'running'
left join jsonb_to_recordset($2::jsonb) as k (tenant text, flow uuid, version int) on k.tenant = v.tenant and k.flow = v.flow_id
where v.tenant = any($1::text[])`

/** A version as it was published, which never changes: compiled when it is first needed, and kept. */
type Frozen = { readonly keepsOutcomes: boolean; flow(): Flow | undefined }

function frozenOf(graph: Graph): Frozen {
  let uncompiled: Graph | null = graph
  let flow: Flow | undefined
  return {
    keepsOutcomes: mayKeepOutcomes(graph),
    flow() {
      if (uncompiled !== null) flow = compileVersion(uncompiled)
      uncompiled = null
      return flow
    },
  }
}

type Versions = ReadonlyMap<string, Frozen>
type Known = { generation: number; versions: Versions; flows: TenantFlows }

const placeOf = (flowId: string, version: number) => `${flowId}/${version}`

/** The newest version of each flow that is known; so are all before it. */
function newestOf(tenant: string, versions: Versions): { tenant: string; flow: string; version: number }[] {
  const newest = new Map<string, number>()
  for (const place of versions.keys()) {
    const [flow = '', version = ''] = place.split('/')
    newest.set(flow, Math.max(Number(version), newest.get(flow) ?? 0))
  }
  return [...newest].map(([flow, version]) => ({ tenant, flow, version }))
}

/**
 * Compiled flows by tenant. Generations are read with every batch (one probe each), so the event after a publish
 * runs the new graph on every node; only graphs that are new are read then, and compiled when first needed. Not to be asked
 * in a transaction that has changed flows itself.
 */
export function createCatalog() {
  const known = new Map<string, Known>()
  return {
    async of(db: Db, tenants: readonly string[]): Promise<ReadonlyMap<string, TenantFlows>> {
      const rows = await db.query<{ tenant: string; generation: number }>(GENERATIONS, [tenants])
      const stale = rows.filter(({ tenant, generation }) => known.get(tenant)?.generation !== generation)
      if (stale.length > 0) {
        const before = new Map(stale.map(({ tenant }) => [tenant, known.get(tenant)?.versions ?? NO_VERSIONS]))
        const newest = [...before].flatMap(([tenant, versions]) => newestOf(tenant, versions))
        const found = await db.query<Row>(VERSIONS, [[...before.keys()], JSON.stringify(newest)])
        if (known.size > MAX_TENANTS) known.clear()
        const byTenant = Map.groupBy(found, ({ tenant }) => tenant)
        for (const { tenant, generation } of stale) {
          const own = byTenant.get(tenant) ?? []
          const versions = versionsOf(own, before.get(tenant) ?? NO_VERSIONS)
          known.set(tenant, { generation, versions, flows: tenantFlows(own, versions) })
        }
      }
      const found = new Map<string, TenantFlows>()
      for (const { tenant } of rows) {
        const entry = known.get(tenant)
        if (entry !== undefined) found.set(tenant, entry.flows)
      }
      return found
    },
  }
}

export type Catalog = ReturnType<typeof createCatalog>

const NO_VERSIONS: Versions = new Map()

const versionsOf = (rows: readonly Row[], before: Versions): Versions =>
  new Map(
    rows.flatMap(({ flow_id, version, graph }) => {
      const place = placeOf(flow_id, version)
      const frozen = graph === null ? before.get(place) : frozenOf(graph)
      return frozen === undefined ? [] : [[place, frozen] as const]
    }),
  )

function tenantFlows(rows: readonly Row[], versions: Versions): TenantFlows {
  const winners = new Map(rows.map((row) => [placeOf(row.flow_id, row.version), row.winners]))
  const decided = new Map<string, Flow | undefined>()
  const version = (flowId: string, number: number): Flow | undefined => {
    const place = placeOf(flowId, number)
    if (!decided.has(place)) decided.set(place, withWinners(versions.get(place)?.flow(), winners.get(place) ?? null))
    return decided.get(place)
  }
  const versionOf = (row: Row): Version[] => {
    const flow = version(row.flow_id, row.version)
    return flow === undefined ? [] : [{ flowId: row.flow_id, version: row.version, flow, canary: row.canary }]
  }

  const current = new Map(rows.filter((row) => row.published).map((row) => [row.flow_id, row]))
  const tried = new Map(rows.filter((row) => row.canary !== null).map((row) => [row.flow_id, row]))
  const listeners = new Map<string, Row[]>()
  for (const row of rows) for (const type of row.listens) listeners.set(type, [...(listeners.get(type) ?? []), row])
  const listening = new Map<string, readonly Version[]>()

  let index: TopicIndex<{ at: Version; trigger: Trigger }> | undefined
  const triggered = new Map<string, readonly Triggered[]>()

  return {
    version,
    keepsOutcomes: [...versions.values()].some((frozen) => frozen.keepsOutcomes),
    published(flowId) {
      const row = current.get(flowId)
      return row === undefined ? undefined : versionOf(row)[0]
    },
    canary(flowId) {
      const row = tried.get(flowId)
      return row === undefined ? undefined : versionOf(row)[0]
    },
    listening(type) {
      const rowsOfType = listeners.get(type)
      if (rowsOfType === undefined) return NONE
      const found = listening.get(type) ?? rowsOfType.flatMap(versionOf)
      listening.set(type, found)
      return found
    },
    triggered(type) {
      index ??= topicIndex(
        rows
          .filter((row) => row.published || row.canary !== null)
          .flatMap(versionOf)
          .flatMap((at) => at.flow.triggers.map((trigger) => [trigger.pattern, { at, trigger }] as const)),
      )
      const matched = index.match(type)
      if (matched.length === 0) return NONE
      const found = triggered.get(type) ?? byVersion(matched)
      if (triggered.size > 1_000) triggered.clear()
      triggered.set(type, found)
      return found
    },
  }
}

const NONE: readonly never[] = []

const withWinners = (flow: Flow | undefined, winners: Row['winners']): Flow | undefined =>
  flow === undefined || winners === null ? flow : { ...flow, winners: new Map(Object.entries(winners)) }

/** Told by the graph alone, so that old versions need not be compiled for it. */
const mayKeepOutcomes = ({ settings, nodes }: Graph): boolean =>
  settings?.goal !== undefined ||
  nodes.some(({ type, data }) => type === 'split' || (type === 'trigger' && takesUp(data)))

/** It begins by warnings of silences, whose ends are reported. */
const takesUp = ({ event }: Graph['nodes'][number]['data'] = {}): boolean =>
  typeof event === 'string' && topicIndex([[event, true]]).match(QUIET).length > 0

function byVersion(matched: readonly { at: Version; trigger: Trigger }[]): Triggered[] {
  const flows = new Map<string, Version & { triggers: Trigger[] }>()
  for (const { at, trigger } of matched) {
    const key = `${at.flowId}/${at.version}`
    const found = flows.get(key) ?? { ...at, triggers: [] }
    found.triggers.push(trigger)
    flows.set(key, found)
  }
  return [...flows.values()]
}
