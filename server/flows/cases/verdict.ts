import { isDeepStrictEqual } from 'node:util'
import type { CaseBody, NamedCase } from '#flows/cases/case.ts'
import { type Played, play, type Said } from '#flows/cases/play.ts'
import { inSpanish } from '#flows/failure-text.ts'
import type { Flow } from '#flows/flow.ts'
import { ALONE, type Turns } from '#flows/rehearsal.ts'
import { addSpan, parseDuration } from '#platform/duration.ts'
import type { Json } from '#platform/event.ts'
import { Problem } from '#platform/problem.ts'
import type { Sentence } from '#platform/sentence.ts'

/** One thing that came otherwise than a case expects. */
export type Miss = { path: string; expected: Json; actual: Json; says: Sentence }

export type Verdict = {
  name: string
  passed: boolean
  misses: Miss[]
  /** What the flow did. */
  status: string
  outcome: string
  steps: string[]
  messages: {
    nodeId: string
    after: string
    channel: string
    template: string | null
    title: string | null
    text: string | null
  }[]
}

/** Plays cases to a flow, one after the other. @throws Problem when they take too much, see `Turns` */
export async function judgeCases(flow: Flow, cases: readonly NamedCase[], turns: Turns = ALONE): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  for (const { name, ...given } of cases) {
    try {
      const walk = play(flow, given)
      let step = await turns.on(walk)
      while (!step.done) step = await turns.on(walk)
      verdicts.push(verdictOf(name, given, step.value))
    } catch (error) {
      // Others say that it was broken off, of whichever case.
      if (!(error instanceof Problem && error.status === 400)) throw error
      verdicts.push(unplayable(name, error))
    }
  }
  return verdicts
}

const NOTHING_DONE = { status: 'not started', outcome: 'not started', steps: [], messages: [] }

function unplayable(name: string, { faults, message }: Problem): Verdict {
  const misses = (faults.length > 0 ? faults : [{ path: '', message }]).map(({ path, message: en, messages }) => ({
    path,
    expected: null,
    actual: null,
    says: messages ?? { en, es: en },
  }))
  return { name, passed: false, misses, ...NOTHING_DONE }
}

function verdictOf(name: string, given: CaseBody, played: Played): Verdict {
  const status = played.run?.status ?? 'not started'
  const missed = [...plain(given, played, status), ...steps(given, played), ...messages(given, played)]
  // All else follows from it.
  const misses =
    missed.length === 0 ? [] : played.run === null ? [notBegun(played)] : [...failureOf(given, played), ...missed]
  const shown = played.said.map(({ afterMs, ...said }) => ({ ...said, after: isoDuration(afterMs) }))
  return {
    name,
    passed: misses.length === 0,
    misses,
    status,
    outcome: played.outcome,
    steps: played.steps,
    messages: shown,
  }
}

const notBegun = ({ why }: Played): Miss => ({
  path: '/event',
  expected: null,
  actual: why?.en ?? null,
  says: { en: `no run began: ${why?.en}`, es: `no comenzó ninguna ejecución: ${why?.es}` },
})

/** The rest may follow from it, and nothing else says why. */
function failureOf({ expect }: CaseBody, { run }: Played): Miss[] {
  const failure = run?.failure ?? null
  if (failure === null || expect.status === 'failed') return []
  const { nodeId, cause } = failure
  return [
    {
      path: '/expect',
      expected: null,
      actual: cause,
      says: {
        en: `the run failed at step ${nodeId}: ${cause}`,
        es: `la ejecución falló en el paso ${nodeId}: ${inSpanish(cause)}`,
      },
    },
  ]
}

const quoted = (value: Json | undefined): string => (value === undefined ? '–' : JSON.stringify(value))

const differs = (path: string, what: Sentence, expected: Json, actual: Json | undefined): Miss => ({
  path,
  expected,
  actual: actual ?? null,
  says: {
    en: `${what.en}: expected ${quoted(expected)}, came ${quoted(actual)}`,
    es: `${what.es}: se esperaba ${quoted(expected)}, fue ${quoted(actual)}`,
  },
})

function plain({ expect }: CaseBody, { run, outcome }: Played, status: string): Miss[] {
  const misses: Miss[] = []
  if (expect.status !== undefined && expect.status !== status) {
    misses.push(differs('/expect/status', { en: 'the state', es: 'el estado' }, expect.status, status))
  }
  if (expect.outcome !== undefined && expect.outcome !== outcome) {
    misses.push(differs('/expect/outcome', { en: 'the outcome', es: 'el resultado' }, expect.outcome, outcome))
  }
  for (const [name, wanted] of Object.entries(expect.vars ?? {})) {
    const found = run !== null && Object.hasOwn(run.vars, name) ? run.vars[name] : undefined
    if (isDeepStrictEqual(found, wanted)) continue
    const what = { en: `the variable ${name}`, es: `la variable ${name}` }
    misses.push(differs(`/expect/vars/${name}`, what, wanted, found))
  }
  return misses
}

