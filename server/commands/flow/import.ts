import { apiOf } from '../api.ts'
import { flowFiles, mayBeForeign, SUFFIX } from './files.ts'
import type { FlowOptions } from './options.ts'

type Says = { says: { en: string; es: string } }
type Fault = { path: string; messages?: { en: string; es: string } }
type Imported = {
  id: string
  name: string
  created: boolean
  changed: boolean
  revision: number
  difference: { changes: Says[] } | null
  notes: Says[]
  faults: Fault[]
}

/**
 * Brings flow files as drafts, one after the other, and says at the end what is wrong with them: one may name another that
 * comes after it. @returns 1 when one was refused; the others are there
 */
export async function importFlows({ paths, language, url, format, key = '' }: FlowOptions): Promise<number> {
  const api = apiOf(url, key)
  let refused = 0
  const doubtful: { path: string; id: string }[] = []
  const files = await flowFiles(paths, format === 'cauce' ? undefined : mayBeForeign)
  if (files.length === 0) {
    const suffix = format === 'cauce' ? SUFFIX : '.json'
    const none = { en: `There is no *${suffix} file there.`, es: `Ahí no hay ningún archivo *${suffix}.` }
    process.stderr.write(`${none[language]}\n`)
    return 1
  }
  for (const { path, value, fault } of files) {
    try {
      if (fault !== undefined) throw new Error(fault[language])
      const made = await api.post<Imported>(`/api/v1/flows/import?format=${format}`, value)
      const what = made.created ? 'new' : made.changed ? `draft ${made.revision}` : 'unchanged'
      process.stdout.write(`✓ ${path}: ${made.name} (${what})\n`)
      for (const { says } of made.difference?.changes ?? []) process.stdout.write(`    ${says[language]}\n`)
      for (const { says } of made.notes) process.stdout.write(`  – ${says[language]}\n`)
      if (made.faults.length > 0) doubtful.push({ path, id: made.id })
    } catch (error) {
      refused += 1
      process.stdout.write(`✗ ${path}: ${(error as Error).message}\n`)
    }
  }
  for (const { path, id } of doubtful) {
    const { draft } = await api.get<{ draft: unknown }>(`/api/v1/flows/${id}`)
    const { faults } = await api.post<{ faults: Fault[] }>(`/api/v1/flows/${id}/check`, draft)
    if (faults.length > 0) process.stdout.write(`! ${path}\n`)
    for (const { path: at, messages } of faults) process.stdout.write(`    ${at} ${messages?.[language] ?? ''}\n`)
  }
  process.stdout.write(`${files.length - refused} of ${files.length} imported as drafts.\n`)
  return refused === 0 ? 0 : 1
}
