import { Type } from '@sinclair/typebox'
import { Credentials, SignedIn, type SignIn } from '#access/login/sign-in.ts'
import { TOKEN_LIFETIME_MS } from '#access/token.ts'
import { refuseCrossSite, sessionCookie } from '#platform/http/credential.ts'
import { type Call, type Route, route } from '#platform/http/route.ts'

/**
 * The session of a browser: the token of a login in a cookie that no script can read.
 * @param logOut ends every session of the user who calls
 */
export const sessionRoutes = (
  { signIn }: SignIn,
  logOut: (call: Pick<Call<unknown, unknown, unknown>, 'identity' | 'traceparent'>) => Promise<void>,
): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/session',
    permission: 'public',
    tag: 'Access',
    summary: 'Sign in in a browser',
    description:
      'Sets a cookie for 12 hours that is sent with the requests of pages of this host and that scripts cannot read. What changes something is taken by it only with `Sec-Fetch-Site: same-origin` or an `Origin` of this host. Programs use `POST /api/v1/login`.',
    body: Credentials,
    answer: Type.Object({ expiresAt: Type.String({ format: 'date-time' }), user: SignedIn }),
    refuses: [401, 403],
    async handle({ body, request, reply }) {
      // Else another site could sign its visitors in, as somebody whom it chose.
      refuseCrossSite(request.headers)
      const { token, expiresAtMs, user } = await signIn(body, request)
      reply.header('set-cookie', sessionCookie(request.headers, token, TOKEN_LIFETIME_MS / 1000))
      return { expiresAt: new Date(expiresAtMs).toISOString(), user }
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/session',
    permission: 'self',
    tag: 'Access',
    summary: 'Sign out: every session of the user who calls ends',
    status: 204,
    async handle(call) {
      await logOut(call)
      call.reply.header('set-cookie', sessionCookie(call.request.headers, '', 0))
    },
  }),
]
