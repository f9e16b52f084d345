import { parseArgs } from 'node:util'

export type Options = {
  scenarios: readonly string[]
  quick: boolean
  strict: boolean
  /** Folder on the disk that is to be measured. */
  data?: string
  json?: string
  profile?: string
  statements: boolean
}

/**
 * @param known names of the scenarios; `all` names every one
 * @throws Error with a sentence when something is not known
 */
export function readOptions(args: readonly string[], known: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      data: { type: 'string' },
      json: { type: 'string' },
      profile: { type: 'string' },
      statements: { type: 'boolean', default: false },
    },
  })
  const unknown = positionals.find((name) => name !== 'all' && !known.includes(name))
  if (unknown !== undefined) throw new Error(`There is no scenario ${JSON.stringify(unknown)}.`)
  if (positionals.length === 0) throw new Error('Name a scenario, or all.')
  return { ...values, scenarios: positionals.includes('all') ? known : positionals }
}
