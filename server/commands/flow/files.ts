import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sentence } from '#platform/sentence.ts'

export const SUFFIX = '.flow.json'
const isOurs = (name: string) => name.endsWith(SUFFIX)
/** Other products name their exports as they like. */
export const mayBeForeign = (name: string): boolean => name.endsWith('.json') && !isOurs(name)
/** A larger file is no flow: a graph has at most a million characters. */
const MAX_BYTES = 8_000_000

/** A flow file, read; `fault`: why it could not be. */
export type FlowFile = { path: string; value?: unknown; fault?: Sentence }

/**
 * The flow files at some paths: files as they are named, and those with such a name in folders and the folders in
 * them. Sorted, so that every run tells of them in the same order.
 */
export async function flowFiles(paths: readonly string[], isWanted = isOurs): Promise<FlowFile[]> {
  const found: string[] = []
  for (const path of paths) {
    if (!(await isFolder(path))) found.push(path)
    else {
      const inside = await readdir(path, { recursive: true, withFileTypes: true })
      const files = inside.filter((entry) => isWanted(entry.name) && !entry.isDirectory())
      found.push(...files.map(({ parentPath, name }) => join(parentPath, name)))
    }
  }
  return Promise.all([...new Set(found)].sort().map(readFlowFile))
}

const isFolder = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    // What is not there is told of as a file that cannot be read, beside the others.
    return false
  }
}

async function readFlowFile(path: string): Promise<FlowFile> {
  let text: string
  try {
    if ((await stat(path)).size > MAX_BYTES) {
      return { path, fault: { en: `is larger than ${MAX_BYTES} bytes`, es: `ocupa más de ${MAX_BYTES} bytes` } }
    }
    text = await readFile(path, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return { path, fault: { en: 'is not there', es: 'no existe' } }
    return { path, fault: { en: `cannot be read: ${message}`, es: `no se puede leer: ${message}` } }
  }
  try {
    // Windows begins its text files with a mark of their encoding, which is no JSON.
    return { path, value: JSON.parse(text.replace(/^\uFEFF/, '')) }
  } catch (error) {
    const why = (error as Error).message
    return { path, fault: { en: `is no JSON: ${why}`, es: `no es JSON: ${why}` } }
  }
}
