import type { ContactView } from '#conversations/index.ts'
import { NO_DURATION } from '#flows/cases/play.ts'
import { aboutPerson, type Trial } from '#flows/machine/crowd.ts'
import { type CrowdBody, MAX_SPAN_MS } from '#flows/machine/crowd-body.ts'
import { type Act, arrivals, type Habits, invented, type Person, type ToldOf } from '#flows/machine/people.ts'
import type { Ground, Scripted } from '#flows/machine/world.ts'
import type { Outcome } from '#flows/run.ts'
import { compileJson, type JsonText, jsonFrom, type TextScope } from '#flows/texts.ts'
import { addSpan, parseDuration } from '#platform/duration.ts'
import type { Json } from '#platform/event.ts'
import { RenderFault } from '#platform/liquid.ts'
import { type Fault, invalid, Problem, says } from '#platform/problem.ts'

const DEFAULT_SPAN_MS = 7 * 86_400_000
/** Steps of a whole trial: 10,000 people in a flow of a hundred steps. */
const MAX_STEPS = 1_000_000
const TOO_LONG = { en: 'must be at most a year', es: 'debe ser un año como máximo' }

type Members = { [name: string]: Json }

/** A trial that was asked for, without the people that have to be read. */
export type Asked = Omit<Trial, 'people'> & {
  startAt: number
  outcomes: Outcomes
  /** @param contacts those that were read, where it is for contacts */
  peopleOf(contacts: readonly ContactView[]): Person[]
}

/** What a body asks for. @throws Problem 400 naming each part that makes no sense */
export function trialOf(body: CrowdBody, now: number): Asked {
  const faults: Fault[] = []
  const startAt = body.startAt === undefined ? now : Date.parse(body.startAt)
  const refuse = (path: string, says: { en: string; es: string }) =>
    void faults.push({ path, message: says.en, messages: says })
  const span = (path: string, value: string | undefined, missing: number): number => {
    if (value === undefined) return missing
    const found = parseDuration(value)
    if (found === null) refuse(path, NO_DURATION)
    const ms = found === null ? 0 : addSpan(startAt, found) - startAt
    if (ms > MAX_SPAN_MS) refuse(path, TOO_LONG)
    return ms
  }
  const toldIn = (path: string, members: { [name: string]: unknown }): ToldOf => {
    const { json, faults: mistakes } = compileJson(members, ['contact'])
    for (const mistake of mistakes) refuse(`${path}${mistake.path.replaceAll('.', '/')}`, mistake.says)
    try {
      aboutPerson('trial', { id: 'person', contact: null }, members as Members, { which: 'check', at: startAt })
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      for (const fault of error.faults) faults.push({ ...fault, path: fault.path.replace(/^\/event/, path) })
    }
    return (contact) => filledIn(json, contact, path)
  }
  const scriptOf = (path: string, script: CrowdBody['script'] = []): Act[] =>
    script.map((act, i) => {
      const afterMs = span(`${path}/${i}/after`, act.after, 0)
      return 'reply' in act
        ? { afterMs, reply: act.reply }
        : { afterMs, event: toldIn(`${path}/${i}/event`, act.event) }
    })

  const overMs = span('/over', body.over, 0)
  const seed = body.seed ?? 1
  const acts = scriptOf('/script', body.script)
  const described = 'described' in body.people ? body.people.described : []
  const own = described.map(({ after, script }, i) => ({
    afterMs: span(`/people/described/${i}/after`, after, 0),
    acts: script === undefined ? acts : scriptOf(`/people/described/${i}/script`, script),
  }))
  const ids = described.map(({ id }, i) => id ?? `talk-${i + 1}`)
  ids.forEach((id, i) => {
    if (ids.indexOf(id) !== i)
      refuse(`/people/described/${i}/id`, { en: 'is another one’s too', es: 'es también de otra persona' })
  })
  const asked: Asked = {
    startAt,
    event: body.event === undefined ? null : toldIn('/event', body.event),
    until: startAt + span('/lasts', body.lasts, DEFAULT_SPAN_MS),
    habits: habitsOf(body.replies, span),
    seed,
    examples: body.examples ?? 3,
    maxSteps: MAX_STEPS,
    outcomes: outcomesOf(body.outcomes ?? {}, span),
    peopleOf(contacts) {
      if (described.length > 0) {
        return described.map(({ contact }, i) => ({
          id: ids[i] as string,
          contact: contact === undefined ? null : describedContact(contact as Members, `person-${i + 1}`),
          startsAt: startAt + (own[i]?.afterMs ?? 0),
          acts: own[i]?.acts ?? [],
        }))
      }
      const all = 'invented' in body.people ? inventedLike(body.people.invented) : contacts
      const times = arrivals(all.length, startAt, overMs, seed)
      return all.map((contact, i) => ({ id: `talk-${i + 1}`, contact, startsAt: times[i] ?? startAt, acts }))
    },
  }
  if (faults.length > 0) throw invalid(...faults)
  return asked
}

/** An event as it is told of one of them. @throws Problem where it asks for what is not known of them */
function filledIn(json: JsonText, contact: ContactView | null, path: string): Members {
  try {
    return jsonFrom(json, { contact } as unknown as TextScope) as Members
  } catch (error) {
    if (!(error instanceof RenderFault)) throw error
    const { en, es } = error.says ?? { en: error.message, es: error.message }
    const who = contact?.id ?? '–'
    throw invalid({
      path,
      ...says(`cannot be filled in for ${who}: ${en}`, `no se puede completar para ${who}: ${es}`),
    })
  }
}

/** What the n-th visit of a node comes to, in each run. */
export type Outcomes = ReadonlyMap<string, readonly Scripted[]>

/** Each run takes them in their order. */
export function scriptOf(outcomes: Outcomes): Ground['scripted'] {
  const visits = new Map<string, number>()
  return ({ run, prefix }, { node }) => {
    const list = outcomes.get(prefix + node)
    if (list === undefined) return undefined
    const place = `${run.id}\n${node}`
    const nth = visits.get(place) ?? 0
    visits.set(place, nth + 1)
    return list[nth]
  }
}

type Span = (path: string, value: string | undefined, missing: number) => number

function habitsOf(replies: CrowdBody['replies'], span: Span): Habits | null {
  if (replies === undefined) return null
  const { chance, byChannel = {}, median, spread = 1, text = 'Hola' } = replies
  return { chance, byChannel, medianMs: span('/replies/median', median, 0), spread, text }
}

const outcomesOf = (given: NonNullable<CrowdBody['outcomes']>, span: Span): Outcomes =>
  new Map(
    Object.entries(given).map(([node, list]) => [
      node,
      list.map(({ way, value = {}, cause, after }, i) => ({
        after: span(`/outcomes/${node}/${i}/after`, after, 0),
        outcome: { way, value: value as Json, ...(cause === undefined ? {} : { cause }) } satisfies Outcome,
      })),
    ]),
  )

const inventedLike = ({
  count,
  contact = {},
}: {
  count: number
  contact?: { [name: string]: unknown }
}): ContactView[] => {
  const { id: _id, bare: _bare, ...like } = contact
  return invented(count, like as Partial<ContactView>)
}

const describedContact = (given: Members, id: string): ContactView => ({
  name: null,
  locale: null,
  timeZone: null,
  addresses: {},
  attributes: {},
  ...given,
  id: typeof given.id === 'string' && given.id !== '' ? given.id : id,
  bare: false,
})
