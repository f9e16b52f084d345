import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileNameOf, flowText, readDocument } from '#flows/index.ts'
import { type Api, apiOf } from '../api.ts'
import { flowFiles, SUFFIX } from './files.ts'
import type { FlowOptions } from './options.ts'

type Listed = { id: string; name: string; revision: number }
type Page = { items: Listed[]; nextCursor: string | null }

/** All flows, the oldest first: of two with one name it has the plain file, whatever came later. */
async function flowsOf(api: Api): Promise<Listed[]> {
  const found: Listed[] = []
  let cursor: string | null = null
  do {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page: Page = await api.get(`/api/v1/flows?limit=200${after}`)
    found.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return found.reverse()
}

/** Writes every flow that has a draft. A flow whose file is there already, whatever its name, goes there again. */
export async function exportFlows({ paths, url, key = '' }: FlowOptions): Promise<number> {
  const [folder = '.'] = paths
  await mkdir(folder, { recursive: true })
  const api = apiOf(url, key)
  const known = new Map<string, string>()
  for (const { path, value } of await flowFiles([folder])) {
    const id = (value as { id?: unknown } | undefined)?.id
    if (typeof id === 'string') known.set(id, path)
  }
  const taken = new Set(known.values())
  let written = 0
  for (const { id, name, revision } of await flowsOf(api)) {
    if (revision === 0) {
      process.stdout.write(`– ${name}: has no draft\n`)
      continue
    }
    const { document, faults } = readDocument(await api.get(`/api/v1/flows/${id}/export`))
    if (document === undefined) throw new Error(`the server speaks another form: ${faults[0]?.says.en}`)
    const plain = join(folder, `${fileNameOf(name)}${SUFFIX}`)
    const path = known.get(id) ?? (taken.has(plain) ? join(folder, `${fileNameOf(name)}-${id}${SUFFIX}`) : plain)
    taken.add(path)
    await writeFile(path, flowText(document))
    process.stdout.write(`✓ ${name}: ${path}\n`)
    written += 1
  }
  process.stdout.write(`${written} ${written === 1 ? 'flow' : 'flows'} written.\n`)
  return 0
}
