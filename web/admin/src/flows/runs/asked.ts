import { type Span, spanOf } from '../../ui/periods.ts'
import type { Run } from '../queries.ts'

type Filters = Span & { q?: string; status?: Run['status']; version?: string; outcome?: string; step?: string }

/** The filters of the address, as the program takes them. */
export const askedOf = ({ period, from, to, version, step, ...same }: Filters) => ({
  ...same,
  ...(version === undefined ? {} : { version: Number(version) }),
  ...(step === undefined ? {} : { nodeId: step }),
  ...spanOf({ period, from, to }, 'domain'),
})
export type Asked = ReturnType<typeof askedOf>
