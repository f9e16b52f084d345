import { readFile } from 'node:fs/promises'
import type { GraphFault } from '#flows/graph.ts'
import { type FlowDocument, readDocument } from '#flows/portable/document.ts'
import type { Sentence } from '#platform/sentence.ts'

/** A flow that ships, to begin from: its file is `<id>.flow.json` beside this one. */
type Sample = { readonly id: string; readonly title: Sentence; readonly says: Sentence }

/** What ships, in the order in which it is shown. Title and words in English are the name and description of the file. */
export const SAMPLES = [
  {
    id: 'abandoned-conversation',
    title: { en: 'Abandoned conversation', es: 'Conversación abandonada' },
    says: {
      en: 'After the warning a push with a link, or an e-mail; four business hours to come back; else the conversation is closed.',
      es: 'Tras el aviso, un push con enlace o un correo; cuatro horas hábiles para volver; si no vuelve, se cierra la conversación.',
    },
  },
] as const satisfies readonly Sample[]
export type SampleId = (typeof SAMPLES)[number]['id']

/** The file of a sample: graph and cases. */
export async function readSample(id: SampleId): Promise<FlowDocument> {
  const text = await readFile(new URL(`./${id}.flow.json`, import.meta.url), 'utf8')
  const { document, faults } = readDocument(JSON.parse(text))
  if (document === undefined) throw new Error(`the sample ${id} cannot be read: ${said(faults)}`)
  return document
}

const said = (faults: readonly GraphFault[]) => faults.map(({ path, says }) => `${path} ${says.en}`).join('; ')
