import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { HOUR, openConversations } from '#conversations/testing.ts'

describe('signed links', () => {
  let c: Awaited<ReturnType<typeof openConversations>>
  before(async () => {
    c = await openConversations()
    await c.call('PUT', '/api/v1/contacts/maria', { name: 'María', locale: 'es-CL', timeZone: 'America/Santiago' })
    await c.call('PUT', '/api/v1/queues/coach', { name: 'Coach', max_inactive_patient_warning_time: 60 })
  })
  after(() => c.close())

  async function warnedWithLink(id: string, options: object = {}) {
    await c.call('POST', '/api/v1/encounters', { id, queueId: 'coach', contactId: 'maria', channel: 'app' })
    await c.call('POST', `/api/v1/encounters/${id}/messages`, {
      from: 'agent',
      text: '<script>alert("x")</script> & más',
    })
    await c.advance(HOUR)
    const { status, body } = await c.call('POST', `/api/v1/encounters/${id}/link`, options)
    assert.equal(status, 201)
    return new URL(body.url).pathname
  }
  const read = async (id: string) => (await c.call('GET', `/api/v1/encounters/${id}`)).body
  const texts = async (id: string) =>
    (await c.call('GET', `/api/v1/encounters/${id}/messages?limit=200`)).body.items.map(({ text }) => text)
  const formIn = (html: string) => /name="form" value="([^"]+)"/.exec(html)?.[1] ?? ''
  const pageIn = (html: string) => /data-page="([^"]+)"/.exec(html)?.[1] ?? ''
  const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString()

  it('opens the thread, escaped, and changes nothing by being fetched', async () => {
    const path = await warnedWithLink('fetched')
    const page = await c.form('GET', path)
    assert.equal(page.status, 200)
    assert.match(page.text, /lang="es"/)
    assert.match(page.text, /&lt;script&gt;alert\(&#34;x&#34;\)&lt;\/script&gt; &amp; más/)
    assert.ok(!page.text.includes('<script>alert'))
    assert.match(String(page.headers['content-security-policy']), /default-src 'none'.*style-src 'sha256-/)
    assert.ok(!String(page.headers['content-security-policy']).includes('unsafe-inline'))
    assert.equal((await c.form('HEAD', path)).status, 200)
    assert.equal((await read('fetched')).status, 'warned')
    const rows = await c.runtime.database.worker.query('select 1 from link_visit')
    assert.equal(rows.length, 0)
  })

  it('takes the visit of the opened page for a sign of life, once', async () => {
    const path = await warnedWithLink('visited')
    const page = pageIn((await c.form('GET', path)).text)
    assert.equal((await c.form('POST', `${path}/visit`, form({ page }))).status, 204)
    assert.equal((await c.form('POST', `${path}/visit`, form({ page }))).status, 204)
    assert.equal((await read('visited')).status, 'open')
    assert.deepEqual(await c.told('visited'), ['created', 'message_sent', 'tmipw_expired', 'link_followed', 'resumed'])
    const [followed, resumed] = (await c.runtime.database.worker.query<{
      id: string
      cause: string | null
      hops: number
    }>(
      `select id, cause, hops from event_log where encounter_id = 'visited' and type ~ 'followed|resumed' order by position`,
    )) as { id: string; cause: string | null; hops: number }[]
    assert.deepEqual([followed?.cause, followed?.hops], [null, 0], 'nobody sent that link')
    assert.deepEqual([resumed?.cause, resumed?.hops], [followed?.id, 1])
    const rows = await c.runtime.database.worker.query('select 1 from link_visit where encounter_id = $1', ['visited'])
    assert.equal(rows.length, 1)
  })

  it('takes a reply without script', async () => {
    const path = await warnedWithLink('replied')
    const page = pageIn((await c.form('GET', path)).text)
    assert.equal((await c.form('POST', `${path}/reply`, form({ page, text: '  ' }))).status, 400)
    const sent = await c.form('POST', `${path}/reply`, form({ page, text: 'Sigo aquí\u0000' }))
    assert.deepEqual([sent.status, sent.headers.location], [303, `${path}?sent=1`])
    assert.match((await c.form('GET', `${path}?sent=1&utm_source=x`)).text, /Hemos recibido su mensaje/)
    assert.equal((await read('replied')).status, 'open')
    const thread = (await c.call('GET', '/api/v1/encounters/replied/messages')).body.items
    assert.deepEqual([thread.at(-1)?.from, thread.at(-1)?.text], ['patient', 'Sigo aquí'])
  })

  it('keeps a reply once, however often its form is sent', async () => {
    const path = await warnedWithLink('twice')
    const html = (await c.form('GET', path)).text
    const [page, named] = [pageIn(html), formIn(html)]
    assert.match(named, /^[0-9a-f-]{36}$/)
    const send = (text: string) => c.form('POST', `${path}/reply`, form({ page, form: named, text }))
    const before = (await texts('twice')).length
    const statuses = await Promise.all(Array.from({ length: 20 }, () => send('Sigo aquí')))
    statuses.push(await send('Sigo aquí'))
    for (const { status, headers } of statuses) assert.deepEqual([status, headers.location], [303, `${path}?sent=1`])
    assert.deepEqual((await texts('twice')).slice(before), ['Sigo aquí'])
    assert.equal((await c.told('twice')).filter((subtype) => subtype === 'message_received').length, 1)
    // Back in the history, another text is another reply; so is the same one from a page that was loaded anew.
    await send('Y algo más')
    const anew = formIn((await c.form('GET', path)).text)
    await c.form('POST', `${path}/reply`, form({ page, form: anew, text: 'Sigo aquí' }))
    assert.deepEqual((await texts('twice')).slice(before), ['Sigo aquí', 'Y algo más', 'Sigo aquí'])
  })

  it('takes no reply in which nothing can be seen', async () => {
    const path = await warnedWithLink('unseen')
    for (const text of ['', '   ', '\u200b\u2060', '\u202e\u00a0\n'])
      assert.equal((await c.form('POST', `${path}/reply`, form({ text }))).status, 400)
  })

  it('leads to earlier messages, a page at a time', async () => {
    const path = await warnedWithLink('long')
    for (let i = 0; i < 250; i++)
      await c.call('POST', '/api/v1/encounters/long/messages', { from: 'agent', text: `m${i};` })
    const shownIn = (html: string) => [...html.matchAll(/(m\d+);/g)].map(([, name]) => name)
    const seen: (string | undefined)[][] = []
    let next = path
    while (next !== '') {
      const html = (await c.form('GET', next)).text
      seen.unshift(shownIn(html))
      // What is written now stands at the end, and so does what is new.
      assert.equal(html.includes('<form'), next === path)
      assert.equal(html.includes('data-live'), next === path)
      next = /href="([^"]+\?before=\d+)"/.exec(html)?.[1] ?? ''
    }
    assert.deepEqual(
      seen.flat(),
      Array.from({ length: 250 }, (_, i) => `m${i}`),
    )
    assert.equal(seen.length, 3)
    for (const odd of ['0', '-1', 'x', '99999999999', ''])
      assert.deepEqual(shownIn((await c.form('GET', `${path}?before=${odd}`)).text), seen.at(-1))
  })

  it('tells an open page what is new, and when the conversation closes; asking is no sign of life', async () => {
    const path = await warnedWithLink('live')
    const [, last = ''] = /data-last="(\d+)"/.exec((await c.form('GET', path)).text) ?? []
    const news = async (after: string | number) => {
      const answer = await c.form('GET', `${path}/messages?after=${after}`)
      assert.equal(answer.status, 200)
      return JSON.parse(answer.text) as { html: string; last: number; state: string }
    }
    assert.deepEqual(await news(last), { html: '', last: Number(last), state: 'open' })
    assert.equal((await read('live')).status, 'warned')
    await c.call('POST', '/api/v1/encounters/live/messages', { from: 'agent', text: '<i>hola</i>' })
    const fresh = await news(last)
    assert.match(fresh.html, /^<li class="m agent"><p dir="auto">&lt;i&gt;hola&lt;\/i&gt;<\/p>/)
    assert.equal(fresh.last, Number(last) + 1)
    assert.deepEqual(await news(fresh.last), { html: '', last: fresh.last, state: 'open' })
    await c.call('POST', '/api/v1/encounters/live/close', { reason: 'done' })
    assert.equal((await news(fresh.last)).state, 'closed')
    for (const wrong of ['', '?after=x', '?after=-1'])
      assert.equal((await c.form('GET', `${path}/messages${wrong}`)).status, 400)
    assert.equal((await c.form('GET', '/r/x/messages?after=0')).status, 404)
  })

  it('keeps what is new in a one-use link for the page that used it', async () => {
    const path = await warnedWithLink('mine', { oneUse: true })
    const visit = await c.form('POST', `${path}/visit`, form({ page: pageIn((await c.form('GET', path)).text) }))
    const cookie = String(visit.headers['set-cookie']).split(';')[0] ?? ''
    assert.equal((await c.form('GET', `${path}/messages?after=0`, undefined, { cookie })).status, 200)
    assert.equal((await c.form('GET', `${path}/messages?after=0`)).status, 410)
  })

  it('lets a one-use link be used by one page, and that page go on', async () => {
    const path = await warnedWithLink('once', { oneUse: true })
    const [mine, theirs] = [pageIn((await c.form('GET', path)).text), pageIn((await c.form('GET', path)).text)]
    const visit = await c.form('POST', `${path}/visit`, form({ page: mine }))
    assert.equal(visit.status, 204)
    assert.equal((await c.form('POST', `${path}/visit`, form({ page: theirs }))).status, 410)
    assert.equal((await c.form('POST', `${path}/reply`, form({ page: theirs, text: 'x' }))).status, 410)
    assert.equal((await c.form('POST', `${path}/reply`, form({ page: mine, text: 'Soy yo' }))).status, 303)
    const used = await c.form('GET', path)
    assert.equal(used.status, 410)
    assert.match(used.text, /Este enlace ya se usó/)
    const cookie = String(visit.headers['set-cookie']).split(';')[0] ?? ''
    assert.equal((await c.form('GET', path, undefined, { cookie })).status, 200)
    assert.equal((await c.call('GET', '/api/v1/encounters/once/messages')).body.items.length, 3)
  })

  it('refuses expired and forged links with a page in the language of the browser', async () => {
    const path = await warnedWithLink('expired', { expiresInS: 60 })
    const english = { 'accept-language': 'fr;q=0.9, en-GB;q=0.8, es;q=0.1' }
    const forged = path.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
    for (const bad of [forged, '/r/x', '/r/..%2f']) {
      const refused = await c.form('GET', bad, undefined, english)
      assert.equal(refused.status, 404, bad)
      assert.match(refused.text, /This link is not valid/)
    }
    await c.advance(60_000)
    const late = await c.form('GET', path, undefined, english)
    assert.equal(late.status, 410)
    assert.match(late.text, /This link has expired/)
    assert.equal((await c.form('POST', `${path}/reply`, form({ text: 'x' }))).status, 410)
  })

  it('shows a closed conversation without a reply box', async () => {
    const path = await warnedWithLink('shut')
    await c.call('POST', '/api/v1/encounters/shut/close', { reason: 'done' })
    const page = await c.form('GET', path)
    assert.match(page.text, /Esta conversación está cerrada/)
    assert.ok(!page.text.includes('<form'))
    assert.equal((await c.form('POST', `${path}/reply`, form({ text: 'x' }))).headers.location, path)
    assert.equal((await c.form('POST', `${path}/visit`, form({}))).status, 204)
    assert.equal((await read('shut')).status, 'closed')
  })
})

