import { apiOf } from '../api.ts'
import { flowFiles } from './files.ts'
import type { FlowOptions } from './options.ts'

type Says = { says: { en: string; es: string } }
type Imported = {
  name: string
  created: boolean
  changed: boolean
  revision: number
  difference: { changes: Says[] } | null
  notes: Says[]
  faults: { path: string; messages?: { en: string; es: string } }[]
}

/** Brings flow files as drafts, one after the other. @returns 1 when one was refused; the others are there */
export async function importFlows({ paths, language, url, format, key = '' }: FlowOptions): Promise<number> {
  const api = apiOf(url, key)
  let refused = 0
  const files = await flowFiles(paths)
  for (const { path, value, fault } of files) {
    try {
      if (fault !== undefined) throw new Error(fault[language])
      const made = await api.post<Imported>(`/api/v1/flows/import?format=${format}`, value)
      const what = made.created ? 'new' : made.changed ? `draft ${made.revision}` : 'unchanged'
      process.stdout.write(`✓ ${path}: ${made.name} (${what})\n`)
      for (const { says } of made.difference?.changes ?? []) process.stdout.write(`    ${says[language]}\n`)
      for (const { says } of made.notes) process.stdout.write(`  – ${says[language]}\n`)
      for (const { path: at, messages } of made.faults) {
        process.stdout.write(`  ! ${at} ${messages?.[language] ?? ''}\n`)
      }
    } catch (error) {
      refused += 1
      process.stdout.write(`✗ ${path}: ${(error as Error).message}\n`)
    }
  }
  process.stdout.write(`${files.length - refused} of ${files.length} imported as drafts.\n`)
  return refused === 0 && files.length > 0 ? 0 : 1
}
