import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Earnest, liveIn } from '#flows/machine/testing-earnest.ts'
import { generated } from '#flows/machine/testing-generated.ts'

/*
 * Worlds by chance, in earnest, in the time machine and replayed: nothing is otherwise. `WORLDS=100 SEED=x` plays others, and
 * says which one it was that differed.
 */

const { WORLDS = '4', SEED = 'a' } = process.env
const seeds = Array.from({ length: Number(WORLDS) }, (_, i) => `${SEED}${i}`)

let lived: Earnest
before(async () => {
  lived = await liveIn(seeds.map(generated))
})
after(() => lived?.close())

for (const [i, seed] of seeds.entries()) {
  test(`world ${seed}`, async () => {
    const real = await lived.earnest(i)
    assert.deepEqual(await lived.pretended(i), real, JSON.stringify(generated(seed)))
    assert.deepEqual(await lived.replayed(i), { same: real.runs.length, examples: [] }, JSON.stringify(generated(seed)))
  })
}