/** Tells the first step that came otherwise: all after it follow from it. */
function steps({ expect }: CaseBody, { steps: came }: Played): Miss[] {
  const wanted = expect.steps
  if (wanted === undefined) return []
  const at = Array.from({ length: Math.max(wanted.length, came.length) }, (_, i) => i).find(
    (i) => wanted[i] !== came[i],
  )
  if (at === undefined) return []
  const [expected, actual] = [wanted[at], came[at]]
  const n = at + 1
  const says =
    actual === undefined
      ? {
          en: `step ${n}: expected ${expected}, and the run ended or waits`,
          es: `paso ${n}: se esperaba ${expected}, y la ejecución terminó o espera`,
        }
      : expected === undefined
        ? { en: `step ${n}: expected no more, came ${actual}`, es: `paso ${n}: no se esperaba más, fue ${actual}` }
        : {
            en: `step ${n}: expected ${expected}, came ${actual}`,
            es: `paso ${n}: se esperaba ${expected}, fue ${actual}`,
          }
  return [{ path: `/expect/steps/${at}`, expected: [...wanted], actual: came, says }]
}

type Wanted = NonNullable<CaseBody['expect']['messages']>[number]

function messages({ expect }: CaseBody, { said, at }: Played): Miss[] {
  const wanted = expect.messages
  if (wanted === undefined) return []
  const misses = wanted.flatMap((one, i) => messageMisses(one, said[i], i, at))
  for (const [i, { nodeId, text, template }] of said.entries()) {
    if (i < wanted.length) continue
    const shown = text ?? template ?? ''
    misses.push({
      path: '/expect/messages',
      expected: null,
      actual: shown,
      says: {
        en: `message ${i + 1}: expected no more, came ${quoted(shown)} of step ${nodeId}`,
        es: `mensaje ${i + 1}: no se esperaba más, fue ${quoted(shown)} del paso ${nodeId}`,
      },
    })
  }
  return misses
}

function messageMisses(wanted: Wanted, said: Said | undefined, i: number, from: number): Miss[] {
  const path = `/expect/messages/${i}`
  const n = i + 1
  if (said === undefined) {
    const says = { en: `message ${n}: none came`, es: `mensaje ${n}: no llegó ninguno` }
    return [{ path, expected: wanted as { [name: string]: Json }, actual: null, says }]
  }
  const misses: Miss[] = []
  const compare = (name: string, en: string, es: string, expected: Json | undefined, actual: Json) => {
    if (expected === undefined || expected === actual) return
    misses.push(differs(`${path}/${name}`, { en: `message ${n}, ${en}`, es: `mensaje ${n}, ${es}` }, expected, actual))
  }
  compare('node', 'its step', 'su paso', wanted.node, said.nodeId)
  compare('channel', 'its channel', 'su canal', wanted.channel, said.channel)
  compare('template', 'its template', 'su plantilla', wanted.template, said.template)
  compare('title', 'its title', 'su título', wanted.title, said.title)
  compare('text', 'its text', 'su texto', wanted.text, said.text)
  if (wanted.contains !== undefined && said.text?.includes(wanted.contains) !== true) {
    const what = { en: `message ${n}, a part of its text`, es: `mensaje ${n}, una parte de su texto` }
    misses.push(differs(`${path}/contains`, what, wanted.contains, said.text))
  }
  const span = wanted.after === undefined ? null : parseDuration(wanted.after)
  // A month is as long as the one that follows the first event.
  if (span !== null && addSpan(from, span) - from !== said.afterMs) {
    const what = { en: `message ${n}, when it comes`, es: `mensaje ${n}, cuándo llega` }
    misses.push(differs(`${path}/after`, what, wanted.after ?? null, isoDuration(said.afterMs)))
  }
  return misses
}

/** Milliseconds as an ISO 8601 duration: PT4H, P1DT2H, PT0S. */
export function isoDuration(ms: number): string {
  const days = Math.floor(ms / 86_400_000)
  const [hours, minutes, seconds] = [3_600_000, 60_000, 1_000].map((unit, i) =>
    i === 2 ? (ms % 60_000) / unit : Math.floor((ms % (unit * (i === 0 ? 24 : 60))) / unit),
  ) as [number, number, number]
  const time = `${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}${seconds > 0 ? `${seconds}S` : ''}`
  const date = days > 0 ? `${days}D` : ''
  return date === '' && time === '' ? 'PT0S' : `P${date}${time === '' ? '' : `T${time}`}`
}
