import { Type } from '@sinclair/typebox'
import { orNull } from '#platform/http/answer-fields.ts'
import { type Route, route } from '#platform/http/route.ts'
import type { SettingSpecs, Settings } from '#platform/settings.ts'

export type SettingGroup = { name: string; settings: SettingSpecs }

const Setting = Type.Object(
  {
    name: Type.String(),
    group: Type.String({ description: 'The part that reads it' }),
    description: Type.String(),
    value: orNull(Type.String(), { description: 'What holds; null: nothing, or a secret' }),
    default: orNull(Type.String()),
    given: Type.Boolean({ description: 'Set in the environment or in `.env`' }),
    secret: Type.Boolean({ description: 'Its value is never shown' }),
  },
  { title: 'Setting' },
)

/** What the program was started with. Settings belong to the installation, hence to the tenant that runs it. */
export const settingsRoute = (groups: readonly SettingGroup[], settings: Settings): Route =>
  route({
    method: 'GET',
    path: '/api/v1/settings',
    permission: 'tenants:read',
    tag: 'Platform',
    summary: 'The settings that the program was started with, without secrets',
    answer: Type.Object({ items: Type.Array(Setting), nextCursor: Type.Null() }),
    handle: async () => ({ items: groups.flatMap((group) => shownOf(group, settings)), nextCursor: null }),
  })

function shownOf({ name: group, settings: specs }: SettingGroup, settings: Settings) {
  const values = settings.of(specs) as Record<string, unknown>
  return Object.entries(specs).map(([name, { describe, secret = false, default: fallback }]) => ({
    name,
    group,
    description: describe,
    value: secret ? null : textOf(values[name]),
    default: secret ? null : textOf(fallback),
    given: settings.given(name),
    secret,
  }))
}

/** As it would be written in the environment; a URL without who it signs in as. */
function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null
  const text = Array.isArray(value)
    ? value.map(String).join(',')
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value)
  return text.replace(/\/\/[^/@]*@/g, '//…@')
}
