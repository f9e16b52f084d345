import { hash } from 'node:crypto'
import { Type } from '@sinclair/typebox'
import type { Walk } from '#flows/flow.ts'
import { nodeKind } from '#flows/node-kind.ts'
import { HANDLE } from '#flows/nodes/fields.ts'
import type { WinnerRule } from '#flows/proof/winners/rule.ts'
import { from } from '#flows/walk.ts'

/** Weights are shares of their sum, so that 90 and 10 read as per cent and 1 and 1 as halves. */
const WEIGHT = Type.Number({ minimum: 0, maximum: 1_000_000 })

/**
 * Sends each person the way of one arm, always the same: by a hash of tenant, flow, node and person, which no new
 * version of the flow changes, or of a group and the person (`armOf`). The arm named by `holdout` gets nothing: what it
 * leads to is for counting only, and where it leads nowhere the run ends.
 */
export const split = nodeKind({
  type: 'split',
  definition: {
    title: { es: 'Repartir (A/B)', en: 'Split (A/B)' },
    data: Type.Object(
      {
        arms: Type.Array(Type.Object({ handle: HANDLE, weight: WEIGHT }, { additionalProperties: false }), {
          minItems: 1,
          maxItems: 20,
        }),
        holdout: Type.Optional(HANDLE),
        group: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 100,
            description:
              'Splits of the same group draw alike for a person, in whatever flow: with equal shares of the holdout one is held out of all or of none',
          }),
        ),
        winner: Type.Optional(
          Type.Object(
            {
              minimum: Type.Integer({
                minimum: 100,
                maximum: 100_000,
                description:
                  'The first so many people of each arm decide, once, when the window of all of them is over',
              }),
              confidence: Type.Optional(Type.Number({ minimum: 0.8, maximum: 0.999, description: 'Default 0.95' })),
              promote: Type.Optional(
                Type.Boolean({
                  description: 'The winner takes all new entries but those of the holdout; default false',
                }),
              ),
            },
            { additionalProperties: false },
          ),
        ),
      },
      { additionalProperties: false },
    ),
    ways: (data) => data.arms.map(({ handle }) => handle),
    mustLead: (data) => data.arms.flatMap(({ handle }) => (handle === data.holdout ? [] : handle)),
  },
  compile({ arms, holdout = null, group = null, winner }, compiler) {
    // Whom it is for must not hang on what else the flow reads.
    compiler.reads('contact')
    const seen = new Set<string>()
    for (const [i, { handle }] of arms.entries()) {
      if (seen.has(handle)) {
        compiler.fault(`arms.${i}.handle`, { en: `${handle} is taken already`, es: `${handle} ya está usado` })
      }
      seen.add(handle)
    }
    if (holdout !== null && !seen.has(holdout)) {
      compiler.fault('holdout', { en: `there is no arm ${holdout}`, es: `no hay ninguna rama ${holdout}` })
    }
    const whole = arms.reduce((sum, { weight }) => sum + weight, 0)
    if (whole <= 0) {
      compiler.fault('arms', {
        en: 'the weights are nothing together: some arm needs a share',
        es: 'los pesos suman cero: alguna rama necesita una parte',
      })
    }
    if (winner !== undefined && arms.filter(({ handle, weight }) => weight > 0 && handle !== holdout).length < 2) {
      compiler.fault('winner', {
        en: 'two arms with a share are needed, beside the holdout',
        es: 'hacen falta dos ramas con una parte, además del grupo de control',
      })
    }
    return { arms, holdout, group, winner: ruleFrom(winner) }
  },
  advance({ arms, holdout, group }, walk) {
    const unit = unitOf(walk)
    const drawn = armOf(arms, holdout, ...(group === null ? [walk.env.experiment, walk.node.id] : [group]), unit)
    const { now: at, seen } = walk
    const winner = walk.flow.winners.get(walk.node.id)
    // A replay comes by here at moments from before the winner was known.
    const promoted = winner !== undefined && at >= winner.since
    // Who gets nothing is needed to know what the winner does.
    const arm = walk.env.armOf?.(walk.node.id) ?? (promoted && drawn !== holdout ? winner.arm : drawn)
    walk.effects.push({ kind: 'split', ...from(walk), arm, holdout: arm === holdout, promoted, unit, at, seen })
    walk.step.output = { arm }
    // Never by an edge that takes all other ways: that one leads to what the others get.
    if (arm !== holdout || walk.node.outs.has(arm)) return arm
    walk.end = { status: 'completed', outcome: 'holdout' }
    return null
  },
})

const ruleFrom = (
  stated: { minimum: number; confidence?: number; promote?: boolean } | undefined,
): WinnerRule | null => (stated === undefined ? null : { confidence: 0.95, promote: false, ...stated })

/** Whom the arm is for: the person, or whatever else the run is about. */
function unitOf({ env, about, key, runId }: Walk): string {
  const known = (env.facts.contact as { id?: unknown } | null)?.id
  return (typeof known === 'string' ? known : about.contactId) ?? about.encounterId ?? key ?? runId
}

const PARTS = 2 ** 48

/**
 * A number from 0 to below 1, the same for the same person, spread evenly over people.
 * @param drawn what is drawn, and for whom: tenant and flow, node and person, or group and person
 */
export function share(...drawn: readonly string[]): number {
  return Number.parseInt(hash('sha256', JSON.stringify(drawn), 'hex').slice(0, 12), 16) / PARTS
}

type Arm = { handle: string; weight: number }

/**
 * The arm that is drawn, whatever the order of the arms. Held out are those at the end of the line, as many as the share
 * of the holdout says: other arms that share the rest otherwise move nobody into the holdout or out of it, a larger
 * holdout frees nobody, and a smaller one takes nobody. Of the others only those change their arm who have to by the
 * weights: an arm that is added, or weighs more, takes from the others and they nothing from each other.
 */
export function armOf(arms: readonly Arm[], holdout: string | null, ...drawn: readonly string[]): string {
  const treated = arms.filter(({ handle, weight }) => weight > 0 && handle !== holdout)
  const rest = treated.reduce((sum, { weight }) => sum + weight, 0)
  const heldOut = arms.find(({ handle }) => handle === holdout)
  if (heldOut !== undefined && share(...drawn) * (rest + heldOut.weight) >= rest) return heldOut.handle
  let first = ''
  let least = Number.POSITIVE_INFINITY
  for (const { handle, weight } of treated) {
    // A race whose times are exponential: each arm wins as often as its weight says, whoever else runs.
    const time = treated.length === 1 ? 0 : -Math.log(1 - share(...drawn, handle)) / weight
    if (time < least || (time === least && handle < first)) [first, least] = [handle, time]
  }
  return first
}
