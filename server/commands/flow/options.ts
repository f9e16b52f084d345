import { parseArgs } from 'node:util'
import { accessSettings } from '#access/index.ts'
import { FORMATS } from '#flows/index.ts'
import { loadSettings } from '#platform/config.ts'
import { platformSettings } from '#platform/platform-settings.ts'
import { settingGroups } from '../config.ts'

export type FlowOptions = {
  paths: string[]
  language: 'en' | 'es'
  url: string
  format: string
  key: string | undefined
}

/** What follows `flow test`, `export` or `import`; null when the words make no sense. */
export function optionsOf(args: readonly string[]): FlowOptions | null {
  const settings = loadSettings(settingGroups.map(({ settings: specs }) => specs))
  const { PORT, CAUCE_LOCALE, CAUCE_API_KEY } = { ...settings.of(platformSettings), ...settings.of(accessSettings) }
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        lang: { type: 'string', default: CAUCE_LOCALE.startsWith('en') ? 'en' : 'es' },
        url: { type: 'string', default: `http://127.0.0.1:${PORT}` },
        format: { type: 'string', default: 'cauce' },
      },
    })
    const { lang, url, format } = values
    if (positionals.length === 0 || (lang !== 'es' && lang !== 'en')) return null
    if (format !== 'cauce' && !(FORMATS as readonly string[]).includes(format)) return null
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) return null
    return { paths: positionals, language: lang, url: url.replace(/\/+$/, ''), format, key: CAUCE_API_KEY }
  } catch {
    return null
  }
}
