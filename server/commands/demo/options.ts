export type Breakable = 'push' | 'webhook' | 'link'
export type DemoOptions = { broken: Breakable | null; keep: boolean }

const BREAKABLE: readonly Breakable[] = ['push', 'webhook', 'link']

/** @returns null when the words are not understood */
export function demoOptions(args: readonly string[]): DemoOptions | null {
  let broken: Breakable | null = null
  let keep = false
  for (const word of args) {
    const [name, value] = word.split('=', 2)
    const found = BREAKABLE.find((choice) => choice === value)
    if (word === '--keep') keep = true
    else if (name === '--break' && found !== undefined) broken = found
    else return null
  }
  return { broken, keep }
}
