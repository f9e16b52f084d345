import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type AppendAnswer, buildBatch, eventKey, readAnswer } from '#events/append.ts'
import { type EventDraft, shardOf } from '#platform/event.ts'
import { flatEvent } from '../testing.ts'

const draft = fc
  .record({
    tenant: fc.constantFrom('a', 'b'),
    source: fc.constantFrom('one', 'two'),
    id: fc.constantFrom('1', '2', '3', '4'),
    subject: fc.constantFrom('x', 'y'),
    n: fc.nat(),
  })
  .map(({ n, ...given }): EventDraft => ({ ...flatEvent({ id: given.id }), ...given, raw: String(n) }))

const identity = ({ tenant, source, id }: EventDraft) => JSON.stringify([tenant, source, id])

/** What append_events does, said slowly. */
function naiveLog() {
  const rows = new Map<string, { position: number; batch: string; raw: string }>()
  let position = 1
  return {
    rows,
    append(json: string, batch: string): AppendAnswer {
      const base = position
      const known: [number, number, boolean][] = []
      const seen = new Set<string>()
      for (const [i, key, tenant, id, source, , , , , , , , , , , , raw] of JSON.parse(json) as [
        number,
        ...string[],
      ][]) {
        assert.ok(!seen.has(`${tenant} ${key}`), 'a key stands twice in a batch')
        seen.add(`${tenant} ${key}`)
        const name = JSON.stringify([tenant, source, id])
        const before = rows.get(name)
        if (before) known.push([i, before.position, before.batch === batch])
        else {
          position = base + 1 + i
          rows.set(name, { position, batch, raw: raw as string })
        }
      }
      return { base, known: known.length > 0 ? known : null }
    },
  }
}

describe('a batch of appends', () => {
  it('answers each caller with the place of its event, and tells what is new, whatever repeats', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ drafts: fc.array(draft, { minLength: 1, maxLength: 12 }), lost: fc.boolean() })),
        (batches) => {
          const log = naiveLog()
          const accepted = new Map<string, number>()
          const read: { position: number; raw: string }[] = []
          for (const [n, { drafts, lost }] of batches.entries()) {
            const built = buildBatch(drafts, 1_000, 1_000)
            // The first COMMIT was not answered: the same rows go out again.
            const first = log.append(built.json, `batch ${n}`)
            const answer = lost ? log.append(built.json, `batch ${n}`) : first
            const { results, fresh, last, again } = readAnswer(built, answer)
            assert.equal(results.length, drafts.length)
            drafts.forEach((one, i) => {
              const name = identity(one)
              assert.equal(results[i]?.duplicate, accepted.has(name))
              assert.equal(results[i]?.position, log.rows.get(name)?.position)
              if (!accepted.has(name)) accepted.set(name, results[i]?.position ?? 0)
            })
            for (const event of fresh) assert.equal(event.shard, shardOf(event.tenant, event.subject))
            if (lost) {
              assert.deepEqual(fresh, [])
              assert.equal(last, answer.base)
              assert.equal(again, first.base !== answer.base)
              // They are read from the log instead.
              for (const row of log.rows.values()) if (row.position > first.base) read.push(row)
            } else {
              assert.equal(last, fresh.at(-1)?.position ?? answer.base)
              assert.equal(again, false)
              read.push(...fresh)
            }
          }
          assert.deepEqual(
            read.map(({ position, raw }) => [position, raw]),
            [...log.rows.values()].map(({ position, raw }) => [position, raw]),
          )
        },
      ),
    )
  })
})

describe('the key of an event', () => {
  const id = fc.oneof(fc.uuid({ version: 7 }), fc.uuid(), fc.string({ minLength: 1 }))

  it('is a UUID, and another for every other source, id or spelling', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), id), { selector: String }), (events) => {
        const named = events.filter(([source]) => !source.includes('\n'))
        const keys = named.flatMap(([source, one]) =>
          [...new Set([one, one.toUpperCase()])].map((spelt) => eventKey(source, spelt)),
        )
        for (const key of keys) assert.match(key, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
        assert.equal(
          new Set(keys).size,
          new Set(named.flatMap(([source, one]) => [`${source}\n${one}`, `${source}\n${one.toUpperCase()}`])).size,
        )
      }),
    )
  })

  it('of a UUIDv7 stands beside those of the same time', () => {
    const key = eventKey('any', '0198F3A2-7c11-7abc-8def-0123456789ab')
    assert.ok(key.startsWith('0198f3a2-7c11-'))
    assert.notEqual(key, eventKey('other', '0198F3A2-7c11-7abc-8def-0123456789ab'))
  })
})
