import { readFile } from 'node:fs/promises'
import type { GraphFault } from '#flows/graph.ts'
import { type FlowDocument, readDocument } from '#flows/portable/document.ts'
import type { Language } from '#platform/http/language.ts'

/**
 * What ships to begin from, in the order in which it is shown. Each is a file in each language, `es/<id>.flow.json` and
 * `en/<id>.flow.json`: the same flow, in the words of those who will work with it.
 */
export const SAMPLES = [
  'abandoned-conversation',
  'lead-without-reply',
  'appointment-reminder',
  'complaint-follow-up',
] as const
export type SampleId = (typeof SAMPLES)[number]

/** The file of a sample in a language: graph and cases. */
export async function readSample(id: SampleId, language: Language): Promise<FlowDocument> {
  const text = await readFile(new URL(`./${language}/${id}.flow.json`, import.meta.url), 'utf8')
  const { document, faults } = readDocument(JSON.parse(text))
  if (document === undefined) throw new Error(`the sample ${language}/${id} cannot be read: ${said(faults)}`)
  return document
}

const said = (faults: readonly GraphFault[]) => faults.map(({ path, says }) => `${path} ${says.en}`).join('; ')
