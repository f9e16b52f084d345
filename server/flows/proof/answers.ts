import { Type } from '@sinclair/typebox'
import { sentence } from '#flows/answers.ts'
import { instant, oneOf, orNull } from '#platform/http/answer-fields.ts'

const people = (description: string) => Type.Integer({ minimum: 0, description })
const estimate = Type.Object(
  { value: Type.Number(), low: Type.Number(), high: Type.Number() },
  { title: 'Estimate', description: 'Shares of 1, with the limits of the 95 % interval' },
)
const count = Type.Object({ hits: people('Came back'), people: people('Whose window is over') })

const arm = Type.Object(
  {
    arm: Type.String({ description: 'Empty for a flow without a split' }),
    holdout: Type.Boolean({ description: 'It gets nothing' }),
    weight: orNull(Type.Number({ description: 'As the graph of the version has it' })),
    entered: people('People, each by the first entry of the period'),
    sent: people('For whom a channel had something, or to whom a flow wrote in the conversation'),
    delivered: people('Of whom a provider took it, or in whose conversation it stands'),
    followed: people('Who opened a signed link into the conversation'),
    recovered: people('Who reached the goal within the window, so far'),
    closed: people('Whose conversation was closed within the window'),
    observed: people('Whose window is over: rates and comparisons are of these'),
    observedRecovered: people('Of those, who reached the goal'),
    rate: orNull(estimate),
    timeToReturn: orNull(
      Type.Object({
        medianMs: Type.Number({ description: 'From entry to goal, of those who reached it' }),
        p90Ms: Type.Number(),
      }),
    ),
  },
  { title: 'ArmReport' },
)

const lift = Type.Object(
  {
    arm: orNull(Type.String({ description: 'Null: all arms but the holdout together' })),
    treated: count,
    holdout: count,
    verdict: oneOf(['better', 'worse', 'noDifference', 'notEnoughData']),
    difference: orNull(estimate),
    relative: orNull(Type.Number({ description: 'The difference as a share of what comes back without anything' })),
    says: sentence,
  },
  { title: 'Lift' },
)

const versionReport = Type.Object(
  {
    version: Type.Integer(),
    goal: orNull(
      Type.Object({
        event: Type.String(),
        withinMs: Type.Number({ description: 'From entry on, in every arm alike' }),
      }),
    ),
    arms: Type.Array(arm),
    lifts: Type.Array(lift, { description: 'Empty without a holdout or a goal' }),
    spread: orNull(
      Type.Object({
        chance: orNull(
          Type.Number({
            description: 'Of a spread over the arms as uneven as this, if all is well; null: too few people',
          }),
        ),
        suspicious: Type.Boolean(),
        says: orNull(sentence),
      }),
    ),
    winner: orNull(
      Type.Object(
        {
          state: oneOf(['running', 'won', 'undecided', 'ended'], {
            description:
              'undecided: the people are there, and no arm can be told from chance. ended: the version takes nobody any more and has too few',
          }),
          arm: orNull(Type.String()),
          promoted: Type.Boolean({ description: 'New entries all go its way, but for the holdout' }),
          counts: Type.Array(Type.Object({ arm: Type.String(), people: Type.Integer(), hits: Type.Integer() }), {
            description:
              'What it was decided on: the first people of each arm. While it runs, those whose window is over',
          }),
          minimum: orNull(people('Of each arm that it is decided on; null: this release cannot run the version')),
          windowsEndAt: orNull({
            ...instant,
            description: 'While it runs: when the windows of these people are over. Null: they have not all entered',
          }),
          decidedAt: orNull(instant),
        },
        { title: 'Winner', description: 'Where the split has a rule for it' },
      ),
    ),
  },
  { title: 'VersionReport' },
)

export const reportAnswer = Type.Object(
  {
    flowId: Type.String(),
    node: Type.String({ description: 'The split that is told of; empty: the flow as a whole' }),
    splits: Type.Array(Type.String(), { description: 'All splits of the version that is published, or was asked for' }),
    from: instant,
    to: instant,
    partial: Type.Boolean({ description: 'There are more entries than are looked at: it tells of the newest' }),
    versions: Type.Array(versionReport, { description: 'The newest first' }),
  },
  { title: 'FlowReport' },
)
