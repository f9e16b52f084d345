import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Action, decide } from '#conversations/encounters/decide.ts'
import type { Encounter } from '#conversations/encounters/encounter.ts'
import { nextAction, type Surroundings } from '#conversations/encounters/inactivity.ts'
import { bareEncounter } from '#conversations/encounters/outside.ts'
import { type Queue, SILENCES, type Silence, type StateTimes } from '#conversations/queues/queue.ts'

const MINUTE = 60_000

type Times = {
  warning: number | null
  close: number | null
  extension: number
  continuity: boolean
  closes: boolean
  reopens: boolean
  thresholds: { [S in Silence]?: StateTimes }
}
type Step = { after: number } & ({ does: Action } | { sets: Times })

const queueOf = (times: Times): Queue => ({
  tenant: 't',
  id: 'q',
  name: null,
  brand: null,
  product: null,
  service: null,
  calendarId: null,
  warningTexts: {},
  bare: false,
  version: 1,
  continuity: times.continuity,
  warningMin: times.warning,
  closeMin: times.close,
  closeInactive: times.closes,
  extensionMin: times.extension,
  reopenClosed: times.reopens,
  thresholds: times.thresholds,
})

const orNever = (max: number) => fc.option(fc.integer({ min: 1, max }), { freq: 8 })
const times: fc.Arbitrary<Times> = fc.record({
  warning: orNever(30),
  close: orNever(20),
  extension: fc.integer({ min: 0, max: 10 }),
  continuity: fc.boolean(),
  closes: fc.boolean(),
  reopens: fc.boolean(),
  thresholds: fc.oneof(
    { weight: 1, arbitrary: fc.constant({}) },
    {
      weight: 3,
      arbitrary: fc.dictionary(
        fc.constantFrom(...SILENCES),
        fc.record({ warningMin: orNever(30), closeMin: orNever(20) }, { requiredKeys: [] }),
        { maxKeys: SILENCES.length, noNullPrototype: true },
      ),
    },
  ),
})
const does: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .constantFrom('patient', 'agent', 'bot', 'system')
      .map((from) => ({ kind: 'message' as const, from: from as 'patient', text: 'x' })),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'visit' as const, how: 'link' as const }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      { kind: 'return' as const },
      { kind: 'bot' as const },
      { kind: 'assign' as const, user: 'u' },
      { kind: 'transfer' as const, queueId: 'q' },
      { kind: 'close' as const, reason: 'r' },
    ),
  },
  // Counted from the moment of the step: see `at`.
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 20 }).map((n) => ({ kind: 'snooze' as const, until: n })) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 15 }).map((n) => ({ kind: 'extend' as const, byMs: n * MINUTE })) },
)
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc
    .tuple(
      fc.integer({ min: 1, max: 25 }),
      fc.oneof(
        { weight: 6, arbitrary: does.map((one) => ({ does: one })) },
        { weight: 1, arbitrary: times.map((one) => ({ sets: one })) },
      ),
    )
    .map(([after, what]) => ({ after, ...what })),
  { maxLength: 25 },
)

/**
 * What should happen, told anew each minute from the whole history, without timers: whose turn it is since when,
 * and whether that is too long by the settings of this minute.
 */
