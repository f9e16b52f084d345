import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { asOwner } from '#events/testing.ts'
import type { Db } from '#platform/work.ts'
import { openConversations, START } from '../testing.ts'
import { type ConversationFilter, listConversations, type Place } from './store.ts'

const CONVERSATIONS = 20_000
const MESSAGES = 5
const QUEUES = 20
const LIMIT = 50
/** Pages read for a row of the answer: it, its person, its queue, its last word. A plan that reads along takes thousands. */
const MOST_PAGES = 20

describe('lists of who waits for us among many', () => {
  let c: Awaited<ReturnType<typeof openConversations>>
  before(async () => {
    c = await openConversations()
    const { worker } = c.runtime.database
    await worker.query(
      `insert into queue (tenant, queue_id, updated_at)
       select 'default', 'q' || n, now() from generate_series(0, $1 - 1) n`,
      [QUEUES],
    )
    // All but each twentieth wait, and each seventh of these rests.
    await worker.query(
      `insert into encounter (tenant, encounter_id, queue_id, channel, opened_at, clock_from, last_speaker, unanswered_since,
         handling, snoozed_until, message_count)
       select 'default', 'e' || n, 'q' || n % $2, 'web', at, at, 'patient', case when n % 20 <> 0 then at + n % 997 * interval '1 s' end,
         case when n % 7 = 0 then 'snoozed' else 'queued' end, case when n % 7 = 0 then at + interval '1 year' end, $3
       from generate_series(1, $1) n, lateral (select $4::timestamptz + n * interval '1 s' as at) t`,
      [CONVERSATIONS, QUEUES, MESSAGES, new Date(START - 365 * 86_400_000).toISOString()],
    )
    await worker.query(
      `insert into message (tenant, encounter_id, seq, message_id, author, text, created_at)
       select 'default', 'e' || n, seq, gen_random_uuid(), 'patient', 'pain ' || n, now()
       from generate_series(1, $1) n, generate_series(1, $2) seq`,
      [CONVERSATIONS, MESSAGES],
    )
    await asOwner(c.program.url, (client) => client.query('vacuum analyze encounter, message'))
  })
  after(() => c.close())

  const read = (filter: ConversationFilter, before: Place | undefined, wrap = (db: Db): Db => db) =>
    c.runtime.database.asTenant('default', (tx) =>
      listConversations(wrap(tx), 'default', filter, LIMIT, before, [], c.clock.now()),
    )

  /** Pages that a list reads; it answers nothing. */
  async function pagesOf(filter: ConversationFilter, before?: Place): Promise<number> {
    let pages = 0
    await read(filter, before, (db) => ({
      async query<Row>(text: string, values?: readonly unknown[]) {
        const [row] = await db.query<{ 'QUERY PLAN': { Plan: Record<string, number> }[] }>(
          `explain (analyze, buffers, format json) ${text}`,
          values,
        )
        const plan = row?.['QUERY PLAN'][0]?.Plan
        pages += (plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0)
        return [] as Row[]
      },
    }))
    return pages
  }

  it('read no more than they show', async () => {
    const { next } = await read({ waitsFor: 'us' }, undefined)
    assert.ok(next)
    for (const [filter, place] of [
      [{ waitsFor: 'us' }, undefined],
      [{ waitsFor: 'us' }, next],
      [{ waitsFor: 'us', queueId: 'q3' }, undefined],
    ] as const) {
      const pages = await pagesOf(filter, place)
      assert.ok(pages < LIMIT * MOST_PAGES, `${JSON.stringify(filter)}: ${pages} pages`)
    }
  })
})
