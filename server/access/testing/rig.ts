import type { FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import { access, authenticator, bootstrap } from '#access/index.ts'
import { createIdempotencyStore } from '#platform/http/idempotency-store.ts'
import { createServer } from '#platform/http/server.ts'
import { createRouteTimes } from '#platform/telemetry/route-times.ts'
import { noSpans } from '#platform/telemetry/spans.ts'
import { testProgram } from '../../testing.ts'

export const KEY = 'first-key-of-the-tests-0123456789abcdef'
export const PASSWORD = 'correct horse battery'

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
export type Answer = {
  status: number
  body: ReturnType<typeof JSON.parse>
  headers: Record<string, unknown>
}

/** Access alone, as a first start leaves it, behind its HTTP edge. */
export async function accessRig() {
  const program = await testProgram([access], { env: { CAUCE_API_KEY: KEY, CAUCE_ADMIN_PASSWORD: PASSWORD } })
  const { runtime, database } = program
  await bootstrap({ database, settings: runtime.settings, clock: runtime.clock })
  const app: FastifyInstance = await createServer({
    routes: program.routes,
    ...authenticator(runtime),
    clock: runtime.clock,
    logger: runtime.logger,
    times: createRouteTimes(new Registry()),
    spans: noSpans,
    idempotency: createIdempotencyStore(database),
    requestsPerMinute: 0,
    trustedNetworks: [],
    trustedTenant: 'default',
  })
  let callers = 0
  let made = 0

  async function call(
    credential: string | null,
    method: Method,
    url: string,
    payload?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const answer = await app.inject({
      method,
      url,
      payload,
      // Each call from an address of its own, so that the login limit of one test is not that of the next.
      remoteAddress: `10.0.${Math.floor(++callers / 250)}.${callers % 250}`,
      headers: { ...headers, ...(credential === null ? {} : { authorization: `Bearer ${credential}` }) },
    })
    return {
      status: answer.statusCode,
      body: answer.body === '' ? undefined : JSON.parse(answer.body),
      headers: answer.headers,
    }
  }

  async function login(email: string, password: string, tenant?: string): Promise<string> {
    const { body } = await call(null, 'POST', '/api/v1/login', {
      email,
      password,
      ...(tenant === undefined ? {} : { tenant }),
    })
    return body.token
  }

  /** A user of the role, made by the key, and logged in. */
  async function user(role: string, by = KEY) {
    const email = `user${++made}@example.org`
    const { body } = await call(by, 'POST', '/api/v1/users', { email, name: 'U', role, password: PASSWORD })
    return { id: body.id as string, email, token: await login(email, PASSWORD) }
  }

  return {
    program,
    app,
    call,
    login,
    user,
    async close() {
      await app.close()
      await program.close()
    },
  }
}
