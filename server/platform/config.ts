import { existsSync } from 'node:fs'
import { readSettings, type SettingSpecs, type Settings } from '#platform/settings.ts'

/** Bad or unknown settings: the start stops and names them all. */
export class SettingsError extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(
      `${problems.length === 1 ? 'a setting is' : 'some settings are'} not valid:\n${problems.map((line) => `  ${line}`).join('\n')}`,
    )
    this.problems = problems
  }
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
  if (existsSync('.env')) process.loadEnvFile('.env')
  const { settings, problems } = readSettings(specs, { ...given.defaults, ...process.env, ...given.overrides })
  if (problems.length > 0) throw new SettingsError(problems)
  return settings
}
