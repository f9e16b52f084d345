import { hash } from 'node:crypto'
import { type EventDraft, type LogEvent, shardOf } from '#platform/event.ts'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

/**
 * The identity of an event within its tenant, as a UUID: 128 bits of SHA-256 over source and id. A UUIDv7 lends its
 * 48 bits of time to the front, before 80 bits of the hash: keys of events that are made together stand together in
 * the index, and its cost does not grow with the log.
 */
export function eventKey(source: string, id: string): string {
  const digest = hash('sha256', `${source}\n${id}`, 'hex')
  const [front, rest] = UUID_V7.test(id)
    ? [id.slice(0, 13).toLowerCase(), digest.slice(0, 20)]
    : [`${digest.slice(0, 8)}-${digest.slice(8, 12)}`, digest.slice(12, 32)]
  return `${front}-${rest.slice(0, 4)}-${rest.slice(4, 8)}-${rest.slice(8)}`
}

/** `position` is null, and `published` false, for what a system sent that does not lead. */
export type AppendResult = { position: number | null; duplicate: boolean; published: boolean }

/** A batch as `append_events` takes it: each row once, and for each draft which row of the batch is its own. */
export type AppendBatch = {
  json: string
  rows: readonly EventDraft[]
  /** Index into `rows` for each draft; a repeat within the batch points to the first. */
  rowOf: readonly number[]
  /** True for drafts that repeat an earlier one of the same batch. */
  repeats: readonly boolean[]
  receivedAt: number
  /** Some are of paired systems: `append_paired` decides which of them are held. */
  paired: boolean
}

/** @param wall when the events of paired systems were seen: how late one is after the other is no domain time */
export function buildBatch(drafts: readonly EventDraft[], receivedAt: number, wall: number): AppendBatch {
  const first = new Map<string, number>()
  const rows: EventDraft[] = []
  const parts: string[] = []
  const rowOf: number[] = []
  const repeats: boolean[] = []
  let paired = false
  for (const draft of drafts) {
    const key = eventKey(draft.source, draft.id)
    // What two paired systems send is two rows, although it is one event: each is told of apart.
    const mine = draft.tenant + key + (draft.sighting?.system ?? '')
    const known = first.get(mine)
    if (known !== undefined) {
      rowOf.push(known)
      repeats.push(true)
      continue
    }
    const i = rows.length
    first.set(mine, i)
    rowOf.push(i)
    repeats.push(false)
    rows.push(draft)
    // An array, in the order of append_events: half the parsing that named members cost the server.
    const fields: unknown[] = [
      i,
      key,
      draft.tenant,
      draft.id,
      draft.source,
      draft.type,
      draft.subject,
      shardOf(draft.tenant, draft.subject),
      draft.form,
      draft.occurredAt,
      receivedAt,
      draft.encounterId,
      draft.traceparent,
      draft.cause,
      draft.hops,
      draft.origin,
      draft.raw,
    ]
    if (draft.sighting !== undefined) {
      fields.push(draft.sighting.pair, draft.sighting.system, draft.sighting.digest, wall)
      paired = true
    }
    parts.push(JSON.stringify(fields))
  }
  return { json: `[${parts.join(',')}]`, rows, rowOf, repeats, receivedAt, paired }
}

const APPEND = 'select base, known from append_events($1::jsonb, $2::uuid, $3)'
const APPEND_PAIRED = 'select base, known, held from append_paired($1::jsonb, $2::uuid, $3)'

/**
 * Appends a batch under its id; the third value, `careful`: some of its events may well be known. Only a batch with
 * events of paired systems pays for asking who leads.
 */
export const appendStatement = ({ paired }: AppendBatch): string => (paired ? APPEND_PAIRED : APPEND)

/**
 * The one row that `append_events` or `append_paired` answers: event i of the batch stands at `base + 1 + i`, but for
 * those known or held.
 */
export type AppendAnswer = {
  base: number
  known: [i: number, position: number, ours: boolean][] | null
  /** Of `append_paired` only. */
  held?: [i: number, again: boolean][] | null
}

/**
 * What the answer means for each draft, and the events that are new in the log, in order. A row that carries our
 * batch id is ours: the same rows were sent again after a lost COMMIT. They are answered as new and stand before
 * `base`, so they are read like the events of other nodes (`again`).
 */
export function readAnswer(
  batch: AppendBatch,
  answer: AppendAnswer,
): { results: AppendResult[]; fresh: LogEvent[]; last: number; again: boolean } {
  const known = new Map((answer.known ?? []).map(([i, position, ours]) => [i, { position, ours }]))
  const held = new Map(answer.held ?? [])
  const placed: AppendResult[] = []
  const fresh: LogEvent[] = []
  let last = answer.base
  let again = false
  batch.rows.forEach((row, i) => {
    const heldAgain = held.get(i)
    if (heldAgain !== undefined) {
      placed.push({ position: null, duplicate: heldAgain, published: false })
      return
    }
    const before = known.get(i)
    if (before !== undefined) {
      placed.push({ position: before.position, duplicate: !before.ours, published: true })
      again ||= before.ours
      return
    }
    last = answer.base + 1 + i
    placed.push({ position: last, duplicate: false, published: true })
    fresh.push({ ...row, position: last, shard: shardOf(row.tenant, row.subject), receivedAt: batch.receivedAt })
  })
  const results = batch.rowOf.map((row, n) => {
    const result = placed[row] as AppendResult
    return batch.repeats[n] ? { ...result, duplicate: true } : result
  })
  return { results, fresh, last, again }
}
