import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { duration, type Earnest, iso, liveIn, runShown, tenantOf } from '#flows/machine/testing-earnest.ts'
import { DOES_AND_LOOKS, WORLDS } from '#flows/machine/testing-worlds.ts'
import { START } from '#flows/testing-program.ts'

/*
 * The same world twice: in earnest, and in the time machine. Steps, messages, events and their times are the same, to the
 * millisecond; and when its time is replayed on its own version, nothing is otherwise.
 */

const MINUTE = 60_000

let lived: Earnest
before(async () => {
  lived = await liveIn(Object.values(WORLDS))
})
after(() => lived?.close())

for (const [i, name] of Object.keys(WORLDS).entries()) {
  test(name, async () => {
    const real = await lived.earnest(i)
    assert.ok(real.runs.length > 0, 'something began')
    assert.deepEqual(await lived.pretended(i), real)
    assert.deepEqual(await lived.replayed(i), { same: real.runs.length, examples: [] })
  })
}

test('the simulation of one person knows of the conversation what production and the trial of many do', async () => {
  const i = Object.values(WORLDS).findIndex(([drawn]) => drawn === DOES_AND_LOOKS)
  const [run] = (await lived.earnest(i)).runs
  assert.equal(run?.path.at(-1)?.[0], 'say', 'all was seen')
  const about = { encounterId: 'talk', contactId: 'maria' }
  const came = (type: string, ms: number) => ({ type, subject: 'talk', data: about, after: duration(ms) })
  const alone = await lived.flows.ok(tenantOf(i), 'POST', `/api/v1/flows/${lived.flowOf(i)}/simulate`, {
    event: { type: 'go', subject: 'talk', time: iso(START), data: about },
    // As it was when it began: what became of it since is not told.
    encounter: {
      ...{ status: 'open', stage: 'tmipw', round: 0, stageKey: 'talk/0', handling: 'queued', team: null, tags: [] },
      ...{ openedAt: iso(START), lastPatientAt: null, warnedAt: null, closedAt: null, closeReason: null },
    },
    laterEvents: [
      came('encounter.tmipw_expired', 30 * MINUTE),
      came('encounter.message_received', 120 * MINUTE),
      came('encounter.resumed', 120 * MINUTE),
    ],
  })
  assert.deepEqual(runShown(alone), run)
  assert.equal(alone.messages[0].text, 'vip, night')
})
