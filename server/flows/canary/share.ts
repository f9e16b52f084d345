import { hashId } from '#platform/ids.ts'

/**
 * Whether a key is of the share that begins with the new version. The same key always is, on every node, and one that is
 * of a small share is of every larger one.
 * @param percent 0 to 100
 */
export function isOfShare(tenant: string, flowId: string, version: number, key: string, percent: number): boolean {
  const hashed = Number.parseInt(hashId('canary', tenant, flowId, String(version), key).slice(0, 8), 16)
  return hashed / 2 ** 32 < percent / 100
}

/** How its ended runs went. */
export type Tally = { failed: number; ended: number }

/** Whether too many have failed: more than the threshold allows, of at least as many as were asked for. */
export const isTooBad = ({ failed, ended }: Tally, threshold: number, minimumRuns: number): boolean =>
  ended >= minimumRuns && failed > threshold * ended