describe('signed links below a path of CAUCE_PUBLIC_URL', () => {
  it('lead to pages that stay below it: a proxy takes the path away, and gives it to nobody else', async () => {
    const c = await openConversations([], { CAUCE_PUBLIC_URL: 'https://clinic.example/cauce' })
    try {
      await c.call('PUT', '/api/v1/contacts/maria', { name: 'María' })
      await c.call('PUT', '/api/v1/queues/coach', { name: 'Coach' })
      await c.call('POST', '/api/v1/encounters', { id: 'e', queueId: 'coach', contactId: 'maria', channel: 'app' })
      const { url } = (await c.call('POST', '/api/v1/encounters/e/link', { oneUse: true })).body
      const outside = new URL(url).pathname
      assert.match(outside, /^\/cauce\/r\//)
      const inside = outside.replace('/cauce', '')
      const { text } = await c.form('GET', inside)
      for (const way of [
        `data-visit="${outside}/visit"`,
        `data-live="${outside}/messages"`,
        `action="${outside}/reply"`,
      ]) {
        assert.ok(text.includes(way), way)
      }
      const page = /data-page="([^"]+)"/.exec(text)?.[1] ?? ''
      const sent = await c.form('POST', `${inside}/reply`, new URLSearchParams({ page, text: 'Aquí' }).toString())
      assert.deepEqual([sent.status, sent.headers.location], [303, `${outside}?sent=1`])
      assert.match(String(sent.headers['set-cookie']), new RegExp(`Path=${outside};`))
    } finally {
      await c.close()
    }
  })
})
