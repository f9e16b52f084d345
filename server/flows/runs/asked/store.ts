import { encounterStates } from '#conversations/index.ts'
import { effectIdOf, versionAt } from '#flows/run.ts'
import { deliveryIdOf } from '#flows/runs/made.ts'
import { readRun, readSteps } from '#flows/runs/shown/store.ts'
import type { AskingRun, AskingStep } from '#notifications/index.ts'
import type { Db } from '#platform/work.ts'

/** Runs by their ids, each with its flow and the conversation it is about. By the keys of run and flow. */
export async function runsAsking(db: Db, tenant: string, runIds: readonly string[]): Promise<AskingRun[]> {
  const rows = await db.query<{ runId: string; flowId: string; flowName: string; subject: string }>(
    `select r.id::text as "runId", r.flow_id::text as "flowId", f.name as "flowName", r.subject
     from unnest($2::uuid[]) as wanted (id)
     cross join lateral (select * from flow_run r where r.tenant = $1 and r.id = wanted.id offset 0) r
     cross join lateral (select * from flow f where f.tenant = $1 and f.id = r.flow_id offset 0) f`,
    [tenant, runIds],
  )
  const known = await encounterStates(
    db,
    rows.map(({ subject }) => ({ tenant, encounterId: subject })),
  )
  const conversations = new Set(known.map(({ encounterId }) => encounterId))
  return rows.map(({ subject, ...row }) => ({ ...row, conversationId: conversations.has(subject) ? subject : null }))
}

/** The step of a run that asked for a notification; null: it is none of its own. */
export async function stepAsking(
  db: Db,
  tenant: string,
  runId: string,
  notificationId: string,
): Promise<AskingStep | null> {
  const run = await readRun(db, tenant, runId)
  if (run === undefined) return null
  for (let from: Parameters<typeof readSteps>[3]; ; ) {
    const { steps, next } = await readSteps(db, tenant, run, from)
    // The id of a notification is made of its visit, so that no row has to name the step.
    const step = steps.find(({ nodeId, visit }) => deliveryIdOf(effectIdOf(runId, nodeId, visit)) === notificationId)
    if (step !== undefined) {
      const { nodeId, visit, label = null } = step
      return { nodeId, label, version: versionAt(visit, run.state, run.version) }
    }
    if (next === null) return null
    from = next
  }
}
