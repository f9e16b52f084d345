import { appointmentsAt, nextAppointment } from '#flows/appointments.ts'
import { inventedEvent } from '#flows/incoming.ts'
import type { Walker } from '#flows/machine/engine.ts'
import type { Beat } from '#flows/machine/heard.ts'
import { STILL_WAITS } from '#flows/machine/not-begun.ts'
import { type Habits, habitOf, type Person, type ToldOf } from '#flows/machine/people.ts'
import { createTally, outcomeOf, type Totals } from '#flows/machine/tally.ts'
import { createPretendedWorld, type Ground, type Said } from '#flows/machine/world.ts'
import { timeline, type Visit } from '#flows/timeline.ts'
import type { Json, LogEvent } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'
import { iso } from '#platform/iso.ts'
import type { Sentence } from '#platform/sentence.ts'

/** A trial: people, what happens to each, and for how long it is looked at. */
export type Trial = {
  people: readonly Person[]
  /** What begins it for each of them; null: their conversation opens, and then they say nothing. */
  event: ToldOf | null
  until: number
  /** Null: nobody does anything but what is written down for them. */
  habits: Habits | null
  seed: number
  /** People shown for each way it came out. */
  examples: number
  maxSteps: number
}

/** What happened to one person. */
export type Story = {
  id: string
  contactId: string | null
  outcome: string
  runs: { id: string; flowId: string; status: string; outcome: string; startedAt: string; path: Visit[] }[]
  said: (Omit<Said, 'at'> & { at: string })[]
  events: { at: string; type: string; from: string }[]
  notBegun: { at: string; type: string; says: Sentence }[]
}

export type CrowdResult = {
  people: number
  /** Steps taken together. */
  steps: number
  /** False: the bound on steps was reached before the end of the time. */
  complete: boolean
  until: string
  totals: Totals & {
    conversations: { open: number; warned: number; closed: number }
    replies: number
    /** Words that came when the conversation was over. */
    tooLate: number
    notBegun: { why: string; says: Sentence; events: number }[]
  }
  examples: Story[]
}

type Life = {
  person: Person
  runs: Walker[]
  said: Said[]
  events: { at: number; type: string; from: string }[]
  /** Events of theirs that began no run. */
  notBegun: { at: string; type: string; says: Sentence }[]
  replies: number
  /** All steps of its runs were kept. */
  isWhole: boolean
  /** Grows when the person is heard of: what was still to be answered is not any more. */
  spoke: number
}

/** Of each way it comes out the steps of so many times the runs that are shown are kept. */
const KEPT = 5
/** Kept of one person: more is of no use to anybody who reads. */
const MOST_SHOWN = 500

