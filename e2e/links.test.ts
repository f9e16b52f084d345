/** A link in a message is fetched by previews and scanners before anybody taps it: that changes nothing. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type pg from 'pg'
import { testDatabase } from '../server/platform/testing.ts'
import { type Client, clientOf, settled } from './harness/client.ts'
import { freePort, type ProgramProcess, programProcess } from './harness/program.ts'
import { tableCounts, tableTexts } from './harness/tables.ts'

/** How messengers, mail scanners and search engines come. */
const PREVIEWS = [
  'WhatsApp/2.23.20.0',
  'TelegramBot (like TwitterBot)',
  'facebookexternalhit/1.1',
  'Slackbot-LinkExpanding 1.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1',
  '',
]
const PAGE = '00000000-0000-4000-8000-000000000001'

describe('a signed link', { timeout: 7_200_000 }, () => {
  let database: Awaited<ReturnType<typeof testDatabase>>
  let program: ProgramProcess
  let client: Client
  let owner: pg.Client
  let path: string

  const encounter = () =>
    client.persist<{ status: string; lastPatientAt: string | null }>('GET', '/api/v1/encounters/e')
  const quiet = () => settled(async () => ((await encounter()).status === 'warned' ? '' : 'not warned yet'))

  before(async () => {
    database = await testDatabase()
    // Ten minutes pass each second: the person goes quiet, is warned, and gets the link.
    program = programProcess('', await freePort(), { DATABASE_URL: database.url, CAUCE_TIME_SCALE: '600' })
    await program.start()
    client = clientOf([program.url])
    owner = await program.database()
    await client.persist('PUT', '/api/v1/queues/q', {
      max_inactive_patient_warning_time: 10,
      max_inactive_patient_time: 1_000_000,
    })
    await client.persist('PUT', '/api/v1/contacts/c', { name: 'C' })
    await client.persist('POST', '/api/v1/encounters', { id: 'e', queueId: 'q', contactId: 'c', channel: 'webchat' })
    await quiet()
    const { url } = await client.persist<{ url: string }>('POST', '/api/v1/encounters/e/link', { oneUse: true })
    path = new URL(url).pathname
  })
  after(async () => {
    await owner?.end()
    await program?.stop()
    await database?.drop()
  })

  it('fetched by anybody, by GET or HEAD, changes nothing', async () => {
    const before = await tableTexts(owner)
    const story = await encounter()
    for (const agent of PREVIEWS) {
      for (const method of ['GET', 'HEAD']) {
        for (const suffix of ['', '?utm_source=x', '?sent=1']) {
          const answer = await fetch(`${program.url}${path}${suffix}`, { method, headers: { 'user-agent': agent } })
          assert.equal(answer.status, 200)
          const page = await answer.text()
          if (method === 'GET') assert.match(page, /data-visit="/)
        }
      }
    }
    // The visit's own path answers nobody who only fetches it.
    for (const method of ['GET', 'HEAD']) {
      const answer = await fetch(`${program.url}${path}/visit`, { method })
      assert.equal(answer.status, 405)
    }
    assert.deepEqual(await encounter(), story)
    assert.deepEqual(await tableTexts(owner), before)
  })

  it('posted by the opened page is a sign of life, once', async () => {
    const before = await tableCounts(owner)
    for (let i = 0; i < 3; i++) {
      const answer = await fetch(`${program.url}${path}/visit`, {
        method: 'POST',
        body: new URLSearchParams({ page: PAGE }),
      })
      assert.equal(answer.status, 204)
    }
    assert.equal((await encounter()).status, 'open')
    const { rows } = await owner.query<{ type: string }>(
      "select type from event_log where encounter_id = 'e' order by position",
    )
    assert.deepEqual(
      rows.map(({ type }) => type),
      ['encounter.created', 'encounter.tmipw_expired', 'encounter.link_followed', 'encounter.resumed'],
    )
    const after = await tableCounts(owner)
    assert.deepEqual(
      [after.link_visit, after.link_use].map((now, i) => (now ?? 0) - ([before.link_visit, before.link_use][i] ?? 0)),
      [1, 1],
    )
  })
})
