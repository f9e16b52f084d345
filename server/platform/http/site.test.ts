import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import { platformRoutes } from '#platform/http/platform-routes.ts'
import { type Route, route } from '#platform/http/route.ts'
import { readSite } from '#platform/http/site.ts'
import { testServer } from '#platform/http/testing.ts'

const SCRIPT = `console.log("${'hola '.repeat(500)}")`
const pageWith = (nonce: string) => `<!doctype html><meta name="csp-nonce" content="${nonce}"><p>admin`
/** What a browser sends when somebody follows a link. */
const LINK = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

const things = (method: Route['method'], path: string): Route =>
  route({ method, path, permission: 'queues:read', tag: 'Test', summary: 'A thing', handle: async () => ({}) })

let folder: string
let app: FastifyInstance

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cauce-site-'))
  await mkdir(join(folder, 'dist', 'assets'), { recursive: true })
  const files: [string, string | Buffer][] = [
    ['secret.txt', 'beside the site'],
    ['dist/index.html', pageWith('')],
    ['dist/mark.svg', '<svg/>'],
    ['dist/.stamp', 'not for anybody'],
    ['dist/assets/main-1a2b.js', SCRIPT],
    ['dist/assets/main-1a2b.js.br', brotliCompressSync(SCRIPT)],
    ['dist/assets/main-1a2b.js.gz', gzipSync(SCRIPT)],
  ]
  for (const [name, content] of files) await writeFile(join(folder, name), content)
  const site = await readSite(join(folder, 'dist'))
  assert.ok(site !== null)
  const routes = [things('GET', '/api/v1/things/:id'), things('POST', '/notifications/read')]
  const own = platformRoutes({ version: '1', metrics: new Registry(), checks: {}, routes, site })
  app = await testServer([...routes, ...own], { site })
})

after(async () => {
  await app?.close()
  await rm(folder, { recursive: true })
})

const get = (url: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' | 'POST' = 'GET') =>
  app.inject({ method, url, headers })

test('a file is sent as the caller takes it: brotli, gzip or plain, to be kept for ever', async () => {
  const codings: [string, string | undefined][] = [
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['identity', undefined],
    ['', undefined],
  ]
  for (const [accepted, coding] of codings) {
    const answer = await get('/assets/main-1a2b.js', { 'accept-encoding': accepted })
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['content-encoding'], coding, accepted)
    assert.equal(answer.headers['content-type'], 'text/javascript; charset=utf-8')
    assert.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable')
    assert.equal(answer.headers.vary, 'accept-encoding')
    assert.equal(answer.headers['x-content-type-options'], 'nosniff')
    if (coding === undefined) assert.equal(answer.body, SCRIPT)
    else assert.ok(answer.rawPayload.length < SCRIPT.length / 2)
  }
})

test('what is not named by its content is asked for again, and not sent again', async () => {
  const first = await get('/mark.svg')
  assert.deepEqual([first.statusCode, first.headers['cache-control'], first.body], [200, 'no-cache', '<svg/>'])
  const etag = String(first.headers.etag)
  for (const known of [etag, etag.slice(2), `"other", ${etag}`]) {
    const again = await get('/mark.svg', { 'if-none-match': known })
    assert.deepEqual([again.statusCode, again.body], [304, ''], known)
  }
  assert.equal((await get('/mark.svg', { 'if-none-match': '"other"' })).statusCode, 200)
})

test('the page stands at / and wherever a link leads into it, each time with a nonce of its own', async () => {
  const nonces = new Set<string>()
  for (const url of ['/', '/flows/42?tab=runs', '/notifications', '/conversations/a%20b']) {
    const { statusCode, headers, body } = await get(url, LINK)
    assert.equal(statusCode, 200, url)
    assert.equal(headers['content-type'], 'text/html; charset=utf-8')
    assert.equal(headers['cache-control'], 'no-store')
    const csp = String(headers['content-security-policy'])
    const nonce = /style-src 'self' 'nonce-([^']{22,})'/.exec(csp)?.[1] as string
    assert.ok(csp.startsWith("default-src 'none'; script-src 'self'; ") && !csp.includes('unsafe'), csp)
    assert.equal(body, pageWith(nonce))
    nonces.add(nonce)
  }
  assert.equal(nonces.size, 4)
})

test('HTML of anybody is shown with its styles, and can do nothing', async () => {
  const html = '<p style="color:red">ñ & <script>parent.x=1</script>'
  const headers = { 'content-type': 'application/x-www-form-urlencoded', cookie: 'cauce_session=acme:self' }
  const post = (more: Record<string, string>, payload: string) =>
    app.inject({ method: 'POST', url: '/api/v1/inert-page', headers: { ...headers, ...more }, payload })
  const page = { 'sec-fetch-site': 'same-origin' }
  const answer = await post(page, new URLSearchParams({ html }).toString())
  assert.deepEqual([answer.statusCode, answer.body], [200, html])
  assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8')
  const csp = String(answer.headers['content-security-policy'])
  assert.ok(csp.startsWith("sandbox; default-src 'none'; "), csp)
  assert.doesNotMatch(csp, /allow-|script-src|form-action/)
  // Else a page of another site could have our host show what it likes.
  assert.equal((await post({ 'sec-fetch-site': 'cross-site' }, 'html=x')).json().code, 'cross-site')
  assert.equal((await post(page, 'text=x')).json().errors[0].path, '/html')
})

test('HEAD says what GET would', async () => {
  for (const url of ['/', '/flows', '/assets/main-1a2b.js']) {
    const [head, full] = [await get(url, LINK, 'HEAD'), await get(url, LINK)]
    assert.equal(head.statusCode, 200, url)
    assert.equal(head.body, '')
    assert.equal(head.headers['content-length'], full.headers['content-length'])
    assert.equal(head.headers['content-type'], full.headers['content-type'])
  }
})

test('routes keep their refusals, and programs are never answered with a page', async () => {
  const cases: [string, number, Record<string, string>][] = [
    ['/api/v1/things/1', 401, LINK],
    ['/api/v1/nothing', 401, LINK],
    ['/api', 401, LINK],
    ['/backoffice/nothing', 401, LINK],
    ['/notifications/read', 401, LINK],
    ['/assets/main-of-yesterday.js', 401, LINK],
    ['/flows', 401, {}],
    ['/flows', 401, { accept: '*/*' }],
    ['/flows', 401, { accept: 'application/json' }],
    ['/api/v1/nothing', 404, { ...LINK, authorization: 'Bearer acme' }],
    ['/notifications/read', 405, { ...LINK, authorization: 'Bearer acme' }],
    ['/flows', 404, { authorization: 'Bearer acme' }],
  ]
  for (const [url, status, headers] of cases) {
    const answer = await get(url, headers)
    assert.equal(answer.statusCode, status, url)
    assert.match(String(answer.headers['content-type']), /^application\/problem\+json/, url)
  }
  assert.equal((await get('/flows', LINK, 'POST')).statusCode, 401)
})

test('no path leads out of the site, nor to what is hidden in it', async () => {
  const paths = ['/../secret.txt', '/assets/../../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/.stamp']
  for (const path of [...paths, '/assets/%2e%2e%2f%2e%2e%2fsecret.txt', '/index.html.br', '//secret.txt']) {
    const { statusCode, body } = await get(path)
    assert.equal(statusCode, 401, path)
    assert.ok(!body.includes('beside the site') && !body.includes('not for anybody'), path)
  }
})

test('where nothing was built there is no site', async () => {
  assert.equal(await readSite(join(folder, 'nowhere')), null)
  assert.equal(await readSite(join(folder, 'dist', 'assets')), null, 'without a page')
})
