import {
  type ContactView,
  conversationTexts,
  pickContacts,
  type Rules,
  rulesOf,
  viewOfQueue,
} from '#conversations/index.ts'
import { outcomeFaults } from '#flows/asking.ts'
import { type CrowdResult, crowd } from '#flows/machine/crowd.ts'
import type { CrowdBody } from '#flows/machine/crowd-body.ts'
import { readBase } from '#flows/machine/ground.ts'
import type { Job } from '#flows/machine/job.ts'
import { createStrangers } from '#flows/machine/strangers.ts'
import { createTalks } from '#flows/machine/talks.ts'
import { scriptOf, trialOf } from '#flows/machine/trial.ts'
import type { Ground } from '#flows/machine/world.ts'
import { toldBefore } from '#notifications/index.ts'
import { invalid, says } from '#platform/problem.ts'
import type { Database, Db } from '#platform/work.ts'

const DEFAULT_PEOPLE = 1_000

/** Reads the world of a trial, and plays it. @throws Problem naming what makes no sense or is not there */
export async function playCrowd(database: Database, job: Job & { kind: 'crowd' }): Promise<CrowdResult> {
  const { tenant, body } = job
  const asked = trialOf(body, job.now)
  const { outcomes, startAt, peopleOf, ...trial } = asked
  const read = await database.asTenant(tenant, async (tx) => {
    const base = await readBase(tx, job)
    const contacts = await contactsFor(tx, tenant, body)
    const ids = contacts.map(({ id }) => id)
    return {
      base,
      contacts,
      rules: body.queueId === undefined ? null : await rulesNamed(tx, tenant, body.queueId),
      texts: await conversationTexts(tx, tenant),
      told: new Map(await toldBefore(tx, base.house, ids, startAt)),
    }
  })
  const { base, rules, texts, told } = read
  const misnamed = outcomeFaults(base.flow, body.outcomes)
  if (misnamed.length > 0) throw invalid(...misnamed)
  const people = peopleOf(read.contacts)
  if (people.length === 0) throw invalid({ path: '/people/contacts', ...says('nobody fits it', 'nadie lo cumple') })
  const calendars = new Map(base.calendars)
  const { calendarId = null } = rules?.queue ?? {}
  if (rules?.calendar && calendarId !== null) calendars.set(calendarId, rules.calendar)
  const contacts = new Map(people.flatMap(({ contact }) => (contact === null ? [] : [[contact.id, contact] as const])))
  const strangers = createStrangers(base.house, { contacts, told }, startAt)
  for (;;) {
    const result = lived({
      ...base,
      flowId: job.flowId,
      startAt,
      calendars,
      contacts,
      stranger: strangers.name,
      told,
      queues: new Map(rules === null ? [] : [[rules.queue.id, viewOfQueue(rules.queue)]]),
      scripted: scriptOf(outcomes),
      talks: (around) => createTalks(around, rules, texts),
    })
    if (!(await database.asTenant(tenant, (tx) => strangers.meet(tx)))) return result
  }

  function lived(ground: Ground): CrowdResult {
    const walk = crowd(ground, { ...trial, people })
    for (;;) {
      const step = walk.next()
      if (step.done) return step.value
    }
  }
}

async function rulesNamed(db: Db, tenant: string, queueId: string): Promise<Rules> {
  const rules = (await rulesOf(db, [], [{ tenant, queueId }])).of(tenant, queueId)
  if (rules === null)
    throw invalid({
      path: '/queueId',
      ...says(`there is no queue ${JSON.stringify(queueId)}`, `no hay ninguna cola ${JSON.stringify(queueId)}`),
    })
  return rules
}

async function contactsFor(db: Db, tenant: string, { people }: CrowdBody): Promise<ContactView[]> {
  if (!('contacts' in people)) return []
  const { limit = DEFAULT_PEOPLE, ...filter } = people.contacts
  return (await pickContacts(db, tenant, filter, limit)).map(
    ({ tenant: _tenant, version: _version, ...contact }) => contact,
  )
}
