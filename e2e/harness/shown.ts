import assert from 'node:assert/strict'
import type { Shell } from './shell.ts'

/** Documents whose commands are run and whose answers are compared: fields may be left out, `…` is what differs. */

export type Block = { kind: string; text: string }

/** The fenced blocks of a document, in order. */
export const blocksOf = (markdown: string): Block[] =>
  [...markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, kind = '', text = '']) => ({ kind, text }))

const PATIENCE_MS = 10_000

/** Repeats until `look` says nothing against it, or patience is over; a reader does not type that fast. */
export async function until(look: () => Promise<string> | string): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    const against = await look()
    if (against === '') return
    if (Date.now() > end) assert.fail(against)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/**
 * Runs the commands of a document one after the other and compares the last answer of each block with the `json`
 * block that follows. A question is asked again until the answer is so; a command that changes something is not.
 * @param onText what becomes of a `text` block
 * @returns how many answers were compared
 */
export async function runBlocks(
  shell: Shell,
  blocks: readonly Block[],
  onText: (text: string) => Promise<void>,
): Promise<number> {
  let compared = 0
  for (const [i, { kind, text }] of blocks.entries()) {
    if (kind === 'text') await onText(text)
    if (kind !== 'sh') continue
    let output = await shell.run(text)
    const next = blocks[i + 1]
    if (next?.kind !== 'json') continue
    compared += 1
    const shown: unknown = JSON.parse(next.text)
    const last = text.trimEnd().split('\n').at(-1) ?? ''
    await until(async () => {
      const against = differences(lastAnswer(output), shown)
      if (against === '') return ''
      const told = `${text}\n${against}\nThe answer was ${output}`
      if (!last.startsWith('call GET')) assert.fail(told)
      output = await shell.run(last)
      return told
    })
  }
  return compared
}

function lastAnswer(output: string): unknown {
  try {
    return JSON.parse(output.split('\n').at(-1) ?? '')
  } catch {
    return output
  }
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Whether a text is the one shown, `…` being any. */
export const matches = (text: string, shown: string): boolean =>
  new RegExp(`^${shown.split('…').map(literal).join('[\\s\\S]*')}$`).test(text)

/**
 * What is shown and is not so, by JSON pointer; empty when all holds. Lists have the length shown.
 * @param at where in the answer
 */
export function differences(actual: unknown, shown: unknown, at = ''): string {
  const said = () => `${at || '/'} is ${JSON.stringify(actual)}, shown as ${JSON.stringify(shown)}\n`
  if (typeof shown === 'string') return typeof actual === 'string' && matches(actual, shown) ? '' : said()
  if (typeof shown !== 'object' || shown === null) return actual === shown ? '' : said()
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual) !== Array.isArray(shown)) return said()
  if (Array.isArray(shown) && shown.length !== (actual as unknown[]).length) return said()
  return Object.entries(shown)
    .map(([key, value]) => differences((actual as Record<string, unknown>)[key], value, `${at}/${key}`))
    .join('')
}
