import { apiOf } from '../api.ts'
import type { Left } from './story.ts'
import type { Words } from './words.ts'

/** What opens a demo that is left running. */
export type Door = { url: string; key: string; email: string; password: string }

/**
 * Sets the installation up as its owner would, so that who signs in sees the story and not what a first start asks.
 * @throws Error with what the program answered
 */
export async function settle({ url, email, password }: Door, { clinic }: Words): Promise<void> {
  const { token } = await apiOf(url, '').post<{ token: string }>('/api/v1/login', { email, password })
  await apiOf(url, token).post('/api/v1/set-up', { name: clinic })
}

/** Where to look, and how to come in. */
export function keptText({ url, key, email, password }: Door, left: Left, { present, keptUp, rows }: Words): string {
  const listed: [string, string][] = [
    [rows.admin, url],
    [rows.email, email],
    [rows.password, password],
    [rows.key, key],
    [rows.page, left.page],
    [rows.conversations, left.encounters.join(', ')],
    [rows.flow, left.flowId],
    [rows.subscription, left.subscriptionId],
  ]
  const lines = listed.map(([name, value]) => `  ${name.padEnd(16)} ${value}`)
  return `\n${present}\n${keptUp}\n${lines.join('\n')}\n\n  curl -H 'Authorization: Bearer ${key}' ${url}/api/v1/events\n`
}
