import type { RunRecord } from '#flows/runs/record.ts'

/** The runs of a batch by flow and key: those that waited, and those that it starts. */
export type RunIndex = {
  all: Set<RunRecord>
  byId(tenant: string, id: string): RunRecord | undefined
  waiting(tenant: string, flowId: string, key: string): readonly RunRecord[]
  /** Of the same person, of flows whose runs are found so too. */
  waitingOf(tenant: string, flowId: string, person: string): readonly RunRecord[]
  add(record: RunRecord): void
}

export function indexRuns(records: readonly RunRecord[]): RunIndex {
  const all = new Set<RunRecord>()
  const byKey = new Map<string, RunRecord[]>()
  const byPerson = new Map<string, RunRecord[]>()
  const byId = new Map<string, RunRecord>()
  const waitingIn = (lists: Map<string, RunRecord[]>, place: string) =>
    (lists.get(place) ?? NONE).filter(({ run }) => run.status === 'waiting')
  const put = (lists: Map<string, RunRecord[]>, name: string | null, record: RunRecord) => {
    if (name === null) return
    const place = `${record.tenant}\n${record.flowId}\n${name}`
    const known = lists.get(place)
    if (known === undefined) lists.set(place, [record])
    else known.push(record)
  }
  const index: RunIndex = {
    all,
    byId: (tenant, id) => byId.get(`${tenant}\n${id}`),
    waiting: (tenant, flowId, key) => waitingIn(byKey, `${tenant}\n${flowId}\n${key}`),
    waitingOf: (tenant, flowId, person) => waitingIn(byPerson, `${tenant}\n${flowId}\n${person}`),
    add(record) {
      all.add(record)
      byId.set(`${record.tenant}\n${record.run.id}`, record)
      put(byKey, record.run.key, record)
      put(byPerson, record.run.about.contactId, record)
    },
  }
  for (const record of records) index.add(record)
  return index
}

const NONE: readonly RunRecord[] = []
