import { loadSettings } from '#platform/config.ts'
import { httpSettings } from '#platform/http/settings.ts'
import { platformSettings } from '#platform/platform-settings.ts'
import type { Setting, SettingSpecs } from '#platform/settings.ts'
import { services } from '../services.ts'

/** Every setting of the program, by the part that declares it. */
export const settingGroups: readonly { name: string; settings: SettingSpecs }[] = [
  { name: 'platform', settings: { ...platformSettings, ...httpSettings } },
  ...services.map(({ name, settings }) => ({ name, settings })),
]

const shownDefault = (setting: Setting<unknown>): string => {
  if (setting.default === undefined || (Array.isArray(setting.default) && setting.default.length === 0))
    return '(unset)'
  return String(setting.default)
}

/** `config --help` lists all settings; `config` alone checks those of this environment. */
export async function config(args: readonly string[]): Promise<number> {
  const [flag, ...more] = args
  if (more.length > 0 || (flag !== undefined && flag !== '--help')) {
    process.stderr.write('Usage: cauce config [--help]\n')
    return 2
  }
  if (flag === undefined) {
    loadSettings(settingGroups.map(({ settings }) => settings))
    process.stdout.write('The settings are valid. `cauce config --help` lists them.\n')
    return 0
  }
  const lines = ['Settings are read from the environment and from .env in the working directory.', '']
  for (const { name, settings } of settingGroups) {
    const entries = Object.entries(settings)
    if (entries.length === 0) continue
    lines.push(name)
    for (const [key, setting] of entries) lines.push(`  ${key}=${shownDefault(setting)}`, `      ${setting.describe}`)
    lines.push('')
  }
  process.stdout.write(lines.join('\n'))
  return 0
}
