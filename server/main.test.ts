import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { VERSION } from './version.ts'

const ENTRY = fileURLToPath(new URL('../cauce.mjs', import.meta.url))

const cauce = (args: string[], env: Record<string, string> = {}) =>
  new Promise<{ code: unknown; out: string; err: string }>((resolve) =>
    execFile(process.execPath, [ENTRY, ...args], { env: { ...process.env, ...env } }, (error, out, err) =>
      resolve({ code: error?.code ?? 0, out, err }),
    ),
  )

test('it says which version it is', async () => {
  assert.deepEqual(await cauce(['--version']), { code: 0, out: `${VERSION}\n`, err: '' })
})

test('who asks what migrate does, or mistypes an option, changes no database', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cauce-main-'))
  const env = { CAUCE_DATA_DIR: folder }
  const asked = await cauce(['migrate', '--help'], env)
  assert.deepEqual([asked.code, asked.err], [0, ''])
  assert.match(asked.out, /^Usage: cauce migrate/)
  const mistyped = await cauce(['migrate', '--dry-run'], env)
  assert.deepEqual([mistyped.code, mistyped.out], [2, ''])
  assert.deepEqual(await readdir(folder), [])
  await rmdir(folder)
})
