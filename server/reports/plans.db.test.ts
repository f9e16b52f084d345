import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { testDatabase } from '#platform/testing.ts'
import type { Tx } from '#platform/work.ts'
import { noteTold } from '#reports/store.ts'

test('what runs said looks each run up, also when it is planned while the table is empty', async () => {
  const { url, drop } = await testDatabase()
  const options = ['seqscan', 'hashjoin', 'mergejoin'].map((way) => `-c enable_${way}=off`).join(' ')
  const client = new pg.Client({ connectionString: url, options: `${options} -c plan_cache_mode=force_generic_plan` })
  await client.connect()
  try {
    let text = ''
    const query = async (statement: string) => {
      text = statement
      return []
    }
    const runId = '00000000-0000-8000-a000-000000000000'
    noteTold({ query } as unknown as Tx, [{ tenant: 'a', runId, at: 1, delivered: true }])
    await client.query(`prepare looks as ${text}`)
    const { rows } = await client.query<{ 'QUERY PLAN': string }>("explain execute looks('[]')")
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
    assert.match(plan, /Index Cond: .*\brun_id = w\.run\b/)
    assert.doesNotMatch(plan, /Join Filter: .*\brun_id\b/)
  } finally {
    await client.end()
    await drop()
  }
})
