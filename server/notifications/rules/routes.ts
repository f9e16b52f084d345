import { audit } from '#access/index.ts'
import { namesTag } from '#platform/http/entity-tag.ts'
import { type Route, route } from '#platform/http/route.ts'
import { hashId } from '#platform/ids.ts'
import { conflict, invalid } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import { isPaced } from './pace.ts'
import type { SendingRules } from './rules.ts'
import { rulesAnswer, rulesBody, rulesFaults } from './schema.ts'
import { forgetPaces, readRules, saveRules } from './store.ts'

const tag = 'Notifications'
const path = '/api/v1/sending-rules'

/** As long as nobody has said otherwise: everything leaves at once. */
const NONE: SendingRules = { timeZone: 'UTC', quietHours: [], caps: [] }

const tagOf = (rules: SendingRules): string => `"${hashId('sending-rules', JSON.stringify(rules))}"`

/** When and how often people may be told something. */
export function rulesRoutes({ clock, database }: Runtime): Route[] {
  return [
    route({
      method: 'GET',
      path,
      permission: 'notifications:read',
      tag,
      summary: 'Quiet hours and caps; the ETag is for If-Match',
      answer: rulesAnswer,
      async handle({ identity: { tenant }, reply }) {
        const rules = (await database.asTenant(tenant, (tx) => readRules(tx, tenant))) ?? NONE
        reply.header('etag', tagOf(rules))
        return rules
      },
    }),
    route({
      method: 'PUT',
      path,
      permission: 'templates:write',
      tag,
      summary: 'Replace the quiet hours and caps that messages to people keep to',
      description:
        'They hold for messages to contacts and to addresses, whoever sends them: flows, calls, other notifications. Critical messages and those to users of your own pass. What waits already is judged by them when its time comes, and within a day. A cap counts what is handed over from when the first one was set. With If-Match, rules that somebody else changed meanwhile are not overwritten: 409.',
      body: rulesBody,
      answer: rulesAnswer,
      refuses: [409],
      handle(call) {
        const { identity, request, reply, body: rules } = call
        const { tenant } = identity
        const faults = rulesFaults(rules)
        if (faults.length > 0) throw invalid(...faults)
        return database.asTenant(tenant, async (tx) => {
          const before = (await readRules(tx, tenant, 'for update')) ?? NONE
          // Sent again because the answer was lost, they are no change of somebody else.
          if (!namesTag(request.headers['if-match'] ?? '*', tagOf(before)) && tagOf(before) !== tagOf(rules)) {
            throw conflict('Somebody else changed the rules meanwhile.', 'Alguien cambió las reglas entretanto.')
          }
          await saveRules(tx, tenant, rules, clock.now())
          if (!isPaced(rules)) await forgetPaces(tx, tenant)
          audit(tx, call, {
            at: clock.wall(),
            action: 'sending-rules.changed',
            target: 'sending-rules',
            before,
            after: rules,
          })
          reply.header('etag', tagOf(rules))
          return rules
        })
      },
    }),
  ]
}
