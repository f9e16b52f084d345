import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { checkDocument } from '#flows/portable/check.ts'
import { documentOf } from '#flows/portable/document.ts'
import { readSample, SAMPLES } from '#flows/samples/samples.ts'

const text = (id: string) => readFile(new URL(`./${id}.flow.json`, import.meta.url), 'utf8')

describe('the flows that ship', () => {
  it('are all told of', async () => {
    const files = (await readdir(import.meta.dirname)).filter((name) => name.endsWith('.flow.json'))
    assert.deepEqual(files.sort(), SAMPLES.map(({ id }) => `${id}.flow.json`).sort())
  })

  for (const { id, title, says } of SAMPLES) {
    it(`${id}: every case of it comes as expected`, async () => {
      const { faults, verdicts } = await checkDocument(JSON.parse(await text(id)))
      assert.deepEqual(faults, [])
      assert.ok(verdicts.length >= 4)
      assert.deepEqual(
        verdicts.filter(({ passed }) => !passed).map(({ name, misses }) => [name, misses]),
        [],
      )
    })

    it(`${id}: the file is as an export would write it, and named as it is told of`, async () => {
      const document = await readSample(id)
      // The order is that of an export; line breaks are the formatter's.
      assert.equal(JSON.stringify(JSON.parse(await text(id))), JSON.stringify(documentOf(document)))
      const { name, description } = document.graph as { name?: string; description?: string }
      assert.deepEqual([name, description], [title.en, says.en])
    })
  }
})
