import { readFileSync } from 'node:fs'

const MEMBERS = { CA: 'ca', CERT: 'cert', KEY: 'key' } as const

/**
 * The PEM texts that the settings of a broker name.
 * @throws Error naming the setting whose file cannot be read
 */
export function certificates<Prefix extends 'RABBITMQ' | 'KAFKA'>(
  prefix: Prefix,
  values: { readonly [name in `${Prefix}_${keyof typeof MEMBERS}_FILE`]: string | undefined },
): { ca?: string; cert?: string; key?: string } {
  const found: { ca?: string; cert?: string; key?: string } = {}
  for (const name of Object.keys(MEMBERS) as (keyof typeof MEMBERS)[]) {
    const setting = `${prefix}_${name}_FILE` as const
    const path = values[setting]
    if (path === undefined) continue
    try {
      found[MEMBERS[name]] = readFileSync(path, 'utf8')
    } catch (error) {
      throw new Error(`${setting} cannot be read: ${(error as Error).message}`, { cause: error })
    }
  }
  return found
}
