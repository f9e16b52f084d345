import type pg from 'pg'
import { cloneRow } from './clone.ts'

/** Ids are `<prefix>-00000001` and so on: the width of `{key}` in a request. */
const numbered = (prefix: string) => `'${prefix}-' || lpad(n::text, 8, '0')`

/**
 * Open encounters with their inactivity timers, copied from one that the API made.
 * @param model id of that encounter; its timer is set
 */
export async function seedEncounters(db: pg.Client, model: string, prefix: string, count: number): Promise<void> {
  await cloneRow(db, 'encounter', `encounter_id = '${model}'`, count, { encounter_id: numbered(prefix) })
  await cloneRow(db, 'due', `kind = 'encounter.inactivity' and key = '${model}'`, count, { key: numbered(prefix) })
}

/**
 * Encounters whose warning falls due one after the other, each with a contact of its own whose push address tells
 * number and deadline: `due-<number>-<epoch milliseconds>`.
 * @param warningMin minutes from the silence to the warning, as the queue says
 */
export async function seedDeadlines(
  db: pg.Client,
  model: { encounter: string; contact: string },
  count: number,
  spread: { firstMs: number; everyMs: number; warningMin: number },
): Promise<void> {
  const { firstMs, everyMs, warningMin } = spread
  const dueMs = `(${firstMs} + floor((n - 1) * ${everyMs}))::bigint`
  const dueAt = `to_timestamp(${dueMs} / 1000.0)`
  const silentFrom = `${dueAt} - interval '${warningMin} minutes'`
  await cloneRow(db, 'contact', `contact_id = '${model.contact}'`, count, {
    contact_id: numbered('due'),
    addresses: `jsonb_build_object('push', 'due-' || n || '-' || ${dueMs})`,
  })
  await cloneRow(db, 'encounter', `encounter_id = '${model.encounter}'`, count, {
    encounter_id: numbered('due'),
    contact_id: numbered('due'),
    opened_at: silentFrom,
    clock_from: silentFrom,
    armed_at: dueAt,
  })
  await cloneRow(db, 'due', `kind = 'encounter.inactivity' and key = '${model.encounter}'`, count, {
    key: numbered('due'),
    due_at: dueAt,
  })
}
