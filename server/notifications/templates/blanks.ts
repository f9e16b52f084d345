import type { Json } from '#platform/event.ts'
import { partsIn } from '#platform/liquid-parts.ts'
import type { TemplateTexts } from './template.ts'

/** What a text shows or asks about of an event, of the run or of the request: `vars.cita`, `event.data.paid`. */
const PATH = /(?<![\w.'"])(?:vars|event\.data|last\.data|data)(?:\.[A-Za-z_]\w*)+/g
const LOOP = /^\{%-?\s*for\b/
const IN_QUOTES = /'[^']*'|"[^"]*"/g

type Blanks = { [name: string]: Json }

/**
 * Something to show in place of values that nobody gave, called as they are: `{ vars: { cita: '«cita»' } }`; a time where
 * the text writes a date. What a loop goes through is left out.
 * @param texts compiled before: no name of theirs is one of JavaScript's own
 * @param now epoch milliseconds
 */
export function blanksIn(texts: TemplateTexts, now: number): Blanks {
  const blanks: Blanks = {}
  for (const text of [texts.title, texts.body, texts.html]) {
    for (const { text: part } of partsIn(text ?? '')) {
      if (LOOP.test(part)) continue
      const isDate = /\|\s*date\b/.test(part)
      for (const [path] of part.replace(IN_QUOTES, "''").matchAll(PATH))
        put(blanks, path.split('.'), isDate ? now : null)
    }
  }
  return blanks
}

function put(blanks: Blanks, path: readonly string[], date: number | null): void {
  const last = path.at(-1) as string
  let at = blanks
  for (const name of path.slice(0, -1)) {
    // A shorter path asked for the whole: what it has inside says more.
    if (typeof at[name] !== 'object') at[name] = {}
    at = at[name] as Blanks
  }
  at[last] ??= date === null ? `«${last}»` : new Date(date).toISOString()
}
