import { Type } from '@sinclair/typebox'
import { type Route, route } from '#platform/http/route.ts'
import { invalid } from '#platform/problem.ts'

/** Styles of its own are all that it may have: an opaque origin, no script, no form, nothing from elsewhere, no way out. */
const POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"

/**
 * Shows HTML as its receiver would see it, and inert. A page cannot do that by itself: what it writes into a frame comes under
 * its own policy, which forbids the styles that e-mails are made of. So a form of the page posts it into a frame.
 */
export const inertPage: Route = route({
  method: 'POST',
  path: '/api/v1/inert-page',
  permission: 'self',
  tag: 'Platform',
  summary: 'Show HTML in a frame of a page of ours, with nothing in it that acts',
  description: 'The HTML comes back as it was sent, under a policy that lets it have styles and nothing else.',
  rawBody: true,
  bodies: { 'application/x-www-form-urlencoded': { schema: Type.Object({ html: Type.String() }) } },
  answer: Type.String(),
  answerType: 'text/html',
  async handle({ body, reply }) {
    const html = new URLSearchParams((body as Buffer | undefined)?.toString() ?? '').get('html')
    if (html === null) throw invalid({ path: '/html', message: 'is required' })
    reply.header('content-security-policy', POLICY).type('text/html; charset=utf-8')
    return html
  },
})
