import type { Outcome } from '#flows/run.ts'

/** What a call comes to where nobody says. */
export const ANSWERED: Outcome = { way: 'ok', value: { status: 200, headers: {}, body: null } }

const APPROVED: Outcome = { way: 'approved', value: { by: 'simulation', note: null } }

/** What becomes of an effect where the scenario does not say: all goes well, as far as that can be made up. */
export const USUAL: Readonly<Record<'approval' | 'llm' | 'ask', Outcome>> = {
  approval: APPROVED,
  llm: { way: 'ok', value: { content: 'simulated', finishReason: 'stop' } },
  ask: { way: 'ok', value: {} },
}