function model() {
  const told: string[] = []
  let status: 'open' | 'warned' | 'closed' = 'open'
  let warnedAt = 0
  let expired = false
  let extra = 0
  /** Since the person last gave a sign, or something of ours began their silence anew. */
  let base = 0
  let answered: number | null = null
  let hand: 'us' | 'bot' | 'snoozed' = 'us'
  let wrote = false
  let speaker: 'patient' | 'agent' | 'bot' | null = null
  let move: 'transfer' | 'return' | null = null
  /** The time that counts now: of the first state that holds and has one, else of the queue. */
  const timeOf = (q: Times, own: number | null, name: keyof StateTimes): number | null => {
    const now: [Silence, boolean][] = [
      ['snoozed', hand === 'snoozed' && !(answered !== null && answered >= base)],
      ['neverWrote', !wrote],
      ['withBot', hand === 'bot'],
      ['transferred', move === 'transfer'],
      ['returned', move === 'return'],
      ['agentSpokeLast', speaker === 'agent'],
      ['botSpokeLast', speaker === 'bot'],
      ['personSpokeLast', speaker === 'patient'],
    ]
    for (const [state, holds] of now) {
      const time = q.thresholds[state]?.[name]
      if (holds && time !== undefined) return time
    }
    return own
  }
  const back = (at: number) => {
    // An extension stands until the person comes back from a warning.
    if (status === 'warned') {
      told.push(`${at} resumed`)
      extra = 0
      expired = false
    }
    status = 'open'
    base = at
    answered = null
    if (hand === 'snoozed') hand = 'us'
    move = null
  }
  /** Somebody of ours took it up after the warning: it is taken back, and a new silence begins. */
  const renew = () => {
    if (status !== 'warned') return
    status = 'open'
    extra = 0
    expired = false
  }
  /** Our word: it is their turn from the first one on; a bot's word after a warning puts off the close only. */
  const spoke = (at: number, who: 'agent' | 'bot') => {
    speaker = who
    move = null
    if (status === 'warned') {
      if (hand === 'snoozed' && at >= base) hand = 'us'
      if (who === 'bot') warnedAt = Math.max(warnedAt, at)
      else {
        renew()
        base = Math.max(base, at)
        answered = at
      }
    } else if (at >= base) answered ??= at
  }
  return {
    told,
    status: () => status,
    tick(at: number, q: Times) {
      const warning = timeOf(q, q.warning, 'warningMin')
      if (status === 'open' && warning !== null && at >= (answered ?? base) + warning) {
        status = 'warned'
        warnedAt = at
        told.push(`${at} tmipw_expired`)
        if (q.continuity && q.extension > 0 && timeOf(q, q.close, 'closeMin') !== null) told.push(`${at} extended`)
      }
      const close = timeOf(q, q.close, 'closeMin')
      if (status !== 'warned' || close === null) return
      if (at < warnedAt + close + (q.continuity ? q.extension : 0) + extra) return
      if (!expired) told.push(`${at} tmip_expired`)
      expired = true
      if (q.closes) {
        status = 'closed'
        told.push(`${at} closed`)
      }
    },
    act(at: number, action: Action, q: Times) {
      if (action.kind === 'visit' && action.how === 'link') told.push(`${at} link_followed`)
      if (action.kind === 'message' && action.from === 'patient') {
        if (status === 'closed' && !q.reopens) return
        if (status === 'closed') {
          told.push(`${at} reopened`)
          status = 'open'
          extra = 0
          expired = false
        }
        told.push(`${at} message_received`)
        back(at)
        wrote = true
        speaker = 'patient'
      } else if (status === 'closed') return
      else if (action.kind === 'message') {
        told.push(`${at} message_sent`)
        if (action.from === 'agent' || action.from === 'bot') spoke(at, action.from)
      } else if (action.kind === 'visit') back(at)
      else if (action.kind === 'close') {
        status = 'closed'
        told.push(`${at} closed`)
      } else if (action.kind === 'extend') {
        extra += action.byMs / MINUTE
        told.push(`${at} extended`)
      } else {
        told.push(`${at} assigned`)
        base = action.kind === 'snooze' ? at + action.until : at
        renew()
        answered = null
        hand = action.kind === 'bot' ? 'bot' : action.kind === 'snooze' ? 'snoozed' : 'us'
        move = action.kind === 'transfer' || action.kind === 'return' ? action.kind : null
      }
    },
  }
}

describe('inactivity, by law', () => {
  it('agrees with a model without timers, whatever comes in whatever order', () => {
    fc.assert(
      fc.property(times, steps, (first, steps) => {
        let settings = first
        const around = (): Surroundings => ({
          rules: { queue: queueOf(settings), calendar: null },
          texts: [],
          locale: null,
          lastResort: 'es',
        })
        const origin = 1_000_000 * MINUTE
        let encounter: Encounter = {
          ...bareEncounter({ tenant: 't', encounterId: 'e', at: origin }),
          queueId: 'q',
          bare: false,
        }
        const expected = model()
        const told: string[] = []
        const ids = new Set<string>()
        let minute = 0
        const take = (given: Action) => {
          const until = given.kind === 'snooze' ? origin + (minute + given.until) * MINUTE : 0
          const action: Action = given.kind === 'snooze' ? { kind: 'snooze', until } : given
          const decision = decide(
            encounter,
            { ...action, id: `i${minute}-${told.length}`, at: origin + minute * MINUTE },
            around(),
          )
          assert.equal(decision.encounter.messageCount, encounter.messageCount + decision.messages.length)
          encounter = decision.encounter
          for (const { subtype, key } of decision.facts) {
            told.push(`${minute} ${subtype}`)
            assert.ok(!ids.has(`${subtype}/${key}`), `${subtype} of ${key} is told twice`)
            ids.add(`${subtype}/${key}`)
          }
        }
        // As the shell does it: set only when earlier, read again when it rings.
        const arm = () => {
          const next = nextAction(encounter, around().rules)
          if (next !== null && (encounter.armedAt === null || next.at < encounter.armedAt))
            encounter = { ...encounter, armedAt: next.at }
        }
        const tick = () => {
          while (encounter.armedAt !== null && encounter.armedAt <= origin + minute * MINUTE) {
            encounter = { ...encounter, armedAt: null }
            take({ kind: 'timer' })
            arm()
          }
          expected.tick(minute, settings)
        }
        arm()
        for (const step of [...steps, { after: 120, does: { kind: 'visit', how: 'widget' } } satisfies Step]) {
          for (let left = step.after; left > 0; left--) {
            minute += 1
            tick()
          }
          if ('sets' in step) settings = step.sets
          else {
            take(step.does)
            expected.act(minute, step.does, settings)
          }
          arm()
          tick()
          assert.equal(encounter.status, expected.status())
        }
        assert.deepEqual(told, expected.told)
      }),
      { numRuns: 5_000 },
    )
  })
})
