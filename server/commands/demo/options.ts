export type Breakable = 'push' | 'webhook' | 'link'
export type DemoOptions = { broken: Breakable | null; keep: boolean }

const BREAKABLE: readonly Breakable[] = ['push', 'webhook', 'link']

/** @returns what is wrong with the first word that is not understood */
export function demoOptions(args: readonly string[]): DemoOptions | string {
  let broken: Breakable | null = null
  let keep = false
  for (const word of args) {
    const [name, value] = word.split('=', 2)
    const found = BREAKABLE.find((choice) => choice === value)
    if (word === '--keep') keep = true
    else if (name === '--break' && found !== undefined) broken = found
    else if (name === '--break') return `--break is one of ${BREAKABLE.join(', ')}, not ${JSON.stringify(value ?? '')}`
    else return `${JSON.stringify(word)} is no option`
  }
  return { broken, keep }
}
