import { existsSync } from 'node:fs'
import { readSettings, type SettingSpecs, type Settings, type ValuesOf } from '#platform/settings.ts'

/** Bad or unknown settings: the start stops and names them all. */
class SettingsError extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(
      `${problems.length === 1 ? 'a setting is' : 'some settings are'} not valid:\n${problems.map((line) => `  ${line}`).join('\n')}`,
    )
    this.problems = problems
  }
}

/** What is not set in the environment is read from `.env` in the working directory. */
function environment(): Readonly<Record<string, string | undefined>> {
  if (existsSync('.env')) {
    try {
      process.loadEnvFile('.env')
    } catch {
      throw new SettingsError(['.env in the working directory cannot be read: it must be a file of lines NAME=value'])
    }
  }
  return process.env
}

/**
 * Some settings before all of them are checked; null when one of these is not valid, which is told later with the others.
 * @param defaults for what the environment leaves unset
 */
export function peekSettings<S extends SettingSpecs>(
  specs: S,
  defaults: Readonly<Record<string, string>>,
): ValuesOf<S> | null {
  const { settings, problems } = readSettings([specs], { ...defaults, ...environment() })
  const isBad = Object.keys(specs).some((name) => problems.some((problem) => problem.startsWith(`${name} `)))
  return isBad ? null : settings.of(specs)
}

/**
 * The settings of this process: its environment, then `.env` in the working directory for what is not set there.
 * The only place that reads `process.env`.
 * @param given values that win over the environment, and values for what it leaves unset
 * @throws SettingsError naming every fault at once
 */
export function loadSettings(
  specs: readonly SettingSpecs[],
  given: { overrides?: Readonly<Record<string, string>>; defaults?: Readonly<Record<string, string>> } = {},
): Settings {
  const { settings, problems } = readSettings(specs, { ...given.defaults, ...environment(), ...given.overrides })
  if (problems.length > 0) throw new SettingsError(problems)
  return settings
}
