import type { Graph } from '#flows/graph.ts'
import type { Db } from '#platform/work.ts'

type Published = { id: string } & ({ version: number; graph: Graph } | { version: null; graph: null })

/** Of some flows those that there are, with the graph that new events run; null: none is published. */
export async function publishedGraphs(db: Db, tenant: string, ids: readonly string[]): Promise<readonly Published[]> {
  if (ids.length === 0) return []
  return db.query<Published>(
    `select f.id, v.version, v.graph from flow f
     left join flow_version v on v.tenant = f.tenant and v.flow_id = f.id and v.version = f.published
     where f.tenant = $1 and f.id = any($2::uuid[])`,
    [tenant, ids],
  )
}
