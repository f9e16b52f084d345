import { isIP } from 'node:net'

/** One setting of the environment: what it means, how its text is read, what holds when it is absent. */
export type Setting<T> = {
  describe: string
  /** Undefined: the setting has no value unless given. */
  default: T
  /** Throws an Error whose message completes "NAME …", for example "must be a whole number from 1 to 65535". */
  parse(text: string): T
  /** Never printed. */
  secret?: boolean
}

// biome-ignore lint/suspicious/noExplicitAny: a table of settings of different types
export type SettingSpecs = Readonly<Record<string, Setting<any>>>

export type ValuesOf<S extends SettingSpecs> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never }

/** All validated values. A context reads its own with `settings.of(itsSpecs)`. */
export type Settings = {
  of<S extends SettingSpecs>(specs: S): ValuesOf<S>
  /** Whether the environment gives it: what was said is told from what holds by default. */
  given(name: string): boolean
}

export const text = <D extends string | undefined>(describe: string, fallback: D): Setting<string | D> => ({
  describe,
  default: fallback,
  parse: (value) => value,
})

/** The name or address of another machine, alone: with a scheme or a port it would be looked up as a name, for ever. */
export const host = <D extends string | undefined>(describe: string, fallback: D): Setting<string | D> => ({
  describe,
  default: fallback,
  parse: (value) => {
    if (isIP(value) === 0 && /[:/@\s]/.test(value)) throw new Error('must be a host alone, without scheme and port')
    return value
  },
})

export const secretText = (describe: string): Setting<string | undefined> => ({
  describe,
  default: undefined,
  secret: true,
  parse: (value) => value,
})

export const flag = (describe: string, fallback: boolean): Setting<boolean> => ({
  describe,
  default: fallback,
  parse: (value) => {
    if (/^(1|true|yes|on)$/i.test(value)) return true
    if (/^(0|false|no|off)$/i.test(value)) return false
    throw new Error('must be true or false')
  },
})

export const integer = (describe: string, fallback: number, range: { min: number; max: number }): Setting<number> => ({
  describe,
  default: fallback,
  parse: (value) => {
    const n = Number(value)
    if (!/^-?\d+$/.test(value) || n < range.min || n > range.max) {
      throw new Error(`must be a whole number from ${range.min} to ${range.max}`)
    }
    return n
  },
})

export const decimal = (describe: string, fallback: number, range: { min: number; max: number }): Setting<number> => ({
  describe,
  default: fallback,
  parse: (value) => {
    const n = Number(value)
    if (!/^\d+(\.\d+)?$/.test(value) || n < range.min || n > range.max) {
      throw new Error(`must be a number from ${range.min} to ${range.max}`)
    }
    return n
  },
})

export const oneOf = <T extends string>(describe: string, fallback: T, choices: readonly T[]): Setting<T> => ({
  describe,
  default: fallback,
  parse: (value) => {
    const found = choices.find((choice) => choice === value)
    if (found === undefined) throw new Error(`must be one of ${choices.join(', ')}`)
    return found
  },
})

/** An absolute URL of one of the given schemes (without the colon). */
export const url = (describe: string, schemes: readonly string[], secret = false): Setting<string | undefined> => ({
  describe,
  default: undefined,
  secret,
  parse: (value) => {
    const scheme = URL.parse(value)?.protocol.slice(0, -1)
    if (scheme === undefined || !schemes.includes(scheme)) throw new Error(`must be a URL: ${schemes.join(' or ')}`)
    return value
  },
})

/** An http or https URL that paths are appended to: what stands behind the path, or names a user, would be lost or told. */
export const baseUrl = (describe: string): Setting<string | undefined> => {
  const any = url(describe, ['http', 'https'])
  return {
    ...any,
    parse(value) {
      any.parse(value)
      const { username, password, search, hash } = new URL(value)
      if (username !== '' || password !== '') throw new Error('must not hold a user or a password')
      if (search !== '' || hash !== '' || /[?#]/.test(value)) throw new Error('must end with its path, without ? or #')
      return value
    },
  }
}

export const list = (describe: string, fallback: readonly string[] = []): Setting<readonly string[]> => ({
  describe,
  default: fallback,
  parse: (value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
})

/** Reads all specs at once; `problems` names every bad value and every unknown `CAUCE_*` name. */
export function readSettings(
  specs: readonly SettingSpecs[],
  env: Readonly<Record<string, string | undefined>>,
): { settings: Settings; problems: string[] } {
  const values = new Map<string, unknown>()
  const problems: string[] = []
  for (const [name, setting] of specs.flatMap((group) => Object.entries(group))) {
    const given = env[name]
    values.set(name, setting.default)
    if (given === undefined || given === '') continue
    try {
      values.set(name, setting.parse(given))
    } catch (error) {
      values.set(name, setting.default)
      // A URL with a password in it is one that should not have been given; it is not repeated either.
      const shown = setting.secret || /\/\/[^/]*@/.test(given) ? '' : ` (it is ${JSON.stringify(given)})`
      problems.push(`${name} ${error instanceof Error ? error.message : String(error)}${shown}`)
    }
  }
  for (const name of Object.keys(env)) {
    if (name.startsWith('CAUCE_') && !values.has(name)) problems.push(`${name} is not a setting of this program`)
  }
  const of = <S extends SettingSpecs>(group: S) =>
    Object.freeze(Object.fromEntries(Object.keys(group).map((name) => [name, values.get(name)]))) as ValuesOf<S>
  const given = (name: string) => values.has(name) && (env[name] ?? '') !== ''
  return { settings: { of, given }, problems }
}
