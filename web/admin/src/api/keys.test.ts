import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { it } from 'node:test'

const SRC = new URL('..', import.meta.url).pathname
const QUERY = /queryKey: (\[[^\]]*\]),(?:\s*(?:enabled|staleTime|retry): [^\n]*,)*\s*queryFn/g

it('gives each query a key of its own: answers of another shape may not stand under it', () => {
  const keys = globSync('**/*.{ts,tsx}', { cwd: SRC }).flatMap((file) =>
    [...readFileSync(SRC + file, 'utf8').matchAll(QUERY)].map(([, key = '']) => key.replace(/\s+/g, ' ')),
  )
  assert.ok(keys.length > 30)
  assert.deepEqual(
    keys.filter((key, at) => keys.indexOf(key) !== at),
    [],
  )
})