/** Lets people live through a trial; stops now and then. */
export function* crowd(ground: Ground, trial: Trial): Generator<null, CrowdResult> {
  const tally = createTally()
  const lives = new Map<string, Life>()
  const waiting = new Set<Walker>()
  const ended = new Map<string, number>()
  const notBegun = new Map<string, CrowdResult['totals']['notBegun'][number]>()
  const habits = new Map<Life, ReturnType<typeof habitOf>>()
  let replies = 0
  let tooLate = 0

  const lifeOf = (walker: Walker): Life | undefined => {
    const { encounterId } = walker.run.about
    return lives.get(encounterId ?? walker.run.event.subject)
  }

  function passed({ event: { time, type, subject }, about }: Beat, says: Sentence): void {
    const found = notBegun.get(says.en) ?? { why: says.en, says, events: 0 }
    found.events += 1
    notBegun.set(says.en, found)
    const life = lives.get(about.encounterId ?? subject)
    if (life !== undefined && life.notBegun.length < MOST_SHOWN) life.notBegun.push({ at: time, type, says })
  }

  const world = createPretendedWorld(ground, {
    said(encounterId, walker, said) {
      tally.said(said)
      const life = walker === null ? lives.get(encounterId ?? '') : lifeOf(walker)
      if (life === undefined) return
      if (life.said.length < MOST_SHOWN) life.said.push(said)
      if (said.outcome === 'sent' && said.kind !== 'closing') mayAnswer(life, said.channel ?? '')
    },
    effect: (walker, effect) => tally.effect(walker, effect),
    told({ encounterId, type, occurredAt, origin, cause }: LogEvent) {
      const life = lives.get(encounterId ?? '')
      if (life === undefined || life.events.length >= MOST_SHOWN) return
      const from = origin !== 'internal' ? 'outside' : cause?.startsWith('run:') ? 'flow' : 'conversation'
      life.events.push({ at: occurredAt, type, from })
    },
    stepped: (walker, steps) => tally.steps(walker, steps),
    begun(walker) {
      tally.begun()
      waiting.add(walker)
      lifeOf(walker)?.runs.push(walker)
    },
    reached: tally.reached,
    ended(walker) {
      waiting.delete(walker)
      tally.ended(walker)
      const outcome = outcomeOf(walker)
      const before = ended.get(outcome) ?? 0
      ended.set(outcome, before + 1)
      if (before < trial.examples * KEPT) return
      // Nobody will be shown it, and a million steps take room.
      walker.steps = []
      const life = lifeOf(walker)
      if (life !== undefined) life.isWhole = false
    },
    passed,
  })
  const { engine, talks } = world

  function mayAnswer(life: Life, channel: string): void {
    if (trial.habits === null) return
    const habit = habits.get(life) ?? habitOf(trial.habits, trial.seed, life.person.id)
    habits.set(life, habit)
    const after = habit.answer(channel)
    if (after === null) return
    const { spoke } = life
    const { text } = trial.habits
    engine.at(engine.now + after, 0, () => {
      // They have come back meanwhile: that was the answer.
      if (life.spoke === spoke) reply(life, text)
    })
  }

  function reply(life: Life, text: string): void {
    life.spoke += 1
    life.replies += 1
    const messageId = hashId('simulated-reply', life.person.id, String(life.replies))
    if (talks.hear(life.person.id, messageId, text)) replies += 1
    else tooLate += 1
  }

  function live(life: Life): void {
    const { person } = life
    talks.open({ id: person.id, contactId: person.contact?.id ?? null, channel: 'simulated' })
    if (trial.event !== null) outside(life, trial.event, 'event')
    for (const [i, act] of person.acts.entries()) {
      engine.at(person.startsAt + act.afterMs, 0, () => {
        if ('reply' in act) reply(life, act.reply)
        else {
          life.spoke += 1
          outside(life, act.event, String(i))
        }
      })
    }
  }

  function outside({ person }: Life, told: ToldOf, which: string): void {
    world.tell(aboutPerson(ground.house.tenant, person, told(person.contact), { which, at: engine.now }))
  }

  /** The flow begins by the clock as well, at each of its times. */
  function wind(after: number): void {
    const { house, flowId, flow } = ground
    const at = nextAppointment(flow, after)
    if (at === null || at > trial.until) return
    engine.at(at, 1, () => {
      for (const event of appointmentsAt(house.tenant, flowId, flow, at)) world.tell(event)
      wind(at)
    })
  }

  wind(ground.startAt)
  for (const person of trial.people) {
    const life: Life = { person, runs: [], said: [], events: [], notBegun: [], replies: 0, spoke: 0, isWhole: true }
    lives.set(person.id, life)
    engine.at(person.startsAt, 0, () => live(life))
  }
  let complete = true
  for (const turn of engine.pass(trial.until)) {
    if (engine.steps > trial.maxSteps) {
      complete = false
      break
    }
    yield turn
  }
  for (const beat of engine.waiting) passed(beat, STILL_WAITS)
  const conversations = { open: 0, warned: 0, closed: 0 }
  for (const { person } of lives.values()) conversations[talks.get(person.id)?.status ?? 'open'] += 1
  return {
    people: trial.people.length,
    steps: engine.steps,
    complete,
    until: iso(engine.now),
    totals: {
      ...tally.totals(waiting),
      conversations,
      replies,
      tooLate,
      notBegun: [...notBegun.values()].slice(0, 50),
    },
    examples: examplesOf([...lives.values()], trial.examples),
  }
}

/** An event of another system about a person of the trial, with what it leaves out filled in. */
export function aboutPerson(
  tenant: string,
  person: Pick<Person, 'id' | 'contact'>,
  members: { readonly [name: string]: Json },
  { which, at }: { which: string; at: number },
) {
  const id = `simulated-${person.id}-${which}`
  const contactId = person.contact?.id
  const isFlat = members.subtype !== undefined
  const own = isFlat
    ? { encounter_id: person.id, ...(contactId === undefined ? {} : { patient_id: contactId }), ...members }
    : {
        ...members,
        subject: members.subject ?? person.id,
        data: {
          encounterId: person.id,
          ...(contactId === undefined ? {} : { contactId }),
          ...(members.data as { [name: string]: Json } | undefined),
        },
      }
  const event = inventedEvent(tenant, own, '/event', { id, subject: person.id, at })
  return { ...event, id, occurredAt: at }
}

/** So many people of each way it came out, with all that happened to them; of one with very many runs some have lost their steps. */
function examplesOf(lives: readonly Life[], most: number): Story[] {
  const shown = new Map<string, number>()
  const wholeFirst = [...lives.filter(({ isWhole }) => isWhole), ...lives.filter(({ isWhole }) => !isWhole)]
  return wholeFirst.flatMap(({ person, runs, said, events, notBegun }) => {
    const last = runs.at(-1)
    const outcome = last === undefined ? 'not started' : outcomeOf(last)
    // Of those who began none some are shown for each reason.
    const way = last === undefined ? `${outcome}: ${notBegun[0]?.says.en}` : outcome
    const before = shown.get(way) ?? 0
    if (before >= most || shown.size > 20) return []
    shown.set(way, before + 1)
    return {
      id: person.id,
      contactId: person.contact?.id ?? null,
      outcome,
      runs: runs.map((walker) => ({
        id: walker.run.id,
        flowId: walker.flowId,
        status: walker.run.status,
        outcome: outcomeOf(walker),
        startedAt: iso(walker.run.startedAt),
        path: timeline(walker.steps).slice(0, MOST_SHOWN),
      })),
      said: said.map(({ at, ...rest }) => ({ at: iso(at), ...rest })),
      events: events.map(({ at, ...rest }) => ({ at: iso(at), ...rest })),
      notBegun,
    }
  })
}
