import { peopleCounted, type ReportWanted } from '#flows/proof/store.ts'
import { type Found, readPage } from '#platform/bounded-page.ts'
import { momentOf } from '#platform/sql.ts'
import type { Db } from '#platform/work.ts'

/** How far somebody came, as the report counts it. */
export const STAGES = ['entered', 'sent', 'delivered', 'followed', 'recovered', 'closed'] as const
export type Stage = (typeof STAGES)[number]

const REACHED: { readonly [stage in Stage]: string } = {
  entered: 'true',
  sent: 'sent_at is not null',
  delivered: 'delivered_at is not null',
  followed: 'followed_at is not null',
  recovered: 'goal_at is not null',
  closed: 'closed_at is not null',
}

export type CountedPerson = {
  runId: string
  contactId: string | null
  encounterId: string | null
  arm: string
  holdout: boolean
  enteredAt: Date
  sentAt: Date | null
  deliveredAt: Date | null
  followedAt: Date | null
  recoveredAt: Date | null
  closedAt: Date | null
  windowEndsAt: Date
}

export type PeopleWanted = ReportWanted & {
  version: number
  arm: string | null
  stage: Stage
  /** Only those whose window is over. */
  observed: boolean
  before: { at: string; id: string } | undefined
}

/** The people behind a figure of the report, whoever entered last first. */
export const countedPeople = (
  db: Db,
  tenant: string,
  { flowId, node, version, from, to, now, arm, stage, observed, before }: PeopleWanted,
  limit: number,
): Promise<Found<CountedPerson>> =>
  readPage<CountedPerson>(
    db,
    `with ${peopleCounted('contact_id, encounter_id, sent_at, delivered_at, followed_at, goal_at, closed_at, until')}
     select run_id as "runId", contact_id as "contactId", encounter_id as "encounterId", arm, holdout, at as "enteredAt",
       sent_at as "sentAt", delivered_at as "deliveredAt", followed_at as "followedAt", goal_at as "recoveredAt",
       closed_at as "closedAt", until as "windowEndsAt"
     from people
     where ($7::text is null or arm = $7) and ${REACHED[stage]}
       and (not $8::boolean or until <= ${momentOf(9)})
       and ($10::timestamptz is null or (at, run_id) < ($10, $11::uuid))
     order by at desc, run_id desc`,
    [tenant, flowId, node, from, to, version, arm, observed, now, before?.at ?? null, before?.id ?? null],
    limit,
  )
