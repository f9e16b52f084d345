import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sentence } from '#platform/sentence.ts'

export const SUFFIX = '.flow.json'
/** A larger file is no flow: a graph has at most a million characters. */
const MAX_BYTES = 8_000_000

/** A flow file, read; `fault`: why it could not be. */
export type FlowFile = { path: string; value?: unknown; fault?: Sentence }

/**
 * The flow files at some paths: files as they are named, and what ends in `.flow.json` in folders and the folders in
 * them. Sorted, so that every run tells of them in the same order.
 * @throws Error when a path is not there, or cannot be read
 */
export async function flowFiles(paths: readonly string[]): Promise<FlowFile[]> {
  const found: string[] = []
  for (const path of paths) {
    if (!(await stat(path)).isDirectory()) found.push(path)
    else {
      const inside = await readdir(path, { recursive: true })
      found.push(...inside.filter((name) => name.endsWith(SUFFIX)).map((name) => join(path, name)))
    }
  }
  return Promise.all([...new Set(found)].sort().map(readFlowFile))
}

async function readFlowFile(path: string): Promise<FlowFile> {
  if ((await stat(path)).size > MAX_BYTES) {
    return { path, fault: { en: `is larger than ${MAX_BYTES} bytes`, es: `ocupa más de ${MAX_BYTES} bytes` } }
  }
  const text = await readFile(path, 'utf8')
  try {
    return { path, value: JSON.parse(text) }
  } catch (error) {
    const why = (error as Error).message
    return { path, fault: { en: `is no JSON: ${why}`, es: `no es JSON: ${why}` } }
  }
}
