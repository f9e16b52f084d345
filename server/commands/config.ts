import { loadSettings } from '#platform/config.ts'
import type { Setting } from '#platform/settings.ts'
import { settingGroups as groupsOf } from '../program.ts'
import { services } from '../services.ts'

/** Of all contexts. */
export const settingGroups = groupsOf(services)

const shownDefault = (setting: Setting<unknown>): string => {
  if (setting.default === undefined || (Array.isArray(setting.default) && setting.default.length === 0))
    return '(unset)'
  return String(setting.default)
}

/** Groups that declare something, each setting with name, default and sentence. */
const declared = () =>
  settingGroups
    .map(({ name, settings }) => ({ name, settings: Object.entries(settings) }))
    .filter(({ settings }) => settings.length > 0)

function asText(): string {
  const lines = ['Settings are read from the environment and from .env in the working directory.', '']
  for (const { name, settings } of declared()) {
    lines.push(name)
    for (const [key, setting] of settings) lines.push(`  ${key}=${shownDefault(setting)}`, `      ${setting.describe}`)
    lines.push('')
  }
  return lines.join('\n')
}

/** The same as a page: `docs/settings.md`. */
export function settingsPage(): string {
  const lines = [
    '# Settings',
    '',
    'Read from the environment and, for what is not set there, from `.env` in the working directory. A bad value, or a',
    '`CAUCE_` name that is not listed here, stops the start and is named. Written by `node cauce.mjs config --markdown`.',
    '',
  ]
  for (const { name, settings } of declared()) {
    lines.push(
      `## ${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      '',
      '| Setting | Default | Meaning |',
      '| --- | --- | --- |',
    )
    for (const [key, setting] of settings) {
      const fallback = shownDefault(setting)
      const shown = fallback === '(unset)' ? '' : `\`${fallback}\``
      const secret = setting.secret ? ' Secret: never printed or logged.' : ''
      lines.push(`| \`${key}\` | ${shown} | ${setting.describe.replaceAll('|', '\\|')}${secret} |`)
    }
    lines.push('')
  }
  return lines.join('\n')
}

/** `config` checks the settings of this environment; `--help` lists all there are, `--markdown` as a page. */
export async function config(args: readonly string[]): Promise<number> {
  const [flag, ...more] = args
  if (more.length > 0 || (flag !== undefined && flag !== '--help' && flag !== '--markdown')) {
    process.stderr.write('Usage: cauce config [--help | --markdown]\n')
    return 2
  }
  if (flag === undefined) {
    loadSettings(settingGroups.map(({ settings }) => settings))
    process.stdout.write('The settings are valid. `cauce config --help` lists them.\n')
    return 0
  }
  process.stdout.write(flag === '--help' ? asText() : settingsPage())
  return 0
}
