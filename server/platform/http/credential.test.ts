import assert from 'node:assert/strict'
import { test } from 'node:test'
import { credentialOf, sessionCookie } from '#platform/http/credential.ts'
import { route } from '#platform/http/route.ts'
import { testServer } from '#platform/http/testing.ts'

const own = { host: 'cauce.example', cookie: 'cauce_session=acme' }
const of = (method: string, headers: Record<string, string>) => {
  try {
    return credentialOf({ method, headers })
  } catch (error) {
    return (error as { code: string }).code
  }
}

test('an Authorization is the credential, and a cookie beside it is not looked at', () => {
  assert.equal(of('GET', { ...own, authorization: 'Bearer globex' }), 'globex')
  assert.equal(of('POST', { ...own, authorization: 'Bearer globex', 'sec-fetch-site': 'cross-site' }), 'globex')
  assert.equal(of('GET', { ...own, authorization: 'Basic YTpi' }), 'unauthenticated')
})

test('a cookie alone is one, among others and for nothing but its name', () => {
  assert.equal(of('GET', own), 'acme')
  assert.equal(of('GET', { host: 'h', cookie: 'a=1; cauce_session=x.y-z ; b=cauce_session=no' }), 'x.y-z')
  for (const cookie of ['', 'other=1', 'cauce_session=', 'xcauce_session=1', 'cauce_session_2=1']) {
    assert.equal(of('GET', { host: 'h', cookie }), 'unauthenticated', cookie)
  }
})

test('with a cookie, what changes something is taken from pages of this host only', () => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    assert.equal(of(method, own), 'cross-site', 'a browser that says nothing at all')
    for (const site of ['cross-site', 'same-site', 'none']) {
      assert.equal(of(method, { ...own, 'sec-fetch-site': site, origin: 'http://cauce.example' }), 'cross-site', site)
    }
    for (const origin of ['null', '', 'http://evil.example', 'http://cauce.example.evil', 'http://cauce.example:81']) {
      assert.equal(of(method, { ...own, origin }), 'cross-site', origin)
    }
    assert.equal(of(method, { ...own, 'sec-fetch-site': 'same-origin' }), 'acme')
    assert.equal(of(method, { ...own, origin: 'http://cauce.example' }), 'acme')
    assert.equal(of(method, { ...own, host: 'Cauce.example', origin: 'http://cauce.example' }), 'acme')
  }
  assert.equal(of('HEAD', { ...own, 'sec-fetch-site': 'cross-site' }), 'acme', 'reading changes nothing')
})

test('over https the session goes by a name that no other host and no plain http can set', () => {
  const plain = sessionCookie({ host: 'h' }, 'x', 60)
  assert.equal(plain, 'cauce_session=x; Path=/; Max-Age=60; HttpOnly; SameSite=Strict')
  const names: Record<string, string>[] = [{ origin: 'https://h' }, { 'x-forwarded-proto': 'https, http' }]
  for (const https of names) {
    assert.equal(
      sessionCookie(https, 'x', 60),
      '__Host-cauce_session=x; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure',
    )
    assert.equal(of('GET', { host: 'h', ...https, cookie: 'cauce_session=planted' }), 'unauthenticated')
  }
  assert.equal(of('GET', { host: 'h', cookie: 'cauce_session=planted; __Host-cauce_session=real' }), 'real')
})

test('a caller of a trusted network who is signed in acts as who they are', async () => {
  const app = await testServer(
    [
      route({
        method: 'GET',
        path: '/who',
        permission: 'events:write',
        trusted: true,
        tag: 'Test',
        summary: 'Who calls',
        handle: async ({ identity }) => ({ tenant: identity.tenant }),
      }),
    ],
    { trustedNetworks: ['127.0.0.1/32'] },
  )
  const who = async (headers: Record<string, string>) => (await app.inject({ url: '/who', headers })).json().tenant
  assert.equal(await who({}), 'default')
  assert.equal(await who({ cookie: 'other=1' }), 'default')
  assert.equal(await who({ cookie: 'cauce_session=acme:events.write' }), 'acme')
  await app.close()
})
