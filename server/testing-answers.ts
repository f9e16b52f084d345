import type { FastifyReply } from 'fastify'
import { problemsOf } from '#platform/http/openapi.ts'
import type { Route } from '#platform/http/route.ts'
import { Problem } from '#platform/problem.ts'
import { type Check, exactCheck } from '#platform/schema/check.ts'

/**
 * The routes, each holding its successful answers to what the OpenAPI document says of them: status, type, and every
 * field, with none that the schema does not name. What is not so is added to `wrong`; the answer itself is left alone. Refusals are held to their statuses,
 * pages for people too.
 */
export const withCheckedAnswers = (routes: readonly Route[], wrong: Set<string>): Route[] =>
  routes.map((route) => {
    const check = route.answer === undefined ? null : exactCheck(route.answer)
    return {
      ...route,
      async handle(call) {
        const answer = await route.handle(call).catch((error: unknown) => {
          if (error instanceof Problem && !problemsOf(route).includes(error.status)) {
            wrong.add(`${route.method} ${route.path}: refuses with ${error.status}: ${error.message}`)
          }
          throw error
        })
        // Some tests call a route without the edge around it.
        const reply = call.reply as FastifyReply | undefined
        const fault =
          (reply?.statusCode ?? 0) < 400
            ? faultOf(route, check, reply, answer)
            : refusedFault(route, reply as FastifyReply)
        if (fault !== null) wrong.add(`${route.method} ${route.path}: ${fault}`)
        return answer
      },
    }
  })

/** A refusal that is a page for people stands in the document as one. */
const refusedFault = ({ pages = {} }: Route, reply: FastifyReply): string | null =>
  String(reply.getHeader('content-type')).startsWith('text/html') && pages[reply.statusCode] === undefined
    ? `refuses with a page of status ${reply.statusCode}`
    : null

function faultOf(
  { status = 200, answerType = 'application/json' }: Route,
  check: Check | null,
  reply: FastifyReply | undefined,
  answer: unknown,
): string | null {
  if (reply !== undefined && reply.statusCode !== status) return `answers ${reply.statusCode}, and not ${status}`
  // Sent by the route itself, or without content.
  if (answer === undefined || reply?.sent) return null
  const type = String(reply?.getHeader('content-type') ?? 'application/json').split(';', 1)[0]
  if (type !== answerType) return `answers ${type}`
  if (check === null) return 'says nothing of its answer'
  const sent: unknown = typeof answer === 'string' && type === 'application/json' ? JSON.parse(answer) : answer
  // As it arrives: times are texts, what is undefined is absent.
  const faults = check(typeof sent === 'string' ? sent : JSON.parse(JSON.stringify(sent)))
  return faults === null ? null : faults.map(({ path, says }) => `${path} ${says.en}`).join('; ')
}
